import { publicRoutes } from "#shared/contracts/openapi.ts";
import { ANY_USER, type AnyRoute } from "#shared/contracts/route.ts";
import { BOOKING_MACHINE } from "#shared/saga/declaration.ts";
import { PAYMENT_MACHINE } from "../../workers/payments/src/core/machine.ts";

/** Something that has a row for each of its subjects and a column for each thing to be shown of them. */
export interface Matrix {
  /** As it stands in the tags: `[route GET /api/events: works]`, `[booking PAYING: deadline]`. */
  name: string;
  title: string;
  columns: readonly string[];
  rows: { name: string /** The columns that mean something for this row. */; asks: readonly string[] }[];
}

const ROUTE_COLUMNS = ["works", "bad input", "no token", "wrong role", "foreign owner"] as const;

/** Routes whose body names what has an owner: an event's venue. */
const OWNED_BY_BODY = new Set(["createEvent"]);

/** What can go wrong at a route, by what it is: there is no foreign owner of what belongs to nobody. */
function routeAsks({ meta, path, request, operationId = "" }: AnyRoute): string[] {
  const { access } = meta;
  const isPublic = access === "public";
  const takesInput = Boolean(request?.body || request?.query || request?.params || meta.rawBody);
  const isForAll = isPublic || access === ANY_USER;
  const isForAdmins = access !== "public" && access.every((role) => role === "ADMIN");
  const isOwned = !isPublic && !isForAdmins && (path.includes("{") || OWNED_BY_BODY.has(operationId));
  const asks = { works: true, "bad input": takesInput, "no token": !isPublic, "wrong role": !isForAll };
  return ROUTE_COLUMNS.filter((column) => (column === "foreign owner" ? isOwned : asks[column]));
}

const routes: Matrix = {
  name: "route",
  title: "Every route",
  columns: ROUTE_COLUMNS,
  rows: publicRoutes.map((route) => ({
    name: `${route.method.toUpperCase()} ${route.path}`,
    asks: routeAsks(route),
  })),
};

const inputs = Object.keys(BOOKING_MACHINE.INITIATED);
const bookings: Matrix = {
  name: "booking",
  title: "Every state of a booking, every input",
  columns: inputs,
  rows: Object.keys(BOOKING_MACHINE).map((name) => ({ name, asks: inputs })),
};

const paymentInputs = [...new Set(Object.values(PAYMENT_MACHINE).flatMap((row) => Object.keys(row)))];
const payments: Matrix = {
  name: "payment",
  title: "Every state of a payment, every input that means something in it",
  columns: paymentInputs,
  rows: Object.entries(PAYMENT_MACHINE).map(([name, row]) => ({ name, asks: Object.keys(row) })),
};

const SEAT_COMMANDS = ["lock", "confirm", "release", "expiry"];
const seats: Matrix = {
  name: "seats",
  title: "Every decision of a seat map, every command",
  columns: SEAT_COMMANDS,
  rows: ["NONE", "LOCKED", "REFUSED", "RESERVED", "RELEASED", "EXPIRED"].map((name) => ({
    name,
    // What was never decided has no time to run out.
    asks: name === "NONE" ? SEAT_COMMANDS.slice(0, 3) : SEAT_COMMANDS,
  })),
};

/** Everything of which `npm test` must have a test. */
export const MATRICES: readonly Matrix[] = [routes, bookings, payments, seats];
