import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { expect, it, onTestFinished } from "vitest";
import { murmur2 } from "#shared/saga/partition.ts";
import { bundleWorker } from "../workers/bundle.ts";
import { linesWritten } from "./measure.ts";
import { ROOT } from "./measured.ts";
import { COUNTERS_ENTRYPOINT, collectFromWorkers, collectorWorker } from "./worker-counters.ts";

/** A Worker that runs a function of ours at each request: `murmur2`. */
function entry(): string {
  const dir = mkdtempSync(join(tmpdir(), "counting-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const used = JSON.stringify(join(ROOT, "shared/saga/partition.ts"));
  const file = join(dir, "index.js");
  writeFileSync(
    file,
    `import { murmur2 } from ${used};
    export class Other {}
    export default { fetch: () => new Response(String(murmur2("abc"))) };`,
  );
  return file;
}

it("a Worker says which lines it ran, to nobody but who runs it", async () => {
  const contents = await bundleWorker(entry(), { counting: true });
  const compatibility = { compatibilityDate: "2026-07-01", compatibilityFlags: ["nodejs_compat"] };
  const thing = { modules: [{ type: "ESModule" as const, path: "thing.js", contents }] };
  const miniflare = new Miniflare({
    workers: [{ name: "thing", ...compatibility, ...thing }, collectorWorker(["thing"])],
  });
  onTestFinished(() => miniflare.dispose());
  const dir = mkdtempSync(join(tmpdir(), "counted-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const inFunction = async () => {
    await collectFromWorkers(miniflare, ["thing"], dir);
    const hit = [...(linesWritten(dir).get("shared/saga/partition.ts") ?? [])];
    // From its first line to its last.
    return hit.filter((line) => line >= 11 && line <= 28).length;
  };

  expect(await inFunction()).toBe(0);
  const response = await miniflare.dispatchFetch("http://thing/counters");
  expect(await response.text()).toBe(String(murmur2("abc")));
  expect(await inFunction()).toBeGreaterThan(5);
  expect(readdirSync(dir)).toEqual([`counters-thing-${process.pid}.json`]);
});

it("a Worker of a usual start has no counters, and nothing that tells them", async () => {
  const script = await bundleWorker(entry());
  expect(script).toContain("murmur2");
  expect(script).not.toContain(COUNTERS_ENTRYPOINT);
  expect(script).not.toContain("__coverage__");
});
