-- What each gateway may hold by itself. What calls held by the row is let go.

CREATE TABLE llm_share (
  gateway VARCHAR(36) NOT NULL,
  principal VARCHAR(2048) NOT NULL,
  period VARCHAR(64) NOT NULL,
  amount BIGINT NOT NULL,
  version BIGINT NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (gateway, principal, period)
);

CREATE INDEX llm_share_expiry ON llm_share (expires_at);

DROP TABLE llm_hold;

UPDATE llm_budget SET reserved = 0;
