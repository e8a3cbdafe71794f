import { DocumentPool } from "#durable-objects/document-pool/object.ts";
import { EventConsumer } from "#durable-objects/event-consumer/object.ts";
import { Sweeper } from "#durable-objects/sweeper/object.ts";
import { type PaymentsEnv, paymentsEnvironment } from "./env.ts";
import { handleBatch } from "./handlers/handle-batch.ts";
import { sweep } from "./use-cases/sweep.ts";
import { depsOf, logger, topicLogOf } from "./wiring.ts";

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
    return handleBatch.bind(null, depsOf(this.env));
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
