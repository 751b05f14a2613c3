-- Keys that an administrator paused, keys whose owners are gone, and how the provider is asked about owners.
alter table sign_ins add column paused_at bigint;
alter table sign_ins add column paused_by bytea references people (id);

-- Since when the provider no longer stands for the person, and when it last did without them being here.
alter table people add column gone_at bigint;
alter table people add column confirmed_at bigint;

-- Refresh tokens, at most one for each person, sealed with a key that stands outside the database.
create table refresh_tokens (
    person_id   bytea   not null primary key references people (id),
    sealed      text    not null,
    given_at    bigint  not null,
    -- Since when a refusal of it would say nothing of the person.
    doubtful_at bigint
);

-- Jobs that one process does at a time, and when the next turn is.
create table turns (
    job     text    not null primary key,
    next_at bigint  not null
);

-- Keys that need an owner: few among many.
create index people_gone on people (id) where gone_at is not null;
