import { z } from "@hono/zod-openapi";
import { MAX_REASON } from "../dead-letters/decide.ts";
import { topicNames } from "../saga/wire.ts";
import { instant, lineOfText, pageQuery, pagination } from "./common.ts";
import { DEAD_LETTER_EXAMPLE } from "./examples.ts";
import { json, jsonBody, OPERATORS, route } from "./route.ts";

/** The most letters that one call replays: a consumer gets its poison in portions, and a call has its limits. */
export const MAX_REPLAYED = 100;

const DEAD_LETTER_STATES = ["WAITING", "REPLAYED", "DISCARDED"] as const;

const topic = z.enum(topicNames).openapi({ example: "payment.processed" });

const deadLetter = z
  .object({
    id: z.string().openapi({ description: "Topic, partition and offset: its address below dead-letters/" }),
    topic,
    partition: z.int(),
    offset: z.int(),
    key: z.string().openapi({ description: "The booking, event or user that the message is about" }),
    state: z.enum(DEAD_LETTER_STATES),
    writtenAt: instant,
    consumer: z.string().nullable().openapi({ description: "Who would not take it" }),
    error: z.string().nullable().openapi({ description: "Null: the record is no letter of ours" }),
    attempts: z.int().nullable(),
    decision: z
      .object({ by: z.string(), at: instant, reason: z.string().nullable() })
      .nullable()
      .openapi({ description: "Null while it waits; of two decisions at once the first counts" }),
  })
  .openapi("DeadLetter", { example: DEAD_LETTER_EXAMPLE });

const wholeDeadLetter = deadLetter
  .extend({
    value: z
      .string()
      .openapi({ description: "The message as it came, or the record where it is no letter of ours" }),
  })
  .openapi("WholeDeadLetter", { example: { ...DEAD_LETTER_EXAMPLE, value: '{"poison":true}' } });

/** Any text is let through: a letter that cannot exist answers 404, not 400. */
const segment = (name: string, example: string) =>
  z
    .string()
    .max(100)
    .openapi({ param: { name, in: "path" }, example });

const place = z.object({
  topic: segment("topic", DEAD_LETTER_EXAMPLE.topic),
  partition: segment("partition", String(DEAD_LETTER_EXAMPLE.partition)),
  offset: segment("offset", String(DEAD_LETTER_EXAMPLE.offset)),
});

const tags = ["operations"];

export const listDeadLettersRoute = route(
  { service: "operations", access: OPERATORS },
  {
    operationId: "listDeadLetters",
    method: "get",
    path: "/api/admin/dead-letters",
    summary: "The messages that no consumer would take, with what became of each",
    tags,
    request: {
      query: pageQuery.extend({
        topic: topic.optional(),
        state: z.enum(DEAD_LETTER_STATES).optional(),
        order: z.enum(["oldest", "newest"]).default("oldest"),
      }),
    },
    responses: {
      200: json(
        z.object({
          data: z.array(deadLetter),
          pagination,
          isComplete: z.boolean().openapi({
            description: "False when there are more than are read at once: the newest are not here",
          }),
        }),
        "A page of dead letters",
      ),
    },
  },
);

export const getDeadLetterRoute = route(
  { service: "operations", access: OPERATORS, problems: ["DEAD_LETTER_NOT_FOUND"] },
  {
    operationId: "getDeadLetter",
    method: "get",
    path: "/api/admin/dead-letters/{topic}/{partition}/{offset}",
    summary: "One dead letter with its whole message",
    tags,
    request: { params: place },
    responses: { 200: json(wholeDeadLetter, "The dead letter") },
  },
);

export const replayDeadLetterRoute = route(
  {
    service: "operations",
    access: OPERATORS,
    problems: ["DEAD_LETTER_NOT_FOUND", "DEAD_LETTER_DECIDED", "DEAD_LETTER_UNREADABLE"],
  },
  {
    operationId: "replayDeadLetter",
    method: "post",
    path: "/api/admin/dead-letters/{topic}/{partition}/{offset}/replay",
    summary: "Send one message once more to where it came from",
    tags,
    request: { params: place },
    responses: { 200: json(deadLetter, "Sent, and marked as replayed") },
  },
);

export const replayDeadLettersRoute = route(
  { service: "operations", access: OPERATORS },
  {
    operationId: "replayDeadLetters",
    method: "post",
    path: "/api/admin/dead-letters/replay",
    summary: `Send all messages that wait, or those of a topic, once more; ${MAX_REPLAYED} a call, oldest first`,
    tags,
    // Strict: a misspelt topic must not replay everything.
    request: { body: jsonBody(z.strictObject({ topic: topic.optional() }).openapi("DeadLettersToReplay")) },
    responses: {
      200: json(
        z
          .object({
            replayed: z.int(),
            left: z.int().openapi({ description: "How many wait still: call again until it is 0" }),
            unreadable: z.int().openapi({
              description: "How many wait that are no letters of ours: they can only be discarded",
            }),
          })
          .openapi("DeadLettersReplayed", { example: { replayed: 100, left: 17, unreadable: 0 } }),
        "What was sent and what is left",
      ),
    },
  },
);

export const discardDeadLetterRoute = route(
  {
    service: "operations",
    access: OPERATORS,
    problems: ["DEAD_LETTER_NOT_FOUND", "DEAD_LETTER_DECIDED"],
  },
  {
    operationId: "discardDeadLetter",
    method: "post",
    path: "/api/admin/dead-letters/{topic}/{partition}/{offset}/discard",
    summary: "Nothing is to be done about a message",
    tags,
    request: {
      params: place,
      body: jsonBody(
        z
          .strictObject({ reason: lineOfText.pipe(z.string().min(1).max(MAX_REASON)) })
          .openapi("DeadLetterDiscard", { example: { reason: "Made by a test" } }),
      ),
    },
    responses: { 200: json(deadLetter, "Marked as discarded") },
  },
);

export const deadLetterRoutes = [
  listDeadLettersRoute,
  replayDeadLettersRoute,
  getDeadLetterRoute,
  replayDeadLetterRoute,
  discardDeadLetterRoute,
];
