-- Secret addresses of calendars: at most one for each person. Who has the address sees when the person's keys end.
create table calendars (
    person_id   bytea  not null primary key references people (id),
    -- All that is kept of the secret in the address.
    secret_hash bytea  not null unique,
    created_at  bigint not null
);
