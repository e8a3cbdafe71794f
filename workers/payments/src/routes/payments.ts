import type { Identity } from "#shared/auth/roles.ts";
import { getBookingPaymentRoute, getPaymentRoute } from "#shared/contracts/payments.ts";
import { Problem } from "#shared/errors/problem.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import type { Scope } from "../repositories/payments.ts";
import { depsOf, type PaymentsApp } from "../wiring.ts";
import { present } from "./present.ts";

export function servePayments(app: PaymentsApp): void {
  serve(app, getBookingPaymentRoute, async (c) => {
    const { bookingId } = c.req.valid("param");
    const payment = await depsOf(c.env).payments.visible({ bookingId }, scopeOf(identityOf(c)));
    if (!payment) throw new Problem("PAYMENT_NOT_FOUND");
    return c.json(present(payment), 200);
  });

  serve(app, getPaymentRoute, async (c) => {
    const { id } = c.req.valid("param");
    const payment = await depsOf(c.env).payments.visible({ _id: id }, scopeOf(identityOf(c)));
    if (!payment) throw new Problem("PAYMENT_NOT_FOUND");
    return c.json(present(payment), 200);
  });
}

/** The query itself asks for no more than the caller may see: a foreign payment is not found. */
const scopeOf = ({ role, userId }: Identity): Scope => (role === "ADMIN" ? "all" : { userId });
