import type { Clock } from "#shared/clock.ts";
import type { Scope } from "#shared/edge/scopes.ts";
import type { AnswerStore } from "./store.ts";

/** So much later an isolate hears of another one's change; what is asked for often is asked for in less. */
const REMEMBERED_MS = 1_000;

/** The largest answer that is remembered, and how many are: 10 MB of an isolate's 128. */
const MAX_BYTES = 100_000;
const MAX_ANSWERS = 100;
const MAX_STAMPS = 1_000;

interface RememberedAnswer {
  headers: [string, string][];
  bytes: Uint8Array<ArrayBuffer>;
  keptAt: number;
  stamps: string;
  readAt: number;
}

/** Plain data: no request waits for another's work. */
export interface EdgeMemory {
  answers: Map<string, RememberedAnswer>;
  stamps: Map<Scope, { stamp: string; readAt: number }>;
  /** Counts beginnings and ends of renewals: what was read across one may be from before. */
  turns: number;
}

export const emptyMemory = (): EdgeMemory => ({ answers: new Map(), stamps: new Map(), turns: 0 });

const ofIsolate = emptyMemory();

/**
 * A store whose small answers and stamps are remembered for a second, so that what everybody asks for costs no call. A
 * change that this isolate is told of counts at once.
 */
export function remembering(store: AnswerStore, clock: Clock, memory = ofIsolate): AnswerStore {
  const isFresh = ({ readAt }: { readAt: number }) => clock() - readAt < REMEMBERED_MS;
  return {
    async read(key) {
      const known = memory.answers.get(key);
      if (known && isFresh(known))
        return { ...known, headers: new Headers(known.headers), body: known.bytes };
      const kept = await store.read(key);
      if (!kept) return null;
      const bytes = new Uint8Array(await new Response(kept.body).arrayBuffer());
      const { keptAt, stamps } = kept;
      if (bytes.length <= MAX_BYTES)
        remember(memory.answers, key, MAX_ANSWERS, {
          ...{ headers: [...kept.headers], bytes, keptAt, stamps, readAt: clock() },
        });
      return { ...kept, body: bytes };
    },
    async write(key, answer, keptMs) {
      await store.write(key, answer, keptMs);
      memory.answers.delete(key);
    },
    async stamp(scope) {
      const known = memory.stamps.get(scope);
      if (known && isFresh(known)) return known.stamp;
      const { turns } = memory;
      const stamp = await store.stamp(scope);
      if (memory.turns === turns) remember(memory.stamps, scope, MAX_STAMPS, { stamp, readAt: clock() });
      return stamp;
    },
    async renew(scope) {
      memory.turns++;
      try {
        await store.renew(scope);
      } finally {
        memory.turns++;
        memory.stamps.delete(scope);
      }
    },
  };
}

function remember<T>(map: Map<string, T>, key: string, max: number, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > max) map.delete(map.keys().next().value!);
}
