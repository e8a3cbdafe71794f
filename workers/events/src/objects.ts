import { DocumentPool } from "#durable-objects/document-pool/object.ts";
import { Sweeper } from "#durable-objects/sweeper/object.ts";
import { continueTrace } from "#shared/observability/trace.ts";
import { type EventsEnv, eventsEnvironment } from "./env.ts";
import { depsOf, logger } from "./wiring.ts";

export class EventsDocuments extends DocumentPool<EventsEnv> {
  protected connectionString() {
    return eventsEnvironment(this.env).MONGODB_URI;
  }

  protected logger() {
    return logger;
  }
}

/** Sends the outbox rows that a crash left behind. */
export class EventsSweeper extends Sweeper<EventsEnv> {
  protected logger() {
    return logger;
  }

  protected async sweep(now: number) {
    const { store, send } = depsOf(this.env, continueTrace(null));
    await store.events.sweepOutbox(send, new Date(now));
  }
}
