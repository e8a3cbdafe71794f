import type { Hono } from "hono";
import { html } from "hono/html";
import { type ConsoleDeps, notFound, show } from "../answer.ts";
import { link, pager, source, table } from "../html/elements.ts";
import { type Html, page } from "../html/layout.ts";
import { HIDDEN, isSecret } from "../stores/secrecy.ts";
import { wholeNumber } from "./topics.ts";

const AREA = "/tables";
const ROWS_A_PAGE = 50;

/** A longer value is folded: a row of JSON would fill the page. */
const FOLDED_FROM = 80;

/** Relational databases, one a service; their tables; rows by primary key, the last first. */
export function tablePages(app: Hono, { relational }: ConsoleDeps): void {
  app.get(AREA, async (c) => {
    const found = await Promise.all(
      relational.services.map(async (service) => ({ service, tables: await relational.tables(service) })),
    );
    const rows = found.flatMap(({ service, tables }) =>
      tables.map(({ name, rows }) => [service, link(`${AREA}/${service}/${name}`, name), rows]),
    );
    return show(
      c,
      page({ area: AREA, title: "Tables" }, [
        html`<p>Each service has a Postgres database of its own. Nothing can be changed here.</p>`,
        table("Tables", ["Database", "Table", "Rows, as Postgres estimates them"], rows),
      ]),
    );
  });

  app.get(`${AREA}/:service/:table`, async (c) => {
    const { service, table: name } = c.req.param();
    const [column = "", value = ""] = [c.req.query("column"), c.req.query("value")];
    const skip = wholeNumber(c.req.query("skip")) ?? 0;
    const found = relational.services.includes(service)
      ? await relational.rows(service, name, { column, value, skip, limit: ROWS_A_PAGE })
      : null;
    if (!found) return notFound(c, AREA, `There is no table ${name} in ${service}.`);
    const at = (next: number) =>
      `${AREA}/${service}/${name}?${new URLSearchParams({ column, value, skip: String(Math.max(0, next)) })}`;
    return show(
      c,
      page({ area: AREA, title: `${service}: ${name}`, trail: [[AREA, "Tables"]] }, [
        html`<form method="get"><label>Column <select name="column">${found.columns
          .filter((one) => !isSecret(one))
          .map(
            (one) => html`<option${one === column ? html` selected` : ""}>${one}</option>`,
          )}</select></label>
<label>equals <input name="value" value="${value}" spellcheck="false"></label><button>Find</button></form>`,
        table(
          "By primary key, the last first",
          found.columns,
          found.rows.map((row) => row.map(shown)),
        ),
        pager({
          newer: skip > 0 ? at(skip - ROWS_A_PAGE) : undefined,
          older: found.hasMore ? at(skip + ROWS_A_PAGE) : undefined,
        }),
        html`<p>Passwords, tokens and secrets are hidden.</p>`,
      ]),
    );
  });
}

function shown(cell: string | null): Html {
  if (cell === null || cell === HIDDEN) return html`<span class="hidden-value">${cell ?? "null"}</span>`;
  if (cell.length < FOLDED_FROM) return html`${cell}`;
  return html`<details><summary>${cell.slice(0, FOLDED_FROM / 2)}…</summary>${source(cell)}</details>`;
}
