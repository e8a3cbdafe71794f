import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readRunRecord } from "#local/supervisor/run-state.ts";
import { answers } from "#local/supervisor/testing.ts";
import { DevPlatform } from "../support/dev-platform.ts";

const LIMIT_MS = 400_000;

/** The process of each part but the Workers. */
function backends(dataDir: string): Record<string, number | undefined> {
  const { workers: _workers, ...parts } = readRunRecord(dataDir)?.parts ?? {};
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.process?.pid]));
}

describe("npm run dev", () => {
  it("makes a saved change live while the backends stay up, and leaves nothing behind", {
    timeout: LIMIT_MS,
  }, async () => {
    const dev = await DevPlatform.make();
    onTestFinished(() => dev.takeAway(), LIMIT_MS);
    const { dataDir, ports } = dev.config;
    expect(await dev.start()).toMatch(/4 accounts and 4 events created/);
    const before = backends(dataDir);
    expect(Object.keys(before)).toContain("postgres");

    // In the gateway, and in a service behind it.
    await dev.edit("workers/gateway/src/docs.ts", ["<title>TicketFlow API<", "<title>Changed API<"], "/docs");
    await dev.edit("workers/users/src/index.ts", ['"postgres"', '"renamed"'], "/health");
    expect(backends(dataDir)).toEqual(before);

    // Every object that only a cron trigger wakes has been awake.
    const awake = readdirSync(join(dataDir, "durable-objects"));
    expect(awake).toEqual(
      expect.arrayContaining(["ticketflow-bookings-BookingsSweeper", "ticketflow-payments-PaymentsConsumer"]),
    );
    // No secret was written into the checkout.
    const key = JSON.parse(readFileSync(join(dataDir, "secrets.json"), "utf8")).stripeKey as string;
    const config = join(dataDir, "wrangler", "ticketflow-payments");
    expect(readFileSync(join(config, ".dev.vars"), "utf8")).toContain(key);
    for (const folder of ["", "workers/gateway", "workers/payments"]) {
      for (const made of [".dev.vars", ".wrangler"])
        expect(existsSync(join(dev.root, folder, made))).toBe(false);
    }

    expect(await dev.stop()).toBe(0);
    expect(await Promise.all(Object.values(ports).map(answers))).not.toContain(true);
  });
});
