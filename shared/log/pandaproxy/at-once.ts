/**
 * How many requests are under way at once. A Worker's invocation may hold six connections, and one is left for what else
 * it does.
 * @see https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections
 */
export const MAX_AT_ONCE = 5;

/** Does `work` for all items, at most {@link MAX_AT_ONCE} at a time; how each ended, in their order. Never rejects. */
export async function settleAll<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> {
  const settled: PromiseSettledResult<R>[] = [];
  const waiting = items.entries();
  const next = async () => {
    for (const [index, item] of waiting) [settled[index]] = await Promise.allSettled([work(item)]);
  };
  await Promise.all(Array.from({ length: MAX_AT_ONCE }, next));
  return settled;
}

/** The same where every one has to succeed: waits for all of them, then throws the first failure. */
export async function doAll<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  return (await settleAll(items, work)).map((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}
