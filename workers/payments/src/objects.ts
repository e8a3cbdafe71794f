import { DocumentPool } from "#durable-objects/document-pool/object.ts";
import { EventConsumer } from "#durable-objects/event-consumer/object.ts";
import { Sweeper } from "#durable-objects/sweeper/object.ts";
import { systemClock } from "#shared/clock.ts";
import { describeError } from "#shared/observability/log.ts";
import { type PaymentsEnv, paymentsEnvironment } from "./env.ts";
import { handleBatch } from "./handlers/handle-batch.ts";
import { RecentPayments } from "./repositories/recent-payments.ts";
import { sweep } from "./use-cases/sweep.ts";
import { depsOf, logger, topicLogOf } from "./wiring.ts";

/** How long a sent message may wait to be noted as that: nobody waits for it but an auditor, or a sweep that sends it again. */
const NOTE_AFTER_MS = 300;

async function noteLater(note: () => Promise<void>): Promise<void> {
  await scheduler.wait(NOTE_AFTER_MS);
  await note().catch((error) =>
    logger.warn("what was sent is noted by a later sweep", { error: describeError(error) }),
  );
}

export class PaymentsDocuments extends DocumentPool<PaymentsEnv> {
  protected connectionString() {
    return paymentsEnvironment(this.env).MONGODB_URI;
  }

  protected logger() {
    return logger;
  }
}

export class PaymentsConsumer extends EventConsumer<PaymentsEnv> {
  protected readonly service = "payments" as const;

  protected topicLog() {
    return topicLogOf(this.env);
  }

  protected predecessor(name: string) {
    return this.env.CONSUMER.getByName(name);
  }

  protected handler() {
    const recent = new RecentPayments(systemClock, (note) => this.ctx.waitUntil(noteLater(note)));
    return handleBatch.bind(null, { ...depsOf(this.env), recent });
  }

  protected logger() {
    return logger;
  }
}

export class PaymentsSweeper extends Sweeper<PaymentsEnv> {
  protected logger() {
    return logger;
  }

  protected sweep() {
    return sweep(depsOf(this.env));
  }
}
