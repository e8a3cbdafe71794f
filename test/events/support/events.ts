import type { Identity } from "#shared/auth/roles.ts";
import { newEvent } from "#shared/contracts/event-schemas.ts";
import { newId } from "#shared/ids/id.ts";
import { createEvent } from "../../../workers/events/src/use-cases/create-event.ts";
import type { EventsDeps } from "../../../workers/events/src/use-cases/deps.ts";
import { createVenue, putPlan } from "../../../workers/events/src/use-cases/venues.ts";
import { DAY_MS, eventBody, plan, VENUE } from "../../support/bodies.ts";

/** Somebody new. */
export const caller = (role: Identity["role"] = "ORGANISER"): Identity => {
  const userId = newId("usr", Date.now());
  return { userId, role, email: `${userId}@ticketflow.dev`, name: "Test" };
};

/** A venue with this plan. @returns its id */
export async function venueWith(deps: EventsDeps, owner: Identity, seatingPlan: object = plan()) {
  const { _id } = await createVenue(deps, owner, { ...VENUE, timeZone: "Europe/Vienna" });
  await putPlan(deps, owner, _id, JSON.stringify(seatingPlan));
  return _id;
}

/** An event of the owner's, in 30 days by the world's clock, for the tier A. */
export async function eventOf(deps: EventsDeps, owner: Identity, venueId: string, changes: object = {}) {
  const startsAt = deps.clock() + 30 * DAY_MS;
  const times = {
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + DAY_MS / 8).toISOString(),
  };
  const body = newEvent.parse({ ...eventBody(venueId), ...times, ...changes });
  return (await createEvent(deps, owner, body)).event;
}

/** The same service, in which `count` requests have all read their event before one of them writes. */
export function readTogether(deps: EventsDeps, count: number): EventsDeps {
  const { promise: allHaveRead, resolve } = Promise.withResolvers<void>();
  let read = 0;
  const { events } = deps.store;
  return {
    ...deps,
    store: {
      ...deps.store,
      events: {
        ...events,
        async findWhole(id, scope) {
          const event = await events.findWhole(id, scope);
          read += 1;
          if (read >= count) resolve();
          await allHaveRead;
          return event;
        },
      },
    },
  };
}
