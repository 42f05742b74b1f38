-- The records of `migrate`: what was seen, what was planned, what was done.
--
-- How to read it
--   * Ids are texts: s-… a snapshot, p-… a plan, r-… a run.
--   * netns is the cookie of a network namespace (SO_NETNS_COOKIE). Cookies, inodes and times since boot are unsigned
--     64-bit numbers kept as the same bits in SQLite's signed INTEGER: one from 2^63 on shows negative.
--     printf('%u', netns) shows it as the kernel does.
--   * position keeps the order in which things were read.
--   * Addresses are canonical text, MACs lower case with colons, times RFC 3339 in UTC with milliseconds.
--   * Columns that hold lists are JSON: json_each(pins).
--
-- Who goes with whom
--   A snapshot takes all that was read with it when it is pruned. A plan stays as long as a run was made of it.

PRAGMA application_id = 0x6d696772; -- "migr": tells this file from another program's database

CREATE TABLE snapshots (
    snapshot_id TEXT    NOT NULL PRIMARY KEY CHECK (snapshot_id GLOB 's-?*'),
    taken_at    TEXT    NOT NULL CHECK (taken_at GLOB '????-??-??T??:??:??*Z'),
    node        TEXT    NOT NULL,
    machine_id  TEXT    NOT NULL,
    boot_id     TEXT    NOT NULL,
    kernel      TEXT    NOT NULL,
    netns       INTEGER NOT NULL,
    netns_inode INTEGER NOT NULL,
    netns_path  TEXT,
    profile     TEXT    NOT NULL
) STRICT;

