import type { Doc } from "../wire/values.ts";

/** A document as it is held: its exact bytes, and the view that is matched and indexed. */
export type StoredDocument = { readonly record: number; bytes: Uint8Array; view: Doc };
