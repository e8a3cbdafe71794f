-- The venue's IANA zone: in it a buyer reads the date.
ALTER TABLE booking ADD COLUMN event_time_zone text NOT NULL DEFAULT 'UTC';