CREATE TABLE namespaces (
    snapshot_id TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    position    INTEGER NOT NULL CHECK (position >= 0),
    netns       INTEGER NOT NULL,
    inode       INTEGER NOT NULL,
    path        TEXT,
    PRIMARY KEY (snapshot_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE maps (
    snapshot_id TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    position    INTEGER NOT NULL CHECK (position >= 0),
    map_id      INTEGER NOT NULL CHECK (map_id BETWEEN 0 AND 4294967295),
    name        TEXT    NOT NULL,
    type        INTEGER NOT NULL CHECK (type BETWEEN 0 AND 4294967295), -- BPF_MAP_TYPE_*
    key_size    INTEGER NOT NULL CHECK (key_size BETWEEN 0 AND 4294967295),
    value_size  INTEGER NOT NULL CHECK (value_size BETWEEN 0 AND 4294967295),
    max_entries INTEGER NOT NULL CHECK (max_entries BETWEEN 0 AND 4294967295),
    flags       INTEGER NOT NULL, -- BPF_F_*
    pin         TEXT, -- relative to the bpffs
    entries     INTEGER NOT NULL CHECK (entries >= 0),
    holders     TEXT    NOT NULL CHECK (json_valid(holders)), -- [{"command":…,"pid":…}]
    PRIMARY KEY (snapshot_id, position),
    UNIQUE (snapshot_id, map_id)
) STRICT, WITHOUT ROWID;

-- The bytes as read, and what the profile makes of them (NULL where they are shorter than it says).
CREATE TABLE map_entries (
    snapshot_id TEXT    NOT NULL,
    map_id      INTEGER NOT NULL,
    key         BLOB    NOT NULL CHECK (length(key) > 0),
    value       BLOB    NOT NULL,
    address     TEXT,
    ifindex     INTEGER CHECK (ifindex BETWEEN 0 AND 4294967295),
    mac         TEXT    CHECK (length(mac) = 17),
    PRIMARY KEY (snapshot_id, map_id, key),
    FOREIGN KEY (snapshot_id, map_id) REFERENCES maps (snapshot_id, map_id) ON DELETE CASCADE,
    CHECK ((address IS NULL) = (ifindex IS NULL) AND (address IS NULL) = (mac IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE programs (
    snapshot_id    TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    position       INTEGER NOT NULL CHECK (position >= 0),
    program_id     INTEGER NOT NULL CHECK (program_id BETWEEN 0 AND 4294967295),
    name           TEXT    NOT NULL,
    tag            TEXT    NOT NULL,
    type           INTEGER NOT NULL, -- BPF_PROG_TYPE_*
    loaded_at      INTEGER NOT NULL, -- nanoseconds since boot
    created_by_uid INTEGER NOT NULL,
    pins           TEXT    NOT NULL CHECK (json_valid(pins)),
    PRIMARY KEY (snapshot_id, position),
    UNIQUE (snapshot_id, program_id)
) STRICT, WITHOUT ROWID;

-- Which maps a program uses; they need not be among the maps of the profile.
CREATE TABLE program_maps (
    snapshot_id TEXT    NOT NULL,
    program_id  INTEGER NOT NULL,
    position    INTEGER NOT NULL CHECK (position >= 0),
    map_id      INTEGER NOT NULL CHECK (map_id BETWEEN 0 AND 4294967295),
    PRIMARY KEY (snapshot_id, program_id, position),
    FOREIGN KEY (snapshot_id, program_id) REFERENCES programs (snapshot_id, program_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- filter_…: only for clsact and ingress; the other filter columns only for filters of kind bpf, where NULL means that
-- the kernel did not send the attribute. namespace, priority, handle, chain and protocol are the filter's own too.
CREATE TABLE hooks (
    snapshot_id          TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    position             INTEGER NOT NULL CHECK (position >= 0),
    netns                INTEGER NOT NULL,
    netns_inode          INTEGER NOT NULL,
    netns_path           TEXT,
    interface            TEXT    NOT NULL,
    ifindex              INTEGER NOT NULL CHECK (ifindex BETWEEN 0 AND 4294967295),
    kind                 TEXT    NOT NULL CHECK (kind IN ('clsact', 'ingress', 'tcx', 'xdp', 'netkit')),
    direction            TEXT    NOT NULL CHECK (direction IN ('ingress', 'egress')),
    chain                INTEGER NOT NULL CHECK (chain BETWEEN 0 AND 4294967295),
    priority             INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 65535),
    handle               INTEGER NOT NULL CHECK (handle BETWEEN 0 AND 4294967295),
    protocol             INTEGER NOT NULL CHECK (protocol BETWEEN 0 AND 65535), -- EtherType in host order; 3 is all
    program_id           INTEGER,
    program_name         TEXT,
    program_tag          TEXT,
    filter_kind          TEXT,
    filter_ifindex       INTEGER,
    filter_parent        INTEGER,
    filter_program_id    INTEGER,
    filter_tag           TEXT,
    filter_name          TEXT,
    filter_class_id      INTEGER,
    filter_flags         INTEGER,
    filter_offload_flags INTEGER,
    filter_is_classic    INTEGER CHECK (filter_is_classic IN (0, 1)),
    filter_has_actions   INTEGER CHECK (filter_has_actions IN (0, 1)),
    PRIMARY KEY (snapshot_id, position),
    CHECK ((program_id IS NULL) = (program_name IS NULL) AND (program_id IS NULL) = (program_tag IS NULL)),
    CHECK ((filter_kind IS NULL) = (filter_ifindex IS NULL) AND (filter_kind IS NULL) = (filter_parent IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE links (
    snapshot_id   TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    position      INTEGER NOT NULL CHECK (position >= 0),
    netns         INTEGER NOT NULL,
    ifindex       INTEGER NOT NULL CHECK (ifindex BETWEEN 0 AND 4294967295),
    name          TEXT    NOT NULL,
    kind          TEXT, -- veth, bridge, …; NULL for hardware and loopback
    hardware_type INTEGER NOT NULL, -- ARPHRD_*
    mac           TEXT    CHECK (length(mac) = 17),
    flags         INTEGER NOT NULL, -- IFF_*
    mtu           INTEGER NOT NULL,
    master        INTEGER,
    peer          INTEGER, -- ifindex in the peer's namespace
    peer_netns_id INTEGER, -- as this namespace numbers it
    peer_netns    INTEGER, -- cookie
    PRIMARY KEY (snapshot_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE addresses (
    snapshot_id   TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    position      INTEGER NOT NULL CHECK (position >= 0),
    netns         INTEGER NOT NULL,
    ifindex       INTEGER NOT NULL CHECK (ifindex BETWEEN 0 AND 4294967295),
    address       TEXT    NOT NULL,
    prefix_length INTEGER NOT NULL CHECK (prefix_length BETWEEN 0 AND 128),
    scope         INTEGER NOT NULL, -- RT_SCOPE_*
    PRIMARY KEY (snapshot_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE rules (
    snapshot_id            TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    position               INTEGER NOT NULL CHECK (position >= 0),
    netns                  INTEGER NOT NULL,
    family                 TEXT    NOT NULL CHECK (family IN ('ipv4', 'ipv6')),
    priority               INTEGER NOT NULL,
    action                 INTEGER NOT NULL, -- FR_ACT_*
    route_table            INTEGER NOT NULL,
    source                 TEXT,
    destination            TEXT,
    input_interface        TEXT,
    output_interface       TEXT,
    mark                   INTEGER,
    mark_mask              INTEGER,
    tos                    INTEGER NOT NULL,
    ip_protocol            INTEGER,
    source_port_first      INTEGER,
    source_port_last       INTEGER,
    destination_port_first INTEGER,
    destination_port_last  INTEGER,
    user_id_first          INTEGER,
    user_id_last           INTEGER,
    other_selectors        TEXT    NOT NULL CHECK (json_valid(other_selectors)), -- FRA_* numbers, as a JSON array
    is_inverted            INTEGER NOT NULL CHECK (is_inverted IN (0, 1)),
    PRIMARY KEY (snapshot_id, position),
    CHECK ((source_port_first IS NULL) = (source_port_last IS NULL)),
    CHECK ((destination_port_first IS NULL) = (destination_port_last IS NULL)),
    CHECK ((user_id_first IS NULL) = (user_id_last IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE routes (
    snapshot_id      TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    position         INTEGER NOT NULL CHECK (position >= 0),
    netns            INTEGER NOT NULL,
    route_table      INTEGER NOT NULL,
    kind             INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 255), -- RTN_*
    destination      TEXT    NOT NULL,
    gateway          TEXT,
    output_interface INTEGER, -- ifindex
    next_hops        TEXT    NOT NULL CHECK (json_valid(next_hops)), -- [{"gateway":…,"ifindex":…}] of a multipath route
    metric           INTEGER NOT NULL,
    scope            INTEGER NOT NULL, -- RT_SCOPE_*
    origin           INTEGER NOT NULL, -- RTPROT_*
    preferred_source TEXT,
    flags            INTEGER NOT NULL, -- RTNH_F_*
    PRIMARY KEY (snapshot_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE neighbors (
    snapshot_id TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    position    INTEGER NOT NULL CHECK (position >= 0),
    netns       INTEGER NOT NULL,
    ifindex     INTEGER NOT NULL CHECK (ifindex BETWEEN 0 AND 4294967295),
    address     TEXT    NOT NULL,
    mac         TEXT    CHECK (length(mac) = 17),
    state       INTEGER NOT NULL, -- NUD_*
    flags       INTEGER NOT NULL, -- NTF_*
    PRIMARY KEY (snapshot_id, position)
) STRICT, WITHOUT ROWID;

-- What could not be read, and why.
CREATE TABLE unobserved (
    snapshot_id TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    position    INTEGER NOT NULL CHECK (position >= 0),
    what        TEXT    NOT NULL,
    why         TEXT    NOT NULL,
    PRIMARY KEY (snapshot_id, position)
) STRICT, WITHOUT ROWID;

-- One row per `migrate plan`. A plan id is the hash of the decision, so the same id comes again with other entries;
-- the row with the greatest plan_row is the newest. The snapshot may be pruned; its id stays in the document.
CREATE TABLE plans (
    plan_row    INTEGER NOT NULL PRIMARY KEY,
    plan_id     TEXT    NOT NULL CHECK (plan_id GLOB 'p-?*'),
    snapshot_id TEXT    REFERENCES snapshots ON DELETE SET NULL,
    created_at  TEXT    NOT NULL CHECK (created_at GLOB '????-??-??T??:??:??*Z'),
    document    TEXT    NOT NULL CHECK (json_valid(document)),
    UNIQUE (plan_id, snapshot_id)
) STRICT;

CREATE INDEX plans_by_snapshot ON plans (snapshot_id);

-- What the cross-check says of each entry; every one of them, where the document lists at most 10,000.
CREATE TABLE findings (
    plan_row         INTEGER NOT NULL REFERENCES plans ON DELETE CASCADE,
    position         INTEGER NOT NULL CHECK (position >= 0),
    address          TEXT    NOT NULL,
    legacy_ifindex   INTEGER NOT NULL CHECK (legacy_ifindex BETWEEN 0 AND 4294967295),
    legacy_interface TEXT,
    legacy_mac       TEXT    NOT NULL CHECK (length(legacy_mac) = 17),
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
    note             TEXT    NOT NULL,
    PRIMARY KEY (plan_row, position)
) STRICT, WITHOUT ROWID;

-- The few that are not as they should be.
CREATE INDEX findings_by_verdict ON findings (plan_row, verdict) WHERE verdict <> 'match';

CREATE TABLE runs (
    run_id        TEXT    NOT NULL PRIMARY KEY CHECK (run_id GLOB 'r-?*'),
    plan_id       TEXT    NOT NULL CHECK (plan_id GLOB 'p-?*'),
    plan_row      INTEGER REFERENCES plans ON DELETE RESTRICT, -- the document it was made of; NULL for one known from its pins only
    boot_id       TEXT    NOT NULL,
    node          TEXT    NOT NULL,
    netns         INTEGER NOT NULL, -- cookie of the node's namespace
    pin_directory TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN (
        'installing', 'shadow', 'provisional', 'expired', 'rolling-back', 'committed', 'finalized', 'rolled-back',
        'residual', 'mixed', 'gone')),
    reason        TEXT    CHECK (reason IN ('deadline', 'breaker', 'health', 'failure', 'operator', 'reboot')),
    started_at    TEXT    NOT NULL CHECK (started_at GLOB '????-??-??T??:??:??*Z'),
    ended_at      TEXT    CHECK (ended_at GLOB '????-??-??T??:??:??*Z'),
    proof         TEXT    CHECK (proof IS NULL OR json_valid(proof)) -- what a rollback proved, as the run document has it
) STRICT;

CREATE INDEX runs_by_plan ON runs (plan_row);

-- The hooks of a run as they were, with the same columns as hooks, and the program that took the place.
CREATE TABLE run_hooks (
    run_id               TEXT    NOT NULL REFERENCES runs ON DELETE CASCADE,
    hook_index           INTEGER NOT NULL CHECK (hook_index >= 0),
    netns                INTEGER NOT NULL,
    netns_inode          INTEGER NOT NULL,
    netns_path           TEXT,
    interface            TEXT    NOT NULL,
    ifindex              INTEGER NOT NULL CHECK (ifindex BETWEEN 0 AND 4294967295),
    kind                 TEXT    NOT NULL CHECK (kind IN ('clsact', 'ingress', 'tcx', 'xdp', 'netkit')),
    direction            TEXT    NOT NULL CHECK (direction IN ('ingress', 'egress')),
    chain                INTEGER NOT NULL CHECK (chain BETWEEN 0 AND 4294967295),
    priority             INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 65535),
    handle               INTEGER NOT NULL CHECK (handle BETWEEN 0 AND 4294967295),
    protocol             INTEGER NOT NULL CHECK (protocol BETWEEN 0 AND 65535),
    program_id           INTEGER,
    program_name         TEXT,
    program_tag          TEXT,
    filter_kind          TEXT,
    filter_ifindex       INTEGER,
    filter_parent        INTEGER,
    filter_program_id    INTEGER,
    filter_tag           TEXT,
    filter_name          TEXT,
    filter_class_id      INTEGER,
    filter_flags         INTEGER,
    filter_offload_flags INTEGER,
    filter_is_classic    INTEGER CHECK (filter_is_classic IN (0, 1)),
    filter_has_actions   INTEGER CHECK (filter_has_actions IN (0, 1)),
    replacement_id       INTEGER,
    replacement_name     TEXT,
    replacement_tag      TEXT,
    PRIMARY KEY (run_id, hook_index),
    CHECK ((program_id IS NULL) = (program_name IS NULL) AND (program_id IS NULL) = (program_tag IS NULL)),
    CHECK ((filter_kind IS NULL) = (filter_ifindex IS NULL) AND (filter_kind IS NULL) = (filter_parent IS NULL)),
    CHECK ((replacement_id IS NULL) = (replacement_name IS NULL) AND (replacement_id IS NULL) = (replacement_tag IS NULL))
) STRICT, WITHOUT ROWID;

-- Intent first, then what came of it: a line without evidence is one that was interrupted.
CREATE TABLE journal (
    run_id     TEXT    NOT NULL REFERENCES runs ON DELETE CASCADE,
    sequence   INTEGER NOT NULL CHECK (sequence >= 1),
    phase      TEXT    NOT NULL,
    intent     TEXT    NOT NULL,
    evidence   TEXT,
    started_at TEXT    NOT NULL CHECK (started_at GLOB '????-??-??T??:??:??*Z'),
    ended_at   TEXT    CHECK (ended_at GLOB '????-??-??T??:??:??*Z'),
    PRIMARY KEY (run_id, sequence),
    CHECK ((evidence IS NULL) = (ended_at IS NULL))
) STRICT, WITHOUT ROWID;
