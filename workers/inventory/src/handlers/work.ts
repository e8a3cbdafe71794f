import type { ExtendCommand, SeatCommand } from "#durable-objects/seat-map/rpc.ts";

/** A command of the saga: what a buyer does with a hold reaches the map without it. */
export type SagaCommand = Exclude<SeatCommand, ExtendCommand>;

/** What a message asks of inventory: a command to an event's SeatMap, its plan as it is now, or its end. */
export type InventoryWork =
  | { kind: "command"; eventId: string; command: SagaCommand }
  | { kind: "open"; eventId: string }
  | { kind: "close"; eventId: string };
