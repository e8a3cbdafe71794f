-- Which events have a SeatMap object: what is poked after a deploy, so that no expiry waits for a visitor.
CREATE TABLE seat_map (
  event_id     text PRIMARY KEY,
  plan_version integer NOT NULL,
  ends_at      timestamptz NOT NULL
);

CREATE INDEX seat_map_ends_at ON seat_map (ends_at);
