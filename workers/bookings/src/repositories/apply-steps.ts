import { type SQL, sql } from "drizzle-orm";
import { forgetSent } from "#shared/postgres/late-outbox.ts";
import { CLAIM_MS } from "#shared/postgres/outbox.ts";
import { toMessage } from "#shared/saga/envelope.ts";
import type { Advance } from "../core/advance.ts";

/**
 * The exactly-once step, for a batch and in one round trip: inbox, guarded transition, outbox, timeline
 * and tickets, all or none of each booking. Rows are locked in id order, so that two batches cannot
 * deadlock. One row a message comes back, with its outbox id.
 *
 * The state guard: what a step writes was decided on the whole booking, so it is void once anything of the
 * booking has changed. `updated_at` tells: it never stays the same, and never runs back; and the version of what the
 * booking carries of its event, which others hear of.
 * @param sent ids of the outbox that are forgotten with it
 */
export function applySteps(steps: Advance[], sent: number[]): SQL {
  const input = steps.map(({ signal, from, next, step }) => ({
    event_id: signal.eventId,
    booking_id: next.id,
    read_at: new Date(from.updatedAt),
    read_version: from.eventVersion,
    to_state: next.state,
    failure_reason: next.failureReason,
    failure_detail: next.failureDetail,
    cancellation: next.cancellation,
    seat_ids: next.seatIds,
    payment_method_token: next.paymentMethodToken,
    payment_id: next.paymentId,
    seats_clear: next.seatsClear,
    money_clear: next.moneyClear,
    deadline_at: next.deadlineAt === null ? null : new Date(next.deadlineAt),
    deadlines_passed: next.deadlinesPassed,
    reminders: next.reminders,
    at: new Date(step.at),
    step: step.step,
    detail: step.detail,
  }));
  const messages = steps.flatMap(({ signal, emits, step }) =>
    emits.map((message) => ({
      event_id: signal.eventId,
      claimed_until: new Date(step.at + CLAIM_MS),
      ...toMessage(message),
    })),
  );
  const tickets = steps.flatMap(({ signal, next, tickets }) =>
    tickets.map(({ id, placeId }) => ({
      event_id: signal.eventId,
      id,
      booking_id: next.id,
      place_id: placeId,
    })),
  );
  return sql`
    with gone as (${forgetSent(sent)}),
    input as (
      select * from jsonb_to_recordset(${JSON.stringify(input)}::jsonb) as i(
        event_id text, booking_id text, read_at timestamptz, read_version integer, to_state text, failure_reason text,
        failure_detail text, cancellation jsonb, seat_ids jsonb, payment_method_token text, payment_id text,
        seats_clear boolean, money_clear boolean, deadline_at timestamptz, deadlines_passed integer,
        reminders integer, at timestamptz, step text, detail text)),
    held as (
      select id, updated_at, event_version from booking where id in (select booking_id from input) order by id for update),
    fresh as (
      insert into inbox (event_id, received_at)
      select i.event_id, i.at from input i join held h on h.id = i.booking_id
      where h.updated_at = i.read_at and h.event_version = i.read_version
      on conflict do nothing
      returning event_id),
    moved as (
      update booking k set
        state = i.to_state, failure_reason = i.failure_reason, failure_detail = i.failure_detail,
        cancellation = nullif(i.cancellation, 'null'::jsonb),
        seat_ids = i.seat_ids, payment_method_token = i.payment_method_token, payment_id = i.payment_id,
        seats_clear = i.seats_clear, money_clear = i.money_clear,
        deadline_at = i.deadline_at, deadlines_passed = i.deadlines_passed, reminders = i.reminders,
        updated_at = greatest(i.at, k.updated_at + interval '1 millisecond')
      from input i join fresh f on f.event_id = i.event_id
      where k.id = i.booking_id
      returning i.event_id),
    stepped as (
      insert into booking_step (booking_id, at, step, state, detail)
      select i.booking_id, i.at, i.step, i.to_state, i.detail from input i join moved m on m.event_id = i.event_id),
    issued as (
      insert into ticket (id, booking_id, place_id)
      select t.id, t.booking_id, t.place_id
      from jsonb_to_recordset(${JSON.stringify(tickets)}::jsonb)
        as t(event_id text, id text, booking_id text, place_id text)
      join moved m on m.event_id = t.event_id),
    sent as (
      insert into outbox (topic, partition, key, value, claimed_until)
      select o.topic, o.partition, o.key, o.value, o.claimed_until
      from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb)
        as o(event_id text, topic text, partition integer, key text, value text, claimed_until timestamptz)
      join moved m on m.event_id = o.event_id
      returning id, topic, partition, key, value)
    select m.event_id, i.booking_id, s.id, s.topic, s.partition, s.key, s.value
    from moved m join input i on i.event_id = m.event_id left join sent s on s.key = i.booking_id`;
}
