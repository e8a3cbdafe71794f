import { type Sale, SEATS_EACH } from "./sale.ts";

/** All in which a sale of so many bookings is not what it must be, in words. */
export function problemsOf({ answers, ended, timelines, stock, audit }: Sale, bookings: number): string[] {
  const problems: string[] = [];
  const expect = (what: string, found: number, wanted: number) => {
    if (found !== wanted) problems.push(`${what}: ${found}, not ${wanted}`);
  };
  const without = answers.filter(({ status }) => status !== 202);
  for (const [what, some] of Map.groupBy(without, ({ status, failure }) => failure ?? String(status))) {
    problems.push(`${some.length} answers of ${what}`);
  }
  if (!ended) problems.push("not every booking has ended");
  for (const [state, count] of timelines.states) {
    if (state !== "CONFIRMED") problems.push(`${count} bookings are ${state}`);
  }
  const seats = bookings * SEATS_EACH;
  expect("bookings confirmed", timelines.states.get("CONFIRMED") ?? 0, bookings);
  expect("tickets", stock.tickets, seats);
  expect("places with a ticket", stock.soldPlaces, seats);
  expect("seats that the map shows as reserved", stock.reserved, seats);
  expect("payments captured", stock.captured.payments, bookings);
  expect("money captured", stock.captured.amount, stock.charged);
  if (audit.findings.length > 0) {
    problems.push(
      `the audit found ${audit.findings.map(({ check, subject, detail }) => `${check} ${subject}: ${detail}`).join("; ")}`,
    );
  }
  return problems;
}
