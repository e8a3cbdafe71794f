import type { Client } from "#shared/client/client.ts";
import { createEvent, createVenue, listEvents, putPlan } from "#shared/client/generated/sdk.gen.ts";
import { answerOf } from "./api.ts";
import { PROGRAMME, type SeedEvent, type SeedVenue } from "./programme.ts";

const DAY_MS = 86_400_000;

/** Creates the events that are not there yet, and their venues with plans, as an organiser would. @returns how many */
export async function seedCatalogue(client: Client, now: number, programme = PROGRAMME): Promise<number> {
  let created = 0;
  for (const one of programme) created += await seedVenue(client, one, now);
  return created;
}

async function seedVenue(client: Client, { venue, plan, events }: SeedVenue, now: number): Promise<number> {
  const found = await Promise.all(events.map(({ name }) => venueOfEvent(client, name)));
  const missing = events.filter((_, n) => found[n] === undefined);
  if (missing.length === 0) return 0;
  const venueId = found.find((id) => id !== undefined) ?? (await openVenue(client, venue, plan()));
  for (const event of missing) await announce(client, event, venueId, now);
  return missing.length;
}

/** Where an event of exactly this name takes place; undefined when there is none. Looked up by its words: a platform may list thousands. */
async function venueOfEvent(client: Client, name: string): Promise<string | undefined> {
  const { data } = await answerOf(listEvents({ client, query: { q: name, perPage: 100 } }));
  return data.find((event) => event.name === name)?.venueId;
}

async function openVenue(client: Client, venue: SeedVenue["venue"], plan: string): Promise<string> {
  const { id } = await answerOf(createVenue({ client, body: venue }));
  await answerOf(putPlan({ client, path: { id }, body: JSON.parse(plan) }));
  return id;
}

async function announce(
  client: Client,
  { inDays, hours, ...event }: SeedEvent,
  venueId: string,
  now: number,
): Promise<void> {
  // At seven in the evening in Central Europe's winter, whatever the day.
  const startsAt = new Date(now + inDays * DAY_MS);
  startsAt.setUTCHours(18, 0, 0, 0);
  const endsAt = new Date(startsAt.getTime() + hours * 3_600_000);
  const body = { ...event, venueId, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() };
  await answerOf(createEvent({ client, body }));
}
