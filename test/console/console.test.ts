import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConsoleConfig } from "#local/console/config.ts";
import { startConsole } from "#local/console/server.ts";
import { logOf } from "#local/dead-letters/command.ts";
import { consoleVariables } from "#local/parts/console.ts";
import type { Running } from "#local/shared/run-process.ts";
import { letterId, letterValue } from "#shared/dead-letters/letter.ts";
import { readLetters } from "#shared/dead-letters/read.ts";
import { deadLetterTopic, sagaPartition, wireTopic } from "#shared/saga/wire.ts";
import { book, bookingBody, decided } from "../support/bookings.ts";
import { newEvent, newVenue } from "../support/events.ts";
import { config, someone } from "../support/world.ts";

const TOPIC = "payment.disputed";
const log = logOf(config);
let running: Running;
let base: string;

beforeAll(async () => {
  running = await startConsole({ ...readConsoleConfig(consoleVariables(config)), port: 0 }, () => {});
  base = `http://127.0.0.1:${running.port}`;
});
afterAll(() => running.close());

async function open(path: string, init: RequestInit = {}) {
  const response = await fetch(base + path, { redirect: "manual", ...init });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** As a form of the console sends it. */
const send = (
  path: string,
  form: Record<string, string> = {},
  headers: Record<string, string> = { origin: base },
) => open(path, { method: "POST", body: new URLSearchParams(form), headers });

/** A dead letter of a message that no consumer minds. @returns its name */
async function deadLetter(key: string): Promise<string> {
  const partition = sagaPartition(key);
  const source = { sourceTopic: wireTopic(TOPIC), sourcePartition: partition, sourceOffset: 0 };
  const value = letterValue({
    ...source,
    error: "a <b>rule</b>",
    attempts: 3,
    value: '{"made":"by a test"}',
  });
  await log.produce([{ topic: deadLetterTopic(TOPIC), partition, key, value }]);
  const { letters } = await readLetters(log, [TOPIC]);
  return letterId(letters.find((one) => one.key === key)!);
}

describe("the console on the platform's own port", () => {
  it("answers", async () => {
    const response = await fetch(`http://127.0.0.1:${config.ports.console}/`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("ticketflow.booking.initiated");
  });
});

describe("the console's topics", () => {
  it("lists topics and groups with their lag, a topic's partitions, and messages, newest first", async () => {
    const organiser = await someone("ORGANISER");
    const eventId = await newEvent(organiser, await newVenue(organiser));
    const buyer = await someone();
    const bookingId = await book(buyer, bookingBody(eventId, ["1-1"]));
    await decided(buyer, bookingId);

    const topics = await open("/");
    expect(topics.text).toMatch(/ticketflow\.bookings<\/td><td class="number">\d/);
    expect(topics.text).toContain('href="/topics/ticketflow.seats.locked"');
    const topic = await open("/topics/ticketflow.seats.locked");
    expect(topic.text).toContain("Lag of ticketflow.bookings");
    const partition = await open(`/topics/ticketflow.seats.locked/${sagaPartition(bookingId)}`);
    expect(partition.text).toContain(`seats.locked:${bookingId}`);
    const offsets = [...partition.text.matchAll(/<code>(\d+)<\/code>/g)].map(([, offset]) => Number(offset));
    expect(offsets).toEqual(offsets.toSorted((a, b) => b - a));
  });

  it("pages through a partition without a gap", async () => {
    const key = "bkg_paged";
    const partition = sagaPartition(key);
    const records = Array.from({ length: 50 }, (_, n) => ({
      ...{ topic: deadLetterTopic(TOPIC), partition, key, value: `{"n":${n}}` },
    }));
    await log.produce(records);
    const seen: number[] = [];
    let path: string | undefined = `/topics/${deadLetterTopic(TOPIC)}/${partition}`;
    while (path) {
      const { text } = await open(path);
      seen.push(...[...text.matchAll(/<code>(\d+)<\/code>/g)].map(([, offset]) => Number(offset)));
      path = /href="([^"]+)">Older/.exec(text)?.[1];
    }
    expect(seen).toEqual(seen.map((_, n) => seen[0]! - n));
    expect(seen.at(-1)).toBe(0);
    expect(seen.length).toBeGreaterThanOrEqual(50);
  });

  it.each([
    "/topics/nothing",
    "/topics/ticketflow.seats.locked/8",
    "/topics/ticketflow.seats.locked/x",
    "/nothing",
  ])("says that there is no %s", async (path) => expect((await open(path)).status).toBe(404));
});

