import { type Health, health } from "#shared/contracts/health.ts";
import { CommandError } from "../cli/command.ts";
import { alignColumns } from "../cli/table.ts";

/** The gateway gives each service 3 s and then answers; longer than this it hangs. */
const LIMIT_MS = 10_000;

/** What `/health` of a running platform says. @throws CommandError when nothing answers, or not in our format */
export async function askHealth(url: string): Promise<Health> {
  let text: string;
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(LIMIT_MS) });
    text = await response.text();
  } catch (error) {
    throw new CommandError(`Nothing answers at ${url} (${reasonOf(error)}). Does \`npm start\` run there?`);
  }
  const parsed = health.safeParse(parseJson(text));
  if (!parsed.success) throw new CommandError(`${url}/health is not a platform's: ${text.slice(0, 200)}`);
  return parsed.data;
}

/** A line for the whole, one a service, and one a backend below it. */
export function healthTable(url: string, { state, services }: Health): string[] {
  const rows = services.flatMap(({ backends, ...service }) => [
    [`  ${service.name}`, service.state, milliseconds(service.latencyMs)],
    ...backends.map((one) => [
      `    ${one.name}${one.optional ? " (optional)" : ""}`,
      one.state,
      milliseconds(one.latencyMs),
    ]),
  ]);
  return [`TicketFlow at ${url} is ${state}.`, "", ...alignColumns(rows)];
}

const milliseconds = (ms: number): string => `${Math.round(ms)} ms`.padStart(8);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : String(cause);
}
