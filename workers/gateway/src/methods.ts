/** The methods that each address takes. What is registered for all methods, such as middleware, does not count. */
export function methodsByPath(routes: readonly { path: string; method: string }[]): Map<string, string[]> {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of routes) {
    if (method === "ALL") continue;
    const known = methods.get(path) ?? new Set<string>();
    methods.set(path, known.add(method));
    // Whatever can be got can be asked for without its body (RFC 9110, 9.3.2).
    if (method === "GET") known.add("HEAD");
  }
  return new Map([...methods].map(([path, known]) => [path, [...known].toSorted()]));
}
