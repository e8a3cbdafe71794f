import type { Decision } from "#shared/dead-letters/decide.ts";
import { type DeadLetter, letterId } from "#shared/dead-letters/letter.ts";
import { Problem } from "#shared/errors/problem.ts";
import type { Logger } from "#shared/observability/log.ts";

/**
 * The letter with the decision that was made of it just now, which is logged: who, of which letter; never the message.
 * @throws Problem DEAD_LETTER_NOT_FOUND, DEAD_LETTER_DECIDED with who decided before, DEAD_LETTER_UNREADABLE
 */
export function decidedNow(logger: Logger, decision: Decision): DeadLetter {
  switch (decision.kind) {
    case "absent":
      throw new Problem("DEAD_LETTER_NOT_FOUND");
    case "unreadable":
      throw new Problem("DEAD_LETTER_UNREADABLE");
    case "before": {
      const { action, at, by } = decision.mark;
      throw new Problem("DEAD_LETTER_DECIDED", `It was ${action} at ${at} by ${by}`);
    }
    case "decided": {
      const { letter, mark } = decision;
      logger.info("dead letter decided", { letter: letterId(letter), action: mark.action, by: mark.by });
      return { ...letter, handled: mark };
    }
  }
}
