import { z } from "zod";
import { MAX_MESSAGE_LENGTH } from "./limits.ts";

const whole = z.int().nonnegative();

const clientMessage = z.discriminatedUnion("type", [
  /** The client has the map as it was at this entry, and asks for what has changed since. */
  z.object({ type: z.literal("since"), epoch: whole, seq: whole }),
  /** The client has read so many bytes since it last said so. */
  z.object({ type: z.literal("ack"), bytes: whole }),
]);

export type ClientMessage = z.infer<typeof clientMessage>;

/** What a client says; undefined for whatever is none of that. */
export function clientMessageIn(message: string | ArrayBuffer): ClientMessage | undefined {
  if (typeof message !== "string" || message.length > MAX_MESSAGE_LENGTH) return undefined;
  try {
    return clientMessage.safeParse(JSON.parse(message)).data;
  } catch {
    return undefined;
  }
}

const POINT = /^(\d{1,10})-(\d{1,16})$/;

/** `<epoch>-<seq>`; undefined for anything else. */
export function pointIn(text: string | null): { epoch: number; seq: number } | undefined {
  const found = POINT.exec(text ?? "");
  return found ? { epoch: Number(found[1]), seq: Number(found[2]) } : undefined;
}
