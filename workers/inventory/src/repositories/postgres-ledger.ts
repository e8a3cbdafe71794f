import { sql } from "drizzle-orm";
import { GENESIS, verifyPiece } from "#durable-objects/seat-map/core/chain.ts";
import type { OwnerKind } from "#durable-objects/seat-map/rpc.ts";
import { answered, type Database } from "#shared/postgres/database.ts";
import type { LedgerRow, ProjectedPlace } from "#shared/rpc/inventory.ts";
import { appendSegment, moveProjection } from "./append-segment.ts";
import { type Ledger, LedgerFork } from "./ledger.ts";

/** Columns of 64 bits come as text. */
type Stored<T> = { [Key in keyof T]: T[Key] extends number ? number | string : T[Key] };

interface PlaceRow {
  placeId: string;
  status: ProjectedPlace["status"];
  kind: OwnerKind | null;
  id: string;
  userId: string;
  seq: number | string;
}

export function postgresLedger(db: Database): Ledger {
  const read = async <T>(query: ReturnType<typeof sql>): Promise<T[]> =>
    (await answered(db.execute(query))).rows as T[];

  return {
    async append(segment) {
      const { eventId, rows } = segment;
      const [firstSeq, lastSeq] = [rows[0]!.firstSeq, rows.at(-1)!.lastSeq];
      try {
        verifyPiece(rows);
      } catch (error) {
        throw new LedgerFork(eventId, firstSeq, lastSeq, String(error));
      }
      type Outcome = { written: string; fresh: string; seq: string; known: boolean };
      const [outcome] = await read<Outcome>(appendSegment(segment));
      const { written, fresh, seq, known } = outcome!;
      if (Number(written) > 0 || (Number(fresh) === 0 && known)) return;
      throw new LedgerFork(eventId, firstSeq, lastSeq, `it is at entry ${seq}`);
    },

    async head(eventId) {
      const query = sql`
        select seq, hash, projected_seq as "projectedSeq" from ledger_head where event_id = ${eventId}`;
      const [head] = await read<{ seq: string; hash: string; projectedSeq: string }>(query);
      if (!head) return { ...GENESIS, projectedSeq: 0 };
      return { seq: Number(head.seq), hash: head.hash, projectedSeq: Number(head.projectedSeq) };
    },

    async rows(eventId, fromSeq, { limit, characters }) {
      const found = await read<Stored<LedgerRow>>(sql`
        select first_seq as "firstSeq", last_seq as "lastSeq", epoch, at, entries, prev_hash as "prevHash", hash
        from (
          select *, sum(length(entries)) over (order by first_seq) - length(entries) as earlier
          from (
            select * from ledger_segment
            where event_id = ${eventId} and last_seq >= ${fromSeq} and first_seq >= coalesce(
              (select max(first_seq) from ledger_segment where event_id = ${eventId} and first_seq <= ${fromSeq}), 0)
            order by first_seq limit ${limit}) as candidate) as measured
        where earlier < ${characters}
        order by first_seq`);
      return found.map(({ firstSeq, lastSeq, epoch, at, ...row }) => ({
        firstSeq: Number(firstSeq),
        lastSeq: Number(lastSeq),
        epoch: Number(epoch),
        at: Number(at),
        ...row,
      }));
    },

    async layout(eventId) {
      const query = sql`select layout from ledger_layout where event_id = ${eventId}`;
      return (await read<{ layout: string }>(query))[0]?.layout ?? null;
    },

    async places(eventId, { placeId, limit }) {
      // One statement, so that the places are those of the entry that is named.
      const found = await read<Partial<PlaceRow> & { projectedSeq: string }>(sql`
        select h.projected_seq as "projectedSeq", p.* from ledger_head h left join (
          select place_id as "placeId", status, owner_kind as kind, owner_id as id, user_id as "userId", seq from place
          where event_id = ${eventId} and place_id > ${placeId} order by place_id limit ${limit}) as p on true
        where h.event_id = ${eventId} order by p."placeId"`);
      const rows = found.filter((row): row is PlaceRow & { projectedSeq: string } => row.placeId != null);
      return {
        projectedSeq: Number(found[0]?.projectedSeq ?? 0),
        places: rows.map(({ placeId, status, kind, id, userId, seq }) => {
          return { placeId, status, owner: kind ? { kind, id, userId } : null, seq: Number(seq) };
        }),
      };
    },

    async clearPlaces(eventId) {
      await read(sql`
        with head as (
          update ledger_head set projected_seq = 0 where event_id = ${eventId} returning event_id)
        delete from place where event_id in (select event_id from head)`);
    },

    async project(eventId, moved) {
      await read(moveProjection(eventId, moved));
    },
  };
}
