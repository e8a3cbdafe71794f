import type { Hono } from "hono";
import { html } from "hono/html";
import type { Partition } from "#shared/log/topic-log.ts";
import { type SagaService, TOPICS } from "#shared/saga/declaration.ts";
import { topicNames } from "#shared/saga/wire.ts";
import { type ConsoleDeps, notFound, show } from "../answer.ts";
import { link, pager, source, table, time } from "../html/elements.ts";
import { page } from "../html/layout.ts";
import type { Lag } from "../stores/kafka-admin.ts";

const MESSAGES_A_PAGE = 20;

/** Every service that consumes has one group. */
const GROUPS = [
  ...new Set(topicNames.flatMap((topic): readonly SagaService[] => TOPICS[topic].consumers)),
].map((service) => `ticketflow.${service}`);

/** Topics with their groups; a topic's partitions; a partition's messages, newest first. */
export function topicPages(app: Hono, { log, admin }: ConsoleDeps): void {
  const spans = async (partitions: Partition[]) => {
    const [starts, ends] = await Promise.all([
      log.offsets("earliest", partitions),
      log.offsets("latest", partitions),
    ]);
    return partitions.map(({ topic, partition }, n) => {
      const [start, end] = [starts[n]!.offset, ends[n]!.offset];
      return { topic, partition, start, end, records: Math.max(0, end - start) };
    });
  };
  const partitionsOf = (topic: string, count: number): Partition[] =>
    Array.from({ length: count }, (_, partition) => ({ topic, partition }));
  const lags = async () =>
    new Map(await Promise.all(GROUPS.map(async (group) => [group, await admin.lag(group)] as const)));

  app.get("/", async (c) => {
    const topics = Object.entries(await admin.topics()).toSorted(([a], [b]) => a.localeCompare(b));
    const [found, byGroup] = await Promise.all([
      spans(topics.flatMap(([topic, count]) => partitionsOf(topic, count))),
      lags(),
    ]);
    const isLetters = (topic: string) => topic.endsWith(".DLT");
    const rows = (wanted: (topic: string) => boolean) =>
      topics
        .filter(([topic]) => wanted(topic))
        .map(([topic, count]) => {
          const own = found.filter((one) => one.topic === topic);
          return [
            link(`/topics/${topic}`, topic),
            count,
            sum(own.map(({ records }) => records)),
            sum(own.map(({ end }) => end)),
          ];
        });
    const head = ["Topic", "Partitions", "Records kept", "Ever written"];
    const groups = GROUPS.map((group) => {
      const lag = byGroup.get(group)!;
      return [group, sum(lag.map(({ lag }) => lag)), new Set(lag.map(({ topic }) => topic)).size];
    });
    return show(
      c,
      page({ area: "/", title: "Topics" }, [
        table("Consumer groups", ["Group", "Lag", "Topics committed"], groups),
        html`<h2>Messages</h2>`,
        table(
          "Topics",
          head,
          rows((topic) => !isLetters(topic)),
        ),
        html`<h2>Dead letters</h2><p>${link("/dead-letters", "What waits for a decision")}</p>`,
        table("Dead-letter topics, letters and decisions together", head, rows(isLetters)),
      ]),
    );
  });

  app.get("/topics/:topic", async (c) => {
    const topic = c.req.param("topic");
    const count = (await admin.topics())[topic];
    if (count === undefined) return notFound(c, "/", `There is no topic ${topic}.`);
    const [found, byGroup] = await Promise.all([spans(partitionsOf(topic, count)), lags()]);
    const groups = [...byGroup].filter(([, lag]) => lag.some((one) => one.topic === topic));
    const rows = found.map(({ partition, start, end, records }) => [
      link(`/topics/${topic}/${partition}`, `Partition ${partition}`),
      start,
      end,
      records,
      ...groups.map(([, lag]) => behind(lag, topic, partition)),
    ]);
    const head = [
      "Partition",
      "First offset",
      "End offset",
      "Records",
      ...groups.map(([group]) => `Lag of ${group}`),
    ];
    return show(
      c,
      page({ area: "/", title: topic, trail: [["/", "Topics"]] }, table("Partitions", head, rows)),
    );
  });

  app.get("/topics/:topic/:partition{\\d+}", async (c) => {
    const { topic, partition: text } = c.req.param();
    const partition = Number(text);
    const count = (await admin.topics())[topic] ?? 0;
    if (partition >= count) return notFound(c, "/", `There is no partition ${text} of ${topic}.`);
    const [span] = await spans([{ topic, partition }]);
    const { start, end } = span!;
    const before = Math.min(end, wholeNumber(c.req.query("before")) ?? end);
    const from = Math.max(start, before - MESSAGES_A_PAGE);
    const fetched = from < before ? await log.fetch([{ topic, partition, offset: from }], 0) : [];
    const messages = fetched.filter(({ offset }) => offset < before).toReversed();
    const at = (offset: number) => `/topics/${topic}/${partition}?before=${offset}`;
    const path: [string, string][] = [
      ["/", "Topics"],
      [`/topics/${topic}`, topic],
    ];
    return show(
      c,
      page({ area: "/", title: `Partition ${partition} of ${topic}`, trail: path }, [
        html`<p>Offsets ${start} to ${end}, newest first.</p>`,
        messages.length === 0
          ? html`<p class="none">No messages.</p>`
          : html`${messages.map(
              (one) =>
                html`<article><details><summary><code>${one.offset}</code> ${time(one.timestamp)} ${one.key} ${typeOf(one.value)}</summary>${source(one.value)}</details></article>`,
            )}`,
        pager({
          newer: before < end ? at(Math.min(end, before + MESSAGES_A_PAGE)) : undefined,
          older: from > start ? at(from) : undefined,
        }),
      ]),
    );
  });
}

const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);

function behind(lag: Lag[], topic: string, partition: number): number | string {
  return lag.find((one) => one.topic === topic && one.partition === partition)?.lag ?? "none committed";
}

/** A query's whole number; undefined for anything else. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

/** The id of an envelope, which begins with its type; nothing for a message without one. */
function typeOf(value: string): string {
  try {
    const { id } = JSON.parse(value) as { id?: unknown };
    return typeof id === "string" ? id : "";
  } catch {
    return "";
  }
}
