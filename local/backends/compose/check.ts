import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Document, isScalar, isSeq, parseDocument } from "yaml";
import { readConfig } from "../../config.ts";
import { output } from "../install/command.ts";
import { composeProgram, debianCheckers, hadolintProgram } from "./checkers.ts";
import { writeEnvFile } from "./environment.ts";

/*
 * The compose files, the Dockerfile and what they mount, each read by the program that will read it, where it can be had
 * here. Nothing of it is started.
 */

/** What a check came to; `reason` is the program's own words where it refused. */
export type Checked = { what: string; passed: boolean; reason?: string };

const BASE = "docker-compose.yml";
const PRODUCTION = "docker-compose.production.yml";

/** What has no checker here, and what stands in for it. docs/compose.md says the same. */
export const NOT_CHECKED = [
  {
    what: "the containers themselves",
    why: "no Docker engine is at hand: no image was fetched, built or started by one",
  },
  {
    what: "local/images/redpanda/*.yaml, and Redpanda's command line and health check",
    why: "Redpanda's programs are not among the packages here",
  },
  {
    what: "local/images/mongo/setup.js",
    why: "no MongoDB server is at hand; its syntax alone is checked here",
  },
  {
    what: "local/images/loki/config.yaml",
    why: "Loki takes too long to build for every run; 3.7.7 has accepted it once",
  },
  {
    what: "local/images/jaeger/config.yaml",
    why: "Jaeger takes too long to build for every run; 2.13 has run with it once",
  },
  { what: "local/images/alloy/config.alloy", why: "Alloy's module cannot be had here" },
  {
    what: "local/images/grafana/**",
    why: "Grafana has no checker for its provisioning; the dashboard's queries are read by promtool",
  },
] as const;

/**
 * Runs every check; the programs are fetched, or built, the first time. Rejects with InstallError where one cannot be
 * had: that is not a check that passed.
 */
export async function checkComposeFiles(root: string): Promise<Checked[]> {
  const scratch = mkdtempSync(join(tmpdir(), "compose-check-"));
  try {
    const compose = await composeProgram();
    const { promtool, nginx, shellcheck } = await debianCheckers();
    const hadolint = await hadolintProgram();
    const check = (what: string, file: string, args: string[]): Promise<Checked> =>
      output(file, args, { cwd: root }).then(
        () => ({ what, passed: true }),
        (error: Error) => ({ what, passed: false, reason: error.message }),
      );
    const images = join(root, "local", "images");
    const config = (what: string, ...args: string[]) =>
      check(`docker compose config: ${what}`, compose, [
        ...["--project-directory", root, "--env-file", envFile(scratch)],
        ...args,
        ...["config", "--quiet"],
      ]);
    const both = ["--file", BASE, "--file", PRODUCTION];
    const observability = ["--profile", "observability"];
    const queries = join(scratch, "queries.yml");
    writeFileSync(queries, rulesOf(readFileSync(join(images, "grafana/dashboards/backends.json"), "utf8")));
    return [
      await config(BASE, "--file", BASE),
      await config(`${BASE} with the profile observability`, "--file", BASE, ...observability),
      await config(`${BASE} and ${PRODUCTION}`, ...both),
      await config("both with every profile", ...both, ...observability, "--profile", "browser-pages"),
      await check("hadolint: local/images/Dockerfile", hadolint, [join(images, "Dockerfile")]),
      await check("promtool: prometheus.yml and its rules", promtool, [
        ...["check", "config", join(images, "prometheus/prometheus.yml")],
      ]),
      await check("promtool: the alerts' own tests", promtool, [
        ...["test", "rules", join(images, "prometheus/rules.test.yml")],
      ]),
      await check("promtool: queries of the dashboard", promtool, ["check", "rules", queries]),
      await check("nginx -t: balancer/nginx.conf", nginx, ["-t", "-c", join(images, "balancer/nginx.conf")]),
      await check("node --check: mongo/setup.js", process.execPath, [
        "--check",
        join(images, "mongo/setup.js"),
      ]),
      ...(await Promise.all(
        scriptsOf(root).map(({ service, file, script }) => {
          const at = join(scratch, `${service}-${file}.sh`);
          writeFileSync(at, script);
          return check(`shellcheck: the start of ${service} in ${file}`, shellcheck, ["--shell=sh", at]);
        }),
      )),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** An env file as `npm start` makes it, and what the production-like file asks for beside it. */
function envFile(dataDir: string): string {
  const file = writeEnvFile(readConfig({ TICKETFLOW_DATA_DIR: dataDir }));
  writeFileSync(file, `${readFileSync(file, "utf8")}KAFKA_SASL_PASSWORD=password\n`);
  return file;
}

/** Every service that starts by a script of ours, with the script as its shell sees it. */
function scriptsOf(root: string): { service: string; file: string; script: string }[] {
  return [BASE, PRODUCTION].flatMap((file) => {
    const document = parseDocument(readFileSync(join(root, file), "utf8"), {
      merge: true,
      logLevel: "error",
    });
    return serviceNames(document).flatMap((service) => {
      const command = document.getIn(["services", service, "command"], true);
      const [only, ...more] = isSeq(command) ? command.items : [];
      const text = isScalar(only) && more.length === 0 ? String(only.value) : "";
      if (!text.includes("\n")) return [];
      // Compose puts its variables in, and makes one dollar of two.
      const script = text.replaceAll(/(?<!\$)\$\{\w+:-([^}]*)\}/g, "$1").replaceAll("$$", "$");
      return [{ service, file, script }];
    });
  });
}

function serviceNames(document: Document): string[] {
  return Object.keys((document.toJS() as { services: object }).services);
}

/** A dashboard's queries to Prometheus as rules, the form in which promtool reads queries from a file. */
function rulesOf(dashboard: string): string {
  const { panels } = JSON.parse(dashboard) as {
    panels: { datasource: { type: string }; targets: { expr: string }[] }[];
  };
  const rules = panels
    .filter(({ datasource }) => datasource.type === "prometheus")
    .flatMap(({ targets }) => targets)
    .map(({ expr }, index) => ({ record: `query_${index}`, expr }));
  // JSON is YAML.
  return JSON.stringify({ groups: [{ name: "dashboard", rules }] });
}
