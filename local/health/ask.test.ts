import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { CommandError } from "../cli/command.ts";
import { freePort } from "../shared/free-port.ts";
import { listen } from "../shared/listen.ts";
import { askHealth, healthTable } from "./ask.ts";

async function serving(text: string, status: number): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(text));
  onTestFinished(() => {
    server.close();
  });
  return `http://127.0.0.1:${await listen(server, 0)}`;
}

describe("the health of a platform", () => {
  it("is a table of services and backends, also when it is 503", async () => {
    const health = {
      state: "down",
      services: [
        {
          name: "users",
          state: "up",
          latencyMs: 12,
          backends: [
            { name: "postgres", state: "up", latencyMs: 3 },
            { name: "redis", state: "down", latencyMs: 2, optional: true },
          ],
        },
        { name: "payments", state: "down", latencyMs: 3000, backends: [] },
      ],
    };
    const url = await serving(JSON.stringify(health), 503);
    expect(healthTable(url, await askHealth(url))).toEqual([
      `TicketFlow at ${url} is down.`,
      "",
      "  users               up       12 ms",
      "    postgres          up        3 ms",
      "    redis (optional)  down      2 ms",
      "  payments            down   3000 ms",
    ]);
  });

  it("names what answers in another way, and where nothing does", async () => {
    for (const text of ["hello", "{}"]) {
      await expect(askHealth(await serving(text, 200))).rejects.toThrow(CommandError);
    }
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    await expect(askHealth(nowhere)).rejects.toThrow(`Nothing answers at ${nowhere} (ECONNREFUSED)`);
  });
});
