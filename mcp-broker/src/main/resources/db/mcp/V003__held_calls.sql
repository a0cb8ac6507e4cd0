-- Every call that a policy held for a person's approval, until some time after it ended.
CREATE TABLE mcp_held_call (
  id             VARCHAR(36)   NOT NULL PRIMARY KEY,
  -- Digest of all that the approval is for, while the row answers for such calls.
  live           VARCHAR(64)   UNIQUE,
  principal      VARCHAR(2048) NOT NULL,
  turn_owner     VARCHAR(2048) NOT NULL,
  turn           VARCHAR(64)   NOT NULL,
  server         VARCHAR(255)  NOT NULL,
  kind           VARCHAR(16)   NOT NULL,
  name           VARCHAR(2048) NOT NULL,
  pin            VARCHAR(128)  NOT NULL,
  content_digest VARCHAR(64)   NOT NULL,
  content        TEXT          NOT NULL,
  policy         VARCHAR(255)  NOT NULL,
  policy_version VARCHAR(64)   NOT NULL,
  rule           VARCHAR(255)  NOT NULL,
  resource       VARCHAR(512)  NOT NULL,
  action         VARCHAR(2048) NOT NULL,
  status         VARCHAR(16)   NOT NULL,
  created_at     TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at     TIMESTAMP WITH TIME ZONE NOT NULL,
  decided_at     TIMESTAMP WITH TIME ZONE,
  decided_by     VARCHAR(2048),
  ended_at       TIMESTAMP WITH TIME ZONE,
  used_by        VARCHAR(36),
  -- Whether evidence has how it ended.
  recorded       BOOLEAN       NOT NULL
);

CREATE INDEX mcp_held_call_status ON mcp_held_call (status, expires_at);

-- One row, which whoever holds a new call locks, so that the bounds hold.
CREATE TABLE mcp_held_guard (id INTEGER NOT NULL PRIMARY KEY);
INSERT INTO mcp_held_guard (id) VALUES (1);
