import { Client } from "pg";
import Stripe from "stripe";
import { type Config, HOST, httpUrl } from "#local/config.ts";
import { platformSecrets } from "#local/parts/secrets.ts";
import { KAFKA_USERNAME } from "#local/parts/stores.ts";
import { ACCOUNTS } from "#local/seed/accounts.ts";
import { ApiError, answerOf, signIn } from "#local/seed/api.ts";
import type { Client as ApiClient } from "#shared/client/client.ts";
import { getBooking, getBookingPayment, seats as seatMap } from "#shared/client/generated/sdk.gen.ts";
import { kafkaRest } from "#shared/log/kafka-rest.ts";
import type { LogRecord } from "#shared/log/topic-log.ts";
import type { BookingState } from "#shared/saga/declaration.ts";
import { deadLetterTopic, PARTITIONS, topicNames, wireTopic } from "#shared/saga/wire.ts";

/** The API is asked about so many bookings at once. */
const AT_ONCE = 8;

/** A booking as its row, the API and payments have it. Money in minor units. */
export interface ObservedBooking {
  id: string;
  eventId: string;
  state: BookingState;
  seatsClear: boolean;
  moneyClear: boolean;
  requestedSeatIds: string[];
  seatIds: string[];
  total: number;
  /** What happened to it, in order. */
  steps: string[];
  ticketPlaces: string[];
  api: { status: string; totalAmount: number };
  /** Null when payments has none. */
  payment: { status: string; capturedAmount: number; intentId: string | null } | null;
}

export interface ObservedIntent {
  id: string;
  bookingId: string;
  status: string;
  /** What was captured, and what of it was not given back. */
  received: number;
  kept: number;
}

/** What every store of a platform says, read one after the other: meaningful once nothing is under way. */
export interface Observation {
  bookings: ObservedBooking[];
  /** Bookings that buyers were promised with a 202. */
  accepted: readonly string[];
  intents: ObservedIntent[];
  /** Each event's seats with their status. General-admission places are not among them. */
  seatMaps: Map<string, Map<string, string>>;
  /** Rows in the outbox of bookings, and consumed events in its inbox. */
  unsent: number;
  inbox: number;
  /** In words. */
  deadLetters: string[];
  /** The bookings that `booking.confirmed`, `booking.failed` and `booking.cancelled` were said of. */
  confirmedTold: Set<string>;
  failedTold: Set<string>;
  cancelledTold: Set<string>;
}

/**
 * Reads all of it, or what there is of one event: for a platform on which others sell as well. Then what is
 * counted over all bookings is left out. `accepted` are the bookings that buyers were promised.
 */
export async function observe(
  config: Config,
  accepted: readonly string[],
  eventId: string | null = null,
): Promise<Observation> {
  const api = await signIn(httpUrl(config, "gateway"), ACCOUNTS.admin);
  const { rows, unsent, inbox } = await readPostgres(config, eventId);
  const bookings: ObservedBooking[] = [];
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const some = rows.slice(from, from + AT_ONCE);
    bookings.push(
      ...(await Promise.all(some.map(async (row) => ({ ...row, ...(await readApi(api, row.id)) })))),
    );
  }
  const eventIds = new Set(bookings.map((booking) => booking.eventId));
  const ids = new Set(bookings.map(({ id }) => id));
  const isTheirs = (bookingId: string) => eventId === null || ids.has(bookingId);
  return {
    bookings,
    accepted,
    unsent: eventId === null ? unsent : 0,
    inbox: eventId === null ? inbox : stepsOf(bookings),
    intents: (await readIntents(config)).filter(({ bookingId }) => isTheirs(bookingId)),
    seatMaps: new Map(
      await Promise.all([...eventIds].map(async (id) => [id, await readSeats(api, id)] as const)),
    ),
    deadLetters: await readDeadLetters(config, isTheirs),
    confirmedTold: await bookingsIn(config, wireTopic("booking.confirmed")),
    failedTold: await bookingsIn(config, wireTopic("booking.failed")),
    cancelledTold: await bookingsIn(config, wireTopic("booking.cancelled")),
  };
}

/** A connection to the database of bookings; the caller ends it. */
export async function bookingsDatabase(config: Config): Promise<Client> {
  const password = platformSecrets(config.dataDir).postgres.bookings;
  const port = config.ports.postgres;
  const client = new Client({ host: HOST, port, user: "bookings", database: "bookings", password });
  // A server that is killed tells every connection so; whoever asks next hears of it.
  client.on("error", () => {});
  await client.connect();
  return client;
}

