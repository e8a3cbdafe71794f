import type { IdPrefix } from "../ids/id.ts";

/**
 * What the API's document shows: one purchase, with the same ids, places and amounts wherever they stand. A small
 * value stands at its schema; these are the ones that several schemas share, and the objects that belong together.
 */
const IDS: Partial<Record<IdPrefix, string>> = {
  ven: "ven_01a20056f3b17bd0b1662e9e9f36b5e9",
  evnt: "evnt_01a20056f4927bd0b1662e9e9f36b5e9",
  bkg: "bkg_01a200579c067fc98fcd51ce856540e6",
  pay: "pay_01a200579d1a714096d8642ea284f0d6",
  usr: "usr_01a20056ef117be5a0d24c53b9f0e8a1",
};

/** The id of a kind that the examples use. */
export function exampleId(prefix: IdPrefix): string {
  return IDS[prefix] ?? `${prefix}_01a200579e2c7d1190aa3c58f0b6d214`;
}

const ORGANISER_ID = "usr_01a20056f0a27c41a3c5d0be1c2f9a77";
const PLACES = ["stalls-left-g-1", "stalls-left-g-3"];
const PRICE = 24_000;
const TOTAL = PRICE * PLACES.length;
const ASKED_AT = "2026-11-25T18:00:11.302Z";
const DECIDED_AT = "2026-11-25T18:00:12.303Z";

export const VENUE_EXAMPLE = {
  name: "Opera House",
  address: "Theatre Square 1",
  city: "Vienna",
  country: "AT",
  capacity: 1_485,
  timeZone: "Europe/Vienna",
};

export const NEW_EVENT_EXAMPLE = {
  name: "La Traviata",
  description: "Opera in three acts by Giuseppe Verdi.",
  venueId: exampleId("ven"),
  startsAt: "2030-06-01T19:00:00+02:00",
  endsAt: "2030-06-01T22:00:00+02:00",
  category: "opera",
  ticketTiers: [
    { tier: "Premium", price: PRICE, currency: "EUR" },
    { tier: "Balcony", price: 8_900, currency: "EUR", seatCategories: ["Category 1", "Category 2"] },
  ],
};

export const EVENT_EXAMPLE = {
  ...NEW_EVENT_EXAMPLE,
  id: exampleId("evnt"),
  organiserId: ORGANISER_ID,
  imageUrl: null,
  status: "ON_SALE" as const,
  onSaleAt: null,
  timeZone: VENUE_EXAMPLE.timeZone,
  version: 1,
  planVersion: 1,
  currency: "EUR",
  venueName: VENUE_EXAMPLE.name,
  city: VENUE_EXAMPLE.city,
};

export const STORED_VENUE_EXAMPLE = {
  ...VENUE_EXAMPLE,
  id: exampleId("ven"),
  organiserId: ORGANISER_ID,
  planVersion: 1,
  createdAt: "2026-11-01T10:00:00.000Z",
};

export const NEW_BOOKING_EXAMPLE = {
  eventId: exampleId("evnt"),
  seatIds: PLACES,
  paymentMethod: { type: "card" as const, token: "pm_card_visa" },
  expectedTotal: TOTAL,
};

export const BOOKING_EXAMPLE = {
  id: exampleId("bkg"),
  userId: exampleId("usr"),
  organiserId: ORGANISER_ID,
  eventId: exampleId("evnt"),
  eventName: NEW_EVENT_EXAMPLE.name,
  eventDate: NEW_EVENT_EXAMPLE.startsAt,
  venueName: VENUE_EXAMPLE.name,
  status: "CONFIRMED" as const,
  failureReason: null,
  failureDetail: null,
  seatIds: PLACES,
  lines: PLACES.map((seatId) => ({
    seatId,
    label: `Stalls Left · G · ${seatId.at(-1)}`,
    tier: "Premium",
    quantity: 1,
    price: PRICE,
    fee: 0,
    tax: 0,
    discount: 0,
  })),
  tickets: PLACES.map((placeId, index) => ({
    id: `tkt_01a200579e2c7d1190aa3c58f0b6d21${index + 4}`,
    placeId,
  })),
  totalAmount: TOTAL,
  currency: "EUR",
  paymentId: exampleId("pay"),
  refundAmount: null,
  cancelledAt: null,
  createdAt: ASKED_AT,
  updatedAt: DECIDED_AT,
};

export const NEW_HOLD_EXAMPLE = { seatIds: PLACES };

export const HOLD_EXAMPLE = {
  holdId: exampleId("hold"),
  eventId: exampleId("evnt"),
  status: "HELD" as const,
  seatIds: PLACES,
  lines: BOOKING_EXAMPLE.lines.map(({ seatId, label, tier, quantity, price }) => {
    return { seatId, label, tier, quantity, price };
  }),
  totalAmount: TOTAL,
  currency: "EUR",
  expiresAt: "2026-11-25T18:05:11.302Z",
  extendable: true,
};

export const TIMELINE_EXAMPLE = {
  bookingId: exampleId("bkg"),
  steps: [
    { at: ASKED_AT, step: "booking.initiated", state: "INITIATED", detail: null },
    { at: "2026-11-25T18:00:11.504Z", step: "seats.locked", state: "PAYING", detail: null },
    { at: "2026-11-25T18:00:11.944Z", step: "payment.authorised", state: "RESERVING", detail: null },
    { at: "2026-11-25T18:00:12.014Z", step: "seats.confirmed", state: "CAPTURING", detail: null },
    { at: DECIDED_AT, step: "payment.captured", state: "CONFIRMED", detail: null },
  ],
};

