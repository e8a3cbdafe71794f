import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "../../config.ts";
import { platformSecrets } from "../../parts/secrets.ts";
import { temporaryFolder } from "../../supervisor/testing.ts";
import { NOT_CHECKED } from "./check.ts";
import { composeEnvironment } from "./environment.ts";
import { readServices, textOf } from "./testing.ts";

/*
 * What we promise of the files beside what Compose itself checks: its own program says whether they are valid
 * (`npm run test:backends`), and not that a version is pinned or that a port is ours alone.
 */

const { root } = readConfig({});
const FILES = ["docker-compose.yml", "docker-compose.production.yml"];
const base = readServices("docker-compose.yml");
const production = readServices("docker-compose.production.yml");
const all = [...Object.entries(base), ...Object.entries(production)];
const added = Object.keys(production).filter((name) => !(name in base));
const whole = [...Object.entries(base), ...added.map((name) => [name, production[name]!] as const)];

/** Each `${NAME}` of a file with what follows the name. */
const variables = (file: string) =>
  [...textOf(file).matchAll(/(?<!\$)\$\{([A-Z_]+)(:?[-?][^}]*)?\}/g)].map(([, name, rest = ""]) => ({
    name: name!,
    rest,
  }));

it("reads services from both files", () => {
  expect(Object.keys(base).length).toBeGreaterThan(15);
  expect(added).toEqual(["redpanda-1", "redpanda-2", "kafka-rest-balancer"]);
});

describe.each(whole)("%s", (_, service) => {
  it("has an image of one exact version, or is built from here", () => {
    if (service.build) expect(service.image).toMatch(/^ticketflow\/[a-z-]+:local$/);
    else expect(service.image).toMatch(/^[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*$|^postgres:\d+\.\d+-\w+$/);
  });

  it("is asked for its health, unless it ends by itself, and has a limit of memory", () => {
    if (service.build) expect(textOf("local/images/Dockerfile")).toMatch(/^HEALTHCHECK /m);
    else if (service.image?.startsWith("mongo:") && !service.ports)
      expect(service.healthcheck).toBeUndefined();
    else expect(service.healthcheck).toMatchObject({ test: expect.any(Array), retries: expect.any(Number) });
    expect(service.deploy?.resources.limits.memory).toMatch(/^\d+[mg]$/);
  });
});

it.each(all)("%s is published on this machine alone, each port by a variable", (_, service) => {
  for (const port of service.ports ?? []) {
    expect(port).toMatch(/^127\.0\.0\.1:\$\{TICKETFLOW_[A-Z_]+:-\d+\}:(\d+|\$\{TICKETFLOW_[A-Z_]+:-\d+\})$/);
  }
});

it.each(FILES)("%s has no password of its own: every secret is a variable without a default", (file) => {
  const secrets = variables(file).filter(({ name }) => /PASSWORD|TOKEN|KEYFILE/.test(name));
  expect(secrets.length).toBeGreaterThan(1);
  for (const { name, rest } of secrets) expect(rest, name).toMatch(/^:\?./);
  for (const { environment = {} } of Object.values(readServices(file))) {
    for (const [name, value] of Object.entries(environment)) {
      if (/PASSWORD|TOKEN|KEYFILE|BOOTSTRAP_USER/.test(name)) expect(value, name).toContain("${");
      expect(value, name).not.toMatch(/:\/\/[^/:]*:(?!\$\{)[^/]*@/);
    }
  }
});

it("has every variable from the env file that npm start makes, with the same ports where there is none", () => {
  const dataDir = temporaryFolder();
  const made = composeEnvironment(readConfig({ TICKETFLOW_DATA_DIR: dataDir }), platformSecrets(dataDir));
  const asked = variables("docker-compose.yml");
  // Which brokers the front speaks to is a choice for who runs it by hand.
  const names = new Set(asked.map(({ name }) => name).filter((name) => name !== "KAFKA_BROKERS"));
  expect([...names].toSorted()).toEqual(Object.keys(made).toSorted());
  for (const { name, rest } of asked) {
    if (name.endsWith("_PORT")) expect(rest, name).toBe(`:-${made[name]}`);
    expect(made[name]).not.toBe("");
  }
});

it("mounts files that are there", () => {
  const mounts = all.flatMap(([, { volumes = [] }]) => volumes).filter((mount) => mount.startsWith("./"));
  expect(mounts.length).toBeGreaterThan(8);
  for (const mount of mounts) expect(existsSync(join(root, mount.split(":")[0]!)), mount).toBe(true);
});

it("hides every page for the browser in production, and what comes under a profile stays there", () => {
  for (const page of ["mongo-express", "redpanda-console", "mailpit"]) {
    expect(production[page]!.profiles).toEqual(["browser-pages"]);
  }
  for (const name of ["prometheus", "grafana", "jaeger", "loki", "alloy", "docker-api"]) {
    expect(base[name]!.profiles).toEqual(["observability"]);
  }
});

it("gives Docker's socket to one service, which only the collector reaches", () => {
  const holders = Object.entries(base).filter(([, { volumes = [] }]) =>
    volumes.join().includes("docker.sock"),
  );
  expect(holders.map(([name]) => name)).toEqual(["docker-api"]);
  const neighbours = Object.entries(base).filter(([, { networks }]) => networks?.includes("docker-api"));
  expect(neighbours.map(([name]) => name)).toEqual(["alloy", "docker-api"]);
});

describe("docs/compose.md", () => {
  const page = textOf("docs/compose.md");

  it("has every service of the first file, and every port with its variable", () => {
    for (const name of Object.keys(base)) expect(page).toContain(`| \`${name}\``);
    for (const { name, rest } of variables("docker-compose.yml")) {
      if (name.endsWith("_PORT")) expect(page).toContain(`| ${rest.slice(2)} | \`${name}\``);
    }
  });

  it("has every password that somebody who runs it by hand has to make", () => {
    const line = /for name in ([^;]*);/.exec(page)![1]!.match(/[A-Z_]{2,}/g)!;
    const asked = FILES.flatMap(variables).filter(({ rest }) => rest.startsWith(":?"));
    expect(line.toSorted()).toEqual([...new Set(asked.map(({ name }) => name))].toSorted());
  });

  it("says of all that has no checker that it was not run", () => {
    const never = page.slice(page.indexOf("**Never run:**"));
    for (const { what } of NOT_CHECKED) expect(never).toContain(what);
  });
});