describe("the console's dead letters", () => {
  it("are listed and shown, as text whatever is in them", async () => {
    const id = await deadLetter(`bkg_shown${Date.now()}`);
    expect((await open(`/dead-letters?topic=${TOPIC}`)).text).toContain(`href="/dead-letters/${id}"`);
    const { text } = await open(`/dead-letters/${id}`);
    expect(text).toContain("a &lt;b&gt;rule&lt;/b&gt;");
    expect(text).toContain("&quot;made&quot;: &quot;by a test&quot;");
    expect(text).toContain("waits for a decision");
  });

  it("are replayed once", async () => {
    const key = `bkg_replayed${Date.now()}`;
    const id = await deadLetter(key);
    const sent = async () =>
      (await log.fetch([{ topic: wireTopic(TOPIC), partition: sagaPartition(key), offset: 0 }], 0)).filter(
        (record) => record.key === key,
      );
    const answer = await send(`/dead-letters/${id}/replay`);
    expect([answer.status, answer.headers.get("location")]).toEqual([303, `/dead-letters/${id}`]);
    await send(`/dead-letters/${id}/replay`);
    expect(await sent()).toHaveLength(1);
    expect((await open(`/dead-letters/${id}`)).text).toMatch(/replayed at .* by an operator \(console\)/);
    expect((await open(`/dead-letters/${id}`)).text).not.toContain('<form method="post"');
  });

  it("are discarded with a reason only", async () => {
    const id = await deadLetter(`bkg_discarded${Date.now()}`);
    expect((await send(`/dead-letters/${id}/discard`, { reason: " " })).status).toBe(400);
    expect((await open(`/dead-letters/${id}`)).text).toContain("waits for a decision");
    expect((await send(`/dead-letters/${id}/discard`, { reason: "a test's" })).status).toBe(303);
    expect((await open(`/dead-letters/${id}`)).text).toContain("a test&#39;s");
    expect((await open("/dead-letters?all=1")).text).toMatch(new RegExp(`${id}</a>[\\s\\S]*?discarded`));
    expect((await open("/dead-letters")).text).not.toContain(`"/dead-letters/${id}"`);
  });

  it("are replayed all at once", async () => {
    const ids = [await deadLetter(`bkg_all1${Date.now()}`), await deadLetter(`bkg_all2${Date.now()}`)];
    expect((await send("/dead-letters/replay", { topic: TOPIC })).status).toBe(303);
    const { letters } = await readLetters(log, [TOPIC]);
    expect(
      letters.filter((one) => ids.includes(letterId(one))).map(({ handled }) => handled?.action),
    ).toEqual(["replayed", "replayed"]);
  });

  it("take no decision from a page elsewhere", async () => {
    const id = await deadLetter(`bkg_forged${Date.now()}`);
    const elsewhere: Record<string, string>[] = [{}, { origin: "http://example.com" }, { origin: "null" }];
    for (const headers of elsewhere) {
      expect((await send(`/dead-letters/${id}/discard`, { reason: "x" }, headers)).status).toBe(403);
    }
    expect((await open(`/dead-letters/${id}`)).text).toContain("waits for a decision");
  });

  it.each(["/dead-letters/nothing/0/0", `/dead-letters/${TOPIC}/0/999999`, `/dead-letters/${TOPIC}/9/0`])(
    "say that there is no %s",
    async (path) => {
      expect((await open(path)).status).toBe(404);
      expect((await send(`${path}/replay`)).status).toBe(404);
    },
  );
});

describe("the console's stores", () => {
  it("shows documents, by a filter, with what is secret hidden", async () => {
    expect((await open("/documents")).text).toContain('href="/documents/payments/payments"');
    const filter = new URLSearchParams({ filter: '{"name":"La Traviata"}' });
    const { text } = await open(`/documents/events/events?${filter}`);
    expect(text.match(/<article>/g)).toHaveLength(1);
    expect(text).toContain("La Traviata");
    expect((await open("/documents/events/events?filter=%7B%22name%22%3A%22none%22%7D")).text).toContain(
      "No documents.",
    );
  });

  it.each(["{", "[1]", "1", '{"$where":"sleep(1)"}', `{"a":"${"x".repeat(2_000)}"}`])(
    "refuses the filter %j",
    async (filter) => {
      const { status, text } = await open(`/documents/events/events?${new URLSearchParams({ filter })}`);
      expect(status).toBe(400);
      expect(text).toContain('role="alert"');
    },
  );

  it("shows rows, by a column's value, with what is secret hidden", async () => {
    expect((await open("/tables")).text).toContain('href="/tables/users/account"');
    const query = new URLSearchParams({ column: "email", value: "test@ticketflow.dev" });
    const { text } = await open(`/tables/users/account?${query}`);
    expect(text).toContain("test@ticketflow.dev");
    expect(text).not.toContain("admin@ticketflow.dev");
    expect(text).not.toContain("scrypt");
    expect(text).toContain("(hidden)");
    const hidden = new URLSearchParams({ column: "password_hash", value: "x" });
    expect((await open(`/tables/users/account?${hidden}`)).text).toContain("admin@ticketflow.dev");
  });

  it.each([
    "/documents/users/account",
    "/documents/events/nothing",
    "/tables/events/events",
    "/tables/users/nothing",
    '/tables/users/account"; drop table account; --',
    "/tables/users/pg_authid",
  ])("says that there is no %s", async (path) => expect((await open(encodeURI(path))).status).toBe(404));
});

describe("every page", () => {
  it.each(["/", "/dead-letters", "/documents", "/tables", "/nothing"])(
    "%s runs no script and loads nothing from elsewhere",
    async (path) => {
      const { headers, text } = await open(path);
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(text).not.toMatch(/<script|https?:\/\//);
      expect(text).toMatch(/^<!doctype html>\s*<html lang="en">/);
      expect(text.match(/<h1>/g)).toHaveLength(1);
    },
  );

  it("refuses a body that no form of ours has", async () => {
    expect((await send("/dead-letters/replay", { topic: "x".repeat(20_000) })).status).toBe(413);
  });
});

describe("a console without its stores", () => {
  it("says what does not answer", async () => {
    const nowhere = "127.0.0.1:1";
    const lost = await startConsole(
      {
        port: 0,
        kafka: { url: `http://${nowhere}`, username: "u", password: "p" },
        mongo: {},
        postgres: { users: `postgres://u:p@${nowhere}/users` },
      },
      () => {},
    );
    try {
      const ask = async (path: string) => {
        const response = await fetch(`http://127.0.0.1:${lost.port}${path}`);
        return [response.status, await response.text()];
      };
      expect(await ask("/dead-letters")).toEqual([503, expect.stringContaining("Kafka does not answer.")]);
      expect(await ask("/")).toEqual([503, expect.stringContaining("Kafka does not answer.")]);
      expect(await ask("/tables")).toEqual([503, expect.stringContaining("This store does not answer")]);
      expect((await ask("/health"))[0]).toBe(200);
    } finally {
      await lost.close();
    }
  });
});
