import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { HOST } from "../../config.ts";

/** Apache Kafka in KRaft mode from its published jars: how a node is formatted, started and asked whether it is up. */

/** A node of the cluster that also votes; here every broker is a controller too. */
export type Voter = { nodeId: number; controllerPort: number };

export type BrokerOptions = {
  /** The folder that holds Kafka's jars and those that they need. */
  classpathDir: string;
  /** This node's own: its properties and its log. */
  dataDir: string;
  /** Where clients connect. */
  port: number;
  controllerPort: number;
  nodeId: number;
  /** All nodes of the cluster, this one included. */
  voters: readonly Voter[];
  heapMb?: number;
  /** Added to the properties file, over what is there. */
  properties?: Readonly<Record<string, string>>;
};

export type BrokerProcess = { file: string; args: string[]; env: NodeJS.ProcessEnv; cwd: string };

/** A broker with some hundred small partitions stays under it. */
const DEFAULT_HEAP_MB = 384;
/** Formatting is a JVM's start and two small files. */
const FORMAT_LIMIT_MS = 60_000;
/** Any id in Kafka's form does (22 characters of base64); the nodes of one cluster must agree on it. */
const CLUSTER_ID = "dGlja2V0Zmxvdy1rYWZrYQ";
/** Between two looks at a broker that starts. */
const READY_POLL_MS = 100;
/** An answer over the loopback address takes milliseconds; a broker that is starting leaves the request lying. */
const ANSWER_LIMIT_MS = 1_000;

/** The command that runs the node until it is signalled. `formatStorage` comes first. */
export function brokerProcess(options: BrokerOptions): BrokerProcess {
  return {
    file: "java",
    args: [...jvm(options), "kafka.Kafka", propertiesFile(options)],
    env: { PATH: process.env.PATH },
    cwd: options.dataDir,
  };
}

/**
 * Writes the node's properties, and formats its log where that was never done: safe to call before every start.
 * Rejects with what the tool said.
 */
export async function formatStorage(options: BrokerOptions): Promise<void> {
  mkdirSync(logDir(options), { recursive: true });
  writeFileSync(propertiesFile(options), propertiesOf(options));
  if (existsSync(join(logDir(options), "meta.properties"))) return;
  const args = ["format", "--cluster-id", CLUSTER_ID, "--config", propertiesFile(options)];
  await promisify(execFile)("java", [...jvm(options), "kafka.tools.StorageTool", ...args], {
    cwd: options.dataDir,
    timeout: FORMAT_LIMIT_MS,
  });
}

/** Resolves once the broker at the port answers requests. Rejects after `limitMs`. */
export async function whenBrokerAnswers(port: number, limitMs: number): Promise<void> {
  const until = performance.now() + limitMs;
  while (!(await answersApiVersions(port))) {
    if (performance.now() > until) throw new Error(`no broker answers on port ${port} after ${limitMs} ms`);
    await delay(READY_POLL_MS);
  }
}

const logDir = ({ dataDir }: BrokerOptions) => join(dataDir, "log");
const propertiesFile = ({ dataDir }: BrokerOptions) => join(dataDir, "server.properties");

function jvm({ classpathDir, heapMb = DEFAULT_HEAP_MB }: BrokerOptions): string[] {
  return [
    `-Xmx${heapMb}m`,
    // Starts faster and takes less beside it; no pause matters at this size.
    "-XX:+UseSerialGC",
    // For slf4j-simple, where it is among the jars; without a logger Kafka says nothing.
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-cp",
    join(classpathDir, "*"),
  ];
}

/** https://kafka.apache.org/41/configuration/broker-configs/ */
function propertiesOf(options: BrokerOptions): string {
  const { nodeId, port, controllerPort, voters } = options;
  const copies = String(Math.min(3, voters.length));
  const quorum = voters.map((voter) => `${voter.nodeId}@${HOST}:${voter.controllerPort}`);
  const properties = {
    "process.roles": "broker,controller",
    "node.id": String(nodeId),
    listeners: `PLAINTEXT://${HOST}:${port},CONTROLLER://${HOST}:${controllerPort}`,
    "advertised.listeners": `PLAINTEXT://${HOST}:${port}`,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "controller.listener.names": "CONTROLLER",
    "controller.quorum.voters": quorum.join(","),
    "log.dirs": logDir(options),
    // A topic comes into being with its number of partitions, or not at all.
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": copies,
    // 50 of them, the default, are as many files to open at a start; one machine's groups are few.
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.replication.factor": copies,
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    // The default waits for members that come together at a deploy.
    "group.initial.rebalance.delay.ms": "0",
    // A broker that was killed gets its own place back only when its former session is over: 9 s by default.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    ...options.properties,
  };
  return `${Object.entries(properties)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n")}\n`;
}

/**
 * Asks for the versions that the broker speaks, which it answers before anything else: a port that merely takes
 * connections is not ready yet. https://kafka.apache.org/protocol#The_Messages_ApiVersions
 */
function answersApiVersions(port: number): Promise<boolean> {
  // Length, api key 18, version 0, correlation id 1, no client id.
  const request = Buffer.from("0000000a001200000000" + "0001ffff", "hex");
  return new Promise((resolve) => {
    const socket = connect(port, HOST, () => socket.write(request));
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(ANSWER_LIMIT_MS, () => end(false));
    socket.once("data", () => end(true));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}
