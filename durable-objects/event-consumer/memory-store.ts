import type { ConsumerStore, Offsets, Parked } from "./ports.ts";

/** A store that forgets nothing while it lives: for tests that crash and rebuild a consumer over it. */
export function memoryStore(): ConsumerStore {
  const offsets: Offsets = new Map();
  const parked = new Map<number, Parked>();
  return {
    load() {
      const inOrder = [...parked.values()].sort((a, b) => a.ticket - b.ticket);
      return { offsets: new Map(offsets), parked: structuredClone(inOrder) };
    },
    save(change) {
      // What can fail comes first: all is saved, or nothing.
      const added = structuredClone(change.parked);
      for (const [topic, offset] of change.offsets) offsets.set(topic, offset);
      for (const ticket of change.unparked) parked.delete(ticket);
      for (const message of added) parked.set(message.ticket, message);
    },
  };
}
