import type { ConnectionOptions as TlsOptions } from "node:tls";

export type SaslMechanism = "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";

/** How the brokers are reached, and what a new topic gets. */
export type BrokersOptions = {
  /** `host:port` of some of them; the others are learnt from these. */
  brokers: readonly string[];
  tls?: Pick<TlsOptions, "ca"> | undefined;
  sasl?: { mechanism: SaslMechanism; username: string; password: string } | undefined;
  /** Copies of each partition of a new topic. An acknowledged record is in all but one of them. */
  replicationFactor: number;
};
