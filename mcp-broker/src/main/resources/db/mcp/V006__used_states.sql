-- Which states that clients carry were gone on with, so that none is twice, whichever process it comes to.
CREATE TABLE mcp_used_state (
  id VARCHAR(64) NOT NULL PRIMARY KEY,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX mcp_used_state_expires_at ON mcp_used_state (expires_at);
