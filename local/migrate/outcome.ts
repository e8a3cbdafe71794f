/** What came of migrating one thing. */
export interface Outcome {
  /** What was applied, or with a dry run would be; none where all was there. */
  applied: string[];
  /** What the server does not know, and was left out. */
  notes: string[];
}
