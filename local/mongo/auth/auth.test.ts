import { MongoClient } from "mongodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, type Fixture, fixture, payloadText, proofOf, RawClient, USERS, uriOf } from "../fixture.ts";
import { deriveCredential, startConversation } from "./scram.ts";

// https://www.mongodb.com/docs/manual/core/security-scram/
// https://github.com/mongodb/specifications/blob/master/source/auth/auth.md#scram-sha-256
let server: Fixture;
beforeAll(async () => {
  server = await fixture();
});
afterAll(() => server.stop());

const EVENTS = { user: "events", password: "events-password", database: "events" };

async function codeWith(uri: string): Promise<number | string | undefined> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 3_000 });
  try {
    return await codeOf(client.db().collection("things").findOne({}));
  } finally {
    await client.close();
  }
}

describe("authentication", () => {
  it("lets a user with the right password in, with the driver's default mechanism", async () => {
    expect(await codeWith(uriOf(server.port, EVENTS))).toBe("no error");
  });

  it("lets in with the mechanism named", async () => {
    expect(await codeWith(`${uriOf(server.port, EVENTS)}?authMechanism=SCRAM-SHA-256`)).toBe("no error");
  });

  it("carries out the conversation with and without its empty last step", async () => {
    for (const skipEmptyExchange of [true, false]) {
      const raw = new RawClient(server.port);
      expect(await raw.signIn(EVENTS, skipEmptyExchange)).toMatchObject({ ok: 1, done: true });
      expect(await raw.call({ find: "things", $db: "events" })).toMatchObject({ ok: 1 });
      raw.socket.destroy();
    }
  });

  it("logging out ends it", async () => {
    const raw = new RawClient(server.port);
    await raw.signIn(EVENTS);
    expect(await raw.call({ logout: 1, $db: "events" })).toMatchObject({ ok: 1 });
    expect(await raw.call({ find: "things", $db: "events" })).toMatchObject({ code: 13 });
    raw.socket.destroy();
  });

  it("refuses a wrong password, an unknown user and a user of another database alike: 18", async () => {
    for (const wrong of [
      { ...EVENTS, password: "payments-password" },
      { ...EVENTS, user: "nobody" },
      { ...EVENTS, database: "payments" },
    ]) {
      expect(await codeWith(uriOf(server.port, wrong))).toBe(18);
    }
  });

  it("refuses SCRAM-SHA-1: 334", async () => {
    expect(await codeWith(`${uriOf(server.port, EVENTS)}?authMechanism=SCRAM-SHA-1`)).toBe(334);
  });

  it("reports who is signed in", async () => {
    const status = await server.client().db("events").command({ connectionStatus: 1 });
    expect(status.authInfo.authenticatedUsers).toEqual([{ user: "events", db: "events" }]);
  });

  it("hands the same first answer to known and unknown names, with a steady salt", async () => {
    const raw = new RawClient(server.port);
    const saltOf = async (user: string) => {
      const payload = Buffer.from(`n,,n=${user},r=abcdefgh`);
      const reply = await raw.call({ saslStart: 1, mechanism: "SCRAM-SHA-256", payload, $db: "events" });
      return /s=([^,]+),i=(\d+)$/.exec(payloadText(reply))?.slice(1);
    };
    const unknown = await saltOf("nobody");
    expect(unknown?.[0]).toHaveLength((await saltOf("events"))?.[0]?.length ?? 0);
    expect(await saltOf("nobody")).toEqual(unknown);
    raw.socket.destroy();
  });
});

