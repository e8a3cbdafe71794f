import { noSuch } from "../http/errors.ts";
import { optional, string } from "../http/params.ts";
import { type Endpoint, endpoint, ok } from "./endpoint.ts";
import { LIST_PARAMS, pageQuery, renderList } from "./list.ts";
import { renderCharge } from "./render-charge.ts";

/** https://docs.stripe.com/api/charges; read only, since PaymentIntents make them. */

const retrieve = endpoint({
  method: "GET",
  path: "/v1/charges/:id",
  returns: { kind: "charge", isList: false },
  params: {},
  run(work, { id }) {
    const charge = work.store.charges.find(id);
    if (!charge) throw noSuch("charge", id, "id", true);
    return ok(renderCharge(charge));
  },
});

const all = endpoint({
  method: "GET",
  path: "/v1/charges",
  returns: { kind: "charge", isList: true },
  params: { ...LIST_PARAMS, payment_intent: optional(string) },
  run(work, { params }) {
    const { charges } = work.store;
    const query = pageQuery(params, "charge", (id) => charges.find(id) !== null);
    const page = charges.page({ ...query, paymentIntent: params.payment_intent });
    return ok(renderList(page, "/v1/charges", renderCharge));
  },
});

export const chargeEndpoints: Endpoint[] = [retrieve, all];
