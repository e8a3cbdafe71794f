import { describe, expect, it } from "vitest";
import { type Envelope, envelope, parseEnvelope, toMessage } from "./envelope.ts";
import { dispatch, type HandlerTable } from "./handlers.ts";
import { sagaPartition } from "./wire.ts";

const AT = { now: Date.parse("2026-12-01T18:00:00Z"), traceparent: "00-0-0-01" };
const CONFIRM = { bookingId: "bkg_1", eventId: "evnt_1", seatIds: ["a-1"] };
const SAID = envelope("seats.confirm", "bkg_1", CONFIRM, AT);

describe("an envelope", () => {
  it("has the same id for the same step, and travels under its booking's key", () => {
    expect(SAID.id).toBe("seats.confirm:bkg_1");
    expect(toMessage(SAID)).toEqual({
      topic: "ticketflow.seats.confirm",
      partition: sagaPartition("bkg_1"),
      key: "bkg_1",
      value: JSON.stringify(SAID),
    });
  });

  it("is read as it was written", () => {
    expect(parseEnvelope("seats.confirm", toMessage(SAID).value)).toEqual({ ok: true, envelope: SAID });
  });

  it.each([
    ["no JSON", "{", "the value is not JSON"],
    ["no envelope", "7", /^\(root\): /],
    ["another version", JSON.stringify({ ...SAID, version: 2 }), /^version: /],
    ["an id without end", JSON.stringify({ ...SAID, id: "x".repeat(201) }), /^id: /],
    ["another topic's", JSON.stringify({ ...SAID, type: "seats.release" }), "type is seats.release"],
    ["half a payload", JSON.stringify({ ...SAID, payload: { bookingId: "bkg_1" } }), /^payload: eventId: /],
  ])("is refused with the first thing that is wrong: %s", (_, value, error) => {
    const parsed = parseEnvelope("seats.confirm", value);
    expect(parsed.ok).toBe(false);
    expect("error" in parsed && parsed.error).toMatch(error);
  });
});

it("a message goes to the handler of its topic", () => {
  const heard: string[] = [];
  const handlers = new Proxy({} as HandlerTable<"inventory", string>, {
    get: (_, topic) => (message: Envelope) => {
      heard.push(String(topic));
      return message.id;
    },
  });
  expect(dispatch(handlers, SAID)).toBe("seats.confirm:bkg_1");
  expect(heard).toEqual(["seats.confirm"]);
});
