import { readFileSync } from "node:fs";
import { Hono } from "hono";
import { Unavailable } from "#shared/errors/problem.ts";
import { type ConsoleDeps, notFound } from "./answer.ts";
import { refusalOf } from "./guard.ts";
import { notice } from "./html/elements.ts";
import { page } from "./html/layout.ts";
import { deadLetterPages } from "./pages/dead-letters.ts";
import { documentPages } from "./pages/documents.ts";
import { tablePages } from "./pages/tables.ts";
import { topicPages } from "./pages/topics.ts";

/** Nothing but our own style sheet and our own forms; no script at all. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cache-control": "no-store",
};

const STYLE = readFileSync(new URL("style.css", import.meta.url), "utf8");

/** The operator's console. It reads; only dead letters are decided here. */
export function consoleApp(deps: ConsoleDeps): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    const refusal = refusalOf(c.req.method, c.req.raw.headers);
    if (refusal) return c.text(`${refusal}\n`, 403, HEADERS);
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  });
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/style.css", (c) => c.body(STYLE, 200, { "content-type": "text/css; charset=utf-8" }));
  topicPages(app, deps);
  deadLetterPages(app, deps);
  documentPages(app, deps);
  tablePages(app, deps);
  app.notFound((c) => notFound(c, "/", "There is no such page."));
  app.onError(async (error, c) => {
    deps.report("page-failed", { path: c.req.path, error: String(error) });
    const text =
      error instanceof Unavailable
        ? "Kafka does not answer."
        : `This store does not answer: ${error.message}`;
    return c.html(await page({ area: "/", title: "Not now" }, notice(text)), 503, HEADERS);
  });
  return app;
}
