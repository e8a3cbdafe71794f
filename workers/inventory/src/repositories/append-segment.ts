import { type SQL, sql } from "drizzle-orm";
import { GENESIS } from "#durable-objects/seat-map/core/chain.ts";
import type { LedgerSegment, PlaceChanges } from "#durable-objects/seat-map/rpc.ts";

/**
 * Keeps a segment and moves the places with it, in one statement and one round trip, all or nothing.
 *
 * The ledger's head is locked first, so a ledger has one writer at a time. Of the rows, those that come after the head
 * are new; they are kept if the first of them continues the head by number and by hash. As each row has the hash of the
 * one before, rows that were passed over as known are then the ones that are kept. Where all are passed over, the last
 * one must be.
 *
 * The places only move with a head that they have kept up with: one that is behind is being rebuilt.
 */
export function appendSegment({ eventId, rows, changes, layout }: LedgerSegment): SQL {
  const input = rows.map((row) => ({
    first_seq: row.firstSeq,
    last_seq: row.lastSeq,
    epoch: row.epoch,
    at: row.at,
    entries: row.entries,
    prev_hash: row.prevHash,
    hash: row.hash,
  }));
  return sql`
    with input as (
      select * from jsonb_to_recordset(${JSON.stringify(input)}::jsonb) as r(
        first_seq bigint, last_seq bigint, epoch integer, at bigint, entries text, prev_hash text, hash text)),
    held as (
      select seq, hash, projected_seq from ledger_head where event_id = ${eventId} for update),
    head as (
      select seq, hash, projected_seq from held
      union all select 0, ${GENESIS.hash}, 0 where not exists (select from held)),
    fresh as (
      select i.* from input i, head h where i.first_seq > h.seq),
    fit as (
      select from fresh f, head h where f.first_seq = h.seq + 1 and f.prev_hash = h.hash),
    ending as (
      select last_seq, hash from fresh where exists (select from fit) order by first_seq desc limit 1),
    made as (
      insert into ledger_head (event_id, seq, hash, projected_seq)
      select ${eventId}, last_seq, hash, last_seq from ending where not exists (select from held)
      on conflict do nothing
      returning seq),
    moved as (
      update ledger_head k set
        seq = e.last_seq, hash = e.hash,
        projected_seq = case when h.projected_seq = h.seq then e.last_seq else h.projected_seq end
      from ending e, held h
      where k.event_id = ${eventId}
      returning k.seq),
    written as (
      select seq from made union all select seq from moved),
    kept as (
      insert into ledger_segment (event_id, first_seq, last_seq, epoch, at, entries, prev_hash, hash)
      select ${eventId}, first_seq, last_seq, epoch, at, entries, prev_hash, hash from fresh
      where exists (select from written)),
    laid as (
      insert into ledger_layout (event_id, plan_version, layout)
      select ${eventId}, ${layout?.planVersion ?? 0}::integer, ${layout?.text ?? null}::text
      where ${layout !== null} and exists (select from written)
      on conflict (event_id) do update set plan_version = excluded.plan_version, layout = excluded.layout
      where excluded.plan_version >= ledger_layout.plan_version),
    projected as (
      select written.seq from written, head where head.projected_seq = head.seq),
    ${movePlaces(eventId, changes)}
    select
      (select count(*) from written) as written,
      (select count(*) from fresh) as fresh,
      (select seq from head) as seq,
      exists (
        select from ledger_segment s join input i on s.first_seq = i.first_seq and s.hash = i.hash
        where s.event_id = ${eventId} and i.first_seq = (select max(first_seq) from input)) as known`;
}

/** Moves the places of a projection from one entry to a later one, and nothing else. */
export function moveProjection(
  eventId: string,
  { fromSeq, toSeq, changes }: { fromSeq: number; toSeq: number; changes: PlaceChanges },
): SQL {
  return sql`
    with projected as (
      update ledger_head set projected_seq = ${toSeq}
      where event_id = ${eventId} and projected_seq = ${fromSeq} and seq >= ${toSeq}
      returning seq),
    ${movePlaces(eventId, changes)}
    select count(*) from projected`;
}

/**
 * Brings places up to date if there is a row in `projected`. What a change leaves out stays as it is, unless the plan
 * began anew: then nothing of before counts.
 */
function movePlaces(eventId: string, { beginsAt, places }: PlaceChanges): SQL {
  const input = places.map(({ placeId, seq, hold, isBlocked }) => ({
    place_id: placeId,
    seq,
    holds: hold !== undefined,
    held_as: hold?.status,
    owner_kind: hold?.owner.kind,
    owner_id: hold?.owner.id,
    user_id: hold?.owner.userId,
    is_blocked: isBlocked,
  }));
  const begin = beginsAt ?? 0;
  return sql`
    change as (
      select * from jsonb_to_recordset(${JSON.stringify(input)}::jsonb) as c(
        place_id text, seq bigint, holds boolean, held_as text, owner_kind text, owner_id text, user_id text,
        is_blocked boolean)),
    gone as (
      delete from place p
      where p.event_id = ${eventId} and p.seq < ${begin} and exists (select from projected)
        and not exists (select from change c where c.place_id = p.place_id)),
    placed as (
      insert into place (event_id, place_id, held_as, owner_kind, owner_id, user_id, is_blocked, seq)
      select ${eventId}, c.place_id,
        case when c.holds then c.held_as else p.held_as end,
        case when c.holds then c.owner_kind else p.owner_kind end,
        case when c.holds then c.owner_id else p.owner_id end,
        case when c.holds then c.user_id else p.user_id end,
        coalesce(c.is_blocked, p.is_blocked, false),
        c.seq
      from change c
      left join place p on p.event_id = ${eventId} and p.place_id = c.place_id and p.seq >= ${begin}
      where exists (select from projected)
      on conflict (event_id, place_id) do update set
        held_as = excluded.held_as, owner_kind = excluded.owner_kind, owner_id = excluded.owner_id,
        user_id = excluded.user_id, is_blocked = excluded.is_blocked, seq = excluded.seq)`;
}
