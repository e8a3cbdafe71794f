import type { ExtendFailure } from "../rpc.ts";
import { confirmResult, extendResult, releaseResult } from "./answer.ts";
import type { Book } from "./book.ts";
import { type Decision, isLapsed } from "./decision.ts";
import { type Judgement, NOT_OWNER, type Of, ownedBy } from "./judgement.ts";
import type { Opened } from "./layout.ts";

/** The moment and the map in which a decision is judged that may be there already. */
export interface KnownContext {
  at: number;
  opened: Opened;
  book: Book;
}

/** A hold's time, given anew once. */
export function judgeExtend(
  command: Of<"extend">,
  known: Decision,
  lockTtlMs: number,
  context: KnownContext,
): Judgement {
  const { at, opened, book } = context;
  if (isLapsed(known, at)) book.expire(known, at);
  const { status, places } = known;
  const failed = (reason: ExtendFailure): Judgement => ({ result: { outcome: "EXTEND_FAILED", reason } });
  if (status === "EXPIRED" || status === "RELEASED") return failed(status);
  if (status !== "LOCKED") return failed("UNKNOWN");
  if (known.extension) return failed("EXTENDED");
  const expiresAt = at + lockTtlMs;
  book.record({ kind: "EXTENDED", ...ownedBy(command, known), places, expiresAt }, at);
  return { result: extendResult(known, opened) };
}

/** Makes a lock a reservation, for good. */
export function judgeConfirm(
  command: Of<"confirm">,
  known: Decision | undefined,
  context: KnownContext,
): Judgement {
  const { at, opened, book } = context;
  if (known && !mayName(command, known, opened)) return NOT_OWNER;
  if (known && isLapsed(known, at)) book.expire(known, at);
  const places = known?.places ?? [];
  if (known?.status === "LOCKED") {
    if (!opened.places.heldBy(places, known.index)) return NOT_OWNER;
    book.record({ kind: "RESERVED", ...ownedBy(command, known), places }, at);
  } else if (known?.status === "RESERVED") {
    return { result: confirmResult(known, opened), repeats: { decision: known, step: "reserve" } };
  } else if (known?.confirmRefusal) {
    return { result: confirmResult(known, opened), repeats: { decision: known, step: "confirmRefusal" } };
  } else {
    const status = known?.status;
    const reason = status === "EXPIRED" || status === "RELEASED" ? status : "UNKNOWN";
    book.record({ kind: "CONFIRM_REFUSED", ...ownedBy(command, known), places, reason }, at);
  }
  return { result: confirmResult(book.state.decision(command.owner.id)!, opened) };
}

/** Ends a lock or a reservation, or keeps one out that has not come yet. */
export function judgeRelease(
  command: Of<"release">,
  known: Decision | undefined,
  context: KnownContext,
): Judgement {
  const { at, opened, book } = context;
  if (known && !mayName(command, known, opened)) return NOT_OWNER;
  if (known?.release) {
    return { result: releaseResult(known, opened), repeats: { decision: known, step: "release" } };
  }
  if (known && isLapsed(known, at)) {
    book.expire(known, at);
    return { result: releaseResult(known, opened) };
  }
  const holds = known?.status === "LOCKED" || known?.status === "RESERVED";
  const places = holds ? known.places : [];
  if (holds && !opened.places.heldBy(places, known.index)) return NOT_OWNER;
  const cause = holds ? "RELEASED" : "NOTHING_HELD";
  const { reason } = command;
  book.record({ kind: "RELEASED", ...ownedBy(command, known), places, cause, reason }, at);
  return { result: releaseResult(book.state.decision(command.owner.id)!, opened) };
}

/** Where a decision was given places, a command may name only those. One that never held any frees none. */
function mayName(
  { seatIds = [] }: Of<"confirm" | "release">,
  { places }: Decision,
  { index }: Opened,
): boolean {
  if (places.length === 0 || seatIds.length === 0) return true;
  const given = index.ids(places);
  return seatIds.every((id) => given.includes(id));
}