describe("without authentication", () => {
  it.each(["hello", "isMaster", "ping", "buildInfo", "connectionStatus"])("%s answers", async (command) => {
    const raw = new RawClient(server.port);
    expect(await raw.call({ [command]: 1, $db: "admin" })).toMatchObject({ ok: 1 });
    raw.socket.destroy();
  });

  it.each([
    [{ find: "events", filter: {} }],
    [{ insert: "events", documents: [{ _id: 1 }] }],
    [{ listDatabases: 1 }],
    [{ endSessions: [] }],
    [{ noSuchCommand: 1 }],
  ])("%o is refused: 13", async (command) => {
    const raw = new RawClient(server.port);
    const reply = await raw.call({ ...command, $db: "events" });
    expect(reply).toMatchObject({ ok: 0, code: 13, codeName: "Unauthorized" });
    raw.socket.destroy();
  });

  it("a conversation cannot be continued that was not started: 17", async () => {
    const raw = new RawClient(server.port);
    const reply = await raw.call({
      saslContinue: 1,
      conversationId: 1,
      payload: Buffer.from(""),
      $db: "events",
    });
    expect(reply).toMatchObject({ ok: 0, code: 17 });
    raw.socket.destroy();
  });

  it("a failed proof ends the conversation, and the connection stays locked", async () => {
    const raw = new RawClient(server.port);
    const first = Buffer.from("n,,n=events,r=abcdefgh");
    const started = await raw.call({
      saslStart: 1,
      mechanism: "SCRAM-SHA-256",
      payload: first,
      $db: "events",
    });
    const serverFirst = payloadText(started);
    const nonce = /^r=([^,]+)/.exec(serverFirst)?.[1];
    const proof = Buffer.from(`c=biws,r=${nonce},p=${Buffer.alloc(32).toString("base64")}`);
    const step = { saslContinue: 1, conversationId: 1, payload: proof, $db: "events" };
    expect(await raw.call(step)).toMatchObject({ ok: 0, code: 18 });
    expect(await raw.call(step)).toMatchObject({ ok: 0, code: 17 });
    expect(await raw.call({ find: "events", $db: "events" })).toMatchObject({ code: 13 });
    raw.socket.destroy();
  });
});

describe("one user, one database", () => {
  it.each([
    [{ find: "payments" }],
    [{ insert: "payments", documents: [{ _id: 1 }] }],
    [{ dropDatabase: 1 }],
    [{ listCollections: 1 }],
    [{ aggregate: "payments", pipeline: [], cursor: {} }],
  ])("%o on another database is refused: 13", async (command) => {
    expect(await codeOf(server.client().db("payments").command(command))).toBe(13);
  });

  it("does not list other databases", async () => {
    const payments = new MongoClient(uriOf(server.port, USERS[1] as typeof EVENTS));
    await payments.db().collection("payments").insertOne({ secret: true });
    await payments.close();
    const { databases } = await server.client().db().admin().listDatabases();
    expect(databases.map(({ name }) => name)).not.toContain("payments");
  });
});

describe("SCRAM-SHA-256", () => {
  // The example conversation of https://www.rfc-editor.org/rfc/rfc7677#section-3
  it("checks the proof of RFC 7677 and answers with its signature", () => {
    const salt = Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64");
    const clientFirst = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    const conversation = startConversation(
      clientFirst,
      () => deriveCredential("pencil", salt),
      "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
    );
    expect(conversation.serverFirst).toBe(
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    );
    const nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    expect(conversation.finish(`c=biws,r=${nonce},p=${proof}`)).toBe(
      "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    );
    for (const part of [`c=biws,r=${nonce}x`, `c=eSws,r=${nonce}`]) {
      // A proof that fits its own message: only the check of the parts can refuse it.
      const message = `n=user,r=rOprNGfwEbeRWgbNEkqO,${conversation.serverFirst},${part}`;
      expect(conversation.finish(`${part},p=${proofOf("pencil", salt, message)}`)).toBeNull();
    }
    expect(conversation.finish(`c=biws,r=${nonce},p=${Buffer.alloc(32).toString("base64")}`)).toBeNull();
  });

  it.each(["", "n,,", "p=tls-unique,,n=a,r=b", "n,,n=a", `n,,n=${"a".repeat(5000)},r=b`])(
    "refuses the malformed first message %#",
    (payload) => {
      expect(() => startConversation(payload, () => deriveCredential("x"))).toThrow(/malformed/);
    },
  );
});
