-- The audit log: what was done on this node, by whom, and what came of it, each record bound to the one before it.
--
--   * record is canonical JSON (keys sorted, no white space) and holds its own sequence, from 0, and in previous the hash of the
--     record before it. hash is the SHA-256 of the bytes of record, as 64 hexadecimal digits.
--   * Records are never changed and never deleted; no other row goes with one, and none of them with another row.
--
-- The triggers keep accidents away. What shows a change is the chain: `migrate audit verify`, docs/audit.md.
CREATE TABLE audit_rows (
    sequence INTEGER NOT NULL PRIMARY KEY CHECK (sequence >= 0),
    record   TEXT    NOT NULL CHECK (json_valid(record)),
    hash     TEXT    NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*')
) STRICT;

CREATE TRIGGER audit_rows_are_not_changed BEFORE UPDATE ON audit_rows
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_rows_are_not_deleted BEFORE DELETE ON audit_rows
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- Also INSERT OR REPLACE, which deletes without asking the trigger above.
CREATE TRIGGER audit_rows_are_appended BEFORE INSERT ON audit_rows
WHEN NEW.sequence <> (SELECT coalesce(max(sequence) + 1, 0) FROM audit_rows)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- command: the record of the command that wrote this one.
CREATE VIEW audit AS
SELECT sequence, record ->> '$.at' AS at, record ->> '$.kind' AS kind, record ->> '$.command' AS command,
    record ->> '$.event.run_id' AS run_id, record ->> '$.event.plan_id' AS plan_id, record -> '$.event' AS event,
    record, hash
FROM audit_rows;
