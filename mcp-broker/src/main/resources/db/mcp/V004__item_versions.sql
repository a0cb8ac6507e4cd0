-- Grows with each change of the items of a server, so that replicas need to read no more than this.
CREATE TABLE mcp_item_version (
  server  VARCHAR(63) NOT NULL PRIMARY KEY,
  version BIGINT      NOT NULL
);
