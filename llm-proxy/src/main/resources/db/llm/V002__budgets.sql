CREATE TABLE llm_budget (
  principal VARCHAR(2048) NOT NULL,
  period VARCHAR(64) NOT NULL,
  spent BIGINT NOT NULL,
  reserved BIGINT NOT NULL,
  used_on DATE NOT NULL,
  PRIMARY KEY (principal, period)
);

CREATE INDEX llm_budget_used ON llm_budget (used_on);

CREATE TABLE llm_hold (
  call_id VARCHAR(36) NOT NULL,
  principal VARCHAR(2048) NOT NULL,
  period VARCHAR(64) NOT NULL,
  amount BIGINT NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (call_id, period)
);

CREATE INDEX llm_hold_expiry ON llm_hold (expires_at);

INSERT INTO llm_budget
  SELECT principal, 'day ' || CAST(spend_day AS VARCHAR(10)), spent, reserved, spend_day FROM llm_spend;

INSERT INTO llm_hold
  SELECT call_id, principal, 'day ' || CAST(spend_day AS VARCHAR(10)), amount, expires_at
  FROM llm_reservation;

DROP TABLE llm_reservation;

DROP TABLE llm_spend;
