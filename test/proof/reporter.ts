import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Reporter, TestModule, Vitest } from "vitest/node";
import { MATRICES } from "./cells.ts";
import { faultsOf, proofOf, proofPage } from "./proof.ts";

const PAGE = resolve(import.meta.dirname, "../../docs/proof.md");
const read = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");

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
    const page = proofPage(MATRICES, proof);
    const faults = faultsOf(MATRICES, proof);
    if (process.env.CI && read(PAGE) !== page)
      faults.push("docs/proof.md is not of these tests: run npm test");
    writeFileSync(PAGE, page);
    for (const fault of faults) {
      // The summary is printed by now.
      console.error(`Proof: ${fault}`);
      this.#vitest.state.catchError(new Error(`${fault} (test/proof/cells.ts)`), "Proof");
    }
  }
}
