import { REST_MS } from "./limits.ts";

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves once what has arrived meanwhile has had its turn: requests are events before this one. */
export const turn = (): Promise<void> => after(0);

/** As {@link turn}, once there was time for what was sent, too. */
export const rest = (): Promise<void> => after(REST_MS);
