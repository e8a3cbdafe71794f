-- How many deadlines have passed since the booking's state began: what is asked for again is asked for later and later.
ALTER TABLE booking ADD COLUMN reminders integer NOT NULL DEFAULT 0;
