import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** The gateway's is in the root: the address of the platform. */
const services = readdirSync(join(root, "workers")).filter((name) => name !== "gateway");
const configOf = (service: string) => join(root, "workers", service, "wrangler.toml");

it("reads the Workers that there are", () => {
  expect(services.toSorted()).toEqual(
    expect.arrayContaining(["bookings", "events", "inventory", "payments", "users"]),
  );
});

it.each(services)("%s cannot be reached from outside", (service) => {
  const config = unstable_readConfig({ config: configOf(service) });
  expect(config).toMatchObject({ workers_dev: false, preview_urls: false });
  expect(config.route).toBeUndefined();
  expect(config.routes).toBeUndefined();
  expect(config.assets).toBeUndefined();
});

it.each(services)("%s says so itself, in no environment otherwise", (service) => {
  // Defaults change from release to release, and an environment does not inherit all of this.
  const text = readFileSync(configOf(service), "utf8");
  expect(text).toMatch(/^workers_dev = false$/m);
  expect(text).toMatch(/^preview_urls = false$/m);
  expect(text).not.toMatch(/^\s*\[+\s*(env|routes?)\b|\broutes?\s*=|custom_domain|pattern\s*=/m);
});
