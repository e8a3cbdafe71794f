/** Where time comes from: epoch milliseconds. Injected everywhere, so that a test can move it. */
export type Clock = () => number;

/** The machine's own clock, for production wiring only. */
export const systemClock: Clock = () => Date.now();
