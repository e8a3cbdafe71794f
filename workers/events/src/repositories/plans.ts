import type { Collection } from "#durable-objects/document-pool/client.ts";
import { MAX_PLAN_BYTES } from "#shared/seating-plan/limits.ts";
import type { PlanChunkDocument } from "./documents.ts";

/** Characters in a chunk. Four bytes each at most, so that a chunk stays far below 16 MB. */
const CHUNK_LENGTH = 2_000_000;

/** The chunks of the largest plan, in which every character is one byte. */
const MAX_CHUNKS = Math.ceil(MAX_PLAN_BYTES / CHUNK_LENGTH);

/** Seating plans by id. A plan never changes once it is stored. */
export interface Plans {
  add(planId: string, text: string): Promise<void>;
  /** @returns the plan's text, or null when there is no such plan */
  text(planId: string): Promise<string | null>;
}

export function mongoPlans(chunks: Collection<PlanChunkDocument>): Plans {
  return {
    async add(planId, text) {
      for (let n = 0; n * CHUNK_LENGTH < text.length; n++) {
        const slice = text.slice(n * CHUNK_LENGTH, (n + 1) * CHUNK_LENGTH);
        await chunks.insertOne({ _id: chunkId(planId, n), planId, text: slice });
      }
    },
    async text(planId) {
      const found = await chunks.find({ planId }, { sort: { _id: 1 }, limit: MAX_CHUNKS });
      return found.length > 0 ? found.map((chunk) => chunk.text).join("") : null;
    },
  };
}

/** Two digits, so that ids sort as their numbers do. */
const chunkId = (planId: string, n: number) => `${planId}:${String(n).padStart(2, "0")}`;