export const CANCELLED_BOOKING_EXAMPLE = {
  bookingId: exampleId("bkg"),
  status: "CANCELLED" as const,
  refundAmount: TOTAL,
  currency: "EUR",
  cancelledAt: "2026-11-26T09:30:00.000Z",
};

export const SEAT_MAP_EXAMPLE = {
  eventId: exampleId("evnt"),
  seats: PLACES.map((id) => ({
    id,
    section: "Stalls Left",
    row: "G",
    number: id.at(-1) as string,
    tier: "Premium",
    price: PRICE,
    currency: "EUR",
    status: "AVAILABLE" as const,
  })),
  generalAdmission: [
    { name: "Standing", tier: "Balcony", price: 8_900, currency: "EUR", capacity: 120, available: 117 },
  ],
  summary: { total: 122, available: 119, locked: 0, reserved: 3, blocked: 0 },
};

export const SEAT_PLAN_EXAMPLE = {
  eventId: exampleId("evnt"),
  version: 1,
  planVersion: 1,
  currency: "EUR",
  tiers: [
    { tier: "Premium", price: PRICE },
    { tier: "Balcony", price: 8_900 },
  ],
  rows: [{ section: "Stalls Left", row: "G", seats: PLACES.length }],
  seats: {
    id: PLACES,
    number: PLACES.map((id) => id.at(-1) as string),
    tier: [0, 0],
    x: [120, 144],
    y: [310, 310],
    accessible: [0],
    companion: [1],
  },
  areas: [{ name: "Standing", tier: 1, capacity: 120 }],
};

export const SEATS_AT_EXAMPLE = {
  eventId: exampleId("evnt"),
  head: { seq: 31, hash: "6b1f0c9d2a7e4f5386d1c0b9a8f7e6d5c4b3a291807f6e5d4c3b2a1908f7e6d5" },
  rows: 14,
  broken: null,
  map: {
    seq: 12,
    epoch: 1,
    at: ASKED_AT,
    planVersion: 1,
    closed: false,
    summary: { total: 122, available: 120, locked: 2, reserved: 0, blocked: 0 },
    owners: [
      {
        kind: "booking" as const,
        id: exampleId("bkg"),
        userId: exampleId("usr"),
        status: "LOCKED" as const,
        seatIds: PLACES,
      },
    ],
    ownersTotal: 1,
  },
};

export const PAYMENT_EXAMPLE = {
  id: exampleId("pay"),
  bookingId: exampleId("bkg"),
  userId: exampleId("usr"),
  organiserId: ORGANISER_ID,
  status: "CAPTURED" as const,
  amount: TOTAL,
  capturedAmount: TOTAL,
  refundedAmount: 0,
  currency: "EUR",
  providerTransactionId: "pi_UKyuATeD84jAcsBnCFvYFqwT",
  failureReason: null,
  nextAction: null,
  createdAt: "2026-11-25T18:00:11.520Z",
  updatedAt: DECIDED_AT,
};

export const DEAD_LETTER_EXAMPLE = {
  id: "payment.processed/1/17",
  topic: "payment.processed" as const,
  partition: 1,
  offset: 17,
  key: exampleId("bkg"),
  state: "WAITING" as const,
  writtenAt: DECIDED_AT,
  consumer: "ticketflow.bookings",
  error: "id: Invalid input: expected string, received undefined",
  attempts: 3,
  decision: null,
};

export const AUDIT_EXAMPLE = {
  id: exampleId("audit"),
  state: "DONE" as const,
  repair: true,
  eventId: null,
  startedBy: exampleId("usr"),
  startedAt: "2026-11-26T03:00:00.000Z",
  endedAt: "2026-11-26T03:00:21.480Z",
  counted: { bookings: 4_210, payments: 4_198, "ledger entries": 12_604, "oversold seats": 0 },
  found: { "unsent-message": 1 },
  repaired: 1,
  error: null,
};

export const FINDING_EXAMPLE = {
  check: "unsent-message",
  bookingId: exampleId("bkg"),
  eventId: null,
  subject: `bookings:${exampleId("bkg")}`,
  detail: "1 messages of bookings since 2026-11-26T02:10:00.000Z",
  mend: "outbox" as const,
  mended: true,
};

/** The smallest plan that is one: two seats. */
export const PLAN_EXAMPLE = {
  name: "Small hall",
  categories: [{ name: "Premium" }],
  zones: [
    {
      name: "Stalls",
      position: { x: 0, y: 0 },
      rows: [
        {
          row_number: "A",
          position: { x: 0, y: 0 },
          seats: [1, 2].map((number) => ({
            seat_guid: `stalls-a-${number}`,
            seat_number: String(number),
            position: { x: number * 30, y: 0 },
            category: "Premium",
          })),
        },
      ],
    },
  ],
};

export const PLAN_RECEIPT_EXAMPLE = {
  venueId: exampleId("ven"),
  planVersion: 1,
  seats: 2,
  generalAdmissionPlaces: 0,
  categories: ["Premium"],
  ignored: [],
};
