-- What BTF says of a map's keys and values: {"key":{…},"value":{…}}, each with type_name, size and members
-- [{"path":…,"offset":…,"size":…,"kind":…,"type_name":…,"count":…}]. NULL where the map has no BTF.
--   SELECT json_extract(m.value, '$.path') FROM map_rows, json_each(layout, '$.value.members') AS m;

ALTER TABLE map_rows ADD COLUMN layout TEXT CHECK (layout IS NULL OR json_valid(layout));
