import { DocumentPool } from "#durable-objects/document-pool/object.ts";
import { EventConsumer } from "#durable-objects/event-consumer/object.ts";
import { Sweeper } from "#durable-objects/sweeper/object.ts";
import { type NotificationsEnv, notificationsEnvironment } from "./env.ts";
import { handleBatch } from "./handlers/handle-batch.ts";
import { sweep } from "./use-cases/sweep.ts";
import { depsOf, logger, topicLogOf } from "./wiring.ts";

export class NotificationsDocuments extends DocumentPool<NotificationsEnv> {
  protected connectionString() {
    return notificationsEnvironment(this.env).MONGODB_URI;
  }

  protected logger() {
    return logger;
  }
}

export class NotificationsConsumer extends EventConsumer<NotificationsEnv> {
  protected readonly service = "notifications" as const;

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

export class NotificationsSweeper extends Sweeper<NotificationsEnv> {
  protected logger() {
    return logger;
  }

  protected sweep() {
    return sweep(depsOf(this.env));
  }
}
