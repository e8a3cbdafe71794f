import { type Part, PlatformError } from "./part.ts";

/** Part names become file names and error messages. */
const NAME = /^[a-z][a-z0-9-]{0,40}$/;

/**
 * The parts, each after those that it depends on. Throws PlatformError when a name is malformed or used twice, a
 * dependency is unknown or circular, or two parts want one port.
 */
export function dependencyOrder(parts: readonly Part[]): Part[] {
  const byName = new Map(parts.map((part) => [part.name, part]));
  if (byName.size !== parts.length) throw new PlatformError("Two parts have the same name.");
  assertPortsDistinct(parts);

  const ordered: Part[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    const part = byName.get(name);
    if (!part) throw new PlatformError(`Part ${path.at(-1)} depends on ${name}, which does not exist.`);
    if (!NAME.test(name)) throw new PlatformError(`"${name}" is not a name for a part (${NAME.source}).`);
    if (path.includes(name)) {
      throw new PlatformError(`Parts depend on each other in a circle: ${[...path, name].join(" -> ")}.`);
    }
    if (ordered.includes(part)) return;
    for (const dependency of part.dependsOn ?? []) visit(dependency, [...path, name]);
    ordered.push(part);
  };
  for (const part of parts) visit(part.name, []);
  return ordered;
}

function assertPortsDistinct(parts: readonly Part[]): void {
  const owners = new Map<number, string>();
  for (const part of parts) {
    for (const port of part.ports) {
      const owner = owners.get(port);
      if (owner) throw new PlatformError(`Parts ${owner} and ${part.name} both want port ${port}.`);
      owners.set(port, part.name);
    }
  }
}
