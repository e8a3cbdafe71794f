import { publicRoutes } from "#shared/contracts/openapi.ts";
import type { AnyRoute } from "#shared/contracts/route.ts";
import { PROBLEMS, type ProblemCode } from "#shared/errors/catalogue.ts";

/** What the check needs to know of an answer. */
export interface CheckedAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The text as JSON, where it is. */
  body: unknown;
}

interface Schema {
  safeParse(value: unknown): { success: true; data: unknown } | { success: false; error: Error };
}

type Documented = { content?: Record<string, { schema: Schema }>; headers?: Schema; description?: string };

const patterns = publicRoutes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
}));

/** The documented route that takes a request, as the gateway finds it: the first that fits. */
function routeOf(method: string, path: string): AnyRoute | undefined {
  const { pathname } = new URL(path, "http://gateway");
  // What answers GET answers HEAD.
  const wanted = method === "HEAD" ? "get" : method.toLowerCase();
  return patterns.find(({ route, pattern }) => route.method === wanted && pattern.test(pathname))?.route;
}

/**
 * Holds an answer against the contract. A status that the route does not document, a body that its schema does
 * not take, a field that it does not know, a problem that is none of the route's, and every 500 is an error.
 * @throws Error that says what is wrong
 */
export function checkAnswer(method: string, path: string, answer: CheckedAnswer): void {
  const fault = faultOf(method, path, answer);
  if (fault === null) return;
  throw new Error(`${method} ${path} answered ${answer.status}, ${fault}: ${answer.text.slice(0, 500)}`);
}

function faultOf(method: string, path: string, answer: CheckedAnswer): string | null {
  if (!answer.headers.get("x-request-id")) return "without an x-request-id";
  if (answer.status >= 500) return "an error of ours";
  const route = routeOf(method, path);
  if (!route) {
    const { code } = (answer.body ?? {}) as { code?: unknown };
    const isRefused = code === "NOT_FOUND" || code === "METHOD_NOT_ALLOWED";
    return isRefused ? faultOfProblem(answer) : "where nothing is documented";
  }
  const documented = (route.responses as Record<string, Documented>)[answer.status];
  if (!documented) return "which is not documented";
  if (answer.status >= 400) return faultOfProblem(answer) ?? faultOfCode(answer, documented);
  const headers = documented.headers?.safeParse(Object.fromEntries(answer.headers));
  if (headers?.success === false) return `with wrong headers (${headers.error.message})`;
  return method === "HEAD" ? null : faultOfBody(answer, documented);
}

function faultOfBody(answer: CheckedAnswer, { content }: Documented): string | null {
  if (!content) return answer.text === "" ? null : "with a body that is not documented";
  const schema = content[mediaType(answer)]?.schema;
  if (!schema) return `as ${mediaType(answer)}, which is not documented`;
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success) return `against its schema (${parsed.error.message})`;
  return isSame(parsed.data, answer.body) ? null : "with fields that are not documented";
}

function faultOfProblem(answer: CheckedAnswer): string | null {
  if (mediaType(answer) !== "application/problem+json") return `as ${mediaType(answer)}`;
  const { code, requestId, status, title } = answer.body as Record<string, unknown>;
  const known = PROBLEMS[code as ProblemCode];
  if (requestId !== answer.headers.get("x-request-id")) return "with another request's id";
  if (status !== answer.status || status !== known?.status) return "with another status";
  return title === known.title ? null : "with another title";
}

function faultOfCode(answer: CheckedAnswer, documented: Documented): string | null {
  const { code } = answer.body as { code: string };
  if (!documented.description?.includes(`\`${code}\``)) return "a problem that the route does not document";
  return faultOfBody(answer, documented);
}

const mediaType = ({ headers }: CheckedAnswer): string =>
  headers.get("content-type")?.split(";")[0]?.trim() ?? "nothing";

/** Equal, whatever the order of the fields: what a schema does not know it leaves out. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null)
    return one === other;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => isSame(one[key as keyof object], other[key as keyof object]))
  );
}
