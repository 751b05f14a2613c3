-- Secret addresses of calendars: at most one for each person. Who has the address sees when the person's keys end.
create table calendars (
    person_id   blob    not null primary key references people (id),
    -- All that is kept of the secret in the address.
    secret_hash blob    not null unique,
    created_at  integer not null
) strict;
