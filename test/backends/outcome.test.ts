import { expect, it } from "vitest";
import { type Done, render, total } from "./outcome.ts";

const DONE: Done[] = [
  {
    stage: "conformance: mongo",
    passed: 90,
    failed: 0,
    ms: 4_000,
    notRun: [{ what: "$facet", why: "the server lacks: facet" }],
  },
  { stage: "e2e", passed: 1, failed: 1, ms: 2_600, notRun: [] },
];

it("each stage says what passed, failed and was not run, and why", () => {
  const without = [{ what: "conformance: smtp", why: "no server" }];
  expect(render({ versions: [["PostgreSQL", "15.20"]], done: DONE, without })).toBe(`
Servers
  PostgreSQL 15.20

Stages
  conformance: mongo  90 passed, 0 failed, 1 not run  (4 s)
  e2e                 1 passed, 1 failed, 0 not run  (3 s)

Not run
  conformance: mongo: the server lacks: facet
    - $facet
  conformance: smtp: no server
`);
});

it("a stage of which nothing was run has failed", () => {
  expect(total(DONE)).toEqual({ passed: 91, failed: 1 });
  expect(total([...DONE, { stage: "saga", passed: 0, failed: 0, ms: 1, notRun: [] }])).toEqual({
    passed: 91,
    failed: 2,
  });
});
