import { noSuch } from "../http/errors.ts";
import { boolean, list, optional, string } from "../http/params.ts";
import type { StoredEvent } from "../storage/event-table.ts";
import { type Endpoint, endpoint, ok } from "./endpoint.ts";
import { LIST_PARAMS, pageQuery, renderList } from "./list.ts";

/** https://docs.stripe.com/api/events */

/** An Event as the API shows it and the webhook carries it. */
export function renderEvent(event: StoredEvent): object {
  return { ...JSON.parse(event.payload), pending_webhooks: event.delivery === "pending" ? 1 : 0 };
}

const retrieve = endpoint({
  method: "GET",
  path: "/v1/events/:id",
  returns: { kind: "other", isList: false },
  params: {},
  run(work, { id }) {
    const event = work.store.events.find(id);
    if (!event) throw noSuch("event", id, "id", true);
    return ok(renderEvent(event));
  },
});

const all = endpoint({
  method: "GET",
  path: "/v1/events",
  returns: { kind: "other", isList: true },
  params: {
    ...LIST_PARAMS,
    type: optional(string),
    types: optional(list(string)),
    delivery_success: optional(boolean),
  },
  run(work, { params }) {
    const { events } = work.store;
    const query = pageQuery(params, "event", (id) => events.find(id) !== null);
    const types = params.types ?? (params.type === undefined ? undefined : [params.type]);
    const page = events.page({ ...query, types, delivered: params.delivery_success });
    return ok(renderList(page, "/v1/events", renderEvent));
  },
});

export const eventEndpoints: Endpoint[] = [retrieve, all];
