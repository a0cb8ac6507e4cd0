-- Every definition of a tool that was seen, and what was decided about it.
CREATE TABLE mcp_tool (
  server     VARCHAR(63)  NOT NULL,
  tool       VARCHAR(64)  NOT NULL,
  digest     VARCHAR(64)  NOT NULL,
  definition TEXT         NOT NULL,
  status     VARCHAR(16)  NOT NULL,
  present    BOOLEAN      NOT NULL,
  first_seen TIMESTAMP WITH TIME ZONE NOT NULL,
  decided_at TIMESTAMP WITH TIME ZONE,
  decided_by VARCHAR(2048),
  PRIMARY KEY (server, tool, digest)
);
