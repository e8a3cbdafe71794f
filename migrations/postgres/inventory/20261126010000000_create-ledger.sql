-- The log of every SeatMap, for good: rows leave the object once they are here. Each has the hash of the one before.
CREATE TABLE ledger_segment (
  event_id  text    NOT NULL,
  first_seq bigint  NOT NULL,
  last_seq  bigint  NOT NULL,
  epoch     integer NOT NULL,
  at        bigint  NOT NULL,
  entries   text    NOT NULL,
  prev_hash text    NOT NULL,
  hash      text    NOT NULL,
  PRIMARY KEY (event_id, first_seq),
  CHECK (first_seq BETWEEN 1 AND last_seq)
);

-- Where each ledger ends, and up to which entry `place` is right: as far, or behind while it is being rebuilt.
CREATE TABLE ledger_head (
  event_id      text   PRIMARY KEY,
  seq           bigint NOT NULL,
  hash          text   NOT NULL,
  projected_seq bigint NOT NULL,
  CHECK (projected_seq BETWEEN 0 AND seq)
);

-- The plan in which positions in the entries are read.
CREATE TABLE ledger_layout (
  event_id     text    PRIMARY KEY,
  plan_version integer NOT NULL,
  layout       text    NOT NULL
);

-- Who has which place, of all places that something has happened to. What follows from the ledger: it can be rebuilt.
CREATE TABLE place (
  event_id   text    NOT NULL,
  place_id   text    COLLATE "C" NOT NULL,
  held_as    text    CHECK (held_as IN ('LOCKED', 'RESERVED')),
  owner_kind text,
  owner_id   text,
  user_id    text,
  is_blocked boolean NOT NULL,
  -- As a buyer sees it.
  status     text    NOT NULL
    GENERATED ALWAYS AS (coalesce(held_as, CASE WHEN is_blocked THEN 'BLOCKED' ELSE 'AVAILABLE' END)) STORED,
  -- The last entry that changed it.
  seq        bigint  NOT NULL,
  PRIMARY KEY (event_id, place_id),
  CHECK ((held_as IS NULL) = (owner_id IS NULL))
);

CREATE INDEX place_owner ON place (owner_id) WHERE owner_id IS NOT NULL;
