import { html } from "hono/html";
import type { Html } from "./layout.ts";

/** A cell: text, HTML, or a number, which is set to the right. */
export type Cell = string | number | Html;

/** A table that scrolls by itself when it is wide. `caption` names it for who cannot see it. */
export function table(caption: string, head: string[], rows: Cell[][]): Html {
  if (rows.length === 0) return html`<p class="none">Nothing here.</p>`;
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell) =>
        typeof cell === "number"
          ? html`<td class="number">${cell.toLocaleString("en")}</td>`
          : html`<td>${cell}</td>`,
      )}</tr>`,
  )}</tbody>
</table></div>`;
}

export const link = (href: string, text: string): Html => html`<a href="${href}">${text}</a>`;

/** An instant as people read it, with the machine's form in its attribute. */
export function time(epochMs: number): Html {
  const iso = new Date(epochMs).toISOString();
  return html`<time datetime="${iso}">${iso.replace("T", " ").replace("Z", "")}</time>`;
}

/** Indented where it is JSON, else as it is. */
export function source(text: string): Html {
  let shown = text;
  try {
    shown = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // Not JSON.
  }
  return html`<pre tabindex="0">${shown}</pre>`;
}

/** Names and values. */
export function fields(rows: [string, Cell][]): Html {
  return html`<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** Links to the pages before and after; an absent one is left out. */
export function pager(links: { newer?: string | undefined; older?: string | undefined }): Html {
  return html`<nav class="pager" aria-label="Pages">${links.newer ? link(links.newer, "Newer") : ""} ${
    links.older ? link(links.older, "Older") : ""
  }</nav>`;
}

export const notice = (text: string): Html => html`<p class="notice" role="status">${text}</p>`;
