/**
 * Connections the server accepts. The HTTP endpoint's pools and WebSocket pipes stay below it together
 * (see local/neon/limits.ts), and some are left for migrations, probes and a person with psql.
 */
const MAX_CONNECTIONS = 120;

/** Read by the server after initdb's own postgresql.conf, which it overrides. Written anew at every start. */
export const CONF_FILE = "ticketflow.conf";

/** Where the server gives up durability for speed: throw-away clusters of tests only. */
export type Durability = "full" | "none";

/** The text of our configuration file for a server of this major version. */
export function serverConf(options: { port: number; durability: Durability; major: number }): string {
  const { port, durability, major } = options;
  const sync = durability === "full" ? "on" : "off";
  const settings: Record<string, string> = {
    listen_addresses: "'127.0.0.1'",
    port: String(port),
    // No socket file: nothing to leave behind, and no path length limit. Everybody comes by TCP.
    unix_socket_directories: "''",
    max_connections: String(MAX_CONNECTIONS),
    password_encryption: "'scram-sha-256'",
    fsync: sync,
    full_page_writes: sync,
    // An acknowledged booking must survive kill -9.
    synchronous_commit: sync,
    // A developer's machine runs all of this beside everything else: small memory, few helper processes.
    shared_buffers: "'48MB'",
    max_wal_size: "'256MB'",
    min_wal_size: "'32MB'",
    // From 18 on a server has helpers for reading and writing, if they are not declined.
    ...(major < 18 ? {} : { io_method: "'sync'" }),
    max_parallel_workers_per_gather: "0",
    jit: "off",
    // Half-dead clients must not hold locks for ever.
    tcp_keepalives_idle: "60",
    log_destination: "'stderr'",
    logging_collector: "off",
    log_min_messages: "warning",
    log_line_prefix: "'%m [%p] %q%u@%d '",
    log_timezone: "'UTC'",
    timezone: "'UTC'",
    cluster_name: "'ticketflow'",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return `# Written at every start: change local/postgres/config.ts instead.\n${lines.join("\n")}\n`;
}

/** Who may connect: anybody over loopback with a password. Nobody without one. */
export const HBA_CONF = "host all all 127.0.0.1/32 scram-sha-256\n";
