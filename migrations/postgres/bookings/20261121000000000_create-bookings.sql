CREATE TABLE booking (
  id                   text PRIMARY KEY,
  user_id              text NOT NULL,
  user_email           text NOT NULL,
  user_name            text NOT NULL,
  organiser_id         text NOT NULL,
  event_id             text NOT NULL,
  event_name           text NOT NULL,
  event_date           timestamptz NOT NULL,
  venue_name           text NOT NULL,
  state                text NOT NULL CHECK (state IN
                         ('INITIATED', 'PAYING', 'RESERVING', 'CAPTURING', 'CONFIRMED', 'FAILED')),
  failure_reason       text,
  failure_detail       text,
  -- What was asked for, and what is held once it is locked.
  requested_seat_ids   jsonb NOT NULL,
  general_admission    jsonb NOT NULL,
  seat_ids             jsonb NOT NULL DEFAULT '[]',
  total_amount         integer NOT NULL CHECK (total_amount >= 0),
  currency             text NOT NULL,
  payment_method_token text,
  payment_id           text,
  -- A terminal booking is finished only when its seats and its money are clear.
  seats_clear          boolean NOT NULL DEFAULT false,
  money_clear          boolean NOT NULL DEFAULT false,
  -- When the sweeper looks at it next (null: never), and how often it has.
  deadline_at          timestamptz,
  deadlines_passed     integer NOT NULL DEFAULT 0,
  created_at           timestamptz NOT NULL,
  updated_at           timestamptz NOT NULL
);

CREATE INDEX booking_by_user ON booking (user_id, created_at DESC);
CREATE INDEX booking_deadline ON booking (deadline_at) WHERE deadline_at IS NOT NULL;

-- The price of each line as it was when it was sold.
CREATE TABLE booking_line (
  booking_id text NOT NULL REFERENCES booking (id),
  line       integer NOT NULL,
  seat_id    text,
  label      text NOT NULL,
  tier       text NOT NULL,
  quantity   integer NOT NULL CHECK (quantity > 0),
  price      integer NOT NULL CHECK (price >= 0),
  fee        integer NOT NULL DEFAULT 0,
  tax        integer NOT NULL DEFAULT 0,
  discount   integer NOT NULL DEFAULT 0,
  PRIMARY KEY (booking_id, line)
);

-- Every step of every booking, in order.
CREATE TABLE booking_step (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  booking_id text NOT NULL REFERENCES booking (id),
  at         timestamptz NOT NULL,
  step       text NOT NULL,
  state      text NOT NULL,
  detail     text
);

CREATE INDEX booking_step_by_booking ON booking_step (booking_id, id);

CREATE TABLE ticket (
  id         text PRIMARY KEY,
  booking_id text NOT NULL REFERENCES booking (id),
  place_id   text NOT NULL,
  UNIQUE (booking_id, place_id)
);

-- What was consumed: an event has its effect once.
CREATE TABLE inbox (
  event_id    text PRIMARY KEY,
  received_at timestamptz NOT NULL
);

CREATE INDEX inbox_received_at ON inbox (received_at);

-- What is to be published: written with the state that it follows from. Whoever wrote it has claimed it
-- for a while; after that the sweeper may.
CREATE TABLE outbox (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic         text NOT NULL,
  partition     integer NOT NULL,
  key           text NOT NULL,
  value         text NOT NULL,
  claimed_until timestamptz NOT NULL
);

CREATE INDEX outbox_claimed_until ON outbox (claimed_until);

-- A client's Idempotency-Key, bound to the body that it came with.
CREATE TABLE idempotency_key (
  user_id    text NOT NULL,
  key        text NOT NULL,
  body_hash  text NOT NULL,
  booking_id text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, key)
);

-- Old keys are forgotten by their age.
CREATE INDEX idempotency_key_created_at ON idempotency_key (created_at);
