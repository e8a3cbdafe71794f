import type { Collection } from "#durable-objects/document-pool/client.ts";
import type { PlanChunkDocument } from "./documents.ts";

/**
 * Characters in a chunk. Four bytes each at most, so that a chunk stays far below MongoDB's 16 MB and the 32 MB of a
 * call between Workers, which a whole plan may pass.
 */
const CHUNK_LENGTH = 2_000_000;

/** Seating plans by id. A plan never changes once it is stored. */
export interface Plans {
  add(planId: string, text: string): Promise<void>;
  /** The plan's text in pieces, in order; none when there is no such plan. */
  pieces(planId: string): AsyncGenerator<string>;
}

export function mongoPlans(chunks: Collection<PlanChunkDocument>): Plans {
  return {
    async add(planId, text) {
      for (const [n, piece] of piecesOf(text, CHUNK_LENGTH).entries()) {
        await chunks.insertOne({ _id: chunkId(planId, n), planId, text: piece });
      }
    },
    async *pieces(planId) {
      for (let n = 0; ; n++) {
        const chunk = await chunks.findOne({ _id: chunkId(planId, n) });
        if (!chunk) return;
        yield chunk.text;
      }
    },
  };
}

/** Cuts a text, but no character: half of a surrogate pair cannot be stored. */
function piecesOf(text: string, length: number): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const to = from + length;
    const splitsPair = to < text.length && isHighSurrogate(text.charCodeAt(to - 1));
    const piece = text.slice(from, splitsPair ? to - 1 : to);
    pieces.push(piece);
    from += piece.length;
  }
  return pieces;
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;

/** Two digits, so that ids sort as their numbers do. */
const chunkId = (planId: string, n: number) => `${planId}:${String(n).padStart(2, "0")}`;
