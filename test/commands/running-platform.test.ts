import { describe, expect, it } from "vitest";
import { command } from "../support/command.ts";

describe("commands for a running platform", () => {
  it("npm run health shows every service with its backends", async () => {
    const { code, stdout } = await command("health");
    expect(stdout).toMatch(/^TicketFlow at http:\/\/localhost:\d+ is up\.$/m);
    expect(stdout).toMatch(/^ {2}bookings +up +\d+ ms\n {4}\w+ +up +\d+ ms$/m);
    expect(code).toBe(0);
  });

  it("npm run seed says that there was nothing to do", async () => {
    expect(await command("seed")).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^Seeded http:\/\/localhost:\d+: everything was there\.\n$/),
      stderr: "",
    });
  });

  it("npm run logs prints a part's last lines", async () => {
    const { code, stdout } = await command("logs", "kafka-rest", "--no-follow", "-n", "1");
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(await command("logs", "nobody")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("The parts are workers"),
    });
  });
});
