import { beforeEach, expect, TestRunner } from "vitest";

/**
 * What a real server does not have. `CONFORMANCE_<SERVER>_LACKS` names it, as features separated by commas, and a
 * case that needs one of these is reported as skipped, with the reason: never as passed.
 */

/**
 * Called at the top of a file (or of a `describe`): its cases need the feature. Called inside a case: that case does.
 * The server is the one whose folder the file lies in.
 */
export function needs(feature: string): void {
  if (!lackedFeatures(expect.getState().testPath ?? "", process.env).has(feature)) return;
  const test = TestRunner.getCurrentTest();
  if (test) skip(test.context, test.name, feature);
  else beforeEach((context) => skip(context, context.task.name, feature));
}

interface Skippable {
  skip(note: string): void;
}

function skip(context: Skippable, title: string, feature: string): void {
  const note = `the server lacks: ${feature}`;
  console.log(`not run: ${title} (${note})`);
  context.skip(note);
}

/** @throws Error naming the variable when it holds something else than names. */
export function lackedFeatures(
  testPath: string,
  env: Readonly<Record<string, string | undefined>>,
): ReadonlySet<string> {
  const [, server] = /conformance[\\/]([^\\/]+)[\\/]/.exec(testPath) ?? [];
  if (!server) throw new Error(`no file of a server's conformance suite: ${testPath}`);
  const variable = `CONFORMANCE_${server.toUpperCase().replaceAll("-", "_")}_LACKS`;
  const names = (env[variable] ?? "").split(",").map((name) => name.trim());
  const wrong = names.find((name) => name !== "" && !/^[a-z][a-z0-9-]*$/.test(name));
  if (wrong !== undefined) throw new Error(`${variable} must name features, separated by commas: ${wrong}`);
  return new Set(names.filter((name) => name !== ""));
}
