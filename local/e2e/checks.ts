/** Something is not as it has to be; the message says what. */
export class CheckFailed extends Error {}

/** @throws CheckFailed saying what `what` is, and what it should be */
export function mustBe<T>(what: string, actual: T, expected: T): void {
  const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== shouldBe) throw new CheckFailed(`${what} is ${is}, not ${shouldBe}`);
}
