import { Client } from "pg";
import Stripe from "stripe";
import { type Config, HOST, httpUrl } from "#local/config.ts";
import { platformSecrets } from "#local/parts/secrets.ts";
import { KAFKA_USERNAME } from "#local/parts/stores.ts";
import { ACCOUNTS } from "#local/seed/accounts.ts";
import { type Api, ApiError, signIn } from "#local/seed/api.ts";
import { kafkaRest } from "#shared/log/kafka-rest.ts";
import type { LogRecord } from "#shared/log/topic-log.ts";
import type { BookingState } from "#shared/saga/declaration.ts";
import { deadLetterTopic, PARTITIONS, topicNames, wireTopic } from "#shared/saga/wire.ts";

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
  received: number;
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
  /** The bookings that `booking.confirmed` and `booking.failed` were said of. */
  confirmedTold: Set<string>;
  failedTold: Set<string>;
}

/** Reads all of it. `accepted` are the bookings that buyers were promised. */
export async function observe(config: Config, accepted: readonly string[]): Promise<Observation> {
  const api = await signIn(httpUrl(config, "gateway"), ACCOUNTS.admin);
  const { rows, unsent, inbox } = await readPostgres(config);
  const bookings: ObservedBooking[] = [];
  for (const row of rows) bookings.push({ ...row, ...(await readApi(api, row.id)) });
  const eventIds = new Set(bookings.map(({ eventId }) => eventId));
  return {
    bookings,
    accepted,
    unsent,
    inbox,
    intents: await readIntents(config),
    seatMaps: new Map(
      await Promise.all([...eventIds].map(async (id) => [id, await readSeats(api, id)] as const)),
    ),
    deadLetters: await readDeadLetters(config),
    confirmedTold: await bookingsIn(config, wireTopic("booking.confirmed")),
    failedTold: await bookingsIn(config, wireTopic("booking.failed")),
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

async function readPostgres(config: Config): Promise<{ rows: Row[]; unsent: number; inbox: number }> {
  const client = await bookingsDatabase(config);
  try {
    const { rows } = await client.query<Row>(`
      select id, event_id as "eventId", state, seats_clear as "seatsClear", money_clear as "moneyClear",
        requested_seat_ids as "requestedSeatIds", seat_ids as "seatIds", total_amount as total,
        array(select step from booking_step s where s.booking_id = b.id order by s.id) as steps,
        array(select place_id from ticket t where t.booking_id = b.id) as "ticketPlaces"
      from booking b order by id`);
    const counted = await client.query<{ unsent: number; inbox: number }>(
      "select (select count(*) from outbox)::int as unsent, (select count(*) from inbox)::int as inbox",
    );
    return { rows, ...counted.rows[0]! };
  } finally {
    await client.end();
  }
}

async function readApi(api: Api, bookingId: string): Promise<Pick<ObservedBooking, "api" | "payment">> {
  type Payment = { status: string; capturedAmount: number; providerTransactionId: string | null };
  const { status, totalAmount } = await api.get<ObservedBooking["api"]>(`/api/bookings/${bookingId}`);
  const payment = await api.get<Payment>(`/api/payments/booking/${bookingId}`).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  });
  return {
    api: { status, totalAmount },
    payment: payment && {
      status: payment.status,
      capturedAmount: payment.capturedAmount,
      intentId: payment.providerTransactionId,
    },
  };
}

async function readSeats(api: Api, eventId: string): Promise<Map<string, string>> {
  type Seats = { seats: { id: string; status: string }[] };
  const { seats } = await api.get<Seats>(`/api/inventory/events/${eventId}/seats`);
  return new Map(seats.map(({ id, status }) => [id, status]));
}

async function readIntents(config: Config): Promise<ObservedIntent[]> {
  const options = { host: HOST, port: config.ports.stripe, protocol: "http", telemetry: false } as const;
  const stripe = new Stripe(platformSecrets(config.dataDir).stripeKey, options);
  const intents: ObservedIntent[] = [];
  for await (const { id, status, amount_received: received, metadata } of stripe.paymentIntents.list({
    limit: 100,
  })) {
    intents.push({ id, status, received, bookingId: metadata.bookingId ?? "no booking" });
  }
  return intents;
}

async function readDeadLetters(config: Config): Promise<string[]> {
  const letters = await Promise.all(topicNames.map((topic) => readTopic(config, deadLetterTopic(topic))));
  return letters.flat().map(({ topic, key, value }) => {
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
