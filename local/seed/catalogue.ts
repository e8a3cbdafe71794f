import type { Api } from "./api.ts";
import { PROGRAMME, type SeedEvent, type SeedVenue } from "./programme.ts";

const DAY_MS = 86_400_000;

/** Creates the events that are not there yet, and their venues with plans, as an organiser would. @returns how many */
export async function seedCatalogue(api: Api, now: number, programme = PROGRAMME): Promise<number> {
  let created = 0;
  for (const one of programme) created += await seedVenue(api, one, now);
  return created;
}

async function seedVenue(api: Api, { venue, plan, events }: SeedVenue, now: number): Promise<number> {
  const found = await Promise.all(events.map(({ name }) => venueOfEvent(api, name)));
  const missing = events.filter((_, n) => found[n] === undefined);
  if (missing.length === 0) return 0;
  const venueId = found.find((id) => id !== undefined) ?? (await createVenue(api, venue, plan()));
  for (const event of missing) await createEvent(api, event, venueId, now);
  return missing.length;
}

/** Where an event of exactly this name takes place; undefined when there is none. Looked up by its words: a platform may list thousands. */
async function venueOfEvent(api: Api, name: string): Promise<string | undefined> {
  const query = new URLSearchParams({ q: name, perPage: "100" });
  const { data } = await api.get<{ data: { name: string; venueId: string }[] }>(`/api/events?${query}`);
  return data.find((event) => event.name === name)?.venueId;
}

async function createVenue(api: Api, venue: SeedVenue["venue"], plan: string): Promise<string> {
  const { id } = await api.post<{ id: string }>("/api/venues", venue);
  await api.put(`/api/venues/${id}/plan`, plan);
  return id;
}

async function createEvent(
  api: Api,
  { inDays, hours, ...event }: SeedEvent,
  venueId: string,
  now: number,
): Promise<void> {
  // At seven in the evening in Central Europe's winter, whatever the day.
  const startsAt = new Date(now + inDays * DAY_MS);
  startsAt.setUTCHours(18, 0, 0, 0);
  const endsAt = new Date(startsAt.getTime() + hours * 3_600_000);
  await api.post("/api/events", {
    ...event,
    venueId,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
  });
}
