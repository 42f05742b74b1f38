-- Questions in SQL: views in words, for `sqlite3 /var/lib/migrate/migrate.db 'SELECT …'`; docs/queries.md has examples.
--
-- Of everything that a snapshot holds there are two views: `hooks` is the newest snapshot, `hooks_history` all that are
-- kept, each row with snapshot_id and taken_at. Names and columns of views are a contract: they may be added to. The tables
-- they read end in _rows (and entry_ranges); those are nobody's business and may change.
--
-- runs, run_hooks, journal, plans and snapshots are no part of a snapshot and are asked as they are.

ALTER TABLE namespaces RENAME TO namespace_rows;
ALTER TABLE maps RENAME TO map_rows;
ALTER TABLE programs RENAME TO program_rows;
ALTER TABLE program_maps RENAME TO program_map_rows;
ALTER TABLE hooks RENAME TO hook_rows;
ALTER TABLE links RENAME TO link_rows;
ALTER TABLE addresses RENAME TO address_rows;
ALTER TABLE rules RENAME TO rule_rows;
ALTER TABLE routes RENAME TO route_rows;
ALTER TABLE neighbors RENAME TO neighbor_rows;
ALTER TABLE packet_filters RENAME TO packet_filter_rows;
ALTER TABLE unobserved RENAME TO unobserved_rows;

-- Every view says names where the kernel says numbers.
CREATE INDEX link_rows_by_ifindex ON link_rows (snapshot_id, netns, ifindex);
CREATE INDEX namespace_rows_by_netns ON namespace_rows (snapshot_id, netns);

CREATE VIEW newest_snapshot AS
SELECT * FROM snapshots ORDER BY taken_at DESC, rowid DESC LIMIT 1;

-- Network namespaces; netns is the cookie. in_node: it is the node's own.
CREATE VIEW namespaces_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.netns,
    x.path AS netns_path,
    x.inode,
    x.netns = s.netns AS in_node
FROM namespace_rows AS x JOIN snapshots AS s USING (snapshot_id);

CREATE VIEW namespaces AS
SELECT * FROM namespaces_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- Maps of the deployment.
CREATE VIEW maps_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.map_id,
    x.name,
    x.pin,
    CASE x.type
        WHEN 1 THEN 'hash' WHEN 2 THEN 'array' WHEN 3 THEN 'prog_array' WHEN 5 THEN 'percpu_hash'
        WHEN 6 THEN 'percpu_array' WHEN 9 THEN 'lru_hash' WHEN 10 THEN 'lru_percpu_hash'
        WHEN 11 THEN 'lpm_trie' ELSE 'type-' || x.type
    END AS type,
    x.key_size,
    x.value_size,
    x.entries,
    x.max_entries,
    printf('0x%x', x.flags) AS flags,
    json_array_length(x.holders) AS holders,
    x.activity ->> '$.keys_changed' AS keys_changed,
    x.activity ->> '$.interval_ms' AS interval_ms
FROM map_rows AS x JOIN snapshots AS s USING (snapshot_id);

CREATE VIEW maps AS
SELECT * FROM maps_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- Processes that hold a map, or a program at its place; writable: it can change entries (NULL where nobody looked).
CREATE VIEW holders_history AS
SELECT s.snapshot_id, s.taken_at, 'map' AS what, coalesce(x.pin, x.name) AS name, x.map_id AS id,
    h.value ->> '$.pid' AS pid, h.value ->> '$.command' AS command, h.value ->> '$.writable' AS writable
FROM map_rows AS x JOIN snapshots AS s USING (snapshot_id), json_each(x.holders) AS h
UNION ALL
SELECT s.snapshot_id, s.taken_at, 'hook' AS what, x.interface || ' ' || x.kind || '/' || x.direction AS name,
    x.program_id AS id, h.value ->> '$.pid' AS pid, h.value ->> '$.command' AS command, NULL AS writable
FROM hook_rows AS x JOIN snapshots AS s USING (snapshot_id), json_each(x.owner, '$.holders') AS h;

