import { z } from "zod";
import type { EventConsumerRpc } from "#durable-objects/event-consumer/rpc.ts";
import type { FollowedMapRpc, SeatMapRpc } from "#durable-objects/seat-map/rpc.ts";
import type { SeatRelayRpc } from "#durable-objects/seat-relay/rpc.ts";
import {
  environmentReader,
  identityVariables,
  kafkaVariables,
  postgresVariables,
} from "#shared/config/environment.ts";
import type { EventsRpc } from "#shared/rpc/events.ts";

/** At least what one booking may take; at most what a map has. */
const placesPerBuyer = (byDefault: number) => z.coerce.number().int().min(10).max(100_000).default(byDefault);

const variables = z.object({
  ...identityVariables,
  ...kafkaVariables,
  ...postgresVariables,

  SEAT_LOCK_TTL_SECONDS: z.coerce.number().int().min(65).max(3_600).default(300).meta({
    description: "How long a lock holds its seats, 65 to 3600 seconds. No payment starts in the last 60",
    example: "300",
  }),
  SEATS_HELD_PER_BUYER: placesPerBuyer(20).meta({
    description:
      "The most places of one event that one buyer may have under locks at one time: in holds, and in bookings that are " +
      "not paid",
    example: "20",
  }),
  SEATS_PER_BUYER: placesPerBuyer(100).meta({
    description: "The most places of one event that one buyer may have in all, under locks and bought",
    example: "100",
  }),

  LIVE_DIRECT_WATCHERS: z.coerce.number().int().min(0).max(5_000).default(100).meta({
    description: "Live connections that a seat map carries itself; later ones go to its relays",
    example: "100",
  }),
  LIVE_RELAY_WATCHERS: z.coerce.number().int().min(1).max(5_000).default(1_000).meta({
    description: "Live connections that each relay carries, of at most 50 an event",
    example: "1000",
  }),
});

export const inventoryEnvironment = environmentReader(variables);

export interface InventoryBindings {
  EVENTS: Service<Rpc.WorkerEntrypointBranded & EventsRpc>;
  SEAT_MAP: DurableObjectNamespace<Rpc.DurableObjectBranded & SeatMapRpc & FollowedMapRpc>;
  SEAT_RELAY: DurableObjectNamespace<Rpc.DurableObjectBranded & SeatRelayRpc>;
  CONSUMER: DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;
  BOOKINGS_CONSUMER: DurableObjectNamespace<Rpc.DurableObjectBranded & EventConsumerRpc>;
}

export type InventoryEnv = z.input<typeof variables> & InventoryBindings;
