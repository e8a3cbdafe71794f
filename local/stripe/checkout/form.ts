import type { CardProblems } from "../core/card-entry.ts";
import { formatMinor } from "../core/money.ts";
import { lineTotal, type SessionRecord } from "../core/session.ts";
import { escapeHtml, page } from "./layout.ts";

/** The page on which a buyer pays a Checkout Session. */

export type Problems = CardProblems & { email?: string; name?: string };

/** What the page says besides the session. Card numbers are never shown again. */
export interface FormState {
  email: string;
  name: string;
  problems: Problems;
  /** Why the last attempt failed. */
  failure: string | null;
}

interface Field {
  name: keyof Problems;
  label: string;
  attributes: string;
}

const CARD_FIELDS = {
  number: {
    name: "number",
    label: "Card number",
    attributes:
      'inputmode="numeric" autocomplete="cc-number" placeholder="4242 4242 4242 4242" maxlength="30"',
  },
  expiry: {
    name: "expiry",
    label: "Expiry (MM/YY)",
    attributes: 'inputmode="numeric" autocomplete="cc-exp" placeholder="12 / 34" maxlength="9"',
  },
  cvc: {
    name: "cvc",
    label: "Security code",
    attributes: 'inputmode="numeric" autocomplete="cc-csc" placeholder="123" maxlength="4"',
  },
} as const satisfies Record<string, Field>;

const EMAIL: Field = { name: "email", label: "Email", attributes: 'type="email" autocomplete="email"' };
const NAME: Field = {
  name: "name",
  label: "Name on card",
  attributes: 'autocomplete="cc-name" maxlength="200"',
};

function field({ name, label, attributes }: Field, problems: Problems, value = ""): string {
  const problem = problems[name];
  const told = problem ? `<p class="problem" id="${name}-problem">${escapeHtml(problem)}</p>` : "";
  const invalid = problem ? ` aria-invalid="true" aria-describedby="${name}-problem"` : "";
  return (
    `<div><label for="${name}">${label}</label><input id="${name}" name="${name}" value="${escapeHtml(value)}" ` +
    `${attributes} required${invalid}>${told}</div>`
  );
}

const BUTTONS = { auto: "Pay", pay: "Pay", book: "Book", donate: "Donate" } as const;

const TEST_CARDS = `
<details class="card"><summary>Test cards</summary>
<p class="hint">Any date in the future, any security code.</p>
<table>
<tr><td><code>4242 4242 4242 4242</code></td><td>pays</td></tr>
<tr><td><code>4000 0025 0000 3155</code></td><td>asks for 3D Secure, then pays</td></tr>
<tr><td><code>4000 0000 0000 0002</code></td><td>is declined</td></tr>
<tr><td><code>4000 0000 0000 9995</code></td><td>has insufficient funds</td></tr>
<tr><td><code>4000 0000 0000 0259</code></td><td>pays, is disputed once captured</td></tr>
<tr><td><code>4000 0000 0000 5126</code></td><td>pays, its refund fails</td></tr>
</table></details>`;

/** The form of an open session. */
export function checkoutForm(session: SessionRecord, state: FormState): string {
  const money = (minor: number) => formatMinor(minor, session.currency);
  const lines = session.lines.map((line) => {
    const details = line.description === null ? "" : `<br><small>${escapeHtml(line.description)}</small>`;
    const each = line.quantity === 1 ? "" : `<br><small>${line.quantity} × ${money(line.unitAmount)}</small>`;
    return `<tr><td>${escapeHtml(line.name)}${details}${each}</td><td>${money(lineTotal(line))}</td></tr>`;
  });
  const given = session.customerEmail;
  const emailField =
    given === null
      ? field(EMAIL, state.problems, state.email)
      : `<p>Paying as <strong>${escapeHtml(given)}</strong>.</p>`;
  const alert =
    state.failure === null ? "" : `<p class="alert" role="alert">${escapeHtml(state.failure)}</p>`;
  const back =
    session.cancelUrl === null
      ? ""
      : `<p><a href="${escapeHtml(session.cancelUrl)}">Back without paying</a></p>`;
  return page(
    "Checkout",
    `<p class="total">${money(session.amountTotal)}</p>${back}` +
      `<section class="card" aria-label="Your order"><table>${lines.join("")}</table></section>` +
      `<section class="card"><h2 id="pay">Pay by card</h2>${alert}` +
      `<form method="post" aria-labelledby="pay" novalidate>${emailField}` +
      field(CARD_FIELDS.number, state.problems) +
      `<div class="row">${field(CARD_FIELDS.expiry, state.problems)}${field(CARD_FIELDS.cvc, state.problems)}</div>` +
      field(NAME, state.problems, state.name) +
      `<button>${BUTTONS[session.submitType ?? "auto"]} ${money(session.amountTotal)}</button></form></section>` +
      TEST_CARDS,
  );
}
