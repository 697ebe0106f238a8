-- When he talked: begin-end in tenths of seconds since he came, with spaces between.
ALTER TABLE visit ADD COLUMN talks TEXT NOT NULL DEFAULT '';
