import { beforeAll, describe, expect, it } from "vitest";
import { until } from "#local/e2e/until.ts";
import { letterId, letterValue } from "#shared/dead-letters/letter.ts";
import type { TopicName } from "#shared/saga/declaration.ts";
import { deadLetterTopic, PARTITIONS, sagaPartition, wireTopic } from "#shared/saga/wire.ts";
import { book, bookingBody, decided, intentsOf, statusOf, stepsOf } from "../support/bookings.ts";
import { problem } from "../support/client.ts";
import { breakBookingsOf, letterOf, log } from "../support/dead-letters.ts";
import { newEvent, newVenue, PRICE } from "../support/events.ts";
import { someone, type User } from "../support/world.ts";

interface Letter {
  id: string;
  key: string;
  state: string;
  decision: { by: string; reason: string | null } | null;
}
interface Page {
  data: Letter[];
  pagination: { total: number; totalPages: number };
  isComplete: boolean;
}

const LETTERS = "/api/admin/dead-letters";
const admin = await someone("ADMIN");
let eventId: string;

beforeAll(async () => {
  const organiser = await someone("ORGANISER");
  eventId = await newEvent(organiser, await newVenue(organiser));
});

const list = (query: string) => admin.get<Page>(`${LETTERS}?${query}`);

/** A letter of a message that was sent before, as a consumer would have written it. @returns its id */
async function letter(topic: TopicName, key: string, value: string): Promise<string> {
  const [partition, sourceTopic] = [sagaPartition(key), wireTopic(topic)];
  const source = { sourceTopic, sourcePartition: partition, sourceOffset: 0 };
  const text = letterValue({ ...source, error: "made by a test", attempts: 3, value });
  await log.produce([{ topic: deadLetterTopic(topic), partition, key, value: text }]);
  return letterId(await letterOf(topic, key));
}

const sentOf = async (topic: TopicName, key: string) => {
  const position = { topic: wireTopic(topic), partition: sagaPartition(key), offset: 0 };
  return (await log.fetch([position], 0)).filter((record) => record.key === key);
};

let made = 0;
const newKey = () => `bkg_letter${Date.now()}_${made++}`;

describe("dead letters at the admin's address", () => {
  it("are listed by topic and state, either way round, without their messages [route GET /api/admin/dead-letters: works]", async () => {
    const keys = [newKey(), newKey(), newKey()];
    const ids: string[] = [];
    for (const key of keys) ids.push(await letter("event.created", key, '{"name":"A Person"}'));
    await admin.post(`${LETTERS}/${ids[1]}/discard`, { reason: "one of three" });

    const waiting = await list("topic=event.created&state=WAITING&perPage=100");
    const shown = waiting.body.data.map(({ id }) => id).filter((id) => ids.includes(id));
    expect(shown).toEqual([ids[0], ids[2]]);
    expect(waiting.body.isComplete).toBe(true);
    expect(waiting.headers.get("cache-control")).toBe("no-store");
    expect(JSON.stringify(waiting.body)).not.toContain("A Person");

    const newest = await list("topic=event.created&order=newest&perPage=2");
    expect(newest.body.data.map(({ id, state }) => [id, state])).toEqual([
      [ids[2], "WAITING"],
      [ids[1], "DISCARDED"],
    ]);
    expect(newest.body.pagination.totalPages).toBe(Math.ceil(newest.body.pagination.total / 2));
    expect((await list("topic=event.created&state=REPLAYED")).body.data).toEqual([]);
  });

  it.each(["topic=nothing", "state=LOST", "order=any", "page=0", "perPage=101"])(
    "are not listed by what means nothing: %s [route GET /api/admin/dead-letters: bad input]",
    async (query) => {
      expect(await list(query)).toMatchObject(problem("VALIDATION_ERROR", query.split("=")[0]));
    },
  );

  it("are shown whole [route GET /api/admin/dead-letters/{topic}/{partition}/{offset}: works]", async () => {
    const key = newKey();
    const id = await letter("event.created", key, '{"name":"A Person"}');
    const shown = await admin.get(`${LETTERS}/${id}`);
    expect(shown).toMatchObject({
      status: 200,
      body: { id, key, state: "WAITING", attempts: 3, error: "made by a test", value: '{"name":"A Person"}' },
    });
    expect(shown.headers.get("cache-control")).toBe("no-store");
  });

  it.each(["event.created/0/999999", "event.created/8/0", "nothing/0/0", "event.created/0/x"])(
    "are not where none is: %s [route GET /api/admin/dead-letters/{topic}/{partition}/{offset}: bad input]" +
      " [route POST /api/admin/dead-letters/{topic}/{partition}/{offset}/replay: bad input]",
    async (id) => {
      const absent = problem("DEAD_LETTER_NOT_FOUND");
      expect(await admin.get(`${LETTERS}/${id}`)).toMatchObject(absent);
      expect(await admin.send("POST", `${LETTERS}/${id}/replay`)).toMatchObject(absent);
      expect(await admin.post(`${LETTERS}/${id}/discard`, { reason: "none" })).toMatchObject(absent);
    },
  );
});

