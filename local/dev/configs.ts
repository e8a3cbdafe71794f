import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export interface DevConfigs {
  /** The checkout whose Workers run. */
  root: string;
  /** Configurations below the checkout; the gateway's first. */
  configs: string[];
  /** Each Worker's variables, by the name in its configuration. */
  variables: Record<string, Record<string, string>>;
  /** Where the copies are written: outside the checkout, for they lie beside secrets. */
  dir: string;
}

/**
 * Copies of the Workers' configurations, each in a folder of its own, whose entries point back into the checkout, each
 * with its variables beside it as wrangler reads them (`.dev.vars`). So no secret is written into the checkout.
 * @returns the copies' paths, in the order of the configurations
 */
export function writeDevConfigs({ root, configs, variables, dir }: DevConfigs): string[] {
  rmSync(dir, { recursive: true, force: true });
  return configs.map((path) => {
    const original = join(root, path);
    const text = readFileSync(original, "utf8");
    const [, name] = /^name = "([^"]+)"$/m.exec(text) ?? [];
    const [, main] = /^main = "([^"]+)"$/m.exec(text) ?? [];
    if (!name || !main) throw new Error(`${original} names no Worker or no entry`);
    const folder = join(dir, name);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const entry = resolve(dirname(original), main);
    writeFileSync(
      join(folder, "wrangler.toml"),
      text.replace(/^main = .*$/m, () => `main = ${JSON.stringify(entry)}`),
    );
    writeFileSync(join(folder, ".dev.vars"), dotenv(variables[name] ?? {}), { mode: 0o600 });
    return join(folder, "wrangler.toml");
  });
}

/** Values in single quotes, in which nothing is special. */
function dotenv(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (/['\n]/.test(value)) throw new Error(`${name} has a quote or a line break`);
      return `${name}='${value}'\n`;
    })
    .join("");
}

/**
 * Gives wrangler the objects' storage that `npm start` uses, which it looks for in a folder of its own making.
 * @returns what to pass as `--persist-to`
 */
export function linkStorage(dir: string, storageDir: string): string {
  const persistTo = join(dir, "state");
  mkdirSync(storageDir, { recursive: true });
  mkdirSync(join(persistTo, "v3"), { recursive: true });
  symlinkSync(storageDir, join(persistTo, "v3", "do"), "junction");
  return persistTo;
}
