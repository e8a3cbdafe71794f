import {
  discardDeadLetterRoute,
  MAX_REPLAYED,
  replayDeadLetterRoute,
  replayDeadLettersRoute,
} from "#shared/contracts/dead-letters.ts";
import { discardLetter, replayLetter } from "#shared/dead-letters/decide.ts";
import { replayWaiting } from "#shared/dead-letters/replay-waiting.ts";
import { identityOf, serve } from "#shared/http/service-app.ts";
import { topicNames } from "#shared/saga/wire.ts";
import { decidedNow } from "../use-cases/decided-now.ts";
import { placeIn } from "../use-cases/read-dead-letters.ts";
import { lettersOf, logger, type OperationsApp } from "../wiring.ts";
import { presentLetter } from "./present-letter.ts";

export function serveDecideDeadLetters(app: OperationsApp): void {
  serve(app, replayDeadLettersRoute, async (c) => {
    const { topic } = c.req.valid("json");
    const { userId: by } = identityOf(c);
    const topics = topic ? [topic] : topicNames;
    const done = await replayWaiting(lettersOf(c.env), topics, { by, limit: MAX_REPLAYED });
    const counts = {
      replayed: done.replayed.length,
      left: done.left,
      unreadable: done.unreadable.length,
    };
    logger.info("dead letters replayed", { by, topic, ...counts });
    return c.json(counts, 200);
  });

  serve(app, replayDeadLetterRoute, async (c) => {
    const { userId: by } = identityOf(c);
    const decision = await replayLetter(lettersOf(c.env), placeIn(c.req.valid("param")), { by });
    return c.json(presentLetter(decidedNow(logger, decision)), 200);
  });

  serve(app, discardDeadLetterRoute, async (c) => {
    const { userId: by } = identityOf(c);
    const { reason } = c.req.valid("json");
    const decision = await discardLetter(lettersOf(c.env), placeIn(c.req.valid("param")), { by, reason });
    return c.json(presentLetter(decidedNow(logger, decision)), 200);
  });
}
