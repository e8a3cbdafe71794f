import { until } from "#local/e2e/until.ts";
import { answerOf } from "#local/seed/api.ts";
import { createEvent, createVenue, putPlan, seats } from "#shared/client/generated/sdk.gen.ts";
import { DAY_MS, eventBody, PRICE, plan, VENUE } from "./bodies.ts";
import { anyone, type User } from "./world.ts";

export { DAY_MS, eventBody, PRICE, plan, VENUE };

/** A venue of the organiser's with a plan. @returns its id */
export async function newVenue({ api: client }: User, seatingPlan: object = plan()): Promise<string> {
  const { id } = await answerOf(createVenue({ client, body: VENUE }));
  await answerOf(putPlan({ client, path: { id }, body: { ...seatingPlan } }));
  return id;
}

/** An event whose seat map is open. @returns its id */
export async function newEvent(
  { api: client }: User,
  venueId: string,
  changes: object = {},
): Promise<string> {
  const { id } = await answerOf(createEvent({ client, body: eventBody(venueId, changes) }));
  await until(
    "an open seat map",
    () => seats({ client: anyone.api, path: { eventId: id } }),
    ({ response }) => response?.status === 200,
  );
  return id;
}
