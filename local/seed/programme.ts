import { readFileSync } from "node:fs";
import { arena } from "./plans/arena.ts";

/** One price a category of the venue's plan, in cents. */
const tiers = (prices: Record<string, number>) =>
  Object.entries(prices).map(([tier, price]) => ({ tier, price, currency: "EUR" }));

export interface SeedEvent {
  name: string;
  description: string;
  category: string;
  /** From the day of the seed. */
  inDays: number;
  hours: number;
  ticketTiers: { tier: string; price: number; currency: string }[];
}

export interface SeedVenue {
  /** The body of POST /api/venues. */
  venue: { name: string; address: string; city: string; country: string; capacity: number; timeZone: string };
  /** The text of its seating plan. */
  plan(): string;
  events: SeedEvent[];
}

/** The venues and events of a new platform. An event is known by its name. */
export const PROGRAMME: SeedVenue[] = [
  {
    venue: {
      name: "Opera House",
      address: "Theatre Square 1",
      city: "Vienna",
      country: "AT",
      capacity: 1_485,
      timeZone: "Europe/Vienna",
    },
    plan: () => readFileSync(new URL("plans/opera-house.json", import.meta.url), "utf8"),
    events: [
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
    ],
  },
  {
    venue: {
      name: "Harbour Arena",
      address: "Dock Road 20",
      city: "Hamburg",
      country: "DE",
      capacity: 23_045,
      timeZone: "Europe/Berlin",
    },
    plan: () => JSON.stringify(arena()),
    events: [
      {
        name: "Symphonic Rock Night",
        description: "A full orchestra and a rock band on one stage.",
        category: "concert",
        inDays: 51,
        hours: 3,
        ticketTiers: tiers({
          ...{ "Front standing": 9_900, Standing: 6_900 },
          ...{ "Category 1": 11_900, "Category 2": 8_900, "Category 3": 6_500, "Category 4": 4_500 },
        }),
      },
      {
        name: "Film Music in Concert",
        description: "Scores of a century of cinema, played live to the pictures.",
        category: "concert",
        inDays: 65,
        hours: 2,
        ticketTiers: tiers({
          ...{ "Front standing": 7_900, Standing: 5_500 },
          ...{ "Category 1": 12_900, "Category 2": 9_500, "Category 3": 6_900, "Category 4": 3_900 },
        }),
      },
    ],
  },
];
