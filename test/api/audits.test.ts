import { describe, expect, it } from "vitest";
import { until } from "#local/e2e/until.ts";
import { problem } from "../support/client.ts";
import { someone } from "../support/world.ts";

interface Audit {
  id: string;
  state: string;
  repair: boolean;
  eventId: string | null;
  startedBy: string;
  startedAt: string;
  endedAt: string | null;
  counted: Record<string, number>;
  found: Record<string, number>;
  findings: object[];
}

const AUDITS = "/api/admin/audits";
const admin = await someone("ADMIN");

/** Starts an audit, after the one that may be running. */
const started = async (body: object) =>
  until(
    "an audit of our own",
    () => admin.post<Audit>(AUDITS, body),
    ({ status }) => status === 202,
  );
const ended = (location: string) =>
  until(
    "the audit's end",
    () => admin.get<Audit>(location),
    ({ body }) => body.state !== "RUNNING",
  );

describe("an audit", () => {
  it("is started by an admin, runs by itself, and is read when it has ended [route POST /api/admin/audits: works] [route GET /api/admin/audits/{id}: works]", async () => {
    const { body, headers } = await started({});
    expect(body).toMatchObject({ state: "RUNNING", repair: false, startedBy: admin.identity.userId });
    expect(headers.get("location")).toBe(`${AUDITS}/${body.id}`);
    const { body: report } = await ended(headers.get("location")!);
    expect(report).toMatchObject({ id: body.id, state: "DONE", eventId: null });
    expect(Date.parse(report.endedAt!)).toBeGreaterThan(0);
  });

  it("is among the audits of the last day [route GET /api/admin/audits: works]", async () => {
    const { body } = await started({ eventId: "evnt_none", repair: true });
    await ended(`${AUDITS}/${body.id}`);
    const { body: list } = await admin.get<{ data: Audit[] }>(AUDITS);
    expect(list.data.find(({ id }) => id === body.id)).toMatchObject({
      ...{ state: "DONE", repair: true, eventId: "evnt_none" },
    });
  });

  it("runs alone: of several that are asked for at once none begins before another has ended", async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => admin.post<Audit & { detail: string }>(AUDITS, {})),
    );
    for (const answer of answers.filter(({ status }) => status !== 202)) {
      expect(answer).toMatchObject(problem("AUDIT_RUNNING"));
      expect(answer.body.detail).toMatch(/^It is audit_[0-9a-f]{32}, started by /);
    }
    const { body } = await until(
      "no audit that runs",
      () => admin.get<{ data: Audit[] }>(AUDITS),
      (list) => list.body.data.every(({ state }) => state !== "RUNNING"),
    );
    const oldestFirst = body.data.toReversed();
    const overlaps = oldestFirst.filter(
      ({ startedAt }, n) => n > 0 && startedAt < oldestFirst[n - 1]!.endedAt!,
    );
    expect(overlaps).toEqual([]);
    expect(oldestFirst.length).toBeGreaterThan(0);
  });

  it.each([{ repair: "yes" }, { eventId: 1 }, { event: "evnt_1" }, { eventId: "" }])(
    "is not started for what means nothing: %j [route POST /api/admin/audits: bad input]",
    async (body) => expect(await admin.post(AUDITS, body)).toMatchObject(problem("VALIDATION_ERROR")),
  );

  it("is not found by another name, nor read by a page that there cannot be [route GET /api/admin/audits/{id}: bad input]", async () => {
    expect(await admin.get(`${AUDITS}/audit_none`)).toMatchObject(problem("AUDIT_NOT_FOUND"));
    expect(await admin.get(`${AUDITS}/audit_none?page=0`)).toMatchObject(problem("VALIDATION_ERROR", "page"));
  });
});
