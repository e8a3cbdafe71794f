import { listEvents } from "#shared/client/generated/sdk.gen.ts";
import type { EventSummary } from "#shared/client/generated/types.gen.ts";
import { ApiError, answerOf } from "../seed/api.ts";
import { CheckFailed } from "./checks.ts";
import { formatAmount, type Run, type Seat, type SeatMap, seatMapOf } from "./context.ts";
import { choose, freePairs } from "./seats.ts";

/** The least free pairs that an event must have: one to buy, one to be declined, and room for who buys meanwhile. */
const PAIRS_NEEDED = 4;

/** The first event that is on sale and has seats next to one another. @throws CheckFailed when there is none */
export async function findEvent(
  { buyer, report }: Pick<Run, "buyer" | "report">,
  now: number,
): Promise<EventSummary> {
  const find = async () => {
    const { data } = await answerOf(listEvents({ client: buyer, query: { perPage: 100 } }));
    for (const event of data) {
      const isOnSale = event.onSaleAt === null || Date.parse(event.onSaleAt) <= now;
      if (isOnSale && freePairs(await seatsOf(event)).length >= PAIRS_NEEDED) return event;
    }
    throw new CheckFailed(`none of ${data.length} events has enough free seats that are next to one another`);
  };
  const seatsOf = async (event: EventSummary): Promise<Seat[]> => {
    try {
      return (await seatMapOf({ buyer }, event.id)).seats;
    } catch (error) {
      // Its map is not open yet.
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  };
  return report.step(
    "Find an event",
    find,
    ({ name, venueName, startsAt }) => `${name}, ${venueName}, ${startsAt}`,
  );
}

/** Two free seats that are next to one another, out of the map as it is now. */
export function chooseSeats(run: Run): Promise<[Seat, Seat]> {
  return run.report.step(
    "Choose two free seats next to one another",
    async () => choosePair(await seatMapOf(run, run.event.id), run.random),
    (pair) => pair.map(describe).join(" and "),
  );
}

function choosePair({ seats }: SeatMap, random: () => number): [Seat, Seat] {
  const pair = choose(freePairs(seats), random);
  if (!pair) throw new CheckFailed("no two free seats are next to one another any more");
  return pair;
}

const describe = ({ section, row, number, price, currency }: Seat) =>
  `${section} ${row} ${number} (${formatAmount(price, currency)})`;
