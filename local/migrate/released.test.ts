import { join } from "node:path";
import { expect, it } from "vitest";
import { readConfig } from "../config.ts";
import { MONGO_SERVICES, POSTGRES_SERVICES } from "../parts/secrets.ts";
import { readMigrations } from "./files.ts";
import { readMongoFile } from "./mongo/file.ts";

const { root } = readConfig({});

/**
 * What was released, by its checksum: databases exist that have applied it, and refuse another text. Add a line for a new
 * SQL file, and never change one; for MongoDB's a new version takes the place of the one before.
 */
const POSTGRES: Record<(typeof POSTGRES_SERVICES)[number], Record<string, string>> = {
  users: {
    "20261121000000000_create-accounts": "bc98cf390bc4c19a2e0d8654de244115c45c5ef3b309519ff738a61a304a2285",
    "20261125213000000_sessions-identities-outbox":
      "d80f58712558f52b064c51e0d90ed325c4b7694b2d2d370cf458f032e5549c7e",
  },
  inventory: {
    "20261121000000000_create-seat-maps": "d36f9ba88ac3fc5709895047d1a703982d4663014f4b9607dd1c9b56ed542290",
    "20261126010000000_create-ledger": "5ae7b020b670ffa045b48b144eeb7b017ce7333a30a5ee4030b1a0cccc11e61a",
  },
  bookings: {
    "20261121000000000_create-bookings": "9aef5b8c39f3d027075ece9bb2e317e6f9c588a84c7a6770f03e9fc0da13b445",
    "20261125210000000_cancel-bookings": "527c38f452decc18513c8c5562bdcf2375e679559c2703661a41d4d8e55a3cba",
    "20261125221500000_event-time-zone": "35a9e1e5114fd27a031bf5437829f3d4f7c8f4399b7b31e33082746380445fc3",
    "20261126001500000_reminders": "5d64adf3d9a325fa626d8a4442a41d5a69a76d96088074430765d728fed9ff4a",
    "20261126004500000_cancellation-looks":
      "aeb5b992c4bf17dadb41976c7b17067e84b6854da0a50d182e7a39e5be4f95c8",
  },
};
const MONGO: Record<(typeof MONGO_SERVICES)[number], { version: number; sha256: string }> = {
  events: { version: 1, sha256: "86081f5d6bcd05c5a5d29fe8a7ac9a7fca5d3b52807ebf600b292f739d83de1c" },
  payments: { version: 1, sha256: "09e7826ae71c8ab7efc82453d47b93e857fc5dd45b09921e25230ed54814e175" },
  notifications: { version: 1, sha256: "2f08c9b68056345dbca0848c8d611168dadb882e411e92af22673e5bf6a0ecbf" },
};

it.each(POSTGRES_SERVICES)(
  "the SQL files of %s are as they were released, and every new one is here",
  async (service) => {
    const files = await readMigrations(join(root, "migrations/postgres", service));
    expect(Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256]))).toEqual(POSTGRES[service]);
  },
);

it.each(MONGO_SERVICES)(
  "the file of %s is as its version was released: what changes has a higher one",
  async (service) => {
    const { version, sha256 } = await readMongoFile(join(root, "migrations/mongo", `${service}.json`));
    expect({ version, sha256 }).toEqual(MONGO[service]);
  },
);
