import { html } from "hono/html";
import type { Content } from "../notification.ts";
import type { Letter } from "./letter.ts";
import { LETTERS, type LetterContext } from "./letters.ts";
import { oneLine } from "./words.ts";

/** What a mail says of itself in headers and body. */
export interface Rendered {
  subject: string;
  html: string;
  text: string;
}

/** A mail's letter as HTML and as text. Both say the same. */
export function render(content: Content, context: LetterContext = {}): Rendered {
  const letter = letterOf(content, context);
  return { subject: oneLine(letter.subject), html: asHtml(letter), text: asText(letter) };
}

export function subjectOf(content: Content): string {
  return oneLine(letterOf(content, {}).subject);
}

function letterOf({ kind, facts }: Content, context: LetterContext): Letter {
  // The table has for each kind the letter of that kind's facts.
  const write = LETTERS[kind] as (facts: Content["facts"], context: LetterContext) => Letter;
  return write(facts, context);
}

const GREETING = "Dear";
const SIGNATURE = "TicketFlow";

const CELL = "padding:4px 16px 4px 0;text-align:left;vertical-align:top";

/** `html` escapes every value. Styles stand on the elements: many mail programs drop style sheets. */
function asHtml({ subject, name, paragraphs, details = [], places = [], total }: Letter): string {
  const row = (cells: string[]) =>
    html`<tr>${cells.map((cell) => html`<td style="${CELL}">${oneLine(cell)}</td>`)}</tr>`;
  const table = (rows: string[][]) =>
    rows.length > 0
      ? html`<table role="presentation" style="border-collapse:collapse;margin:16px 0">${rows.map(row)}</table>`
      : "";
  return String(html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${oneLine(subject)}</title></head>
<body style="font:16px/1.5 sans-serif;color:#1b1b1f;max-width:36em;margin:0 auto;padding:24px">
<p>${GREETING} ${oneLine(name)},</p>
${paragraphs.map((paragraph) => html`<p>${oneLine(paragraph)}</p>`)}
${table(details)}
${table(places.map(({ label, tier, price }) => [label, tier, price]))}
${total === undefined ? "" : html`<p><strong>Total: ${total}</strong></p>`}
<p>${SIGNATURE}</p>
</body>
</html>`);
}

function asText({ name, paragraphs, details = [], places = [], total }: Letter): string {
  const blocks = [
    `${GREETING} ${oneLine(name)},`,
    ...paragraphs.map(oneLine),
    details.map(([label, value]) => `${label}: ${oneLine(value)}`).join("\n"),
    places
      .map(({ label, tier, price }) => `- ${[label, tier, price].filter(Boolean).map(oneLine).join(", ")}`)
      .join("\n"),
    total === undefined ? "" : `Total: ${total}`,
    SIGNATURE,
  ];
  return `${blocks.filter(Boolean).join("\n\n")}\n`;
}
