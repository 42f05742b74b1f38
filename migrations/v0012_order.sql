-- The newest is what came last, whatever the times say: the clock may have been set back in between.
DROP VIEW newest_snapshot;
CREATE VIEW newest_snapshot AS
SELECT * FROM snapshots ORDER BY rowid DESC LIMIT 1;

DROP VIEW blockers;
CREATE VIEW blockers AS
SELECT p.plan_id, p.created_at, b.value ->> '$.code' AS code, b.value ->> '$.message' AS message,
    b.value ->> '$.remedy' AS remedy
FROM (SELECT plan_id, created_at, document FROM plans ORDER BY plan_row DESC LIMIT 1) AS p,
    json_each(p.document, '$.blockers') AS b;

DROP VIEW warnings;
CREATE VIEW warnings AS
SELECT p.plan_id, p.created_at, w.value ->> '$.code' AS code, w.value ->> '$.message' AS message,
    w.value ->> '$.remedy' AS remedy
FROM (SELECT plan_id, created_at, document FROM plans ORDER BY plan_row DESC LIMIT 1) AS p,
    json_each(p.document, '$.warnings') AS w;
