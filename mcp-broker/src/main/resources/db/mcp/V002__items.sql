-- Every definition of an item of a server that was seen, and what was decided about it.
-- form says how the digest was made; 1 is the digest of the definition alone, and has no origin.
CREATE TABLE mcp_item (
  server     VARCHAR(63)   NOT NULL,
  digest     VARCHAR(64)   NOT NULL,
  form       INTEGER       NOT NULL,
  kind       VARCHAR(16)   NOT NULL,
  name       VARCHAR(2048) NOT NULL,
  origin     VARCHAR(64)   NOT NULL,
  definition TEXT          NOT NULL,
  status     VARCHAR(16)   NOT NULL,
  present    BOOLEAN       NOT NULL,
  first_seen TIMESTAMP WITH TIME ZONE NOT NULL,
  decided_at TIMESTAMP WITH TIME ZONE,
  decided_by VARCHAR(2048),
  PRIMARY KEY (server, digest)
);

INSERT INTO mcp_item (server, digest, form, kind, name, origin, definition, status, present,
                      first_seen, decided_at, decided_by)
  SELECT server, digest, 1, 'tool', tool, '', definition, status, present,
         first_seen, decided_at, decided_by
    FROM mcp_tool;

DROP TABLE mcp_tool;
