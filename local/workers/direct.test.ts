import { expect, it } from "vitest";
import { directBindings } from "./direct.ts";

it("binds each server of this machine that variables name, once", () => {
  const { bindings, serviceBindings } = directBindings({
    KAFKA_REST_URL: "http://127.0.0.1:5483",
    NEON_FETCH_ENDPOINT: "http://127.0.0.1:5480/sql",
    OTHER: "http://127.0.0.1:5480/other",
    PUBLIC_URL: "http://localhost:8787",
    DATABASE_URL: "postgres://bookings:secret@127.0.0.1:5481/bookings",
    SECRET: "http",
  });
  expect(JSON.parse(String(bindings.DIRECT_BINDINGS))).toEqual({
    "http://127.0.0.1:5483": "DIRECT_0",
    "http://127.0.0.1:5480": "DIRECT_1",
  });
  expect(serviceBindings).toEqual({
    DIRECT_0: { external: { address: "127.0.0.1:5483", http: {} } },
    DIRECT_1: { external: { address: "127.0.0.1:5480", http: {} } },
  });
});
