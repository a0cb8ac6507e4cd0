create table broken_sample_thing (name no_such_type);
