import { authenticate } from "../core/attempt.ts";
import type { IntentRecord } from "../core/records.ts";
import { decodeForm } from "../http/form.ts";
import { applyStep } from "../resources/intent-steps.ts";
import { settleDue } from "../resources/settle.ts";
import type { Work } from "../resources/work.ts";
import type { Store } from "../storage/store.ts";

/** The card issuer's page in a 3D Secure authentication, reduced to its two outcomes. */

/** `location` is set for a redirect. */
export interface PageAnswer {
  status: number;
  html: string;
  location?: string;
}

const PATH = /^\/_test\/authenticate\/(pi_\w+)\/(payatt_\w+)$/;

const page = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>${title}</title><main style="font:16px system-ui;max-width:26rem;margin:4rem auto"><h1>${title}</h1>${content}</main></html>`;

const OVER: PageAnswer = {
  status: 410,
  html: page("Nothing to authenticate", "<p>This payment no longer waits for an authentication.</p>"),
};

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
  if (request.method !== "POST") return { status: 405, html: page("Method not allowed", "") };
  const chosen = decodeForm(request.body).get("outcome");
  if (chosen !== "complete" && chosen !== "fail") {
    return { status: 400, html: page("Choose an outcome", "<p>outcome must be complete or fail.</p>") };
  }
  return store.write(() => {
    const work = newWork(null);
    settleDue(work);
    const intent = waiting();
    const method = intent?.paymentMethod ? store.methods.find(intent.paymentMethod) : null;
    if (!intent || !method) return OVER;
    return leave(applyStep(work, authenticate(intent, method, chosen === "complete", work)));
  });
}

const form = (): string =>
  page(
    "3D Secure 2 test page",
    "<p>Your bank asks you to confirm this payment.</p>" +
      '<form method="post"><button name="outcome" value="complete">Complete</button> ' +
      '<button name="outcome" value="fail">Fail</button></form>',
  );

/** Back to the merchant, with the parameters that Stripe adds. */
function leave(intent: IntentRecord): PageAnswer {
  if (intent.returnUrl === null) {
    return { status: 200, html: page("Done", `<p>The payment's status is now ${intent.status}.</p>`) };
  }
  const target = new URL(intent.returnUrl);
  target.searchParams.set("payment_intent", intent.id);
  target.searchParams.set("payment_intent_client_secret", intent.clientSecret);
  target.searchParams.set("redirect_status", intent.lastPaymentError ? "failed" : "succeeded");
  return { status: 303, html: "", location: target.href };
}
