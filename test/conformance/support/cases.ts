import { expect, it } from "vitest";

/**
 * The cases of a conformance suite. Each cites the public page that the behaviour is read from, so that the real
 * server can be held to it as well as the stand-in. `declared.ts` counts them.
 */

type Run = () => Promise<void>;
type RunRow<T> = (row: T) => Promise<void>;

interface Declare {
  (docUrl: string, title: string, run: Run): void;
  /** A case for each row; `title` names it. Write `rows` as an array literal: `declared.ts` counts its elements. */
  each<T>(docUrl: string, rows: readonly T[], title: (row: T) => string, run: RunRow<T>): void;
}

function declare(docUrl: string, title: string, run: Run): void {
  if (!/^https:\/\/[\w.-]+\.\w+\//.test(docUrl)) throw new Error(`"${title}" cites no page: ${docUrl}`);
  // The citation stands in the report: who sees a case fail can read what it asks for.
  it(`${title} <${docUrl}>`, async () => {
    expect.hasAssertions();
    await run();
  });
}

const declaring: Declare = Object.assign(declare, {
  each<T>(docUrl: string, rows: readonly T[], title: (row: T) => string, run: RunRow<T>): void {
    for (const row of rows) declare(docUrl, title(row), () => run(row));
  },
});

/** What the server does when it is asked properly. */
export const conforms: Declare = declaring;

/** What the server refuses, and how: its error, code and status, and that nothing changed. */
export const refuses: Declare = declaring;
