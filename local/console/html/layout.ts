import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/** Escaped HTML. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const AREAS = [
  ["/", "Topics"],
  ["/dead-letters", "Dead letters"],
  ["/documents", "Documents"],
  ["/tables", "Tables"],
] as const;

export type Area = (typeof AREAS)[number][0];

/** A whole page. `trail` are the steps above it: addresses and names. */
export function page(
  { area, title, trail = [] }: { area: Area; title: string; trail?: [href: string, name: string][] },
  content: Html | Html[],
): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} - TicketFlow console</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header>
<span class="brand">TicketFlow console</span>
<nav aria-label="Areas"><ul>${AREAS.map(
    ([href, name]) =>
      html`<li><a href="${href}"${href === area ? html` aria-current="page"` : ""}>${name}</a></li>`,
  )}</ul></nav>
</header>
<main id="content">
${
  trail.length === 0
    ? ""
    : html`<nav class="trail" aria-label="Above this page"><ol>${trail.map(
        ([href, name]) => html`<li><a href="${href}">${name}</a></li>`,
      )}</ol></nav>`
}
<h1>${title}</h1>
${content}
</main>
</body>
</html>`;
}
