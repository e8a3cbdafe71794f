import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Reporter, TestModule, Vitest } from "vitest/node";
import { MATRICES } from "./cells.ts";
import { faultsOf, proofOf, proofPage } from "./proof.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** After a whole run: writes `docs/proof.md`, and lets the run fail where something is shown by no test. */
export default class ProofReporter implements Reporter {
  #vitest!: Vitest;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const passed = modules.flatMap((module) =>
      [...module.children.allTests("passed")].map(({ fullName }) => ({
        file: module.relativeModuleId,
        name: fullName,
      })),
    );
    const proof = proofOf(passed);
    writeFileSync(join(ROOT, "docs", "proof.md"), proofPage(MATRICES, proof));
    for (const fault of faultsOf(MATRICES, proof)) {
      // The summary is printed by now.
      console.error(`Proof: ${fault}`);
      this.#vitest.state.catchError(new Error(`${fault} (test/proof/cells.ts)`), "Proof");
    }
  }
}
