import { describe, expect, it } from "vitest";
import { DUE_AFTER_MS, MAX_FAILURES, MAX_KEPT, MAX_RUN_MS, MAX_RUNS, MENDS_A_TURN } from "./policy.ts";
import { finding } from "./testing/findings.ts";
import { auditorRig } from "./testing/rig.ts";

const LOOK = { repair: false, eventId: null, startedBy: "usr_1" };
const REPAIR = { ...LOOK, repair: true };
const page = (next: string | null, ...subjects: string[]) => ({
  findings: subjects.map((subject) => finding(subject)),
  counted: { bookings: 10 },
  next,
});

describe("an audit", () => {
  it("looks at page after page, sums up what it counted, and keeps what it found in order", async () => {
    const { core, world, finish } = auditorRig();
    world.pages = { first: page("b", "1"), b: page("c"), c: page(null, "2", "3") };
    const { run, isNew } = core.start({ ...LOOK, eventId: "evnt_1" });
    expect([isNew, run.state]).toEqual([true, "RUNNING"]);
    await finish();
    expect(world.asked.map(({ cursor }) => cursor)).toEqual([null, "b", "c"]);
    expect(world.asked[0]!.scope).toEqual({ eventId: "evnt_1", startedAt: run.startedAt });
    const report = core.report(run.id, 0, 100)!;
    expect(report.run).toMatchObject({
      ...{ state: "DONE", counted: { bookings: 30 }, found: { "stuck-outbox": 3 } },
      ...{ repaired: 0, error: null, endedAt: world.now },
    });
    expect(report.findings.map(({ subject, mended }) => [subject, mended])).toEqual([
      ["1", null],
      ["2", null],
      ["3", null],
    ]);
    expect(report.kept).toBe(3);
    expect(core.report(run.id, 1, 1)!.findings.map(({ subject }) => subject)).toEqual(["2"]);
    expect(core.report("audit_none", 0, 1)).toBeNull();
  });

  it("runs alone: whoever asks meanwhile is told which one runs", async () => {
    const { core, finish } = auditorRig();
    const { run } = core.start(LOOK);
    expect(core.start(REPAIR)).toEqual({ run, isNew: false });
    await finish();
    expect(core.start(REPAIR).isNew).toBe(true);
  });

  it("goes on where it was after a crash, with nothing found twice", async () => {
    const rig = auditorRig();
    rig.world.pages = { first: page("b", "1"), b: page("c", "2"), c: page(null, "3") };
    const { run } = rig.core.start(REPAIR);
    for (let turns = 0; turns < 2; turns++) {
      await rig.core.turn();
      rig.restart();
    }
    await rig.finish();
    expect(rig.world.asked.map(({ cursor }) => cursor)).toEqual([null, "b", "c"]);
    expect(rig.core.report(run.id, 0, 10)!.run).toMatchObject({ found: { "stuck-outbox": 3 }, repaired: 3 });
  });

  it("asks again for a page that a crash left unanswered, and keeps its findings once", async () => {
    const rig = auditorRig();
    rig.world.pages = { first: page(null, "1") };
    const { run } = rig.core.start(LOOK);
    rig.world.isDown = true;
    await rig.core.turn();
    rig.world.isDown = false;
    rig.restart();
    await rig.finish();
    expect(rig.world.asked).toHaveLength(2);
    expect(rig.core.report(run.id, 0, 10)!.kept).toBe(1);
  });

  it("waits out an outage with growing pauses, and fails with its reason when that does not end", async () => {
    const { core, world, finish, linesOf } = auditorRig();
    world.isDown = true;
    const { run } = core.start(LOOK);
    const pauses = await finish();
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(pauses).toHaveLength(MAX_FAILURES - 1);
    expect(core.report(run.id, 0, 1)!.run).toMatchObject({
      state: "FAILED",
      error: "Unavailable: a service is unavailable",
    });
    expect(linesOf("error").map(({ message }) => message)).toEqual(["audit failed"]);
    expect(core.start(LOOK).isNew).toBe(true);
  });

  it("ends though its pages never do", async () => {
    const { core, world, finish } = auditorRig();
    world.pages = { first: page("a"), a: page("a") };
    const { run } = core.start(LOOK);
    await core.turn();
    world.now += MAX_RUN_MS + 1;
    await finish();
    expect(core.report(run.id, 0, 1)!.run).toMatchObject({
      state: "FAILED",
      error: "not at its end after 1 pages",
    });
  });

  it("counts all that it finds, and keeps as much as anybody reads", async () => {
    const { core, world, finish } = auditorRig();
    const many = Array.from({ length: MAX_KEPT - 1 }, (_, n) => String(n));
    world.pages = { first: page("b", ...many), b: page(null, "x", "y", "z") };
    const { run } = core.start(LOOK);
    await finish();
    const report = core.report(run.id, MAX_KEPT - 2, 10)!;
    expect([report.kept, report.run.found["stuck-outbox"]]).toEqual([MAX_KEPT, MAX_KEPT + 2]);
    expect(report.findings.map(({ subject }) => subject)).toEqual([String(MAX_KEPT - 2), "x"]);
    expect(core.report(run.id, 0, 1_000)!.findings).toHaveLength(200);
  });

  it("is remembered for a day of audits, the newest first", async () => {
    const { core, world, finish, storage } = auditorRig();
    world.pages = { first: page(null, "1") };
    const ids: string[] = [];
    for (let n = 0; n < MAX_RUNS + 2; n++) {
      world.now += 1_000;
      ids.push(core.start(LOOK).run.id);
      await finish();
    }
    expect(core.runs().map(({ id }) => id)).toEqual(ids.slice(2).reverse());
    expect(storage.sql.exec("SELECT count(*) AS n FROM finding").toArray()).toEqual([{ n: MAX_RUNS }]);
  });
});

