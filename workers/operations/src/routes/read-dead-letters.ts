import { paginationOf } from "#shared/contracts/common.ts";
import { getDeadLetterRoute, listDeadLettersRoute } from "#shared/contracts/dead-letters.ts";
import { serve } from "#shared/http/service-app.ts";
import { listLetters, oneLetter } from "../use-cases/read-dead-letters.ts";
import { lettersOf, type OperationsApp } from "../wiring.ts";
import { presentLetter } from "./present-letter.ts";

/** A message may carry a name or an address: what is read here is kept nowhere on the way. */
const UNKEPT = { "cache-control": "no-store" };

export function serveReadDeadLetters(app: OperationsApp): void {
  serve(app, listDeadLettersRoute, async (c) => {
    const query = c.req.valid("query");
    const { letters, total, isComplete } = await listLetters(lettersOf(c.env), query);
    const pagination = paginationOf(query.page, query.perPage, total);
    return c.json({ data: letters.map(presentLetter), pagination, isComplete }, 200, UNKEPT);
  });

  serve(app, getDeadLetterRoute, async (c) => {
    const found = await oneLetter(lettersOf(c.env), c.req.valid("param"));
    return c.json({ ...presentLetter(found), value: found.letter?.value ?? found.raw }, 200, UNKEPT);
  });
}
