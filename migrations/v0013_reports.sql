-- Who gave the commands of a run (JSON: words, user, login, pod, program and kernel with their SHA-256), by their number within
-- the run, and when each step began and ended by the clock that nobody sets back: nanoseconds since boot (CLOCK_BOOTTIME).
CREATE TABLE commands (
    run_id  TEXT    NOT NULL REFERENCES runs ON DELETE CASCADE,
    number  INTEGER NOT NULL CHECK (number >= 1),
    command TEXT    NOT NULL CHECK (json_valid(command)),
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;

ALTER TABLE journal ADD COLUMN command INTEGER CHECK (command >= 1);
ALTER TABLE journal ADD COLUMN started_ns INTEGER;
ALTER TABLE journal ADD COLUMN ended_ns INTEGER;

-- What the switches of a run had counted at moments of its confirm window (JSON: a list).
ALTER TABLE trials ADD COLUMN traffic TEXT CHECK (traffic IS NULL OR json_valid(traffic));
