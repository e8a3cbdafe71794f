import { expect, it } from "vitest";
import { freePort } from "#local/shared/free-port.ts";
import { command } from "../support/command.ts";
import { config, url } from "../support/world.ts";

it("npm run e2e buys on the running platform, and says that all is as it has to be", async () => {
  const { code, stdout } = await command("e2e");
  expect(stdout).toMatch(/^Against http:\/\/127\.0\.0\.1:\d+$/m);
  expect(stdout.trimEnd()).toMatch(/Everything is as it has to be\.$/);
  expect(code).toBe(0);
});

it("npm run e2e takes another platform's address, and asks no provider that it cannot reach", async () => {
  const { code, stdout } = await command("e2e", "--url", `${url}/`);
  expect(stdout).toContain(`Against ${url}\n`);
  expect(code).toBe(0);
});

it("npm run e2e says what is wrong with its arguments, or with the address", async () => {
  expect(await command("e2e", "--url", "tickets")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--url must be an http or https address, not "tickets"[\s\S]*e2e/),
  });
  const nobody = `http://127.0.0.1:${await freePort()}`;
  expect(await command("e2e", "--url", nobody)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Nothing answers at ${nobody}.`),
  });
  const database = `http://127.0.0.1:${config.ports.mongo}`;
  expect(await command("e2e", "--url", database)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${database} does not answer in HTTP: `),
  });
});
