import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { listen } from "#local/shared/listen.ts";
import { apiClient } from "#shared/client/client.ts";
import { getBooking } from "#shared/client/generated/sdk.gen.ts";
import { ask } from "./ask.ts";

/** Answers by the last part of the path: a status, `cut` or `half`. */
let server: Server;
let baseUrl: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const wanted = request.url?.split("/").at(-1) ?? "";
    if (wanted === "cut") return void request.socket.destroy();
    if (wanted === "half") {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      return void response.write('{"id":', () => request.socket.destroy());
    }
    const [status = "", retryAfter] = wanted.split("-");
    response.writeHead(Number(status), {
      "content-type": status === "200" ? "application/json" : "application/problem+json",
      ...(retryAfter ? { "retry-after": retryAfter } : {}),
    });
    response.end(JSON.stringify({ id: "bkg_1", code: "THE_CODE" }));
  });
  baseUrl = `http://127.0.0.1:${await listen(server, 0)}`;
});
afterAll(() => {
  server.close();
});

const answerTo = (id: string) => ask(() => getBooking({ client: apiClient({ baseUrl }), path: { id } }));

it.each([
  ["200", { kind: "done", data: { id: "bkg_1" } }],
  ["503-5", { kind: "later", what: "503 THE_CODE", afterMs: 5_000 }],
  ["429-1", { kind: "later", what: "429 THE_CODE", afterMs: 1_000 }],
  ["500", { kind: "broken", what: "500 THE_CODE" }],
  ["503", { kind: "broken", what: "503 THE_CODE" }],
  ["409", { kind: "refused", what: "409 THE_CODE", code: "THE_CODE" }],
  ["cut", { kind: "lost" }],
  ["half", { kind: "lost" }],
])("takes %s for what it is", async (id, expected) => {
  expect(await answerTo(id)).toMatchObject(expected);
});
