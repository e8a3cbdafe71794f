/**
 * Objects as they were made before all had checksums: their tables word by word, and a few rows. What is made of them
 * must stay as it is; the objects are out there.
 */

const RECORDS = "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, hash TEXT NOT NULL)";
const record = (version: number, hash: string) => `INSERT INTO migration VALUES (${version}, '${hash}')`;

/** Of epoch 7, with a plan and nothing sold. */
export const SEAT_MAP = [
  RECORDS,
  `CREATE TABLE log (
     first_seq INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, epoch INTEGER NOT NULL, at INTEGER NOT NULL,
     entries TEXT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL)`,
  `CREATE TABLE document_piece (
     name TEXT NOT NULL, position INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (name, position)
   ) WITHOUT ROWID`,
  `CREATE TABLE snapshot_head (
     only_one INTEGER PRIMARY KEY CHECK (only_one = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL,
     digest TEXT NOT NULL)`,
  `CREATE TABLE progress (
     only_one INTEGER PRIMARY KEY CHECK (only_one = 1), epoch INTEGER NOT NULL, published_seq INTEGER NOT NULL)`,
  "INSERT INTO progress (only_one, epoch, published_seq) VALUES (1, 0, 0)",
  "ALTER TABLE progress ADD COLUMN archived_seq INTEGER NOT NULL DEFAULT 0",
  record(1, "b83d90b01b4d4269b6b6b02e12032cbcd022466229657c769df5abd35b1df21d"),
  record(2, "e387258eb812be24596fb82e142014d29933849d6ac2b7cab23b3e475282b9c5"),
  record(3, "6232ac33e88f137eeeb437838f34b7d7e5ad500d8255e2ab92902ee240943dc3"),
  record(4, "9ce1ce74f691182918a87e9ea968b32772b1594baaa77e8f0369f260d114934e"),
  record(5, "5445aafcb1bf27df43a1f3dcfdec2de07a78b511702854e9c1f78979a2a630d0"),
  record(6, "9a5b61b8198dd094765affff5ed3f189a82669cddd59f211e1b99386c434d3bb"),
  "UPDATE progress SET epoch = 7",
  "INSERT INTO document_piece VALUES ('plan', 0, CAST('{\"a\":1}' AS BLOB))",
];

/** With an audit that found one thing. */
export const AUDITOR = [
  RECORDS,
  `CREATE TABLE run (
     id TEXT PRIMARY KEY, started_at INTEGER NOT NULL, is_running INTEGER NOT NULL, value TEXT NOT NULL)`,
  "CREATE UNIQUE INDEX only_one_runs ON run (is_running) WHERE is_running = 1",
  `CREATE TABLE finding (
     run_id TEXT NOT NULL, position INTEGER NOT NULL, can_mend INTEGER NOT NULL, is_mended INTEGER,
     value TEXT NOT NULL, PRIMARY KEY (run_id, position)
   ) WITHOUT ROWID`,
  record(1, "94df6009defb773688ff743314ed6bd6d834d3786226630c787d9eca1c4611d6"),
  record(2, "f6e70cbae570f9d1be939e58003c8442abaddc4e616cccfcaf60c92bd708cd20"),
  record(3, "d85e7722098341e1d0f4001fd4c3a6a524bbf11189e2c70a0025a2348598f807"),
  `INSERT INTO run VALUES ('audit_1', 5, 0, '{"id":"audit_1"}')`,
  `INSERT INTO finding VALUES ('audit_1', 0, 1, NULL, '{"check":"unsent-message"}')`,
];

/** With an offset and a parked message; its records had no checksums. */
export const EVENT_CONSUMER = [
  "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY)",
  `CREATE TABLE next_offset (topic TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE parked (
     ticket INTEGER PRIMARY KEY, because TEXT NOT NULL, attempts INTEGER NOT NULL, nextAt INTEGER NOT NULL,
     detail TEXT NOT NULL, topic TEXT NOT NULL, "offset" INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL);`,
  "INSERT INTO migration VALUES (1)",
  "INSERT INTO next_offset VALUES ('ticketflow.seats.lock', 42)",
  "INSERT INTO parked VALUES (1, 'early', 2, 50, '', 'ticketflow.seats.lock', 41, 'bkg_1', '{}')",
];

/** With a bucket in use; it recorded nothing. */
export const RATE_LIMITER = [
  "create table if not exists bucket (key text primary key, full_at integer not null)",
  "insert into bucket values ('login:a@example.com', 1800000000000)",
];
