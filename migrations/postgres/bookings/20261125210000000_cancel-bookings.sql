ALTER TABLE booking DROP CONSTRAINT booking_state_check;
ALTER TABLE booking ADD CONSTRAINT booking_state_check CHECK (state IN
  ('INITIATED', 'PAYING', 'RESERVING', 'CAPTURING', 'CONFIRMED', 'FAILED', 'CANCELLED'));

ALTER TABLE booking
  -- The version of the event whose name, date and venue the booking carries.
  ADD COLUMN event_version integer NOT NULL DEFAULT 1,
  -- {because, at, refundAmount}; null until the booking is cancelled.
  ADD COLUMN cancellation jsonb;

CREATE INDEX booking_by_event ON booking (event_id, id);

-- Events that take place no more, until all their bookings are undone.
CREATE TABLE event_cancellation (
  event_id     text PRIMARY KEY,
  reason       text NOT NULL,
  cancelled_at timestamptz NOT NULL,
  -- When no booking of the event was left to undo.
  done_at      timestamptz
);

CREATE INDEX event_cancellation_open ON event_cancellation (cancelled_at) WHERE done_at IS NULL;