describe("a dead letter", () => {
  it("that two admins replay at once has its effect once, and one of them hears of the other [route POST /api/admin/dead-letters/{topic}/{partition}/{offset}/replay: works]", async () => {
    const [buyer, other] = [await someone(), await someone("ADMIN")];
    const { mend } = await breakBookingsOf(buyer.identity.userId);
    const bookingId = await book(buyer, bookingBody(eventId, ["1-1", "1-2"]));
    const id = letterId(await letterOf("seats.locked", bookingId));
    await mend();

    const replay = (by: User) => by.send<Letter & { detail: string }>("POST", `${LETTERS}/${id}/replay`);
    const answers = await Promise.all([replay(admin), replay(other)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const [first, second] = answers.toSorted((a, b) => a.status - b.status);
    expect(first!.body.state).toBe("REPLAYED");
    expect(second).toMatchObject(problem("DEAD_LETTER_DECIDED"));
    expect(second!.body.detail).toContain(`by ${first!.body.decision!.by}`);

    expect((await decided(buyer, bookingId)).status).toBe("CONFIRMED");
    expect(await statusOf(eventId, ["1-1", "1-2"])).toEqual({ "1-1": "RESERVED", "1-2": "RESERVED" });
    const steps = (await stepsOf(buyer, bookingId)).map(([step]) => step);
    expect(steps.filter((step) => step === "seats.locked")).toHaveLength(1);
    expect((await intentsOf(bookingId)).map(({ captured }) => captured)).toEqual([2 * PRICE]);
    expect(await replay(admin)).toMatchObject(problem("DEAD_LETTER_DECIDED"));
  });

  it("is discarded with a reason, by whom it is told, and not replayed after that [route POST /api/admin/dead-letters/{topic}/{partition}/{offset}/discard: works]", async () => {
    const key = newKey();
    const id = await letter("event.created", key, "{}");
    const answer = await admin.post<Letter>(`${LETTERS}/${id}/discard`, { reason: " not ours " });
    expect(answer).toMatchObject({
      status: 200,
      body: { state: "DISCARDED", decision: { by: admin.identity.userId, reason: "not ours" } },
    });
    const replay = await admin.send("POST", `${LETTERS}/${id}/replay`);
    expect(replay).toMatchObject(problem("DEAD_LETTER_DECIDED"));
    expect(await sentOf("event.created", key)).toEqual([]);
  });

  it.each<[string, object]>([
    ["none", {}],
    ["empty", { reason: " " }],
    ["too long", { reason: "x".repeat(501) }],
    ["a number", { reason: 1 }],
    ["two lines", { reason: "a\nb" }],
  ])(
    "is not discarded for a reason that is none: %s [route POST /api/admin/dead-letters/{topic}/{partition}/{offset}/discard: bad input]",
    async (_name, body) => {
      const answer = await admin.post(`${LETTERS}/event.created/0/0/discard`, body);
      expect(answer).toMatchObject(problem("VALIDATION_ERROR", "reason"));
    },
  );

  it("that is no letter of ours can be discarded only", async () => {
    const key = newKey();
    await log.produce([
      { topic: deadLetterTopic("event.created"), partition: sagaPartition(key), key, value: "foreign" },
    ]);
    const id = letterId(await letterOf("event.created", key));
    const replay = await admin.send("POST", `${LETTERS}/${id}/replay`);
    expect(replay).toMatchObject(problem("DEAD_LETTER_UNREADABLE"));
    const discard = await admin.post(`${LETTERS}/${id}/discard`, { reason: "foreign" });
    expect(discard).toMatchObject({ status: 200, body: { error: null, attempts: null } });
  });
});

describe("all dead letters of a topic", () => {
  const replayAll = (body: object) => admin.post(`${LETTERS}/replay`, body);
  const TOPIC = "payment.refunded";

  it("are replayed, a hundred a call, and have their effect once [route POST /api/admin/dead-letters/replay: works]", async () => {
    const buyer = await someone();
    const bookingId = await book(buyer, bookingBody(eventId, ["2-1"]));
    expect((await decided(buyer, bookingId)).status).toBe("CONFIRMED");
    expect((await buyer.post(`/api/bookings/${bookingId}/cancel`, {})).status).toBe(200);
    const [refunded] = await until(
      "the refund",
      () => sentOf(TOPIC, bookingId),
      (sent) => sent.length > 0,
    );
    const { topic: sourceTopic, partition, key, value } = refunded!;
    const source = { sourceTopic, sourcePartition: partition, sourceOffset: refunded!.offset };
    const text = letterValue({ ...source, error: "made by a test", attempts: 3, value });
    const one = { topic: deadLetterTopic(TOPIC), partition, key, value: text };
    await log.produce([{ ...one, value: "foreign" }, ...Array.from({ length: 120 }, () => one)]);

    expect(await replayAll({ topic: TOPIC })).toMatchObject({
      status: 200,
      body: { replayed: 100, left: 20, unreadable: 1 },
    });
    expect((await replayAll({ topic: TOPIC })).body).toEqual({ replayed: 20, left: 0, unreadable: 1 });
    expect((await replayAll({ topic: TOPIC })).body).toEqual({ replayed: 0, left: 0, unreadable: 1 });
    // Its own service may have sent it more than once, too.
    expect((await sentOf(TOPIC, bookingId)).length).toBeGreaterThanOrEqual(121);

    // What comes behind them in the partition is handled after them.
    const steps = await until(
      "the refund's step",
      () => stepsOf(buyer, bookingId),
      (seen) => seen.some(([step]) => step === "payment.refunded"),
    );
    expect(steps.filter(([step]) => step === "payment.refunded")).toHaveLength(1);
    expect((await list(`topic=${TOPIC}&state=REPLAYED&perPage=100`)).body.pagination.total).toBe(120);
  });

  it.each([{ topic: "nothing" }, { topc: TOPIC }, { topic: null }])(
    "are not replayed for what means nothing: %j [route POST /api/admin/dead-letters/replay: bad input]",
    async (body) => expect(await replayAll(body)).toMatchObject(problem("VALIDATION_ERROR")),
  );
});

/** What a booking that is paid at once goes through. */
const ON_THE_WAY = [
  ...["booking.initiated", "seats.locked", "payment.requested", "payment.processed", "seats.confirm"],
  ...["seats.confirmed", "payment.capture", "payment.captured", "booking.confirmed"],
] as TopicName[];

it("a poison message in every partition of every topic on its way holds no other booking back", async () => {
  const poison = ON_THE_WAY.flatMap((topic) =>
    Array.from({ length: PARTITIONS }, (_, partition) => ({
      ...{ topic: wireTopic(topic), partition, key: `bkg_poison_${topic}`, value: '{"poison":true}' },
    })),
  );
  await log.produce(poison);
  const buyer = await someone();
  const bookingId = await book(buyer, bookingBody(eventId, ["2-2"]));
  expect((await decided(buyer, bookingId)).status).toBe("CONFIRMED");
  // Those that lay before it in its own partition came to where a person sees them.
  const partition = sagaPartition(bookingId);
  for (const topic of ON_THE_WAY) {
    const isThere = ({ key, id }: Letter) =>
      key === `bkg_poison_${topic}` && id.startsWith(`${topic}/${partition}/`);
    await until(
      `the poison of ${topic}`,
      () => list(`topic=${topic}&state=WAITING&order=newest&perPage=100`),
      ({ body }) => body.data.some(isThere),
    );
  }
});
