import { toMessage } from "#shared/saga/envelope.ts";
import { ANSWER_OF } from "../core/answers.ts";
import type { PaymentState } from "../core/machine.ts";
import type { Payment } from "../core/payment.ts";
import type { PaymentsDeps } from "./deps.ts";

/**
 * Says again what a state said on entering it: who asks twice may have missed the answer. The message
 * has the id it had, so that one who has not missed it drops it.
 */
export async function repeatAnswer(deps: PaymentsDeps, payment: Payment, of: PaymentState): Promise<void> {
  const answer = ANSWER_OF[of]?.(payment, deps.clock());
  if (answer) await deps.send([toMessage(answer)]);
}
