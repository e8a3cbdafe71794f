import type { SagaService } from "./declaration.ts";
import { PARTITIONS } from "./wire.ts";

/**
 * How many consumer objects a service has; each reads as many partitions. Two of them: what a turn costs (a fetch, a read, a
 * write, a send) is shared by the messages of four partitions, and one that waits does not hold up the other. Payments has
 * one for each partition: an invocation may hold six connections, and four of these wait for Stripe. With half as many
 * objects, a sale waited for its payments while the machine had time to spare. To change a number is to name its
 * objects anew, which must then take over from those of before, as they do from {@link predecessorOf}.
 */
const CONSUMERS: Partial<Record<SagaService, number>> = {
  bookings: 2,
  inventory: 2,
  payments: 8,
  notifications: 2,
};

const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);

/** The name of the object that reads this partition for the service. */
export function consumerOf(service: SagaService, partition: number): string {
  const count = CONSUMERS[service] ?? 1;
  return `${partition % count}-of-${count}`;
}

/** The names of all consumer objects of a service. */
export function consumersNamed(service: SagaService): string[] {
  return [...new Set(partitions.map((partition) => consumerOf(service, partition)))];
}

/** What the object of this name reads; nothing where no object has it any more. */
export function partitionsOf(service: SagaService, name: string): number[] {
  return partitions.filter((partition) => consumerOf(service, partition) === name);
}

/** The object that read this partition alone, before several were read by one. */
export const predecessorOf = (partition: number): string => String(partition);
