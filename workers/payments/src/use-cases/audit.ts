import { MAX_PAYMENTS, type PaymentFacts, type PaymentsAudit } from "#shared/rpc/audit/payments.ts";
import { auditedPayment, needsAftermath } from "../core/audited.ts";
import type { Payment } from "../core/payment.ts";
import type { AuditedPayments } from "../repositories/audited-payments.ts";
import { compareList } from "./compare-list.ts";
import type { PaymentsDeps } from "./deps.ts";
import { drive } from "./drive.ts";
import { releaseIntent } from "./release-intent.ts";

/** Questions to Stripe at once: an invocation has six connections. */
const AT_ONCE = 4;

/** What payments tells an auditor of its own store and of Stripe, and what it does for one. */
export function paymentsAudit(deps: PaymentsDeps, audited: AuditedPayments): PaymentsAudit {
  const ofBookings = (ids: string[]) =>
    deps.payments.named({ bookingIds: ids.slice(0, MAX_PAYMENTS), intentIds: [] });
  return {
    async payments({ afterId, limit }) {
      const found = await audited.after(afterId, Math.min(limit, MAX_PAYMENTS));
      return found.map(({ _id: id, bookingId, amount }) => ({ id, bookingId, amount }));
    },
    async paymentsOf(bookingIds) {
      const payments = await ofBookings(bookingIds);
      const facts: PaymentFacts[] = [];
      for (let first = 0; first < payments.length; first += AT_ONCE) {
        const some = payments.slice(first, first + AT_ONCE);
        facts.push(...(await Promise.all(some.map((payment) => ask(deps, payment)))));
      }
      return facts;
    },
    async stripe({ kind, window, after }) {
      const { items, next } = await deps.provider.list(kind, window, after);
      const differences = (await compareList(deps, kind, items))
        // What a payment's own intent says is told with the payment.
        .filter(({ isOwn }) => !isOwn)
        .map(({ bookingId, objectId, mend, detail }) => ({ bookingId, objectId, mend, detail }));
      const bookingIds = items.map(({ bookingId }) => bookingId).filter((id) => id !== null);
      return { read: items.length, bookingIds: [...new Set(bookingIds)], differences, next };
    },
    outbox: () => audited.outbox(),
    relay: (keys) => audited.relay(keys),
    async look(bookingId) {
      const now = deps.clock();
      const report = { id: `audit:${now}`, about: "aftermath" } as const;
      const payment = await deps.payments.takeWebhook({ bookingId }, report, new Date(now));
      if (payment) await drive(deps, payment);
      return payment !== null;
    },
    release: (asked) => releaseIntent(deps, asked),
  };
}

async function ask({ provider }: PaymentsDeps, payment: Payment): Promise<PaymentFacts> {
  if (payment.intentId === null) return auditedPayment(payment, null);
  const intent = await provider.retrieve(payment.intentId);
  const aftermath = needsAftermath(payment, intent) ? await provider.aftermath(payment.intentId) : null;
  return auditedPayment(payment, { intent, aftermath });
}
