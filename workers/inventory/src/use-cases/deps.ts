import type { SeatMapRpc } from "#durable-objects/seat-map/rpc.ts";
import type { Clock } from "#shared/clock.ts";
import type { EventsRpc } from "#shared/rpc/events.ts";
import type { OutgoingMessage } from "#shared/saga/envelope.ts";
import type { Ledger } from "../repositories/ledger.ts";
import type { SeatMaps } from "../repositories/seat-maps.ts";

/** What the use cases and handlers of inventory need. */
export interface InventoryDeps {
  seatMapOf(eventId: string): SeatMapRpc;
  events: EventsRpc;
  seatMaps: SeatMaps;
  clock: Clock;
  /** Hands messages to Kafka; resolves when they are durable there. */
  send(messages: OutgoingMessage[]): Promise<void>;
}

/** What reads and mends the ledgers. */
export interface LedgerDeps extends Pick<InventoryDeps, "seatMapOf"> {
  ledger: Ledger;
  hasSeatMap(eventId: string): Promise<boolean>;
}
