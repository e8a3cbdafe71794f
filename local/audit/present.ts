import type { AuditFinding, SeatsAt } from "#shared/client/generated/types.gen.ts";
import { alignColumns } from "../cli/table.ts";
import type { WholeAudit } from "./follow.ts";

/** How many divergences an audit has left. */
export const leftOf = ({ found, repaired }: Pick<WholeAudit, "found" | "repaired">): number =>
  totalOf(found) - repaired;

const totalOf = (found: Record<string, number>): number =>
  Object.values(found).reduce((sum, many) => sum + many, 0);

/** A head line, each divergence below its check, what was looked at, and what is to be done. */
export function printedAudit(audit: WholeAudit): string[] {
  const { id, eventId, found, findings, counted, state, error } = audit;
  const [total, left] = [totalOf(found), leftOf(audit)];
  const ofWhat = eventId ? `of ${eventId}` : "of everything";
  const outcome = total === 0 ? "nothing diverges" : `${count(total)}, ${total - left} mended, ${left} left`;
  const classes = Object.entries(found).flatMap(([check, many]) => {
    const kept = findings.filter((one) => one.check === check);
    const hidden = many - kept.length;
    return [
      "",
      `${check} (${many})`,
      ...alignColumns(kept.map(row)),
      ...(hidden > 0 ? [`  and ${hidden} more, which were counted and not kept`] : []),
    ];
  });
  const figures = Object.entries(counted).map(([what, many]) => [`  ${what}`, String(many)]);
  return [
    `Audit ${id} ${ofWhat}: ${outcome}.`,
    ...(state === "FAILED" ? [`It did not come to its end: ${error}`] : []),
    ...classes,
    ...(figures.length > 0 ? ["", "Figures:", ...alignColumns(figures)] : []),
    ...advice(audit),
  ];
}

const count = (total: number): string => `${total} divergence${total === 1 ? "" : "s"}`;

const row = (one: AuditFinding): string[] => [
  `  ${one.bookingId ?? one.eventId ?? "-"}`,
  one.subject,
  whatBecame(one),
  one.detail,
];

function whatBecame({ mend, mended }: AuditFinding): string {
  if (mended === true) return "mended";
  if (mend === null) return "a person must decide";
  return mended === false ? "could not be mended" : "can be mended";
}

function advice({ repair, findings }: WholeAudit): string[] {
  const canMend = findings.filter(({ mend, mended }) => mend !== null && mended === null).length;
  return !repair && canMend > 0 ? ["", `\`npm run audit -- --repair\` mends ${canMend} of them.`] : [];
}

/** What a buyer saw of a map: when that was, how many places in each state, and who had them. */
export function printedSeats({ eventId, head, rows, broken, map }: SeatsAt): string[] {
  const chain = broken
    ? `The chain is BROKEN: the row at entry ${broken.firstSeq} does not follow entry ${broken.afterSeq}.`
    : `The chain holds: ${rows} rows, to entry ${head.seq} (${head.hash.slice(0, 16)}).`;
  if (!map) return [chain, `There is nothing to show of ${eventId} after that.`];
  const { seq, at, summary, owners, ownersTotal } = map;
  const when = at === null ? "before its first entry" : `after entry ${seq}, at ${at}`;
  const states = Object.entries(summary ?? {}).map(([state, many]) => [`  ${state}`, String(many)]);
  const rowsOfOwners = owners.map(({ kind, id, userId, status, seatIds }) => [
    ...[`  ${status}`, `${kind} ${id}`, userId || "-", seatIds.join(", ")],
  ]);
  const hidden = ownersTotal - owners.length;
  return [
    `${eventId} ${when}${map.closed ? ", closed" : ""}:`,
    ...(summary ? alignColumns(states) : ["  its plan of then was replaced, and is not kept"]),
    ...(rowsOfOwners.length > 0 ? ["", ...alignColumns(rowsOfOwners)] : []),
    ...(hidden > 0 ? [`  and ${hidden} more; --json has every place`] : []),
    "",
    chain,
  ];
}
