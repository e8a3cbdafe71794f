import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { config } from "./world.ts";

/** Runs a command as its npm script does, against the platform under test. */
export function command(
  name: string,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = resolve(config.root, "local/cli", `${name}.ts`);
  const env = {
    ...process.env,
    TICKETFLOW_PORT_OFFSET: String(config.portOffset),
    TICKETFLOW_DATA_DIR: config.dataDir,
  };
  return new Promise((done) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
