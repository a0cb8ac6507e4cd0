-- What is kept of the keys that were given out. The key's text is kept nowhere.
CREATE TABLE identity_virtual_key (
  name VARCHAR(63) NOT NULL PRIMARY KEY,
  key_id VARCHAR(12) NOT NULL UNIQUE,
  digest VARCHAR(64) NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL
);
