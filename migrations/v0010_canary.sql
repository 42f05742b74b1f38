-- How a run is tried before it is confirmed (JSON: share, breaker, check, what its health is judged by), and, once it is over,
-- how the two sides of it fared by then (JSON): its switches, which counted that, are gone.
CREATE TABLE trials (
    run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
    trial  TEXT NOT NULL CHECK (json_valid(trial)),
    sides  TEXT          CHECK (sides IS NULL OR json_valid(sides))
) STRICT, WITHOUT ROWID;

-- What was asked about a run's health: when, from where, and what came of it. Checks that came out alike one after the other
-- are one line.
CREATE TABLE health_checks (
    run_id     TEXT    NOT NULL REFERENCES runs ON DELETE CASCADE,
    sequence   INTEGER NOT NULL CHECK (sequence >= 1),
    moment     TEXT    NOT NULL CHECK (moment IN ('before-flip', 'window', 'before-confirm')),
    subject    TEXT    NOT NULL CHECK (subject IN ('neighbors', 'devices', 'command')),
    vantage    TEXT    NOT NULL,
    is_healthy INTEGER NOT NULL CHECK (is_healthy IN (0, 1)),
    finding    TEXT    NOT NULL,
    times      INTEGER NOT NULL CHECK (times >= 1),
    first_at   TEXT    NOT NULL CHECK (first_at GLOB '????-??-??T??:??:??*Z'),
    last_at    TEXT    NOT NULL CHECK (last_at GLOB '????-??-??T??:??:??*Z'),
    PRIMARY KEY (run_id, sequence)
) STRICT, WITHOUT ROWID;
