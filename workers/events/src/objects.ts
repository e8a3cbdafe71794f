import { DocumentPool } from "#durable-objects/document-pool/object.ts";
import { Sweeper } from "#durable-objects/sweeper/object.ts";
import { jsonLogger } from "#shared/observability/log.ts";
import { continueTrace } from "#shared/observability/trace.ts";
import { type EventsEnv, eventsEnvironment } from "./env.ts";
import { depsOf } from "./wiring.ts";

export class EventsDocuments extends DocumentPool<EventsEnv> {
  protected connectionString() {
    return eventsEnvironment(this.env).MONGODB_URI;
  }
}

/** Sends the outbox rows that a crash left behind. */
export class EventsSweeper extends Sweeper<EventsEnv> {
  protected logger() {
    return jsonLogger("events");
  }

  protected async sweep(now: number) {
    const { store, send } = depsOf(this.env, continueTrace(null));
    await store.events.sweepOutbox(send, new Date(now));
  }
}
