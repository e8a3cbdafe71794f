import { execFile } from "node:child_process";
import { pbkdf2Sync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  alterUserScramCredentialsV0,
  Base,
  type Connection,
  kGetBootstrapConnection,
} from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { kafkaClasspath, startTestCluster, type TestCluster } from "../../../backends/kafka/test-cluster.ts";
import { BrokersLogStore } from "./brokers-log-store.ts";
import type { BrokersOptions } from "./options.ts";

const PASSWORD = "secret of this test";
const SCRAM_ITERATIONS = 4_096;

/** A broker with a listener that asks for TLS and a sign-in, as hosted ones do. */
describe.skipIf(!kafkaClasspath)("brokers that ask for TLS and a sign-in", () => {
  let directory = "";
  let cluster: TestCluster;
  let secured = "";
  let ca = Buffer.alloc(0);

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "test-kafka-tls-"));
    const keystore = join(directory, "broker.p12");
    const keytool = (...args: string[]) =>
      promisify(execFile)("keytool", [
        ...args,
        "-keystore",
        keystore,
        "-storepass",
        PASSWORD,
        "-alias",
        "broker",
      ]);
    await keytool(
      ...["-genkeypair", "-keyalg", "EC", "-storetype", "PKCS12", "-dname", "CN=localhost", "-validity", "1"],
      ...["-ext", "san=dns:localhost"],
    );
    await keytool("-exportcert", "-rfc", "-file", join(directory, "ca.pem"));
    ca = readFileSync(join(directory, "ca.pem"));
    cluster = await startTestCluster(1, ({ port, controllerPort, sparePort }) => {
      secured = `localhost:${sparePort}`;
      const plain = "org.apache.kafka.common.security.plain.PlainLoginModule required";
      const scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
      return {
        listeners: `PLAINTEXT://127.0.0.1:${port},SECURED://127.0.0.1:${sparePort},CONTROLLER://127.0.0.1:${controllerPort}`,
        "advertised.listeners": `PLAINTEXT://127.0.0.1:${port},SECURED://${secured}`,
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURED:SASL_SSL",
        "ssl.keystore.location": keystore,
        "ssl.keystore.password": PASSWORD,
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
        "listener.name.secured.plain.sasl.jaas.config": `${plain} user_buyer="${PASSWORD}";`,
        "listener.name.secured.scram-sha-256.sasl.jaas.config": scram,
        "listener.name.secured.scram-sha-512.sasl.jaas.config": scram,
      };
    });
    await addScramUser(cluster.brokers[0]!);
  });
  afterAll(async () => {
    await cluster?.close();
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  function open(options: Partial<BrokersOptions>): BrokersLogStore {
    const store = new BrokersLogStore({ brokers: [secured], replicationFactor: 1, ...options });
    onTestFinished(async () => await store.close());
    return store;
  }

  it.each(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const)(
    "serve who signs in by %s",
    async (mechanism) => {
      const store = open({ tls: { ca }, sasl: { mechanism, username: "buyer", password: PASSWORD } });
      const topic = `secured.${mechanism}`;
      await store.createTopics([{ name: topic, partitions: 1, retentionMs: 3_600_000 }]);
      const position = { topic, partition: 0, offset: 0 };
      const available = new Promise<void>((resolve) => store.watch([position], resolve));
      await store.append([{ topic, partition: 0, timestamp: 1, key: null, value: "v", headers: [] }]);
      await available;
      expect(await store.read([position], { maxRecords: 1, maxBytes: 100 })).toMatchObject([{ value: "v" }]);
      await store.commit("g", [{ ...position, offset: 1 }]);
      expect(await store.committed("g")).toContainEqual({ ...position, offset: 1 });
    },
  );

  it.each([
    ["a wrong password", { sasl: { mechanism: "SCRAM-SHA-256", username: "buyer", password: "wrong" } }],
    ["an unknown user", { sasl: { mechanism: "PLAIN", username: "nobody", password: PASSWORD } }],
    ["no sign-in", { sasl: undefined }],
    ["an authority that did not sign", { tls: {} }],
    ["no TLS", { tls: undefined }],
  ] as const)("are not available to %s", async (_, wrong) => {
    const right = { mechanism: "PLAIN", username: "buyer", password: PASSWORD } as const;
    const store = open({ tls: { ca }, sasl: right, ...wrong });
    await expect(store.topics({ fresh: true })).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});

/** RFC 5802, "Hi", which is PBKDF2. */
function salted(mechanism: number, salt: Buffer): Buffer {
  return mechanism === 1
    ? pbkdf2Sync(PASSWORD, salt, SCRAM_ITERATIONS, 32, "sha256")
    : pbkdf2Sync(PASSWORD, salt, SCRAM_ITERATIONS, 64, "sha512");
}

/** One user with both kinds of SCRAM password, by the listener that asks for nothing. */
async function addScramUser(broker: string): Promise<void> {
  const base = new Base({ clientId: "test", bootstrapBrokers: [broker] });
  const connection = await new Promise<Connection>((resolve, reject) => {
    base[kGetBootstrapConnection]((error, found) => (error ? reject(error) : resolve(found!)));
  });
  const salt = Buffer.from("salt of this test");
  // A request may name a user once.
  for (const mechanism of [1, 2]) {
    const saltedPassword = salted(mechanism, salt);
    const credential = { name: "buyer", mechanism, iterations: SCRAM_ITERATIONS, salt, saltedPassword };
    await alterUserScramCredentialsV0.api.async(connection, [], [credential]);
  }
  await base.close();
}
