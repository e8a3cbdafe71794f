import type { Doc } from "../wire/values.ts";
import type { CommandContext, Commands } from "./context.ts";
import { SERVER_VERSION } from "./handshake.ts";

/** A small part of https://www.mongodb.com/docs/manual/reference/command/serverStatus/ */
function serverStatus({ server, connection }: CommandContext): Doc {
  const uptimeMs = server.clock() - server.startedAt;
  return {
    host: connection.member.view().me,
    version: SERVER_VERSION,
    process: "ticketflow-local-mongo",
    pid: process.pid,
    uptime: Math.floor(uptimeMs / 1000),
    uptimeMillis: uptimeMs,
    localTime: new Date(server.clock()),
    mem: { bits: 64, resident: Math.round(process.memoryUsage.rss() / 2 ** 20) },
    metrics: { cursor: { open: { total: server.cursors.count } } },
  };
}

/** A user sees their own database alone. */
function listDatabases({ server, connection }: CommandContext): Doc {
  const name = connection.identity?.database ?? "";
  const collections = server.catalog.list(name);
  const databases =
    collections.length > 0 ? [{ name, empty: collections.every(({ size }) => size === 0) }] : [];
  return { databases };
}

function dbStats({ server, db }: CommandContext): Doc {
  const collections = server.catalog.list(db);
  return {
    db,
    collections: collections.length,
    objects: collections.reduce((sum, { size }) => sum + size, 0),
    indexes: collections.reduce((sum, { indexes }) => sum + indexes.size, 0),
  };
}

export const DIAGNOSTICS: Commands = {
  serverStatus: { run: serverStatus, access: "user" },
  listDatabases: { run: listDatabases, access: "user" },
  dbStats: { run: dbStats, access: "database", on: "readable" },
};
