-- What the newest plan warns of.
CREATE VIEW warnings AS
SELECT p.plan_id, p.created_at, w.value ->> '$.code' AS code, w.value ->> '$.message' AS message,
    w.value ->> '$.remedy' AS remedy
FROM (SELECT plan_id, created_at, document FROM plans ORDER BY created_at DESC, plan_row DESC LIMIT 1) AS p,
    json_each(p.document, '$.warnings') AS w;
