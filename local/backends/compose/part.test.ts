import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../config.ts";
import { PlatformError } from "../../supervisor/part.ts";
import { temporaryFolder, until, watched } from "../../supervisor/testing.ts";
import { composePart, readProfiles } from "./part.ts";

/**
 * What stands at the border of the process: a program called `docker` that writes down how it was called. `up` waits for
 * a signal as the real one does. Only the command line and the answers to a missing Docker are tested by it.
 */
const DOCKER = `#!/bin/sh
printf '%s\\n' "$*" >> "$CALLS"
case "$*" in
  "compose version --short") echo "$VERSION"; exit "$COMPOSE_CODE" ;;
  "version "*) echo "cannot connect to the daemon" >&2; exit "$ENGINE_CODE" ;;
  *" up "*) trap 'exit 130' TERM; while :; do sleep 0.05; done ;;
esac
`;

let folder: string;
let dataDir: string;
const calls = () => readFileSync(join(folder, "calls"), "utf8").trimEnd().split("\n");
const signal = new AbortController().signal;

beforeEach(() => {
  folder = temporaryFolder();
  dataDir = join(folder, "data");
  mkdirSync(dataDir);
  writeFileSync(join(folder, "docker"), DOCKER);
  chmodSync(join(folder, "docker"), 0o755);
  writeFileSync(join(folder, "calls"), "");
  vi.stubEnv("PATH", `${folder}:/usr/bin:/bin`);
  vi.stubEnv("CALLS", join(folder, "calls"));
  vi.stubEnv("VERSION", "2.40.3");
  vi.stubEnv("COMPOSE_CODE", "0");
  vi.stubEnv("ENGINE_CODE", "0");
});
afterEach(() => vi.unstubAllEnvs());

const config = () => readConfig({ TICKETFLOW_DATA_DIR: dataDir, TICKETFLOW_PORT_OFFSET: "100" });

describe("before it starts", () => {
  it("makes the env file for its owner alone, and wipes what an earlier folder of the name has left", async () => {
    await composePart(config()).prepare!(signal);
    expect(statSync(join(dataDir, "compose.env")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dataDir, "compose.env"), "utf8")).toMatch(/^TICKETFLOW_POSTGRES_PORT=5581$/m);
    expect(calls().slice(2)).toEqual([expect.stringMatching(/ down --remove-orphans --volumes$/)]);
  });

  it("leaves the volumes of the same folder alone", async () => {
    await composePart(config()).prepare!(signal);
    writeFileSync(join(folder, "calls"), "");
    await composePart(config()).prepare!(signal);
    expect(calls()).toEqual(["compose version --short", "version --format {{.Server.Version}}"]);
  });

  it.each([
    ["no program docker", () => vi.stubEnv("PATH", dataDir), /program `docker` on the PATH.*embedded/],
    ["no Compose plugin", () => vi.stubEnv("COMPOSE_CODE", "1"), /needs Docker's Compose plugin/],
    ["an old Compose", () => vi.stubEnv("VERSION", "v2.24.3"), /2.24.4 or newer; this is v2.24.3/],
    ["no engine", () => vi.stubEnv("ENGINE_CODE", "1"), /engine, which does not answer.*cannot connect/],
  ])("says what is missing: %s", async (_, arrange, message) => {
    arrange();
    const failure = await composePart(config()).prepare!(signal).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PlatformError);
    expect((failure as Error).message).toMatch(message);
  });
});

describe("its process", () => {
  /** Starts the part's command as the supervisor does. */
  function run(more: Record<string, string> = {}) {
    for (const [name, value] of Object.entries(more)) vi.stubEnv(name, value);
    const { file, args, env, cwd } = composePart(config()).command();
    const { PATH, CALLS } = process.env;
    const environment = { ...env, PATH, CALLS };
    return {
      ...watched(spawn(file, args, { env: environment, cwd, stdio: ["ignore", "pipe", "pipe"] })),
      environment,
    };
  }
  const project = /--project-name (\S+) /;
  const running = () => until(() => calls().some((call) => call.includes(" up ")));

  it("holds the project up, and stops its containers when it is asked to", async () => {
    const { child, ended } = run({
      TICKETFLOW_COMPOSE_PROFILES: "observability",
      DOCKER_HOST: "unix:///d.sock",
    });
    await running();
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    const { root } = config();
    const [up, stop, ...more] = calls();
    const head = `compose --project-name ${project.exec(up!)![1]} --project-directory ${root} --file ${root}/docker-compose.yml --env-file ${dataDir}/compose.env --progress plain --profile observability`;
    expect(up).toBe(`${head} up --build --remove-orphans --no-color`);
    expect(stop).toBe(`${head} stop --timeout 60`);
    expect(more).toEqual([]);
  });

  it("stops them as well when `up` ends by itself, and fails", async () => {
    writeFileSync(join(folder, "docker"), DOCKER.replace("trap 'exit 130' TERM", "exit 14 #"));
    const { ended, output } = run();
    expect(await ended).toBe(1);
    expect(output()).toContain("ended by itself, with code 14");
    expect(calls().at(-1)).toContain(" stop ");
  });

  it("hands on what says where the engine is, and nothing that would outdo the env file", () => {
    const { environment, child } = run({ DOCKER_HOST: "unix:///d.sock", TICKETFLOW_POSTGRES_PORT: "1" });
    child.kill("SIGKILL");
    expect(environment).toMatchObject({ DOCKER_HOST: "unix:///d.sock" });
    expect(environment).not.toHaveProperty("TICKETFLOW_POSTGRES_PORT");
  });

  it("is another project for another data folder, and the same for the same", () => {
    const nameIn = (dir: string) => {
      const at = composePart(readConfig({ TICKETFLOW_DATA_DIR: dir })).command().env.COMPOSE_ARGUMENTS!;
      return JSON.parse(at)[2];
    };
    expect(nameIn(dataDir)).toBe(nameIn(dataDir));
    expect(nameIn(dataDir)).toMatch(/^ticketflow-[0-9a-f]{8}$/);
    expect(nameIn(join(folder, "other"))).not.toBe(nameIn(dataDir));
  });
});

it("takes names of profiles, and nothing else", () => {
  expect(readProfiles(undefined)).toEqual([]);
  expect(readProfiles("observability,browser-pages")).toEqual(["observability", "browser-pages"]);
  for (const text of ["--build", "a,", "A b"]) {
    expect(() => readProfiles(text)).toThrow(/TICKETFLOW_COMPOSE_PROFILES/);
  }
});
