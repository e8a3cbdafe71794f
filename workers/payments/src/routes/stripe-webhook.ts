import { stripeWebhookRoute } from "#shared/contracts/payments.ts";
import { serve } from "#shared/http/service-app.ts";
import { describeError } from "#shared/observability/log.ts";
import { paymentsEnvironment } from "../env.ts";
import { drive } from "../use-cases/drive.ts";
import { isBeingAsked, takeWebhook } from "../use-cases/webhook.ts";
import { depsOf, type PaymentsApp, stripeOf } from "../wiring.ts";

export function serveStripeWebhook(app: PaymentsApp): void {
  serve(app, stripeWebhookRoute, async (c) => {
    const deps = depsOf(c.env);
    const raw = await c.req.text();
    const signature = c.req.header("stripe-signature") ?? "";
    const secret = paymentsEnvironment(c.env).STRIPE_WEBHOOK_SECRET;
    const payment = await takeWebhook(deps, () =>
      stripeOf(c.env).webhooks.constructEventAsync(raw, signature, secret),
    );
    if (payment && !isBeingAsked(payment, deps.clock())) {
      // It is written down: if this fails, the sweeper looks.
      const driven = drive(deps, payment).catch((error) =>
        deps.logger.warn("left for the sweeper", { paymentId: payment._id, error: describeError(error) }),
      );
      c.executionCtx.waitUntil(driven);
    }
    return c.json({ received: true }, 200);
  });
}