type Row = Omit<ObservedBooking, "api" | "payment">;

/** The steps that followed from an event; the first is the request's own. */
const stepsOf = (bookings: ObservedBooking[]): number =>
  bookings.flatMap(({ steps }) => steps.slice(1)).length;

async function readPostgres(
  config: Config,
  eventId: string | null,
): Promise<{ rows: Row[]; unsent: number; inbox: number }> {
  const client = await bookingsDatabase(config);
  try {
    const { rows } = await client.query<Row>(
      `
      select id, event_id as "eventId", state, seats_clear as "seatsClear", money_clear as "moneyClear",
        requested_seat_ids as "requestedSeatIds", seat_ids as "seatIds", total_amount as total,
        array(select step from booking_step s where s.booking_id = b.id order by s.id) as steps,
        array(select place_id from ticket t where t.booking_id = b.id) as "ticketPlaces"
      from booking b where $1::text is null or event_id = $1 order by id`,
      [eventId],
    );
    const counted = await client.query<{ unsent: number; inbox: number }>(
      "select (select count(*) from outbox)::int as unsent, (select count(*) from inbox)::int as inbox",
    );
    return { rows, ...counted.rows[0]! };
  } finally {
    await client.end();
  }
}

async function readApi(
  client: ApiClient,
  bookingId: string,
): Promise<Pick<ObservedBooking, "api" | "payment">> {
  const { status, totalAmount } = await answerOf(getBooking({ client, path: { id: bookingId } }));
  const payment = await answerOf(getBookingPayment({ client, path: { bookingId } })).catch(
    (error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    },
  );
  return {
    api: { status, totalAmount },
    payment: payment && {
      status: payment.status,
      capturedAmount: payment.capturedAmount,
      intentId: payment.providerTransactionId,
    },
  };
}

async function readSeats(client: ApiClient, eventId: string): Promise<Map<string, string>> {
  const { seats } = await answerOf(seatMap({ client, cache: "no-cache", path: { eventId } }));
  return new Map(seats.map(({ id, status }) => [id, status]));
}

/** Stripe's own SDK, as the platform's account. */
export function stripeOf(config: Config): Stripe {
  const options = { host: HOST, port: config.ports.stripe, protocol: "http", telemetry: false } as const;
  return new Stripe(platformSecrets(config.dataDir).stripeKey, options);
}

async function readIntents(config: Config): Promise<ObservedIntent[]> {
  const stripe = stripeOf(config);
  const intents: ObservedIntent[] = [];
  const listed = stripe.paymentIntents.list({ limit: 100, expand: ["data.latest_charge"] });
  for await (const { id, status, amount_received: received, metadata, latest_charge: charge } of listed) {
    const refunded = typeof charge === "object" && charge !== null ? charge.amount_refunded : 0;
    const bookingId = metadata.bookingId ?? "no booking";
    intents.push({ id, status, received, kept: received - refunded, bookingId });
  }
  return intents;
}

async function readDeadLetters(config: Config, isTheirs: (key: string) => boolean): Promise<string[]> {
  const letters = await Promise.all(topicNames.map((topic) => readTopic(config, deadLetterTopic(topic))));
  const theirs = letters.flat().filter(({ key }) => isTheirs(key));
  return theirs.map(({ topic, key, value }) => {
    const { error } = JSON.parse(value) as { error: string };
    return `${topic} ${key}: ${error}`;
  });
}

async function bookingsIn(config: Config, topic: string): Promise<Set<string>> {
  return new Set((await readTopic(config, topic)).map(({ key }) => key));
}

/** All records of a topic. */
async function readTopic(config: Config, topic: string): Promise<LogRecord[]> {
  const password = platformSecrets(config.dataDir).kafkaRest;
  const log = kafkaRest({ url: httpUrl(config, "kafkaRest"), username: KAFKA_USERNAME, password });
  const next = Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition, offset: 0 }));
  const all: LogRecord[] = [];
  for (;;) {
    const records = await log.fetch(next, 0);
    if (records.length === 0) return all;
    all.push(...records);
    for (const { partition, offset } of records) {
      next[partition]!.offset = Math.max(next[partition]!.offset, offset + 1);
    }
  }
}
