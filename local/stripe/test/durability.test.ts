import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AUTHORISE, type Receiver, SECRET_KEY, sdk, startReceiver, WEBHOOK_SECRET } from "./harness.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

let dataDir: string;
let receiver: Receiver;
let child: ChildProcess | null = null;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "stripe-"));
  receiver = await startReceiver();
});
afterEach(async () => {
  if (child) await end("SIGKILL");
  await receiver.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Starts the real process and gives its port. */
async function start(changes: Record<string, string> = {}): Promise<number> {
  const env = {
    PORT: "0",
    DATA_DIR: dataDir,
    STRIPE_SECRET_KEY: SECRET_KEY,
    STRIPE_WEBHOOK_URL: receiver.url,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    ...changes,
  };
  const started = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "inherit"] });
  child = started;
  let text = "";
  for await (const chunk of started.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString();
    for (const line of text.split("\n").slice(0, -1)) {
      const entry = JSON.parse(line) as { event: string; port: number; error?: string };
      if (entry.event === "listening") {
        started.stdout?.resume();
        return entry.port;
      }
      if (entry.event === "start-failed") throw new Error(entry.error);
    }
  }
  throw new Error(`the process ended: ${text}`);
}

/** Ends the process that this test started, and gives its exit code (null for a killed one). */
function end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
  const ending = child as ChildProcess;
  child = null;
  if (ending.exitCode !== null || ending.signalCode !== null) return Promise.resolve(ending.exitCode);
  return new Promise((resolve) => {
    ending.once("exit", resolve);
    ending.kill(signal);
  });
}

describe("kill -9", () => {
  test("what was acknowledged is there, and what was not delivered is delivered", async () => {
    let port = await start();
    await fetch(`http://127.0.0.1:${port}/_test/webhooks`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"paused":true}',
    });
    const stripe = sdk(port);
    const acknowledged: Array<{ id: string; refunded: boolean }> = [];
    let sent = 0;
    const work = async (worker: number) => {
      for (let i = 0; ; i++) {
        sent += 1;
        const key = `${worker}:${i}`;
        const held = await stripe.paymentIntents.create(AUTHORISE, { idempotencyKey: `${key}:hold` });
        await stripe.paymentIntents.capture(held.id, {}, { idempotencyKey: `${key}:capture` });
        const done = { id: held.id, refunded: false };
        acknowledged.push(done);
        if (i % 2 === 0) continue;
        await stripe.refunds.create({ payment_intent: held.id }, { idempotencyKey: `${key}:refund` });
        done.refunded = true;
      }
    };
    const workers = Array.from({ length: 8 }, (_, worker) => work(worker).catch(() => undefined));
    await expect.poll(() => acknowledged.length, { interval: 5, timeout: 15_000 }).toBeGreaterThan(40);
    await end("SIGKILL");
    await Promise.all(workers);
    expect(sent).toBeGreaterThan(acknowledged.length);

    port = await start();
    const after = sdk(port);
    for (const { id, refunded } of acknowledged) {
      const intent = await after.paymentIntents.retrieve(id, { expand: ["latest_charge"] });
      expect(intent).toMatchObject({ status: "succeeded", amount_received: 4200 });
      if (refunded) expect(intent.latest_charge).toMatchObject({ refunded: true });
    }
    // A key used before the kill still replays: nothing is charged twice by a retry.
    const replayed = await after.paymentIntents.create(AUTHORISE, { idempotencyKey: "0:0:hold" });
    expect(replayed.lastResponse.headers["idempotent-replayed"]).toBe("true");

    const captured = new Set(acknowledged.map(({ id }) => id));
    const told = () =>
      receiver.accepted
        .filter((event) => event.type === "payment_intent.succeeded")
        .map((event) => (event.data.object as { id: string }).id);
    await expect
      .poll(() => [...captured].filter((id) => !told().includes(id)), { timeout: 15_000 })
      .toEqual([]);
    expect(await end("SIGTERM")).toBe(0);
  });

  test("an event that its receiver did not take is sent again after a restart", async () => {
    receiver.answers.push(...Array(50).fill(503));
    const port = await start();
    const made = await sdk(port).paymentIntents.create({
      amount: 500,
      currency: "usd",
      allowed_payment_method_types: ["card"],
    });
    await expect.poll(() => receiver.deliveries.length, { interval: 5 }).toBeGreaterThan(0);
    await end("SIGKILL");
    expect(receiver.accepted).toEqual([]);
    receiver.answers.length = 0;
    await start();
    const event = await receiver.until(() => true);
    expect(event).toMatchObject({ type: "payment_intent.created", data: { object: { id: made.id } } });
  });
});

test("a process that is told too little says what is missing, and ends", async () => {
  await expect(start({ STRIPE_SECRET_KEY: "" })).rejects.toThrow("STRIPE_SECRET_KEY");
});
