import { connect, createServer } from "node:net";
import { HOST } from "../config.ts";
import { type Part, PlatformError } from "./part.ts";

/** A loopback connection is answered at once; one that hangs belongs to a server that is there but stuck. */
const CONNECT_LIMIT_MS = 1_000;

/** Throws PlatformError naming every taken port, the part that wants it and the variable that moves it. */
export async function assertPortsFree(parts: readonly Part[]): Promise<void> {
  const wanted = parts.flatMap((part) => part.ports.map((port) => ({ part: part.name, port })));
  const problems = await Promise.all(
    wanted.map(async ({ part, port }) => {
      const problem = await portProblem(port);
      return problem && `Port ${port}, which ${part} needs, ${problem}.`;
    }),
  );
  const found = problems.filter((problem) => problem !== null);
  if (found.length === 0) return;
  throw new PlatformError(
    `${found.join("\n")}\nStop what uses it, or move all ports by setting TICKETFLOW_PORT_OFFSET (for example to 100).`,
  );
}

async function portProblem(port: number): Promise<string | null> {
  // Binding alone is not enough: on macOS it succeeds beside a server that listens on all addresses.
  if (await answers(port)) return "is taken";
  const code = await bindError(port);
  if (code === null) return null;
  return code === "EADDRINUSE" ? "is taken" : `cannot be used (${code})`;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port, timeout: CONNECT_LIMIT_MS });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => settle(true));
    socket.once("timeout", () => settle(true));
    socket.once("error", () => settle(false));
  });
}

function bindError(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, HOST, () => server.close(() => resolve(null)));
  });
}
