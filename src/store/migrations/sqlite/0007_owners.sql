-- Keys that an administrator paused, keys whose owners are gone, and how the provider is asked about owners.
alter table sign_ins add column paused_at integer;
alter table sign_ins add column paused_by blob references people (id);

-- Since when the provider no longer stands for the person, and when it last did without them being here.
alter table people add column gone_at integer;
alter table people add column confirmed_at integer;

-- Refresh tokens, at most one for each person, sealed with a key that stands outside the database.
create table refresh_tokens (
    person_id   blob    not null primary key references people (id),
    sealed      text    not null,
    given_at    integer not null,
    -- Since when a refusal of it would say nothing of the person.
    doubtful_at integer
) strict;

-- Jobs that one process does at a time, and when the next turn is.
create table turns (
    job     text    not null primary key,
    next_at integer not null
) strict;

-- Keys that need an owner: few among many.
create index people_gone on people (id) where gone_at is not null;
