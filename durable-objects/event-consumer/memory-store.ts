import type { ConsumerStore, Offsets, Parked } from "./ports.ts";

/** A store that forgets nothing while it lives: for tests that crash and rebuild a consumer over it. */
export function memoryStore(): ConsumerStore {
  const offsets: Offsets = new Map();
  const parked = new Map<number, Parked>();
  return {
    load: () => ({ offsets: new Map(offsets), parked: structuredClone([...parked.values()]) }),
    save(change) {
      for (const [topic, offset] of change.offsets) offsets.set(topic, offset);
      for (const ticket of change.unparked) parked.delete(ticket);
      for (const message of structuredClone(change.parked)) parked.set(message.ticket, message);
    },
  };
}
