/** Which files of the checkout an image may be built from, as a `.dockerignore` says: the last line that matches decides. */
export function ignoredBy(text: string): (path: string) => boolean {
  const rules = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ isException: line.startsWith("!"), matches: matcher(line.replace(/^!/, "")) }));
  return (path) => rules.findLast(({ matches }) => matches(path))?.isException === false;
}

/** Also matches what lies below a folder that the pattern names. */
function matcher(pattern: string): (path: string) => boolean {
  const source = pattern
    .split(/(\*\*\/|\*)/)
    .map((piece) => {
      if (piece === "**/") return "(?:.*/)?";
      return piece === "*" ? "[^/]*" : piece.replace(/[.+^${}()|[\]\\?]/g, "\\$&");
    })
    .join("");
  const expression = new RegExp(`^${source}(?:/.*)?$`);
  return (path) => expression.test(path);
}