CREATE VIEW holders AS
SELECT * FROM holders_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- Entries of the maps: address, interface and mac where the profile says what the bytes mean.
CREATE VIEW map_entries_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.pin AS map,
    r.map_id,
    e.address,
    e.ifindex,
    (SELECT name FROM link_rows AS l WHERE l.snapshot_id = r.snapshot_id AND l.netns = s.netns AND l.ifindex =
        e.ifindex) AS interface,
    CASE WHEN length(e.value) >= r.mac_offset + 6 THEN lower(
        hex(substr(e.value, r.mac_offset + 1, 1)) || ':' || hex(substr(e.value, r.mac_offset + 2, 1)) || ':' ||
        hex(substr(e.value, r.mac_offset + 3, 1)) || ':' || hex(substr(e.value, r.mac_offset + 4, 1)) || ':' ||
        hex(substr(e.value, r.mac_offset + 5, 1)) || ':' || hex(substr(e.value, r.mac_offset + 6, 1))) END AS mac,
    lower(hex(e.key)) AS key,
    lower(hex(e.value)) AS value
FROM entry_ranges AS r
JOIN snapshots AS s USING (snapshot_id)
JOIN map_rows AS x ON x.snapshot_id = r.snapshot_id AND x.map_id = r.map_id
JOIN entry_rows AS e ON e.entry_row >= r.first_entry AND e.entry_row < r.end_entry;

CREATE VIEW map_entries AS
SELECT * FROM map_entries_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- What the cross-check said of each entry: legacy_… is the map's word, kernel_… the kernel's. docs/codes.md has the words.
CREATE VIEW verdicts_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    p.plan_id,
    x.pin AS map,
    e.address,
    a.verdict,
    a.effect,
    a.note,
    a.legacy_interface,
    e.ifindex AS legacy_ifindex,
    CASE WHEN length(e.value) >= r.mac_offset + 6 THEN lower(
        hex(substr(e.value, r.mac_offset + 1, 1)) || ':' || hex(substr(e.value, r.mac_offset + 2, 1)) || ':' ||
        hex(substr(e.value, r.mac_offset + 3, 1)) || ':' || hex(substr(e.value, r.mac_offset + 4, 1)) || ':' ||
        hex(substr(e.value, r.mac_offset + 5, 1)) || ':' || hex(substr(e.value, r.mac_offset + 6, 1))) END AS legacy_mac,
    a.kernel_lookup,
    a.kernel_interface,
    a.kernel_ifindex,
    a.kernel_mac,
    a.kernel_gateway
FROM entry_ranges AS r
JOIN snapshots AS s USING (snapshot_id)
JOIN map_rows AS x ON x.snapshot_id = r.snapshot_id AND x.map_id = r.map_id
JOIN entry_rows AS e ON e.entry_row >= r.first_entry AND e.entry_row < r.end_entry
JOIN answer_rows AS a ON a.answer_row = e.answer_row
LEFT JOIN (SELECT snapshot_id, plan_id, max(plan_row) FROM plans GROUP BY snapshot_id) AS p
    ON p.snapshot_id = r.snapshot_id;

CREATE VIEW verdicts AS
SELECT * FROM verdicts_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- Programs on hooks, and those that use a map of the deployment; maps and pins are JSON lists.
CREATE VIEW programs_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.program_id,
    x.name,
    x.tag,
    CASE x.type
        WHEN 1 THEN 'socket_filter' WHEN 2 THEN 'kprobe' WHEN 3 THEN 'sched_cls' WHEN 4 THEN 'sched_act'
        WHEN 5 THEN 'tracepoint' WHEN 6 THEN 'xdp' WHEN 8 THEN 'cgroup_skb' WHEN 26 THEN 'tracing'
        WHEN 28 THEN 'ext' WHEN 29 THEN 'lsm' WHEN 31 THEN 'syscall' WHEN 32 THEN 'netfilter'
        ELSE 'type-' || x.type
    END AS type,
    (SELECT json_group_array(map_id) FROM program_map_rows AS m WHERE m.snapshot_id = x.snapshot_id AND m.program_id
        = x.program_id) AS maps,
    x.pins,
    x.created_by_uid AS uid,
    x.loaded_at / 1000000000 AS loaded_s_after_boot
