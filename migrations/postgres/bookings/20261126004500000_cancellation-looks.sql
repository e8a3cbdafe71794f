-- A cancelled event whose bookings cannot be undone yet is looked at less and less often: not before this.
ALTER TABLE event_cancellation ADD COLUMN look_at timestamptz;
