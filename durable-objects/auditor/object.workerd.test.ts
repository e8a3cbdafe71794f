import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { DUE_AFTER_MS, OVERDUE_MS, SCHEDULED_DELAY_MS } from "./policy.ts";
import { finding } from "./testing/findings.ts";
import { type TestAuditor, world } from "./testing/worker.ts";

const { AUDITOR } = env as unknown as { AUDITOR: DurableObjectNamespace<TestAuditor> };
const REQUEST = { repair: true, eventId: null, startedBy: "usr_1" };

let count = 0;
/** As the next caller finds it: a stub stays broken once its object has ended. */
const auditor = () => AUDITOR.getByName(`auditor ${count}`);
const runAlarm = () => runDurableObjectAlarm(auditor());
/** When its next turn is due, in ms from now; null when none is. */
const turnIn = () =>
  runInDurableObject(auditor(), async (_, { storage }) => {
    const at = await storage.getAlarm();
    return at === null ? null : at - world.now;
  });

beforeEach(() => {
  count += 1;
  world.asked = [];
  world.warnings = [];
  world.page = (cursor) => ({
    findings: [finding(cursor ?? "first")],
    counted: { pages: 1 },
    next: cursor === null ? "second" : null,
  });
});

describe("the auditor", () => {
  it("takes a turn in each alarm, and rests when the audit has ended", async () => {
    const { run } = await auditor().start(REQUEST);
    expect(await turnIn()).toBe(0);
    for (let turns = 0; turns < 4; turns++) expect(await runAlarm()).toBe(true);
    expect(await turnIn()).toBeNull();
    const report = await auditor().report(run.id, 0, 10);
    expect(report).toMatchObject({
      run: { state: "DONE", counted: { pages: 2 }, repaired: 2 },
      findings: [
        { subject: "first", mended: true },
        { subject: "second", mended: true },
      ],
    });
    expect(await auditor().runs()).toMatchObject([{ id: run.id }]);
  });

  it("goes on after it was evicted, with the page that was next", async () => {
    const { run } = await auditor().start(REQUEST);
    await runAlarm();
    await evictDurableObject(auditor());
    expect((await auditor().start(REQUEST)).run.id).toBe(run.id);
    for (let turns = 0; turns < 3; turns++) await runAlarm();
    expect(world.asked).toEqual([null, "second"]);
    expect(await auditor().report(run.id, 0, 10)).toMatchObject({ run: { state: "DONE" }, kept: 2 });
  });

  it("goes on when it is asked again, where its alarm was due long ago and did not come", async () => {
    await auditor().start(REQUEST);
    world.now += OVERDUE_MS - 1;
    await auditor().start(REQUEST);
    expect(await turnIn()).toBe(1 - OVERDUE_MS);
    world.now += 1;
    await auditor().start(REQUEST);
    expect(await turnIn()).toBe(0);
  });

  it("comes back though a turn ends in a fault of its own", async () => {
    await auditor().start(REQUEST);
    await runInDurableObject(auditor(), (_, { storage }) => storage.sql.exec("DROP TABLE finding"));
    expect(await runAlarm()).toBe(true);
    expect(await turnIn()).toBeGreaterThan(0);
    expect(world.warnings.length).toBeGreaterThan(0);
  });
});

describe("the scheduled audit", () => {
  it("begins a minute later, once an hour, and at once for a person who asks", async () => {
    await auditor().startIfDue(REQUEST);
    expect(await turnIn()).toBe(SCHEDULED_DELAY_MS);
    await auditor().start(REQUEST);
    expect(await turnIn()).toBe(0);
    for (let turns = 0; turns < 4; turns++) await runAlarm();
    await auditor().startIfDue(REQUEST);
    expect(await auditor().runs()).toHaveLength(1);
    world.now += DUE_AFTER_MS;
    await auditor().startIfDue(REQUEST);
    expect(await auditor().runs()).toMatchObject([{ state: "RUNNING" }, { state: "DONE" }]);
  });

  it("gives an audit that lost its alarm another one", async () => {
    await auditor().start(REQUEST);
    await runInDurableObject(auditor(), (_, { storage }) => storage.deleteAlarm());
    await auditor().startIfDue(REQUEST);
    expect(await turnIn()).toBe(0);
  });
});