FROM program_rows AS x JOIN snapshots AS s USING (snapshot_id);

CREATE VIEW programs AS
SELECT * FROM programs_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- Places and the programs in them; in_node: in the node's own namespace.
CREATE VIEW hooks_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.interface,
    x.ifindex,
    x.netns,
    x.netns_path,
    x.netns = s.netns AS in_node,
    x.kind,
    x.direction,
    x.chain,
    x.priority,
    printf('0x%x', x.handle) AS handle,
    CASE x.protocol
        WHEN 3 THEN 'all' WHEN 2048 THEN 'ip' WHEN 34525 THEN 'ipv6' WHEN 2054 THEN 'arp'
        WHEN 33024 THEN '802.1Q' ELSE printf('0x%x', x.protocol)
    END AS protocol,
    x.program_id,
    x.program_name,
    x.program_tag,
    x.filter_kind,
    x.filter_name,
    x.attachment_position AS position,
    x.attachment_mode AS mode,
    x.attachment_link_id AS link_id,
    x.owner ->> '$.pins' AS pins
FROM hook_rows AS x JOIN snapshots AS s USING (snapshot_id);

CREATE VIEW hooks AS
SELECT * FROM hooks_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- Interfaces; peer is the other end of a veth.
CREATE VIEW links_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.name AS interface,
    x.ifindex,
    x.netns,
    (SELECT path FROM namespace_rows AS n WHERE n.snapshot_id = x.snapshot_id AND n.netns = x.netns) AS netns_path,
    x.netns = s.netns AS in_node,
    x.kind,
    x.mac,
    x.mtu,
    iif(x.flags & 1, 'up', 'down') AS state,
    (SELECT name FROM link_rows AS l WHERE l.snapshot_id = x.snapshot_id AND l.netns = x.netns AND l.ifindex =
        x.master) AS master,
    x.peer AS peer_ifindex,
    (SELECT name FROM link_rows AS l WHERE l.snapshot_id = x.snapshot_id AND l.netns = x.peer_netns AND l.ifindex =
        x.peer) AS peer,
    x.peer_netns,
    (SELECT path FROM namespace_rows AS n WHERE n.snapshot_id = x.snapshot_id AND n.netns = x.peer_netns) AS
        peer_netns_path
FROM link_rows AS x JOIN snapshots AS s USING (snapshot_id);

CREATE VIEW links AS
SELECT * FROM links_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- Addresses of interfaces.
CREATE VIEW addresses_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.address,
    x.prefix_length,
    (SELECT name FROM link_rows AS l WHERE l.snapshot_id = x.snapshot_id AND l.netns = x.netns AND l.ifindex =
        x.ifindex) AS interface,
    x.ifindex,
    x.netns,
    (SELECT path FROM namespace_rows AS n WHERE n.snapshot_id = x.snapshot_id AND n.netns = x.netns) AS netns_path,
    x.netns = s.netns AS in_node,
    CASE x.scope
        WHEN 0 THEN 'global' WHEN 200 THEN 'site' WHEN 253 THEN 'link' WHEN 254 THEN 'host'
        WHEN 255 THEN 'nowhere' ELSE CAST(x.scope AS TEXT)
    END AS scope
FROM address_rows AS x JOIN snapshots AS s USING (snapshot_id);

