import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOST } from "../../config.ts";
import { listen } from "../../shared/listen.ts";
import { type BrokerOptions, brokerProcess, formatStorage, whenBrokerAnswers } from "./broker.ts";

/** Brokers of a test's own, that it may kill: needs Kafka's jars in the folder that `TEST_KAFKA_CLASSPATH` names. */

/** The folder with Kafka's jars, or undefined where such tests cannot run. */
export const kafkaClasspath = process.env.TEST_KAFKA_CLASSPATH;

/** Of what a broker logged, when it ends though nobody has killed it. */
const LAST_WORDS = 4_000;
/** Several JVMs that start at once on two cores. */
const START_LIMIT_MS = 60_000;

export type TestCluster = {
  /** `host:port` of every broker. */
  brokers: string[];
  /** Ends the node with SIGKILL, and resolves once it is gone. */
  kill(node: number): Promise<void>;
  /** Stops the node in the middle of everything, with its connections open, until it is resumed. */
  pause(node: number): void;
  resume(node: number): void;
  /** Starts the node again over its data, and resolves once it answers. */
  start(node: number): Promise<void>;
  /** Kills all, and deletes their data. */
  close(): Promise<void>;
};

/** What a node's own properties may name. `sparePort` is free: for a listener beside the usual one. */
export type NodePorts = { port: number; controllerPort: number; sparePort: number };

/** A started cluster of `size` nodes, numbered from 0. `propertiesOf` gives what each has beside the usual. */
export async function startTestCluster(
  size: number,
  propertiesOf: (ports: NodePorts) => Readonly<Record<string, string>> = () => ({}),
): Promise<TestCluster> {
  if (!kafkaClasspath) throw new Error("TEST_KAFKA_CLASSPATH is not set");
  const classpathDir = kafkaClasspath;
  const directory = mkdtempSync(join(tmpdir(), "test-kafka-"));
  const ports = await freePorts(size * 3);
  const voters = Array.from({ length: size }, (_, i) => {
    return { nodeId: i + 1, controllerPort: ports[size + i]! };
  });
  const nodes = voters.map(({ nodeId, controllerPort }, i): BrokerOptions => {
    const dataDir = join(directory, String(nodeId));
    const port = ports[i]!;
    const properties = propertiesOf({ port, controllerPort, sparePort: ports[size * 2 + i]! });
    return { classpathDir, dataDir, port, controllerPort, nodeId, voters, properties };
  });
  const running = new Map<number, ChildProcess>();

  async function kill(node: number): Promise<void> {
    const child = running.get(node);
    if (!child) return;
    running.delete(node);
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
  async function start(node: number): Promise<void> {
    const options = nodes[node]!;
    await formatStorage(options);
    const { file, args, env, cwd } = brokerProcess(options);
    const logFile = join(options.dataDir, "broker.log");
    const log = openSync(logFile, "a");
    const child = spawn(file, args, { env, cwd, stdio: ["ignore", log, log] });
    closeSync(log);
    running.set(node, child);
    child.once("exit", (code) => {
      if (running.get(node) !== child) return;
      running.delete(node);
      const lastWords = readFileSync(logFile, "utf8").slice(-LAST_WORDS);
      console.error(`broker ${node} ended by itself, with code ${code}: ${lastWords}`);
    });
    await whenBrokerAnswers(options.port, START_LIMIT_MS);
  }
  async function close(): Promise<void> {
    await Promise.all(nodes.map((_, i) => kill(i)));
    rmSync(directory, { recursive: true, force: true });
  }

  try {
    await Promise.all(nodes.map((_, i) => start(i)));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    brokers: nodes.map(({ port }) => `${HOST}:${port}`),
    kill,
    pause: (node) => running.get(node)?.kill("SIGSTOP"),
    resume: (node) => running.get(node)?.kill("SIGCONT"),
    start,
    close,
  };
}

/** Below the ports that connections are made from, so that none is taken by one before its broker starts. */
const LOWEST_PORT = 20_000;
const HIGHEST_PORT = 32_000;

async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  // Runs at the same time begin at different places.
  let candidate = LOWEST_PORT + ((process.pid * 37) % (HIGHEST_PORT - LOWEST_PORT - 1_000));
  for (; found.length < count && candidate < HIGHEST_PORT; candidate += 1) {
    const server = createServer();
    try {
      found.push(await listen(server, candidate));
      await new Promise((resolve) => server.close(resolve));
    } catch {
      // Taken: the next one.
    }
  }
  return found;
}
