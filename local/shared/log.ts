/** Tells of one notable event. Fields never carry a token, a password or a card. */
export type Log = (event: string, fields?: Record<string, unknown>) => void;

/** A log that prints one JSON line an event, each with its time and the part's name. */
export function jsonLines(part: string): Log {
  return (event, fields = {}) =>
    console.log(JSON.stringify({ time: new Date().toISOString(), part, event, ...fields }));
}