CREATE VIEW addresses AS
SELECT * FROM addresses_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- Policy rules; what a rule does not select on is NULL.
CREATE VIEW rules_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.family,
    x.priority,
    CASE x.action
        WHEN 1 THEN 'lookup' WHEN 2 THEN 'goto' WHEN 3 THEN 'nop' WHEN 6 THEN 'blackhole'
        WHEN 7 THEN 'unreachable' WHEN 8 THEN 'prohibit' ELSE CAST(x.action AS TEXT)
    END AS action,
    CASE x.route_table
        WHEN 255 THEN 'local' WHEN 254 THEN 'main' WHEN 253 THEN 'default' ELSE CAST(x.route_table AS TEXT)
    END AS "table",
    x.source AS "from",
    x.destination AS "to",
    x.input_interface,
    x.output_interface,
    x.is_inverted,
    CASE WHEN x.mark IS NOT NULL THEN printf('0x%x', x.mark) END AS mark,
    CASE WHEN x.mark_mask IS NOT NULL THEN printf('0x%x', x.mark_mask) END AS mark_mask,
    nullif(x.tos, 0) AS tos,
    CASE x.ip_protocol
        WHEN 1 THEN 'icmp' WHEN 6 THEN 'tcp' WHEN 17 THEN 'udp' WHEN 58 THEN 'ipv6-icmp'
        ELSE CAST(x.ip_protocol AS TEXT)
    END AS ip_protocol,
    x.source_port_first,
    x.source_port_last,
    x.destination_port_first,
    x.destination_port_last,
    x.user_id_first,
    x.user_id_last,
    x.other_selectors,
    x.netns,
    (SELECT path FROM namespace_rows AS n WHERE n.snapshot_id = x.snapshot_id AND n.netns = x.netns) AS netns_path,
    x.netns = s.netns AS in_node
FROM rule_rows AS x JOIN snapshots AS s USING (snapshot_id);

CREATE VIEW rules AS
SELECT * FROM rules_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- Routes; next_hops is a JSON list, empty unless there are several.
CREATE VIEW routes_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.destination,
    CASE x.route_table
        WHEN 255 THEN 'local' WHEN 254 THEN 'main' WHEN 253 THEN 'default' ELSE CAST(x.route_table AS TEXT)
    END AS "table",
    CASE x.kind
        WHEN 0 THEN 'unspecified' WHEN 1 THEN 'unicast' WHEN 2 THEN 'local' WHEN 3 THEN 'broadcast'
        WHEN 4 THEN 'anycast' WHEN 5 THEN 'multicast' WHEN 6 THEN 'blackhole' WHEN 7 THEN 'unreachable'
        WHEN 8 THEN 'prohibit' WHEN 9 THEN 'throw' WHEN 10 THEN 'nat' WHEN 11 THEN 'xresolve'
        ELSE CAST(x.kind AS TEXT)
    END AS
        kind,
    x.gateway,
    (SELECT name FROM link_rows AS l WHERE l.snapshot_id = x.snapshot_id AND l.netns = x.netns AND l.ifindex =
        x.output_interface) AS interface,
    x.output_interface AS ifindex,
    x.next_hops,
    x.metric,
    CASE x.scope
        WHEN 0 THEN 'global' WHEN 200 THEN 'site' WHEN 253 THEN 'link' WHEN 254 THEN 'host'
        WHEN 255 THEN 'nowhere' ELSE CAST(x.scope AS TEXT)
    END AS scope,
    CASE x.origin
        WHEN 0 THEN 'unspecified' WHEN 1 THEN 'redirect' WHEN 2 THEN 'kernel' WHEN 3 THEN 'boot'
        WHEN 4 THEN 'static' WHEN 9 THEN 'ra' WHEN 16 THEN 'dhcp' WHEN 186 THEN 'bgp' WHEN 188 THEN 'ospf'
        ELSE CAST(x.origin AS TEXT)
    END AS origin,
    x.preferred_source,
    x.netns,
    (SELECT path FROM namespace_rows AS n WHERE n.snapshot_id = x.snapshot_id AND n.netns = x.netns) AS netns_path,
    x.netns = s.netns AS in_node
FROM route_rows AS x JOIN snapshots AS s USING (snapshot_id);

