import { type DeadLetter, letterId } from "#shared/dead-letters/letter.ts";
import { stateOf } from "../core/letter-state.ts";

/** A letter as the API shows it in a list: without its message, which may carry a name or an address. */
export function presentLetter(one: DeadLetter) {
  const { topic, partition, offset, key, writtenAt, letter, handled } = one;
  return {
    id: letterId(one),
    topic,
    partition,
    offset,
    key,
    state: stateOf(one),
    writtenAt: new Date(writtenAt).toISOString(),
    consumer: letter?.consumer ?? null,
    error: letter?.error ?? null,
    attempts: letter?.attempts ?? null,
    decision: handled && { by: handled.by, at: handled.at, reason: handled.reason },
  };
}
