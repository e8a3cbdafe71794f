import { checkCard } from "../core/card-entry.ts";
import { isEmail } from "../core/email.ts";
import type { IntentRecord } from "../core/records.ts";
import type { SessionRecord } from "../core/session.ts";
import { decodeForm, type FormMap } from "../http/form.ts";
import { authenticationPath } from "../resources/render-intent.ts";
import { paySession } from "../resources/session-steps.ts";
import { settleDue } from "../resources/settle.ts";
import type { Work } from "../resources/work.ts";
import type { Store } from "../storage/store.ts";
import { checkoutForm, type FormState, type Problems } from "./form.ts";
import { escapeHtml, notice, type PageAnswer } from "./layout.ts";
import { successAddress } from "./return-address.ts";

/** The hosted page of a Checkout Session, the address in its `url`. */

const PATH = /^\/c\/pay\/(cs_test_\w+)$/;

const UNKNOWN = notice(404, "Checkout not found", "There is no such checkout session.");

/**
 * GET shows the form of an open session; POST pays it: on to the merchant, to the bank's page, or back to the form with
 * the reason. Null when `path` is another.
 */
export async function checkoutPage(
  store: Store,
  newWork: (request: null) => Work,
  request: { method: string; path: string; body: string },
): Promise<PageAnswer | null> {
  const [, id] = PATH.exec(request.path) ?? [];
  if (!id) return null;
  if (request.method !== "GET" && request.method !== "POST") return notice(405, "Method not allowed", "");
  const form = request.method === "POST" ? decodeForm(request.body) : null;
  return store.write(() => {
    const work = newWork(null);
    settleDue(work);
    const session = store.sessions.find(id);
    if (!session) return UNKNOWN;
    if (session.status === "expired") return expired(session);
    if (session.status === "complete") return form ? toMerchant(session) : done(session);
    return form ? submit(work, session, form) : show(session, { failure: lastFailure(work, session) });
  });
}

function submit(work: Work, session: SessionRecord, form: FormMap): PageAnswer {
  const typed = (name: string): string => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim().slice(0, 800) : "";
  };
  const email = session.customerEmail ?? typed("email");
  const name = typed("name").slice(0, 200);
  const checked = checkCard(
    { number: typed("number"), expiry: typed("expiry"), cvc: typed("cvc") },
    work.nowMs,
  );
  const problems: Problems = "problems" in checked ? { ...checked.problems } : {};
  if (!isEmail(email)) problems.email = "Your email address is incomplete.";
  if (name === "") problems.name = "The name on the card is missing.";
  if (Object.keys(problems).length > 0 || "problems" in checked) {
    return show(session, { email, name, problems }, 422);
  }
  const intent = paySession(work, session, { email, name, card: checked.card });
  const paid = work.store.sessions.find(session.id) ?? session;
  if (paid.status === "complete") return toMerchant(paid);
  if (intent.attempt !== null) return redirect(authenticationPath(intent.id, intent.attempt));
  return show(paid, { email, name, failure: reason(intent) }, 402);
}

const show = (session: SessionRecord, state: Partial<FormState>, status = 200): PageAnswer => ({
  status,
  html: checkoutForm(session, {
    email: session.customer?.email ?? "",
    name: session.customer?.name ?? "",
    problems: {},
    failure: null,
    ...state,
  }),
});

const redirect = (location: string): PageAnswer => ({ status: 303, html: "", location });
const toMerchant = (session: SessionRecord) => redirect(successAddress(session));

/** Why the last attempt failed, in words for the buyer. */
const reason = ({ lastPaymentError: failure }: IntentRecord): string | null => {
  if (failure?.type !== "invalid_request_error") return failure && `${failure.message} Try another card.`;
  return "Your bank could not confirm this payment. Try again, or use another card.";
};

/** What a buyer who comes back, from a failed authentication or by a bookmark, has to know. */
function lastFailure(work: Work, session: SessionRecord): string | null {
  const intent = session.paymentIntent === null ? null : work.store.intents.find(session.paymentIntent);
  return intent?.status === "requires_payment_method" ? reason(intent) : null;
}

const link = (address: string, text: string) => `<a href="${escapeHtml(address)}">${text}</a>`;

const done = (session: SessionRecord) =>
  notice(
    200,
    "You're all done here",
    `This checkout is complete. ${link(successAddress(session), "Continue")}`,
  );

const expired = ({ cancelUrl }: SessionRecord) =>
  notice(
    410,
    "This checkout has expired",
    `It can no longer be paid, and nothing was charged. ${cancelUrl === null ? "" : link(cancelUrl, "Back")}`,
  );
