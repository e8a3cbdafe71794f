import { checkComposeFiles, NOT_CHECKED } from "#local/backends/compose/check.ts";
import type { Config } from "#local/config.ts";
import type { NotRun, Outcome } from "./outcome.ts";
import { run, vitest } from "./processes.ts";
import { conformanceVariables, scriptOf, serverVariables } from "./targets.ts";

/** One part of the run. */
export interface Stage {
  name: string;
  run(): Promise<Outcome>;
}

const SUITES = ["postgres", "redis", "kafka-rest", "mongo"];

/** Suites for which there is no server here: they have met their stand-ins alone. */
export const WITHOUT_A_SERVER: NotRun[] = [
  { what: "conformance: stripe", why: "no account at Stripe is at hand" },
  { what: "conformance: smtp", why: "no other mail server is at hand" },
  { what: "conformance: pandaproxy", why: "no Redpanda is at hand" },
];

/** The saga's own tests, and those of the services' stores and of the whole platform. */
const SAGA = [
  "bookings",
  "payments",
  "money",
  "inventory",
  "events",
  "notifications",
  "regressions",
  "audit",
];
const PLATFORM = ["bookings", "cancel", "seat-race", "on-sale", "event-changes", "payments", "dead-letters"];

/** What FerretDB 1.24 does not do, for which the platform's own tests have no variable. */
const NOT_ON_FERRETDB: NotRun[] = [
  {
    what: "is forgotten after twenty others",
    why: "FerretDB 1.24 takes $slice of $push and does nothing with it",
  },
  {
    what: "which rules of its schema a document broke",
    why: "FerretDB 1.24 has no validators",
  },
  {
    what: "that a unique key forbade one of several updates",
    why: "FerretDB 1.24 says of an update into a taken key that it is an internal error",
  },
  ...["is not %00", "%00 is no payment"].map((what) => ({
    what,
    why: "FerretDB 1.24 cannot look for a text with a zero byte in it, for PostgreSQL cannot",
  })),
];

/** Killed in turn under load, each once, with other faults in between. */
const KILLED = ["kafka", "postgres", "mongo"];
const CHAOS = ["--minutes", "2", "--rate", "4", "--seed", "1", "--lock-ttl", "120", "--parts", KILLED.join()];

/** What is run against a platform on real servers, in this order. */
export function stagesOn(config: Config): Stage[] {
  const { root } = config;
  const here = {
    TICKETFLOW_PORT_OFFSET: String(config.portOffset),
    TICKETFLOW_DATA_DIR: config.dataDir,
  };
  const suite = (name: string): Stage => ({
    name: `conformance: ${name}`,
    run: async () =>
      vitest({
        ...{ root, config: "vitest.unit.config.ts", filters: [`test/conformance/${name}/`] },
        env: await conformanceVariables(config),
      }),
  });
  const command = (name: string, label: string, args: string[] = [], env = {}): Stage => ({
    name: label,
    async run() {
      const { code } = await run(root, [scriptOf(root, name), ...args], env);
      return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, notRun: [] };
    },
  });
  return [
    { name: "compose files", run: () => composeFiles(root) },
    command("e2e", "e2e", [], here),
    ...SUITES.map(suite),
    {
      name: "servers' own tests",
      run: async () =>
        vitest({
          root,
          config: "vitest.backends.config.ts",
          filters: [],
          env: await serverVariables(config),
        }),
    },
    command("audit", "audit", [], here),
    {
      name: "saga",
      run: () =>
        vitest({
          ...{ root, config: "vitest.platform.config.ts", env: {}, without: NOT_ON_FERRETDB },
          filters: [
            ...SAGA.map((folder) => `test/${folder}/`),
            ...PLATFORM.map((file) => `test/api/${file}.test.ts`),
          ],
        }),
    },
    // Every answer is checked; its numbers are none.
    command("bench", "bench", ["--quick", "--only", "1,2,3,4,5,6,7,8,9,10"]),
    command("chaos", `chaos: kill -9 of ${KILLED.join(", ")}`, CHAOS),
  ];
}

/** The files for Docker, of which nothing can be started here. */
async function composeFiles(root: string): Promise<Outcome> {
  const checked = await checkComposeFiles(root);
  for (const { what, passed, reason } of checked)
    console.log(passed ? `passed  ${what}` : `FAILED  ${what}\n${reason}`);
  const failed = checked.filter(({ passed }) => !passed).length;
  return { passed: checked.length - failed, failed, notRun: [...NOT_CHECKED] };
}
