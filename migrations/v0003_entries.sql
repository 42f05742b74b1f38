-- Map entries, one narrow row each: what was read of it and what the cross-check said.
--
-- A map may hold a million entries, and a plan keeps them all. So an entry is one row without an index, appended in the
-- order in which the kernel gave it; what many entries have in common is said once, in answer_rows; and snapshot and map
-- are not in the row at all: the rows of one map of one snapshot follow each other, and entry_ranges says from where to
-- where. A question about one snapshot reads its range and nothing else, and pruning drops a range.
--
--     SELECT e.address, e.ifindex, a.verdict
--     FROM entry_ranges AS r
--     JOIN entry_rows AS e ON e.entry_row >= r.first_entry AND e.entry_row < r.end_entry
--     LEFT JOIN answer_rows AS a ON a.answer_row = e.answer_row
--     WHERE r.snapshot_id = 's-…'

CREATE TABLE entry_ranges (
    snapshot_id TEXT    NOT NULL,
    map_id      INTEGER NOT NULL,
    first_entry INTEGER NOT NULL CHECK (first_entry >= 1),
    end_entry   INTEGER NOT NULL CHECK (end_entry >= first_entry), -- the first that is not of this map any more
    mac_offset  INTEGER CHECK (mac_offset >= 0), -- bytes into value; NULL for a map that the profile does not describe
    PRIMARY KEY (snapshot_id, map_id),
    FOREIGN KEY (snapshot_id, map_id) REFERENCES maps (snapshot_id, map_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Distinct answers of one snapshot's cross-check; the same one may be there more than once. Columns are named as in the
-- plan document. legacy_interface is the name of the entry's own ifindex, where it exists.
CREATE TABLE answer_rows (
    answer_row       INTEGER NOT NULL PRIMARY KEY,
    snapshot_id      TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    legacy_interface TEXT,
    kernel_lookup    TEXT    NOT NULL,
    kernel_ifindex   INTEGER CHECK (kernel_ifindex BETWEEN 0 AND 4294967295),
    kernel_interface TEXT,
    kernel_mac       TEXT    CHECK (length(kernel_mac) = 17),
    kernel_gateway   TEXT,
    verdict          TEXT    NOT NULL CHECK (verdict IN (
        'local-address', 'no-route', 'unreachable', 'unsupported-device', 'via-gateway', 'depends-on-packet',
        'stale-interface', 'interface-mismatch', 'mac-mismatch', 'neighbor-differs', 'neighbor-failed',
        'unresolved-neighbor', 'match')),
    effect           TEXT    NOT NULL CHECK (effect IN ('same', 'healed', 'broken', 'gone', 'still-broken', 'unknown')),
    note             TEXT    NOT NULL
) STRICT;

CREATE INDEX answer_rows_by_snapshot ON answer_rows (snapshot_id);

-- address and ifindex: what the profile makes of key and value, NULL where it says nothing of them; the MAC is the six
-- bytes of value from mac_offset on. answer_row: NULL where the cross-check was not asked. No foreign keys: they would
-- cost a fifth of the time of writing; rows go with their range, and answers with the snapshot.
CREATE TABLE entry_rows (
    entry_row  INTEGER NOT NULL PRIMARY KEY,
    answer_row INTEGER,
    ifindex    INTEGER,
    address    TEXT,
    key        BLOB    NOT NULL,
    value      BLOB    NOT NULL
) STRICT;

CREATE TRIGGER entry_rows_go_with_their_range AFTER DELETE ON entry_ranges
BEGIN
    DELETE FROM entry_rows WHERE entry_row >= OLD.first_entry AND entry_row < OLD.end_entry;
END;

-- What was recorded before: entries by map and key, each with what the newest plan of its snapshot said of its address.

INSERT INTO answer_rows (
    snapshot_id, legacy_interface, kernel_lookup, kernel_ifindex, kernel_interface, kernel_mac, kernel_gateway, verdict,
    effect, note)
SELECT DISTINCT
    p.snapshot_id, f.legacy_interface, f.kernel_lookup, f.kernel_ifindex, f.kernel_interface, f.kernel_mac,
    f.kernel_gateway, f.verdict, f.effect, f.note
FROM findings AS f
JOIN (SELECT max(plan_row) AS plan_row, snapshot_id FROM plans WHERE snapshot_id IS NOT NULL GROUP BY snapshot_id) AS p
    USING (plan_row);

-- Two steps: found answers first, so that each join has a key to look up by.
CREATE TEMP TABLE answered (
    snapshot_id TEXT, address TEXT, answer_row INTEGER, PRIMARY KEY (snapshot_id, address)) WITHOUT ROWID;

INSERT OR REPLACE INTO answered
SELECT p.snapshot_id, f.address, a.answer_row
FROM (SELECT max(plan_row) AS plan_row, snapshot_id FROM plans WHERE snapshot_id IS NOT NULL GROUP BY snapshot_id) AS p
JOIN findings AS f ON f.plan_row = p.plan_row
JOIN answer_rows AS a ON a.snapshot_id = p.snapshot_id AND a.verdict = f.verdict AND a.effect = f.effect
    AND a.kernel_lookup = f.kernel_lookup AND a.note = f.note AND a.legacy_interface IS f.legacy_interface
    AND a.kernel_ifindex IS f.kernel_ifindex AND a.kernel_interface IS f.kernel_interface
    AND a.kernel_mac IS f.kernel_mac AND a.kernel_gateway IS f.kernel_gateway;

INSERT INTO entry_rows (entry_row, answer_row, ifindex, address, key, value)
SELECT row_number() OVER (ORDER BY m.snapshot_id, m.map_id, m.key), d.answer_row, m.ifindex, m.address, m.key, m.value
FROM map_entries AS m
LEFT JOIN answered AS d ON d.snapshot_id = m.snapshot_id AND d.address = m.address;

-- The offset of the MAC is found again where it is written: in the text column of the first entry that has one.
INSERT INTO entry_ranges (snapshot_id, map_id, first_entry, end_entry, mac_offset)
SELECT snapshot_id, map_id, end_entry - entries, end_entry,
    (SELECT (nullif(instr(hex(value), upper(replace(mac, ':', ''))), 0) - 1) / 2 FROM map_entries AS m
        WHERE m.snapshot_id = counted.snapshot_id AND m.map_id = counted.map_id AND m.mac IS NOT NULL
        AND mac <> '00:00:00:00:00:00' LIMIT 1)
FROM (
    SELECT snapshot_id, map_id, count(*) AS entries,
        1 + sum(count(*)) OVER (ORDER BY snapshot_id, map_id ROWS UNBOUNDED PRECEDING) AS end_entry
    FROM map_entries GROUP BY snapshot_id, map_id) AS counted;

DROP TABLE answered;
DROP TABLE findings;
DROP TABLE map_entries;
