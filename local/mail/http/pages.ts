import { html } from "hono/html";
import type { Email } from "postal-mime";
import type { Mail, MailSummary } from "../storage/store.ts";

/** Every value in these templates is escaped by `html`. */

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1f }
  header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top }
  iframe { width: 100%; height: 40rem; border: 1px solid #ccc; background: #fff }
  pre { white-space: pre-wrap; background: #f6f6f8; padding: 1rem; overflow-wrap: anywhere }
  dt { font-weight: 600 } dd { margin: 0 0 .4rem }
`;

const page = (title: string, body: unknown): string =>
  String(html`<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>${title}</title><style>${STYLE}</style></head>
  <body>${body}</body>
</html>`);

/** The newest mails. @param total how many are kept */
export function listPage(mails: MailSummary[], total: number): string {
  const rows = mails.map(
    (mail) => html`<tr>
      <td><time datetime="${mail.receivedAt}">${mail.receivedAt.slice(0, 19).replace("T", " ")}</time></td>
      <td>${mail.to.join(", ")}</td>
      <td><a href="/mails/${mail.id}">${mail.subject || "(no subject)"}</a></td>
    </tr>`,
  );
  return page(
    `Mail (${total})`,
    html`<header>
        <h1>Mail</h1>
        <form method="post" action="/delete-all"><button>Delete all ${total}</button></form>
      </header>
      <table>
        <thead><tr><th>Received (UTC)</th><th>To</th><th>Subject</th></tr></thead>
        <tbody>${rows}</tbody>
      </table>
      ${mails.length === 0 ? html`<p>Nothing has been caught.</p>` : ""}
      ${mails.length < total ? html`<p>The newest ${mails.length} of ${total}.</p>` : ""}`,
  );
}

/** One mail. @param parsed it taken apart, or null when it cannot be */
export function mailPage(mail: Mail, parsed: Email | null): string {
  const parts = parsed
    ? html`<h2>HTML</h2>
        <iframe sandbox src="/mails/${mail.id}/html" title="The mail as HTML"></iframe>
        <h2>Text</h2>
        <pre>${parsed.text ?? ""}</pre>`
    : html`<p>It cannot be read as a mail; see its source.</p>`;
  return page(
    mail.subject,
    html`<p><a href="/">All mail</a></p>
      <h1>${mail.subject || "(no subject)"}</h1>
      <dl>
        <dt>From</dt><dd>${parsed?.from ? addressOf(parsed.from) : ""} (envelope: ${mail.from || "<>"})</dd>
        <dt>To</dt><dd>${(parsed?.to ?? []).map(addressOf).join(", ")} (envelope: ${mail.to.join(", ")})</dd>
        <dt>Received</dt><dd>${mail.receivedAt}</dd>
        <dt>Message-ID</dt><dd>${mail.messageId ?? ""}</dd>
        <dt>Size</dt><dd>${mail.sizeBytes} bytes, <a href="/mails/${mail.id}/raw">source</a></dd>
      </dl>
      ${parts}`,
  );
}

const addressOf = ({ name, address }: { name: string; address?: string | undefined }): string =>
  name ? `${name} <${address ?? ""}>` : (address ?? "");
