-- How a run takes the traffic over: 'switch' in every slot and one store that flips them all, or 'direct', each program
-- replaced in place; runs from before were direct. confirm_within is what was asked for, in seconds; NULL: committed at
-- once. The state here is the journal's. Which programs the packets of a provisional run take, its cell says, and `migrate
-- status` reads that.
ALTER TABLE runs ADD COLUMN cut TEXT NOT NULL DEFAULT 'direct' CHECK (cut IN ('switch', 'direct'));
ALTER TABLE runs ADD COLUMN confirm_within INTEGER CHECK (confirm_within > 0);

-- Of a switch (replacement_id): the program that `finalize` puts in its place.
ALTER TABLE run_hooks ADD COLUMN plain_id INTEGER;
ALTER TABLE run_hooks ADD COLUMN plain_name TEXT CHECK ((plain_id IS NULL) = (plain_name IS NULL));
ALTER TABLE run_hooks ADD COLUMN plain_tag TEXT CHECK ((plain_id IS NULL) = (plain_tag IS NULL));

-- Hooks of runs whose program is in the slot, by the journal, that do not hold it in the newest snapshot of their boot, as
-- far as one was taken since. `migrate status` looks at the node itself.
DROP VIEW drift;
CREATE VIEW drift AS
WITH expected AS (
    SELECT h.*, r.boot_id, r.started_at,
        CASE WHEN r.state = 'finalized' THEN coalesce(h.plain_id, h.replacement_id) ELSE h.replacement_id END
            AS expected_program_id,
        CASE WHEN r.state = 'finalized' THEN coalesce(h.plain_name, h.replacement_name) ELSE h.replacement_name END
            AS expected_program
    FROM runs AS r
    JOIN run_hooks AS h USING (run_id)
    WHERE r.state IN ('provisional', 'expired', 'committed', 'finalized')
)
SELECT h.run_id, h.interface, h.ifindex, h.netns, h.netns_path, h.kind, h.direction, h.priority,
    printf('0x%x', h.handle) AS handle, h.expected_program_id, h.expected_program,
    x.program_id AS found_program_id, x.program_name AS found_program,
    CASE
        WHEN x.snapshot_id IS NOT NULL THEN 'another program'
        WHEN EXISTS (SELECT 1 FROM link_rows AS l
            WHERE l.snapshot_id = s.snapshot_id AND l.netns = h.netns AND l.ifindex = h.ifindex) THEN 'nothing there'
        ELSE 'interface gone'
    END AS what,
    s.snapshot_id, s.taken_at
FROM expected AS h
JOIN newest_snapshot AS s ON s.boot_id = h.boot_id AND s.taken_at > h.started_at
LEFT JOIN hook_rows AS x ON x.snapshot_id = s.snapshot_id AND x.netns = h.netns AND x.ifindex = h.ifindex
    AND x.kind = h.kind AND x.direction = h.direction AND x.chain = h.chain AND x.priority = h.priority
    AND x.handle = h.handle AND x.protocol = h.protocol
WHERE x.program_id IS NOT h.expected_program_id;
