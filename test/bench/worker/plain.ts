import { DurableObject } from "cloudflare:workers";
import type { SeatCommand, SeatResult } from "#durable-objects/seat-map/rpc.ts";

const LOCKED: SeatResult = { outcome: "LOCKED", seatIds: [], lockExpiresAt: 0 };

/** Takes what a SeatMap takes, and does nothing with it: what the way to an object and back costs. */
export class NoOp extends DurableObject {
  async apply(commands: SeatCommand[]): Promise<SeatResult[]> {
    return commands.map(() => LOCKED);
  }
}

/** A row for each request, which is answered when its own commit is on disk. It looks at nothing. */
export class CommitEach extends DurableObject {
  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    state.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS lock (buyer TEXT PRIMARY KEY, command TEXT NOT NULL) STRICT",
    );
  }

  async apply(commands: SeatCommand[]): Promise<SeatResult[]> {
    for (const command of commands) {
      this.ctx.storage.sql.exec(
        "INSERT INTO lock (buyer, command) VALUES (?, ?)",
        ...[command.owner.id, JSON.stringify(command)],
      );
    }
    await this.ctx.storage.sync();
    return commands.map(() => LOCKED);
  }

  async end(): Promise<void> {
    await this.ctx.storage.deleteAll();
    this.ctx.abort("its run is over");
  }
}
