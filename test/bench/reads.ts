import { Agent, get, type IncomingMessage } from "node:http";
import { PACKED_SEATS } from "#shared/contracts/inventory.ts";
import { decodeSeats } from "#shared/seats/packed.ts";
import { median, quantile } from "./statistics.ts";

/** Under way at a time: enough that the platform never waits for this process. */
const AT_ONCE = 8;
/** Hit and miss take turns so often. */
const ROUNDS = 5;
/** Requests of one turn, and what it takes at most: a map of megabytes ends it earlier. */
const REQUESTS = 200;
const TURN_LIMIT_MS = 2_000;
/** No answer takes longer. */
const ANSWER_LIMIT_MS = 30_000;

/** What reading one thing costs, through the gateway, from what the edge keeps or past it. */
export interface ReadRow {
  what: string;
  kind: "hit" | "miss";
  requests: number;
  /** Answers that the edge said to have kept. Of a map that is kept for a second some have to be made among the hits. */
  hits: number;
  /** Of the body, as it was sent. */
  bytes: number;
  /** Medians of the rounds. */
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Of the Workers' runtime for one request; null where nobody says. */
  cpuMs: number | null;
}

export interface ReadOptions {
  eventId: string;
  /** What the Workers' runtime has used so far, in ms of CPU. */
  cpuMs?: () => number;
  rounds?: number;
  requests?: number;
}

interface Subject {
  what: string;
  path: string | (() => Promise<string>);
  accept: string;
}

/**
 * Reads the list of events, an event's page, its plan and its map in both forms, in turns from what the edge keeps and past
 * it (`Cache-Control: no-cache`: made by the service, and kept), all with gzip.
 * @param gatewayUrl of a platform on this machine that does nothing else
 * @throws Error where an answer is no success
 */
export async function measureReads(gatewayUrl: string, options: ReadOptions): Promise<ReadRow[]> {
  const { eventId, rounds = ROUNDS } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    const seats = `/api/inventory/events/${eventId}/seats`;
    const plan = (await ask(agent, gatewayUrl, { path: `/api/inventory/events/${eventId}/plan` })).location;
    // Asked for anew each time: a map that nobody has asked anything for ten seconds sleeps, and wakes in another epoch.
    const sinceNow = async () => {
      const packed = await fetch(gatewayUrl + seats, { headers: { accept: PACKED_SEATS } });
      const { epoch, seq } = decodeSeats(new Uint8Array(await packed.arrayBuffer()));
      return `${seats}?since=${epoch}-${seq}`;
    };
    const json = "application/json";
    const subjects: Subject[] = [
      { what: "A page of the gateway's own (/docs)", path: "/docs", accept: "*/*" },
      { what: "List of events", path: "/api/events", accept: json },
      { what: "Event's page", path: `/api/events/${eventId}`, accept: json },
      { what: "Map, packed", path: seats, accept: PACKED_SEATS },
      { what: "What has changed of it", path: sinceNow, accept: PACKED_SEATS },
      { what: "Map, JSON", path: seats, accept: json },
      { what: "Plan", path: plan, accept: json },
    ];
    const rows: ReadRow[] = [];
    for (const subject of subjects) {
      const turns: Record<ReadRow["kind"], Turn[]> = { hit: [], miss: [] };
      for (let round = 0; round <= rounds; round++)
        for (const kind of ["miss", "hit"] as const) {
          const turn = await takeTurn(agent, gatewayUrl, { ...options, subject, kind });
          // The first round warms up.
          if (round > 0) turns[kind].push(turn);
        }
      rows.push(rowOf(subject, "hit", turns.hit), rowOf(subject, "miss", turns.miss));
    }
    return rows;
  } finally {
    agent.destroy();
  }
}

interface Turn {
  times: number[];
  hits: number;
  bytes: number;
  ms: number;
  cpuMs: number | null;
}

async function takeTurn(
  agent: Agent,
  url: string,
  asked: ReadOptions & { subject: Subject; kind: ReadRow["kind"] },
): Promise<Turn> {
  const { subject, kind, requests = REQUESTS, cpuMs } = asked;
  const path = typeof subject.path === "string" ? subject.path : await subject.path();
  const turn: Turn = { times: [], hits: 0, bytes: 0, ms: 0, cpuMs: null };
  const cpuBefore = cpuMs?.();
  const begun = performance.now();
  let left = requests;
  const askAll = async () => {
    while (left-- > 0 && performance.now() - begun < TURN_LIMIT_MS) {
      const sentAt = performance.now();
      const { isHit, bytes } = await ask(agent, url, {
        path,
        accept: subject.accept,
        isFresh: kind === "miss",
      });
      turn.times.push(performance.now() - sentAt);
      turn.bytes = bytes;
      if (isHit) turn.hits++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, askAll));
  turn.ms = performance.now() - begun;
  if (cpuMs) turn.cpuMs = cpuMs() - cpuBefore!;
  return turn;
}

function ask(
  agent: Agent,
  url: string,
  { path, accept = "*/*", isFresh = false }: { path: string; accept?: string; isFresh?: boolean },
): Promise<{ isHit: boolean; bytes: number; location: string }> {
  const headers = { accept, "accept-encoding": "gzip", ...(isFresh ? { "cache-control": "no-cache" } : {}) };
  return new Promise((resolve, reject) => {
    const request = get(
      url + path,
      { agent, headers, timeout: ANSWER_LIMIT_MS },
      (answer: IncomingMessage) => {
        let bytes = 0;
        answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
        answer.on("error", reject);
        answer.on("end", () => {
          const { statusCode = 0, headers } = answer;
          if (statusCode >= 400) return reject(new Error(`${path} answered ${statusCode}`));
          const isHit = /; hit/.test(String(headers["cache-status"] ?? ""));
          resolve({ isHit, bytes, location: headers.location ?? "" });
        });
      },
    );
    request.on("timeout", () => request.destroy(new Error(`${path} did not answer`)));
    request.on("error", reject);
  });
}

function rowOf({ what }: Subject, kind: ReadRow["kind"], turns: Turn[]): ReadRow {
  const times = turns.flatMap((turn) => turn.times);
  const cpu = turns.map((turn) => turn.cpuMs);
  const isKnown = cpu.every((ms) => ms !== null);
  return {
    ...{ what, kind, requests: times.length, bytes: turns[0]!.bytes },
    hits: turns.reduce((sum, turn) => sum + turn.hits, 0),
    perSecond: median(turns.map((turn) => (turn.times.length / turn.ms) * 1_000)),
    p50Ms: median(turns.map((turn) => quantile(turn.times, 0.5))),
    p99Ms: median(turns.map((turn) => quantile(turn.times, 0.99))),
    cpuMs: isKnown ? median(turns.map((turn) => turn.cpuMs! / turn.times.length)) : null,
  };
}
