alter table first_sample_thing add column note varchar(100);
