-- Each version of each credential's value, sealed; old versions stay and are lent no more.
create table vault_secret (
  credential varchar(63) not null,
  version integer not null,
  kek_id varchar(64) not null,
  ciphertext varchar(400000) not null,
  created_at timestamp with time zone not null,
  primary key (credential, version)
);

-- The key that signs checkpoints of evidence; its private half is sealed.
create table vault_signing_key (
  key_id varchar(64) primary key,
  kek_id varchar(64) not null,
  public_key varchar(200) not null,
  ciphertext varchar(2000) not null,
  created_at timestamp with time zone not null
);
