import type { Hono } from "hono";
import { html } from "hono/html";
import { type ConsoleDeps, notFound, show } from "../answer.ts";
import { link, pager, table } from "../html/elements.ts";
import { page } from "../html/layout.ts";
import { BadFilter, type DocumentPage } from "../stores/documents.ts";
import { wholeNumber } from "./topics.ts";

const AREA = "/documents";
const DOCUMENTS_A_PAGE = 20;

/** Document databases, one a service; their collections; documents, newest ids first. */
export function documentPages(app: Hono, { documents }: ConsoleDeps): void {
  app.get(AREA, async (c) => {
    const found = await Promise.all(
      documents.services.map(async (service) => ({
        service,
        collections: await documents.collections(service),
      })),
    );
    const rows = found.flatMap(({ service, collections }) =>
      collections.map(({ name, documents }) => [
        service,
        link(`${AREA}/${service}/${name}`, name),
        documents,
      ]),
    );
    const intro = html`<p>Each service has a MongoDB database of its own. Nothing can be changed here.</p>`;
    return show(
      c,
      page({ area: AREA, title: "Documents" }, [
        intro,
        table("Collections", ["Database", "Collection", "Documents"], rows),
      ]),
    );
  });

  app.get(`${AREA}/:service/:collection`, async (c) => {
    const { service, collection } = c.req.param();
    const known = documents.services.includes(service) ? await documents.collections(service) : [];
    if (!known.some(({ name }) => name === collection)) {
      return notFound(c, AREA, `There is no collection ${collection} in ${service}.`);
    }
    const filter = c.req.query("filter") ?? "";
    const skip = wholeNumber(c.req.query("skip")) ?? 0;
    let found: DocumentPage = { documents: [], hasMore: false };
    let problem = "";
    try {
      found = await documents.find(service, collection, { filter, skip, limit: DOCUMENTS_A_PAGE });
    } catch (error) {
      if (!(error instanceof BadFilter)) throw error;
      problem = error.message;
    }
    const at = (next: number) =>
      `${AREA}/${service}/${collection}?${new URLSearchParams({ filter, skip: String(Math.max(0, next)) })}`;
    const content = [
      html`<form method="get"><label>Filter, as MongoDB's query in JSON <input name="filter" value="${filter}" placeholder='{"status":"ON_SALE"}' spellcheck="false"></label><button>Find</button></form>`,
      problem ? html`<p class="error" role="alert">${problem}</p>` : html``,
      found.documents.length === 0
        ? html`<p class="none">No documents.</p>`
        : html`${found.documents.map(
            ({ id, text }) =>
              html`<article><details${found.documents.length === 1 ? html` open` : ""}><summary><code>${id}</code></summary><pre tabindex="0">${text}</pre></details></article>`,
          )}`,
      pager({
        newer: skip > 0 ? at(skip - DOCUMENTS_A_PAGE) : undefined,
        older: found.hasMore ? at(skip + DOCUMENTS_A_PAGE) : undefined,
      }),
      html`<p>Passwords, tokens and secrets are hidden.</p>`,
    ];
    const head = { area: AREA, title: `${service}: ${collection}` } as const;
    return show(c, page({ ...head, trail: [[AREA, "Documents"]] }, content), problem ? 400 : 200);
  });
}
