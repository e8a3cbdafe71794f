/** Nothing came in time; whether it still takes effect is not known. */
export class Late extends Error {
  override name = "Late";
}

/**
 * What comes of `work`, if it comes within `limitMs`. The work itself goes on: a caller that has gone does not stop it.
 * @throws Late when it does not, and whatever `work` rejects with
 */
export async function within<T>(limitMs: number, work: PromiseLike<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
