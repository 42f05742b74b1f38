-- Packets that the replacement treats differently from the legacy program, with nothing to explain it: of each plan that
-- was made with --equivalence the first 200. Frames are hexadecimal; a control block is five words, as a JSON array.
--   SELECT hook, kind, legacy_verdict, replacement_verdict, packet FROM equivalence_differences WHERE plan_id = 'p-…';

CREATE TABLE equivalence_differences (
    plan_row                  INTEGER NOT NULL REFERENCES plans ON DELETE CASCADE,
    position                  INTEGER NOT NULL CHECK (position >= 0),
    plan_id                   TEXT    NOT NULL,
    hook                      TEXT    NOT NULL,
    kind                      TEXT    NOT NULL, -- of packet, as docs/datapath.md lists them
    role                      TEXT    NOT NULL CHECK (role IN ('entry', 'widened', 'unknown', 'special')),
    destination               TEXT    NOT NULL,
    aspects                   TEXT    NOT NULL CHECK (json_valid(aspects)), -- what differs
    packet                    TEXT    NOT NULL, -- decoded, one line
    frame                     TEXT    NOT NULL CHECK (frame NOT GLOB '*[^0-9a-f]*'), -- as both programs got it
    legacy_verdict            TEXT    NOT NULL,
    legacy_mark               INTEGER NOT NULL CHECK (legacy_mark BETWEEN 0 AND 4294967295),
    legacy_priority           INTEGER NOT NULL CHECK (legacy_priority BETWEEN 0 AND 4294967295),
    legacy_control_block      TEXT    NOT NULL CHECK (json_valid(legacy_control_block)),
    legacy_frame              TEXT    NOT NULL CHECK (legacy_frame NOT GLOB '*[^0-9a-f]*'),
    replacement_verdict       TEXT    NOT NULL,
    replacement_mark          INTEGER NOT NULL CHECK (replacement_mark BETWEEN 0 AND 4294967295),
    replacement_priority      INTEGER NOT NULL CHECK (replacement_priority BETWEEN 0 AND 4294967295),
    replacement_control_block TEXT    NOT NULL CHECK (json_valid(replacement_control_block)),
    replacement_frame         TEXT    NOT NULL CHECK (replacement_frame NOT GLOB '*[^0-9a-f]*'),
    PRIMARY KEY (plan_row, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX equivalence_differences_by_plan ON equivalence_differences (plan_id);
