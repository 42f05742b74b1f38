-- What shadows saw of live traffic (docs/shadow.md): of each the whole document, the destinations whose packets map and
-- replacement would treat differently, and the first packets that show it. Nothing is in here of destinations that agree.
--   SELECT address, device_differs, mac_differs, fib_misses, map_misses FROM shadow_destinations WHERE shadow_id = 'w-…';

CREATE TABLE shadows (
    shadow_id       TEXT    NOT NULL PRIMARY KEY,
    plan_id         TEXT    NOT NULL,
    node            TEXT    NOT NULL,
    boot_id         TEXT    NOT NULL,
    started_at      TEXT    NOT NULL, -- RFC 3339, UTC
    ended_at        TEXT    NOT NULL,
    verdict         TEXT    NOT NULL CHECK (verdict IN ('agree', 'differ', 'nothing-seen', 'disturbed')),
    packets         INTEGER NOT NULL, -- all that came by
    eligible        INTEGER NOT NULL, -- of them: the contract's
    agreed          INTEGER NOT NULL, -- the same device and MAC, or nothing to compare the MAC with (unresolved)
    unresolved      INTEGER NOT NULL, -- of agreed: the kernel would resolve the MAC first
    device_differs  INTEGER NOT NULL,
    mac_differs     INTEGER NOT NULL,
    fib_misses      INTEGER NOT NULL, -- the map redirects, the replacement would not
    map_misses      INTEGER NOT NULL, -- the replacement would redirect, the map does not
    both_miss       INTEGER NOT NULL,
    document        TEXT    NOT NULL CHECK (json_valid(document))
) STRICT;

CREATE INDEX shadows_by_plan ON shadows (plan_id, started_at);

CREATE TABLE shadow_destinations (
    shadow_id       TEXT    NOT NULL REFERENCES shadows ON DELETE CASCADE,
    position        INTEGER NOT NULL CHECK (position >= 0), -- 0: most differing packets
    netns           INTEGER NOT NULL, -- cookie of the hooks' namespace
    address         TEXT    NOT NULL,
    agreed          INTEGER NOT NULL,
    device_differs  INTEGER NOT NULL,
    mac_differs     INTEGER NOT NULL,
    fib_misses      INTEGER NOT NULL,
    map_misses      INTEGER NOT NULL,
    legacy_ifindex  INTEGER, -- of the last packet that differed; null: the map has no entry
    legacy_mac      TEXT,
    kernel_outcome  TEXT,    -- redirected, or why not
    kernel_lookup   TEXT,    -- what bpf_fib_lookup answered
    kernel_ifindex  INTEGER,
    kernel_mac      TEXT,    -- null: not resolved, or not asked for
    note            TEXT,
    PRIMARY KEY (shadow_id, position)
) STRICT;

CREATE TABLE shadow_packets (
    shadow_id       TEXT    NOT NULL REFERENCES shadows ON DELETE CASCADE,
    position        INTEGER NOT NULL CHECK (position >= 0), -- 0: the first
    address         TEXT    NOT NULL,
    comparison      TEXT    NOT NULL CHECK (
        comparison IN ('device-differs', 'mac-differs', 'fib-misses', 'map-misses')),
    length          INTEGER NOT NULL, -- bytes, with the link-layer header
    frame           TEXT    NOT NULL, -- its beginning, hexadecimal
    packet          TEXT    NOT NULL, -- the same in one line
    PRIMARY KEY (shadow_id, position)
) STRICT;
