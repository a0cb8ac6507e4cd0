CREATE TABLE llm_spend (
  principal VARCHAR(2048) NOT NULL,
  spend_day DATE NOT NULL,
  spent BIGINT NOT NULL,
  reserved BIGINT NOT NULL,
  PRIMARY KEY (principal, spend_day)
);

CREATE TABLE llm_reservation (
  call_id VARCHAR(36) NOT NULL PRIMARY KEY,
  principal VARCHAR(2048) NOT NULL,
  spend_day DATE NOT NULL,
  amount BIGINT NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE INDEX llm_reservation_expiry ON llm_reservation (expires_at);
