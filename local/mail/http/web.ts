import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { readBody, sendJson } from "../../shared/http.ts";
import type { Log } from "../../shared/log.ts";
import { controlFaults } from "../simulation/control.ts";
import type { FaultBook } from "../simulation/faults.ts";
import { readMail } from "../smtp/message.ts";
import type { Mail, MailStore } from "../storage/store.ts";
import { listPage, mailPage } from "./pages.ts";

interface Web {
  store: MailStore;
  faults: FaultBook;
  log: Log;
}

const PAGE_SIZE = 100;
const MAX_LIST = 1_000;
const MAX_CONTROL_BYTES = 10_000;

/** Nothing of a page may come from elsewhere, and no page elsewhere may frame it. */
const OWN_PAGE =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'";
/** What a mail brings may not run, and may fetch nothing: a picture from elsewhere would tell that it was read. */
const MAIL_BODY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/**
 * The page of what was caught, and the same as JSON:
 *   GET    /                            the list          GET    /api/mails?to=<address>&after=<id>&limit=<n>
 *   GET    /mails/<id>                  one mail          GET    /api/mails/<id>
 *   GET    /mails/<id>/html|text|raw    its parts         DELETE /api/mails
 *   POST   /delete-all                  what the button does
 *   GET, POST, DELETE /_test/faults     see simulation/faults.ts
 */
export function createWeb(web: Web): RequestListener {
  return (request, response) => {
    serve(web, request, response).catch((error: unknown) => {
      web.log("request-failed", { path: request.url ?? "", error: String(error) });
      if (!response.headersSent) sendJson(response, 500, { error: "internal error" });
    });
  };
}

async function serve(web: Web, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { store, faults } = web;
  const url = new URL(request.url ?? "/", "http://localhost");
  const method = request.method ?? "GET";
  const isWrite = method !== "GET" && method !== "HEAD";
  if (!isLoopback(request.headers.host) || (isWrite && isForeign(request))) {
    return sendJson(response, 403, { error: "only for this machine's own pages and tools" });
  }
  const [, ...path] = url.pathname.split("/");
  switch (`${isWrite ? method : "GET"} ${shapeOf(path)}`) {
    case "GET health":
      return sendJson(response, 200, { status: "ok", mails: store.count() });
    case "GET ":
      return sendPage(response, OWN_PAGE, listPage(store.list({ limit: PAGE_SIZE }), store.count()));
    case "POST delete-all":
      store.clear();
      return void response.writeHead(303, { Location: "/" }).end();
    case "GET api/mails": {
      const limit = Math.min(MAX_LIST, Number(url.searchParams.get("limit") ?? PAGE_SIZE) || PAGE_SIZE);
      const after = url.searchParams.has("after") ? Number(url.searchParams.get("after")) || 0 : undefined;
      const mails = store.list({ to: url.searchParams.get("to") ?? undefined, after, limit });
      return sendJson(response, 200, { total: store.count(), mails });
    }
    case "DELETE api/mails":
      store.clear();
      return sendJson(response, 200, { total: 0 });
    case "GET api/mails/:id":
      return withMail(web, response, path[2], sendWhole);
    case "GET mails/:id":
      return withMail(web, response, path[1], async (to, mail) =>
        sendPage(to, OWN_PAGE, mailPage(mail, await readMail(mail.raw))),
      );
    case "GET mails/:id/html":
    case "GET mails/:id/text":
    case "GET mails/:id/raw":
      return withMail(web, response, path[1], (to, mail) => sendPart(to, mail, path[2] ?? ""));
    case "GET _test/faults":
    case "POST _test/faults":
    case "DELETE _test/faults": {
      const body = await readBody(request, MAX_CONTROL_BYTES);
      const answer = controlFaults(faults, method, parseJson(body));
      return sendJson(response, answer.status, answer.body);
    }
    default:
      return sendJson(response, 404, { error: "not found" });
  }
}

/** A path with `:id` in the place of a number. */
const shapeOf = (path: string[]) => path.map((part) => (/^\d{1,15}$/.test(part) ? ":id" : part)).join("/");

async function withMail(
  { store }: Web,
  response: ServerResponse,
  id: string | undefined,
  send: (response: ServerResponse, mail: Mail) => Promise<void>,
): Promise<void> {
  const mail = store.find(Number(id));
  if (mail) await send(response, mail);
  else sendJson(response, 404, { error: "no such mail" });
}

async function sendWhole(response: ServerResponse, { raw, ...summary }: Mail): Promise<void> {
  const mail = await readMail(raw);
  const headers = (mail?.headers ?? []).map(({ key, value }) => ({ name: key, value }));
  sendJson(response, 200, { ...summary, headers, text: mail?.text ?? null, html: mail?.html ?? null });
}

async function sendPart(response: ServerResponse, mail: Mail, part: string): Promise<void> {
  if (part === "raw") return sendText(response, mail.raw);
  const { html, text } = (await readMail(mail.raw)) ?? {};
  if (part === "text") return sendText(response, Buffer.from(text ?? ""));
  sendPage(response, MAIL_BODY, html ?? "");
}

function sendText(response: ServerResponse, text: Uint8Array): void {
  response
    .writeHead(200, { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" })
    .end(text);
}

function sendPage(response: ServerResponse, policy: string, html: string): void {
  response
    .writeHead(200, {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": policy,
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
    })
    .end(html);
}

/** A name that is made to point here would let a page from elsewhere read. */
const isLoopback = (host: string | undefined) => /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host ?? "");

/** Browsers say where a request comes from; tools say nothing. */
function isForeign({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

function parseJson(body: Buffer | null): unknown {
  try {
    return JSON.parse(body?.toString() ?? "");
  } catch {
    return undefined;
  }
}
