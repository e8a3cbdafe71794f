/**
 * Runs so many pieces of work at once, and the others in the order in which they came. For use inside one invocation.
 * @param limit at least 1
 */
export function atMost(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let underWay = 0;

  async function turn(): Promise<void> {
    if (underWay < limit) underWay += 1;
    // Whoever ends hands on its place.
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  return async (work) => {
    await turn();
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else underWay -= 1;
    }
  };
}
