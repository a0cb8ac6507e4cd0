-- Everything that administrators set, as it stands.
create table gateway_resource (
  kind varchar(63) not null,
  name varchar(63) not null,
  version bigint not null,
  api_version varchar(63) not null,
  labels varchar(100000) not null,
  spec varchar(1000000) not null,
  changed_at timestamp with time zone not null,
  changed_by varchar(2048) not null,
  primary key (kind, name)
);

-- Every version that there was; a deletion has no document.
create table gateway_resource_version (
  kind varchar(63) not null,
  name varchar(63) not null,
  version bigint not null,
  revision bigint not null,
  document varchar(1000000),
  changed_at timestamp with time zone not null,
  changed_by varchar(2048) not null,
  primary key (kind, name, version)
);

-- One row, which every change locks and counts up.
create table gateway_revision (
  id integer not null primary key,
  revision bigint not null
);

insert into gateway_revision (id, revision) values (1, 0);
