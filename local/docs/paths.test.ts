import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const pages = ["README.md", ...globSync("docs/**/*.md", { cwd: root })];

/** Made when something runs, so not there in a fresh checkout. */
const MADE_LATER = /^(\.data|\.ticketflow|node_modules)\//;

/** A file has a slash and an extension, a folder ends with a slash; neither begins like an address or a package. */
const LOOKS_LIKE_A_PATH = /^(?![/@#~]|\w+:)[\w.@<>*{},-]+\/(?:[\w.@<>*{},/-]*\.\w+|[\w.@<>*{},/-]*\/)?$/;

const withoutFences = (text: string) => text.replace(/^```[\s\S]*?^```$/gm, "");

/** What stands in backticks and looks like a path of the repository. */
function pathsIn(text: string): string[] {
  const spans = [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map(([, span]) => span!);
  return spans.filter((span) => LOOKS_LIKE_A_PATH.test(span) && !MADE_LATER.test(span));
}

/** Addresses of Markdown links that stay in the repository, without their anchors. */
function linksIn(text: string): string[] {
  const links = [...withoutFences(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links.filter((link) => !/^(https?:|#)/.test(link)).map((link) => link.replace(/#.*$/, ""));
}

/** Names of the npm scripts that a text tells to run, in code blocks too. */
function scriptsIn(text: string): string[] {
  const run = [...text.matchAll(/npm run ([a-z][a-z0-9:-]*)/g)].map(([, name]) => name!);
  return [...run, ...[...text.matchAll(/npm (start|test)\b/g)].map(([, name]) => name!)];
}

/** A path may have `*` or `<something>` for one segment, and `{a,b}` for a choice: then at least one has to match. */
function isThere(path: string): boolean {
  if (!/[<*{]/.test(path)) return existsSync(join(root, path));
  return globSync(path.replace(/<[^>]*>/g, "*"), { cwd: root }).length > 0;
}

describe.each(pages)("%s", (page) => {
  const text = readFileSync(join(root, page), "utf8");

  it("names only paths that exist", () => {
    expect(pathsIn(text).filter((path) => !isThere(path))).toEqual([]);
  });

  it("links only to what exists", () => {
    const from = join(root, dirname(page));
    expect(linksIn(text).filter((link) => !existsSync(join(from, link)))).toEqual([]);
  });

  it("names only npm scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(scriptsIn(text).filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe("the check itself", () => {
  it("takes files and folders for paths, and nothing else", () => {
    const text =
      "`local/config.ts` `docs/` `workers/<service>/src/env.ts` `test/**/*.test.ts` `.data/logs/x.log`";
    expect(pathsIn(text)).toEqual([
      "local/config.ts",
      "docs/",
      "workers/<service>/src/env.ts",
      "test/**/*.test.ts",
    ]);
    const others =
      "`application/json` `/api/events` `@hono/zod-openapi` `#shared/x.ts` `http://a/b.c` `a b/c.d`";
    expect(pathsIn(others)).toEqual([]);
    expect(pathsIn("```\nlocal/gone.ts `local/gone.ts`\n```\n")).toEqual([]);
  });

  it("finds what is missing, and what is there", () => {
    expect(["local/gone.ts", "gone/", "workers/<service>/gone.ts"].map(isThere)).toEqual([
      false,
      false,
      false,
    ]);
    expect(["local/config.ts", "docs/", "workers/<service>/src/env.ts"].map(isThere)).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("reads links without their anchors, and scripts wherever they stand", () => {
    expect(linksIn("[a](../x.md#y) [b](https://a.b) [c](#d)")).toEqual(["../x.md"]);
    expect(scriptsIn("```\nnpm start\nnpm run test:kill -- --runs 3\n```")).toEqual(["test:kill", "start"]);
  });

  it("has pages to read", () => {
    expect(pages.length).toBeGreaterThan(10);
  });
});
