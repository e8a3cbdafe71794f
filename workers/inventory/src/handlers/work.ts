import type { SeatCommand } from "#durable-objects/seat-map/rpc.ts";

/** What a message asks of inventory: a command to an event's SeatMap, its plan as it is now, or its end. */
export type InventoryWork =
  | { kind: "command"; eventId: string; command: SeatCommand }
  | { kind: "open"; eventId: string }
  | { kind: "close"; eventId: string };