CREATE VIEW routes AS
SELECT * FROM routes_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- Neighbors; usable: the kernel has a MAC to send to.
CREATE VIEW neighbors_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.address,
    x.mac,
    CASE
        WHEN x.state & 1 THEN 'incomplete' WHEN x.state & 2 THEN 'reachable' WHEN x.state & 4 THEN 'stale'
        WHEN x.state & 8 THEN 'delay' WHEN x.state & 16 THEN 'probe' WHEN x.state & 32 THEN 'failed'
        WHEN x.state & 64 THEN 'noarp' WHEN x.state & 128 THEN 'permanent' ELSE 'none'
    END AS state,
    x.state & 222 <> 0 AS usable,
    (SELECT name FROM link_rows AS l WHERE l.snapshot_id = x.snapshot_id AND l.netns = x.netns AND l.ifindex =
        x.ifindex) AS interface,
    x.ifindex,
    x.netns,
    (SELECT path FROM namespace_rows AS n WHERE n.snapshot_id = x.snapshot_id AND n.netns = x.netns) AS netns_path,
    x.netns = s.netns AS in_node
FROM neighbor_rows AS x JOIN snapshots AS s USING (snapshot_id);

CREATE VIEW neighbors AS
SELECT * FROM neighbors_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- Who filters packets: chains of nftables and iptables, and BPF programs on netfilter's hooks. rules: how many.
CREATE VIEW packet_filters_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.kind,
    x.family,
    x.hook,
    x.priority,
    x.type,
    x.filter_table AS "table",
    x.chain,
    x.policy,
    x.rules,
    x.devices,
    x.program_id,
    x.program_name,
    x.netns,
    (SELECT path FROM namespace_rows AS n WHERE n.snapshot_id = x.snapshot_id AND n.netns = x.netns) AS netns_path,
    x.netns = s.netns AS in_node
FROM packet_filter_rows AS x JOIN snapshots AS s USING (snapshot_id);

CREATE VIEW packet_filters AS
SELECT * FROM packet_filters_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- What could not be read, and why.
CREATE VIEW unobserved_history AS
SELECT
    s.snapshot_id,
    s.taken_at,
    x.what,
    x.why
FROM unobserved_rows AS x JOIN snapshots AS s USING (snapshot_id);

CREATE VIEW unobserved AS
SELECT * FROM unobserved_history WHERE snapshot_id = (SELECT snapshot_id FROM newest_snapshot);

-- What keeps the newest plan from being applied.
CREATE VIEW blockers AS
SELECT p.plan_id, p.created_at, b.value ->> '$.code' AS code, b.value ->> '$.message' AS message,
    b.value ->> '$.remedy' AS remedy
FROM (SELECT plan_id, created_at, document FROM plans ORDER BY created_at DESC, plan_row DESC LIMIT 1) AS p,
    json_each(p.document, '$.blockers') AS b;

-- Hooks of committed and finalized runs that do not hold our program in the newest snapshot of their boot, as far as one
-- was taken since. `migrate status` looks at the node itself.
CREATE VIEW drift AS
SELECT r.run_id, h.interface, h.ifindex, h.netns, h.netns_path, h.kind, h.direction, h.priority,
    printf('0x%x', h.handle) AS handle, h.replacement_id AS expected_program_id, h.replacement_name AS expected_program,
    x.program_id AS found_program_id, x.program_name AS found_program,
    CASE
        WHEN x.snapshot_id IS NOT NULL THEN 'another program'
        WHEN EXISTS (SELECT 1 FROM link_rows AS l
            WHERE l.snapshot_id = s.snapshot_id AND l.netns = h.netns AND l.ifindex = h.ifindex) THEN 'nothing there'
        ELSE 'interface gone'
    END AS what,
    s.snapshot_id, s.taken_at
FROM runs AS r
JOIN run_hooks AS h USING (run_id)
JOIN newest_snapshot AS s ON s.boot_id = r.boot_id AND s.taken_at > r.started_at
LEFT JOIN hook_rows AS x ON x.snapshot_id = s.snapshot_id AND x.netns = h.netns AND x.ifindex = h.ifindex
    AND x.kind = h.kind AND x.direction = h.direction AND x.chain = h.chain AND x.priority = h.priority
    AND x.handle = h.handle AND x.protocol = h.protocol
WHERE r.state IN ('committed', 'finalized') AND x.program_id IS NOT h.replacement_id;
