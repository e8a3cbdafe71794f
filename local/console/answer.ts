import type { Context } from "hono";
import type { Clock } from "#shared/clock.ts";
import type { TopicLog } from "#shared/log/topic-log.ts";
import type { Log } from "../shared/log.ts";
import { notice } from "./html/elements.ts";
import { type Area, type Html, page } from "./html/layout.ts";
import type { DocumentStores } from "./stores/documents.ts";
import type { KafkaAdmin } from "./stores/kafka-admin.ts";
import type { RelationalStores } from "./stores/relational.ts";

/** What the pages stand on. */
export interface ConsoleDeps {
  log: TopicLog;
  admin: KafkaAdmin;
  documents: DocumentStores;
  relational: RelationalStores;
  clock: Clock;
  report: Log;
}

/** A page of the console, with a status. */
export async function show(c: Context, content: Html, status: 200 | 400 | 404 = 200): Promise<Response> {
  return c.html(await content, status);
}

/** A page that says what is not there. */
export function notFound(c: Context, area: Area, text: string): Promise<Response> {
  return show(c, page({ area, title: "Not found" }, notice(text)), 404);
}
