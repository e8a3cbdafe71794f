/**
 * Whether a key fits a pattern of Redis: `*`, `?`, `[abc]`, `[^a]`, `[a-c]`, and `\` before a character that stands for
 * itself. Matched by hand and without recursion: a regular expression made of `*a*a*a*` takes for ever.
 */
export function globPattern(pattern: string): (key: string) => boolean {
  const tokens = parse([...pattern]);
  return (key) => fits(tokens, [...key]);
}

type Token = "any" | ((character: string) => boolean);

function parse(pattern: string[]): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; i += 1) {
    const character = pattern[i] ?? "";
    if (character === "*") tokens.push("any");
    else if (character === "?") tokens.push(() => true);
    else if (character === "[") {
      const end = pattern.indexOf("]", i + 1);
      const last = end === -1 ? pattern.length : end;
      tokens.push(oneOf(pattern.slice(i + 1, last)));
      i = last;
    } else {
      if (character === "\\" && i + 1 < pattern.length) i += 1;
      const literal = pattern[i];
      tokens.push((other) => other === literal);
    }
  }
  return tokens;
}

function oneOf(inside: string[]): Token {
  const isNegated = inside[0] === "^";
  const rest = isNegated ? inside.slice(1) : inside;
  const ranges: [from: string, to: string][] = [];
  for (let i = 0; i < rest.length; i += 1) {
    const from = rest[i] ?? "";
    const to = rest[i + 1] === "-" ? rest[i + 2] : undefined;
    ranges.push(to === undefined ? [from, from] : from <= to ? [from, to] : [to, from]);
    if (to !== undefined) i += 2;
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== isNegated;
}

/** Goes back to the last `*` only: what an earlier one took before it can stay as it is. */
function fits(tokens: Token[], key: string[]): boolean {
  let t = 0;
  let k = 0;
  let star = -1;
  let resumeAt = 0;
  while (k < key.length) {
    const token = tokens[t];
    if (token === "any") {
      star = t;
      resumeAt = k;
      t += 1;
    } else if (token?.(key[k] ?? "")) {
      t += 1;
      k += 1;
    } else if (star === -1) {
      return false;
    } else {
      resumeAt += 1;
      k = resumeAt;
      t = star + 1;
    }
  }
  return tokens.slice(t).every((token) => token === "any");
}
