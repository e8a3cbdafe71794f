import { Client } from "pg";
import { onTestFinished } from "vitest";
import { HOST } from "#local/config.ts";
import { logOf } from "#local/dead-letters/command.ts";
import { until } from "#local/e2e/until.ts";
import type { DeadLetter } from "#shared/dead-letters/letter.ts";
import { readLetters } from "#shared/dead-letters/read.ts";
import type { TopicName } from "#shared/saga/declaration.ts";
import { config, secrets } from "./world.ts";

/** The log of the platform under test. */
export const log = logOf(config);

/** The dead letter of a booking in a topic, once it is there. */
export async function letterOf(topic: TopicName, key: string): Promise<DeadLetter> {
  const find = async () => (await readLetters(log, [topic])).letters.find((one) => one.key === key);
  return (await until("the dead letter", find, (letter) => letter !== undefined))!;
}

/** While it holds, no step of this buyer's bookings can be written: what a fault of ours would do. */
export async function breakBookingsOf(userId: string): Promise<{ mend(): Promise<void> }> {
  const password = secrets.postgres.bookings;
  const client = new Client({
    host: HOST,
    port: config.ports.postgres,
    user: "bookings",
    database: "bookings",
    password,
  });
  await client.connect();
  onTestFinished(() => client.end());
  const name = `break_${userId}`;
  await client.query(`
    create function ${name}() returns trigger language plpgsql as $$ begin raise exception 'broken by a test'; end $$;
    create trigger ${name} before update on booking for each row when (old.user_id = '${userId}')
      execute function ${name}();`);
  return {
    async mend() {
      await client.query(`drop trigger ${name} on booking; drop function ${name}();`);
    },
  };
}
