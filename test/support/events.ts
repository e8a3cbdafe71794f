import { until } from "#local/e2e/until.ts";
import { DAY_MS, eventBody, PRICE, plan, VENUE } from "./bodies.ts";
import type { Answer } from "./client.ts";
import { anyone, type User } from "./world.ts";

export { DAY_MS, eventBody, PRICE, plan, VENUE };

/** A venue of the organiser's with a plan. @returns its id */
export async function newVenue(organiser: User, seatingPlan: object = plan()): Promise<string> {
  const { id } = created(await organiser.post<{ id: string }>("/api/venues", VENUE));
  const uploaded = await organiser.put(`/api/venues/${id}/plan`, seatingPlan);
  if (uploaded.status !== 200) throw new Error(`no plan: ${JSON.stringify(uploaded.body)}`);
  return id;
}

/** An event whose seat map is open. @returns its id */
export async function newEvent(organiser: User, venueId: string, changes: object = {}): Promise<string> {
  const { id } = created(await organiser.post<{ id: string }>("/api/events", eventBody(venueId, changes)));
  await until(
    "an open seat map",
    () => anyone.get(`/api/inventory/events/${id}/seats`),
    ({ status }) => status === 200,
  );
  return id;
}

function created<T>({ status, body }: Answer<T>): T {
  if (status !== 201) throw new Error(`not created: ${JSON.stringify(body)}`);
  return body;
}
