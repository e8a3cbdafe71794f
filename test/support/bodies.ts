const CURRENCY = "EUR";
export const PRICE = 2_500;
export const DAY_MS = 86_400_000;

export const VENUE = {
  name: "Small Hall",
  address: "Side Street 2",
  city: "Graz",
  country: "AT",
  capacity: 500,
};

interface PlanShape {
  rows?: number;
  seatsPerRow?: number;
  categories?: string[];
  generalAdmission?: { name: string; category: string; capacity: number }[];
}

/** A plan with seats `1-1`, `1-2`, … by row and number; the rows take the categories in turn. */
export function plan({ rows = 2, seatsPerRow = 10, categories = ["A"], generalAdmission }: PlanShape = {}) {
  const position = { x: 0, y: 0 };
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
  return {
    name: "Small hall",
    categories: categories.map((name) => ({ name })),
    zones: [
      {
        name: "Stalls",
        position,
        rows: numbers(rows).map((row) => ({
          row_number: String(row),
          position,
          seats: numbers(seatsPerRow).map((number) => ({
            seat_guid: `${row}-${number}`,
            seat_number: String(number),
            position,
            category: categories[(row - 1) % categories.length]!,
          })),
        })),
      },
    ],
    ...(generalAdmission ? { general_admission: generalAdmission } : {}),
  };
}

/** A valid event's body: in 30 days, one tier for category A. */
export function eventBody(venueId: string, changes: object = {}) {
  const startsAt = Date.now() + 30 * DAY_MS;
  return {
    name: "An Evening",
    venueId,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + DAY_MS / 8).toISOString(),
    ticketTiers: [{ tier: "A", price: PRICE, currency: CURRENCY }],
    ...changes,
  };
}
