import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A fresh directory, deleted after the test that made it. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "kafka-rest-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
