import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { Api } from "./api.ts";

const DAY_MS = 86_400_000;

const VENUE = {
  name: "Opera House",
  address: "Theatre Square 1",
  city: "Vienna",
  country: "AT",
  capacity: 1_485,
  timeZone: "Europe/Vienna",
};

/** Prices in cents by the plan's categories. */
const tiers = (prices: Record<string, number>) =>
  Object.entries(prices).map(([tier, price]) => ({ tier, price, currency: "EUR" }));

const EVENTS = [
  {
    name: "La Traviata",
    description: "Opera in three acts by Giuseppe Verdi, sung in Italian.",
    category: "opera",
    inDays: 30,
    hours: 3,
    ticketTiers: tiers({
      ...{ Premium: 24_000, "Category 1": 18_500, "Category 2": 13_500 },
      ...{ "Category 3": 8_900, "Category 4": 4_900, "Restricted view": 1_900 },
    }),
  },
  {
    name: "The Magic Flute",
    description: "Singspiel in two acts by Wolfgang Amadeus Mozart, sung in German.",
    category: "opera",
    inDays: 44,
    hours: 3,
    ticketTiers: tiers({
      ...{ Premium: 19_900, "Category 1": 15_500, "Category 2": 11_500 },
      ...{ "Category 3": 7_500, "Category 4": 3_900, "Restricted view": 1_500 },
    }),
  },
];

/** Creates the venue with its plan and the events that are not there yet, as an organiser would. @returns how many */
export async function seedCatalogue(config: Config, api: Api, now: number): Promise<number> {
  const listed = await api.get<{ data: { name: string; venueId: string }[] }>("/api/events?perPage=100");
  const missing = EVENTS.filter((event) => !listed.data.some(({ name }) => name === event.name));
  if (missing.length === 0) return 0;
  const known = listed.data.find(({ name }) => EVENTS.some((event) => event.name === name));
  const venueId = known?.venueId ?? (await createVenue(config, api));
  for (const { inDays, hours, ...event } of missing) {
    // At seven in the evening, whatever the day.
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
  return missing.length;
}

async function createVenue(config: Config, api: Api): Promise<string> {
  const { id } = await api.post<{ id: string }>("/api/venues", VENUE);
  const plan = await readFile(join(config.root, "local", "seed", "plans", "opera-house.json"), "utf8");
  await api.put(`/api/venues/${id}/plan`, plan);
  return id;
}
