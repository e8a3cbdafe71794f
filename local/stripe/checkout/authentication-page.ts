import { authenticate } from "../core/attempt.ts";
import type { IntentRecord } from "../core/records.ts";
import { decodeForm } from "../http/form.ts";
import { applyStep } from "../resources/intent-steps.ts";
import { settleDue } from "../resources/settle.ts";
import type { Work } from "../resources/work.ts";
import type { Store } from "../storage/store.ts";
import { notice, type PageAnswer, page } from "./layout.ts";
import { successAddress } from "./return-address.ts";

/** The card issuer's page in a 3D Secure authentication, reduced to its two outcomes. */

const PATH = /^\/_test\/authenticate\/(pi_\w+)\/(payatt_\w+)$/;

const OVER = notice(410, "Nothing to authenticate", "This payment no longer waits for an authentication.");

/**
 * GET shows the page; POST `outcome=complete` or `outcome=fail` moves the intent on and redirects to its return_url.
 * Null when `path` is another.
 */
export async function authenticationPage(
  store: Store,
  newWork: (request: null) => Work,
  request: { method: string; path: string; body: string },
): Promise<PageAnswer | null> {
  const [, id, attempt] = PATH.exec(request.path) ?? [];
  if (!id || !attempt) return null;
  const waiting = (): IntentRecord | null => {
    const intent = store.intents.find(id);
    return intent?.status === "requires_action" && intent.attempt === attempt ? intent : null;
  };
  if (request.method === "GET") return waiting() ? { status: 200, html: form() } : OVER;
  if (request.method !== "POST") return notice(405, "Method not allowed", "");
  const chosen = decodeForm(request.body).get("outcome");
  if (chosen !== "complete" && chosen !== "fail") {
    return notice(400, "Choose an outcome", "outcome must be complete or fail.");
  }
  return store.write(() => {
    const work = newWork(null);
    settleDue(work);
    const intent = waiting();
    const method = intent?.paymentMethod ? store.methods.find(intent.paymentMethod) : null;
    if (!intent || !method) return OVER;
    return leave(work, applyStep(work, authenticate(intent, method, chosen === "complete", work)));
  });
}

const form = (): string =>
  page(
    "3D Secure 2 test page",
    '<div class="card"><p>Your bank asks you to confirm this payment.</p>' +
      '<form method="post"><button name="outcome" value="complete">Complete</button>' +
      '<button class="second" name="outcome" value="fail">Fail</button></form></div>',
  );

/** Back to the merchant, with the parameters that Stripe adds; a buyer of a session whose payment failed tries again. */
function leave(work: Work, intent: IntentRecord): PageAnswer {
  const session = intent.checkoutSession ? work.store.sessions.find(intent.checkoutSession) : null;
  if (session?.status === "complete") return redirect(successAddress(session));
  if (intent.returnUrl === null) {
    return notice(200, "Done", `The payment's status is now ${intent.status}.`);
  }
  if (session) return redirect(intent.returnUrl);
  const target = new URL(intent.returnUrl);
  target.searchParams.set("payment_intent", intent.id);
  target.searchParams.set("payment_intent_client_secret", intent.clientSecret);
  target.searchParams.set("redirect_status", intent.lastPaymentError ? "failed" : "succeeded");
  return redirect(target.href);
}

const redirect = (location: string): PageAnswer => ({ status: 303, html: "", location });
