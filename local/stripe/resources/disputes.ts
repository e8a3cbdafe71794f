import { noSuch } from "../http/errors.ts";
import { optional, string } from "../http/params.ts";
import { type Endpoint, endpoint, ok } from "./endpoint.ts";
import { LIST_PARAMS, pageQuery, renderList } from "./list.ts";
import { renderDispute } from "./render-dispute.ts";

/** https://docs.stripe.com/api/disputes; read only: test cards open them, and nobody answers them here. */

const retrieve = endpoint({
  method: "GET",
  path: "/v1/disputes/:id",
  returns: { kind: "dispute", isList: false },
  params: {},
  run(work, { id }) {
    const dispute = work.store.disputes.find(id);
    if (!dispute) throw noSuch("dispute", id, "id", true);
    return ok(renderDispute(dispute));
  },
});

const all = endpoint({
  method: "GET",
  path: "/v1/disputes",
  returns: { kind: "dispute", isList: true },
  params: { ...LIST_PARAMS, payment_intent: optional(string), charge: optional(string) },
  run(work, { params }) {
    const { disputes } = work.store;
    const query = pageQuery(params, "dispute", (id) => disputes.find(id) !== null);
    const page = disputes.page({ ...query, paymentIntent: params.payment_intent, charge: params.charge });
    return ok(renderList(page, "/v1/disputes", renderDispute));
  },
});

export const disputeEndpoints: Endpoint[] = [retrieve, all];
