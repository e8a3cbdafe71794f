/** The shell of every page that a buyer sees here; works without scripts. */

/** What a page's handler answers. `location` is set for a redirect. */
export interface PageAnswer {
  status: number;
  html: string;
  location?: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Makes a text safe inside an element and inside a quoted attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

const STYLE = `
:root { color-scheme: light; --ink: #1a1f36; --soft: #59617a; --line: #c4cad8; --accent: #0a5bd3; --bad: #b3093c; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f6fb; color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 30rem; margin: 2.5rem auto; padding: 0 1rem; }
.card { background: #fff; border: 1px solid #e1e5ee; border-radius: .75rem; padding: 1.5rem; margin-top: 1rem; }
.badge { display: inline-block; background: #fff0c7; color: #6b4a00; border-radius: 1rem; padding: .1rem .7rem; font-size: .85rem; }
h1 { font-size: 1.4rem; margin: .75rem 0 .25rem; } h2 { font-size: 1.05rem; margin: 0 0 1rem; }
.total { font-size: 2rem; font-weight: 600; margin: 0; }
table { width: 100%; border-collapse: collapse; } td { padding: .35rem 0; vertical-align: top; overflow-wrap: anywhere; }
td:last-child { padding-left: 1rem; text-align: right; white-space: nowrap; } small, .hint { color: var(--soft); font-size: .9rem; }
label { display: block; font-weight: 600; font-size: .95rem; margin: 1rem 0 .25rem; }
input { width: 100%; padding: .65rem .75rem; border: 1px solid var(--line); border-radius: .4rem; font: inherit; }
input[aria-invalid=true] { border-color: var(--bad); } .problem { color: var(--bad); margin: .25rem 0 0; font-size: .95rem; }
input:focus-visible, button:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid #7fb0ff; outline-offset: 1px; }
.row { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
button { width: 100%; margin-top: 1.5rem; padding: .8rem; border: 0; border-radius: .4rem; background: var(--accent); color: #fff; font: inherit; font-weight: 600; cursor: pointer; }
button.second { background: #fff; color: var(--ink); border: 1px solid var(--line); margin-top: .75rem; }
.alert { border: 1px solid var(--bad); border-left-width: .35rem; border-radius: .4rem; padding: .75rem 1rem; color: var(--bad); background: #fff5f7; margin: 0; }
code { background: #eef1f7; border-radius: .25rem; padding: 0 .25rem; } a { color: var(--accent); }
`;

/** A whole document; `title` and `content` are HTML already. */
export const page = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${title}</title><style>${STYLE}</style></head><body><main>` +
  `<span class="badge">Test mode: no money moves</span><h1>${title}</h1>${content}</main></body></html>`;

/** A page that only says something. */
export const notice = (status: number, title: string, content: string): PageAnswer => ({
  status,
  html: page(title, `<div class="card"><p>${content}</p></div>`),
});
