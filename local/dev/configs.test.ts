import { existsSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "../config.ts";
import { temporaryFolder } from "../supervisor/testing.ts";
import { linkStorage, writeDevConfigs } from "./configs.ts";
import { unwoken } from "./first-poke.ts";

const TOML = 'name = "ticketflow-one"\nmain = "src/index.ts"\n[[rules]]\nmain = "kept"\n';

function checkout(toml = TOML) {
  const root = temporaryFolder();
  mkdirSync(join(root, "workers/one"), { recursive: true });
  writeFileSync(join(root, "workers/one/wrangler.toml"), toml);
  const dir = join(root, "elsewhere");
  const write = (variables: Record<string, string>) =>
    writeDevConfigs({
      root,
      dir,
      configs: ["workers/one/wrangler.toml"],
      variables: { "ticketflow-one": variables },
    });
  return { root, dir, write };
}

describe("a configuration for wrangler dev", () => {
  it("is the Worker's own, with its entry in the checkout and its variables beside it for nobody else to read", () => {
    const { root, dir, write } = checkout();
    const [path] = write({ KEY: '{"kid":"a b#"}', OTHER: "$x" });
    expect(path).toBe(join(dir, "ticketflow-one", "wrangler.toml"));
    expect(readFileSync(path!, "utf8")).toBe(
      TOML.replace(
        'main = "src/index.ts"',
        `main = ${JSON.stringify(join(root, "workers/one/src/index.ts"))}`,
      ),
    );
    const variables = join(dir, "ticketflow-one", ".dev.vars");
    expect(readFileSync(variables, "utf8")).toBe(`KEY='{"kid":"a b#"}'\nOTHER='$x'\n`);
    expect(statSync(variables).mode & 0o077).toBe(0);
    expect(existsSync(join(root, "workers/one/.dev.vars"))).toBe(false);
  });

  it("is refused without a name or an entry, and with a variable that its file cannot hold", () => {
    expect(() => checkout('main = "a"\n').write({})).toThrow("names no Worker or no entry");
    expect(() => checkout('name = "a"\n').write({})).toThrow("names no Worker or no entry");
    for (const value of ["it's", "a\nb"]) {
      expect(() => checkout().write({ SECRET: value })).toThrow(/^SECRET has a quote or a line break$/);
    }
  });

  it("finds the objects' storage where it is", () => {
    const { root, dir } = checkout();
    const persistTo = linkStorage(dir, join(root, "durable-objects"));
    expect(lstatSync(join(persistTo, "v3", "do")).isSymbolicLink()).toBe(true);
    writeFileSync(join(root, "durable-objects", "a"), "");
    expect(existsSync(join(persistTo, "v3", "do", "a"))).toBe(true);
  });
});

describe("objects that only a cron trigger wakes", () => {
  it("are every service's sweeper and consumer, until they have been awake", () => {
    const config = readConfig({ TICKETFLOW_DATA_DIR: temporaryFolder() });
    const found = unwoken(config);
    expect(found).toEqual(
      expect.arrayContaining([
        ...["bookings", "inventory", "payments"].map((name) =>
          expect.stringMatching(`^ticketflow-${name}-\\w+Consumer$`),
        ),
        "ticketflow-events-EventsSweeper",
      ]),
    );
    expect(found.join()).not.toContain("SeatMap");
    mkdirSync(join(config.dataDir, "durable-objects", found[0]!), { recursive: true });
    expect(unwoken(config)).toEqual(found.slice(1));
  });
});
