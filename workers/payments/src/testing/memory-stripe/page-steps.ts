import { cancel, confirm } from "./intent-steps.ts";
import type { Ledger } from "./ledger.ts";
import type { PageRecord } from "./records.ts";
import { Refusal, refusal } from "./refusals.ts";
import { shownPage } from "./shown.ts";

/** How Stripe's own pages move. https://docs.stripe.com/api/checkout/sessions */

/** https://docs.stripe.com/api/checkout/sessions/create: how long a page lives, from its making. */
const LIFE_SECONDS = { least: 30 * 60, most: 24 * 60 * 60 };

export function openPage(ledger: Ledger, made: Omit<PageRecord, "id" | "status" | "intent">): PageRecord {
  const life = made.expiresAt - ledger.nowSeconds();
  if (life < LIFE_SECONDS.least || life > LIFE_SECONDS.most) throw refusal("expires_at is out of range");
  const page: PageRecord = { ...made, id: ledger.newId("cs_test"), status: "open", intent: null };
  ledger.pages.set(page.id, page);
  return page;
}

/**
 * A buyer pays on an open page; the first try makes the intent, later ones try it again. A decline leaves it open.
 * @returns whether the page took the card
 */
export function payPage(ledger: Ledger, page: PageRecord, card: string): boolean {
  if (page.status !== "open") return false;
  const { id, intentMetadata: metadata, amount, currency } = page;
  const intent =
    page.intent === null
      ? ledger.newIntent({ metadata, amount, currency, page: id })
      : ledger.intent(page.intent);
  page.intent = intent.id;
  try {
    confirm(ledger, intent, card);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** Ends an open page with what it tried to take. */
export function closePage(ledger: Ledger, page: PageRecord): void {
  if (page.status !== "open") throw refusal(`not with a status of ${page.status}`);
  page.status = "expired";
  if (page.intent !== null) cancel(ledger, ledger.intent(page.intent));
  ledger.emit("checkout.session.expired", shownPage(page));
}