describe("mending", () => {
  it("is for those who ask for it, and for what is safe to mend", async () => {
    const { core, world, finish } = auditorRig();
    const forPerson = finding("2", { check: "charged-without-seats", mend: null });
    world.pages = { first: { ...page(null), findings: [finding("1"), forPerson, finding("3")] } };
    world.mend = async ({ subject }) => subject === "1";
    const looked = core.start(LOOK).run;
    await finish();
    expect(world.mended).toEqual([]);
    const { run } = core.start(REPAIR);
    await finish();
    expect(world.mended).toEqual(["1", "3"]);
    const report = core.report(run.id, 0, 10)!;
    expect(report.run).toMatchObject({ state: "DONE", repaired: 1 });
    expect(report.findings.map(({ mended }) => mended)).toEqual([true, null, false]);
    expect(core.report(looked.id, 0, 10)!.findings.map(({ mended }) => mended)).toEqual([null, null, null]);
  });

  it("goes on after a crash with what was not tried", async () => {
    const rig = auditorRig();
    const all = Array.from({ length: MENDS_A_TURN + 5 }, (_, n) => String(n));
    rig.world.pages = { first: page(null, ...all) };
    rig.core.start(REPAIR);
    await rig.core.turn();
    await rig.core.turn();
    expect(rig.world.mended).toHaveLength(MENDS_A_TURN);
    rig.restart();
    await rig.finish();
    expect(rig.world.mended).toEqual(all);
  });

  it("does not wait for one that cannot be mended", async () => {
    const { core, world, finish, linesOf } = auditorRig();
    world.pages = { first: page(null, "bad", "good") };
    world.mend = async ({ subject }) => {
      if (subject === "bad") throw new Error("no");
      return true;
    };
    const { run } = core.start(REPAIR);
    await finish();
    expect(core.report(run.id, 0, 10)!.findings.map(({ mended }) => mended)).toEqual([false, true]);
    expect(world.mended.filter((subject) => subject === "bad")).toHaveLength(MAX_FAILURES);
    expect(linesOf("warn").at(-1)?.message).toBe("finding not mended");
  });
});

describe("the end of an audit", () => {
  it("is one error line for each class of what is left, and one line in all", async () => {
    const { core, world, finish, linesOf } = auditorRig();
    const held = finding("pi_1", { check: "held-for-nothing", mend: null });
    world.pages = { first: { ...page(null), findings: [finding("1"), finding("2"), held, finding("3")] } };
    world.mend = async ({ subject }) => subject !== "2";
    const { run } = core.start(REPAIR);
    await finish();
    const auditId = run.id;
    expect(linesOf("error").map(({ fields }) => fields)).toEqual([
      { auditId, check: "stuck-outbox", found: 3, left: 1, bookingId: "bkg_2", subject: "2" },
      { auditId, check: "held-for-nothing", found: 1, left: 1, bookingId: "bkg_pi_1", subject: "pi_1" },
    ]);
    expect(linesOf("info").map(({ message, fields }) => [message, fields])).toEqual([
      ["audit", expect.objectContaining({ auditId, state: "DONE", findings: 4, repaired: 2 })],
    ]);
  });

  it("is one line where nothing is left", async () => {
    const { core, world, finish, linesOf } = auditorRig();
    world.pages = { first: page(null, "1") };
    core.start(REPAIR);
    await finish();
    expect([linesOf("error"), linesOf("info").length]).toEqual([[], 1]);
  });
});

describe("the scheduled audit", () => {
  it("is due when none runs and the last one began an hour ago", async () => {
    const { core, world, finish } = auditorRig();
    expect(core.isDue).toBe(true);
    core.start(LOOK);
    world.now += DUE_AFTER_MS;
    expect(core.isDue).toBe(false);
    await finish();
    expect(core.isDue).toBe(true);
    core.start(LOOK);
    await finish();
    world.now += DUE_AFTER_MS - 1;
    expect(core.isDue).toBe(false);
  });
});
