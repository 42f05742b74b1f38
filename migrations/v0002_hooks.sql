-- Places without a filter, who keeps programs there, who writes a map, and who filters packets.

-- For tcx, xdp and netkit; all NULL for clsact and ingress.
ALTER TABLE hooks ADD COLUMN attachment_link_id INTEGER CHECK (attachment_link_id BETWEEN 1 AND 4294967295);
ALTER TABLE hooks ADD COLUMN attachment_position INTEGER CHECK (attachment_position BETWEEN 0 AND 4294967295);
ALTER TABLE hooks ADD COLUMN attachment_revision INTEGER;
ALTER TABLE hooks ADD COLUMN attachment_mode TEXT CHECK (attachment_mode IN ('native', 'generic', 'offload'));
-- {"holders":[{"command":…,"pid":…}],"pins":[…]} of the link, or, where there is none, of the program; NULL where nobody looked.
ALTER TABLE hooks ADD COLUMN owner TEXT CHECK (owner IS NULL OR json_valid(owner));

ALTER TABLE run_hooks ADD COLUMN attachment_link_id INTEGER CHECK (attachment_link_id BETWEEN 1 AND 4294967295);
ALTER TABLE run_hooks ADD COLUMN attachment_position INTEGER CHECK (attachment_position BETWEEN 0 AND 4294967295);
ALTER TABLE run_hooks ADD COLUMN attachment_revision INTEGER;
ALTER TABLE run_hooks ADD COLUMN attachment_mode TEXT CHECK (attachment_mode IN ('native', 'generic', 'offload'));
ALTER TABLE run_hooks ADD COLUMN owner TEXT CHECK (owner IS NULL OR json_valid(owner));

-- {"interval_ms":…,"is_exact":…,"keys_changed":…,"moved":…}: how the entries changed between two reads; NULL where it was read once.
-- The elements of holders have "writable" from now on.
ALTER TABLE maps ADD COLUMN activity TEXT CHECK (activity IS NULL OR json_valid(activity));

-- Chains of nftables and iptables, and BPF programs on netfilter's hooks.
CREATE TABLE packet_filters (
    snapshot_id  TEXT    NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    position     INTEGER NOT NULL CHECK (position >= 0),
    netns        INTEGER, -- cookie; NULL where the kernel does not say
    kind         TEXT    NOT NULL CHECK (kind IN ('nftables', 'iptables', 'bpf')),
    family       TEXT    NOT NULL, -- ip, ip6, inet, arp, bridge, netdev
    hook         TEXT    NOT NULL, -- prerouting, input, forward, output, postrouting, ingress, egress
    priority     INTEGER NOT NULL,
    type         TEXT,
    filter_table TEXT,
    chain        TEXT,
    policy       TEXT,
    rules        INTEGER CHECK (rules >= 0),
    devices      TEXT    NOT NULL CHECK (json_valid(devices)), -- names, as a JSON array
    program_id   INTEGER,
    program_name TEXT,
    program_tag  TEXT,
    link_id      INTEGER CHECK (link_id BETWEEN 1 AND 4294967295),
    PRIMARY KEY (snapshot_id, position),
    CHECK ((program_id IS NULL) = (program_name IS NULL) AND (program_id IS NULL) = (program_tag IS NULL))
) STRICT, WITHOUT ROWID;
