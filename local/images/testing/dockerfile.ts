import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { promisify } from "node:util";
import { ignoredBy } from "./ignored.ts";

/*
 * Does in folders what a Dockerfile's steps do in layers, for a machine without Docker: the instructions that ours has, and
 * an error for any other. A base image is not fetched: what runs in it is this machine's Node. So a file that is not
 * copied, a package that is not installed and a command that fails show; what the base image lacks does not.
 */

/** A built image: its files lie below `root`. */
export type Image = {
  root: string;
  workdir: string;
  env: Record<string, string>;
  user: string;
  entrypoint: string[];
  healthcheck: string[];
};

type Step = { instruction: string; text: string };
type Stage = { base: string; steps: Step[] };

/** An install of all packages over a slow line. */
const RUN_LIMIT_MS = 10 * 60_000;

/**
 * Builds stages of the Dockerfile, each once, in folders below `into`. `path` is searched for what RUN calls.
 * Throws when a step does what Docker would refuse, or fails.
 */
export function builder(options: { context: string; dockerfile: string; into: string; path: string }) {
  const { context, into, path } = options;
  const stages = parseDockerfile(readFileSync(join(context, options.dockerfile), "utf8"));
  const isIgnored = ignoredBy(readFileSync(join(context, ".dockerignore"), "utf8"));
  const built = new Map<string, Promise<Image>>();

  function build(name: string): Promise<Image> {
    const image = built.get(name) ?? run(name);
    built.set(name, image);
    return image;
  }

  async function run(name: string): Promise<Image> {
    const stage = stages.get(name);
    if (!stage) throw new Error(`the Dockerfile has no stage ${name}`);
    const root = join(into, name);
    const base = stages.has(stage.base) ? await build(stage.base) : undefined;
    mkdirSync(root, { recursive: true });
    if (base) cpSync(base.root, root, { recursive: true });
    const image: Image = base
      ? { ...base, env: { ...base.env }, root }
      : { root, workdir: "/", env: {}, user: "root", entrypoint: [], healthcheck: [] };
    for (const step of stage.steps) await apply(image, step);
    return image;
  }

  async function apply(image: Image, { instruction, text }: Step): Promise<void> {
    const here = join(image.root, image.workdir);
    switch (instruction) {
      case "WORKDIR":
        image.workdir = text;
        mkdirSync(join(image.root, text), { recursive: true });
        return;
      case "ENV":
        for (const pair of text.split(/\s+/))
          image.env[pair.split("=")[0]!] = pair.slice(pair.indexOf("=") + 1);
        return;
      case "USER":
        image.user = text;
        return;
      case "EXPOSE":
        return;
      case "ENTRYPOINT":
        image.entrypoint = JSON.parse(text);
        return;
      case "HEALTHCHECK":
        image.healthcheck = JSON.parse(text.slice(text.indexOf("CMD") + "CMD".length));
        return;
      case "RUN":
        await promisify(execFile)("sh", ["-c", text], {
          cwd: here,
          env: { ...image.env, PATH: path, HOME: process.env.HOME, npm_config_prefer_offline: "true" },
          timeout: RUN_LIMIT_MS,
          maxBuffer: 16 * 1024 * 1024,
        });
        return;
      case "COPY":
        await copy(text.split(/\s+/), here);
        return;
      default:
        throw new Error(`the instruction ${instruction} is not known here`);
    }
  }

  async function copy(words: string[], here: string): Promise<void> {
    const from = /^--from=(.+)$/.exec(words[0]!)?.[1];
    const paths = from ? words.slice(1) : words;
    const target = join(here, paths.at(-1)!);
    const source = from ? (await build(from)).root : context;
    const skips = (file: string) => !from && isIgnored(relative(context, file));
    for (const path of paths.slice(0, -1)) {
      const file = join(source, path);
      if (!existsSync(file) || skips(file)) throw new Error(`COPY ${path}: not found`);
      const isFolder = statSync(file).isDirectory();
      const isInto = isFolder || paths.at(-1)!.endsWith("/");
      if (isInto) mkdirSync(target, { recursive: true });
      const place = isFolder || !isInto ? target : join(target, basename(file));
      cpSync(file, place, { recursive: true, filter: (each) => !skips(each) });
    }
  }

  return build;
}

/** The stages by their names. */
function parseDockerfile(text: string): Map<string, Stage> {
  const lines = text
    .split("\n")
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join("\n")
    .replace(/\\\n\s*/g, "")
    .split("\n");
  const stages = new Map<string, Stage>();
  let steps: Step[] = [];
  for (const line of lines) {
    const [, instruction = "", rest = ""] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (instruction !== "FROM") {
      steps.push({ instruction, text: rest });
      continue;
    }
    const [base = "", , name = ""] = rest.split(/\s+/);
    steps = [];
    stages.set(name, { base, steps });
  }
  return stages;
}
