create table second_sample_thing (name varchar(63) primary key);
