import { expect, it } from "vitest";
import { type Asked, GrantChecker } from "./load/checker.ts";

const lock = (id: number, seats: number[]): Asked => ({ id, event: 0, type: "lock", buyer: id, seats });
const release = (id: number, of: Asked): Asked => ({ ...of, id, type: "release", buyer: of.id });

function checker() {
  const it = new GrantChecker(1, 10);
  const ask = (asked: Asked, outcome: "LOCKED" | "REFUSED" | "RELEASED" | "FAILED") => {
    it.sent(asked);
    it.answered({ id: asked.id, outcome });
  };
  return { it, ask };
}

it("a run in which every seat has one holder at a time has nothing wrong in it", () => {
  const { it, ask } = checker();
  const first = lock(1, [0, 1]);
  ask(first, "LOCKED");
  ask(lock(2, [1, 2]), "REFUSED");
  ask(release(-1, first), "RELEASED");
  ask(lock(3, [1, 2]), "LOCKED");
  it.finish();
  it.compare(0, [1, 2]);
  expect(it.violations).toEqual([]);
  expect([it.granted, it.refused]).toEqual([2, 1]);
});

it("a planted double hold is found", () => {
  const { it, ask } = checker();
  ask(lock(1, [0, 1]), "LOCKED");
  ask(lock(2, [1, 2]), "LOCKED");
  expect(it.violations).toEqual(["seat 1 of event 0 was granted to 2 while 1 holds it"]);
});

it("a seat may be granted again before the answer to its release is heard", () => {
  const { it, ask } = checker();
  const first = lock(1, [0]);
  ask(first, "LOCKED");
  it.sent(release(-1, first));
  ask(lock(2, [0]), "LOCKED");
  it.answered({ id: -1, outcome: "RELEASED" });
  it.finish();
  expect(it.violations).toEqual([]);
});

it("a planted missing answer is found, and so are one too many and one to nothing", () => {
  const { it, ask } = checker();
  it.sent(lock(1, [0]));
  ask(lock(2, [1]), "LOCKED");
  it.answered({ id: 2, outcome: "LOCKED" });
  it.answered({ id: 9, outcome: "LOCKED" });
  it.finish();
  expect(it.violations).toEqual([
    "an answer to 2, which was not asked or is answered",
    "an answer to 9, which was not asked or is answered",
    "lock 1 was not answered",
  ]);
});

it("an answer of another kind is found", () => {
  const { it, ask } = checker();
  ask(lock(1, [0]), "RELEASED");
  ask(lock(2, [1]), "FAILED");
  ask(release(-1, lock(3, [2])), "LOCKED");
  expect(it.violations).toHaveLength(3);
});

it("what the contender says is taken must be what it granted", () => {
  const { it, ask } = checker();
  ask(lock(1, [0, 1]), "LOCKED");
  it.compare(0, [1, 5]);
  expect(it.violations).toEqual([
    "seat 0 of event 0 was granted to 1 and is not taken",
    "seat 5 of event 0 is taken and nobody was granted it",
  ]);
});

it("of an event that is not followed, grants are counted alone", () => {
  const it = new GrantChecker(0, 10);
  it.sent(lock(1, [0]));
  it.answered({ id: 1, outcome: "LOCKED" });
  it.sent(lock(2, [0]));
  it.answered({ id: 2, outcome: "LOCKED" });
  expect([it.granted, it.violations.length]).toEqual([2, 0]);
});
