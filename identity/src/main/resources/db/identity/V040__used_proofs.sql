-- Which proofs of possession were shown, so that none holds twice, whichever process it comes to.
CREATE TABLE identity_used_proof (
  id VARCHAR(43) NOT NULL PRIMARY KEY,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX identity_used_proof_expires_at ON identity_used_proof (expires_at);
