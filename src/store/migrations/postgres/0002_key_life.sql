-- What becomes of a key after it was made: networks, rotation, and what it is used for.

alter table sign_ins add column networks text not null default '[]';
alter table sign_ins add column rotated_at bigint;
-- The old secret of a rotated key, until the new one is first used or this time has come.
alter table sign_ins add column previous_hash bytea;
alter table sign_ins add column previous_until bigint;
alter table sign_ins add column previous_used_at bigint;
alter table sign_ins add column previous_used_address text;

create unique index sign_ins_by_previous_secret on sign_ins (previous_hash) where previous_hash is not null;

-- Every secret that a rotation took from a key, good or not: its holder is told what became of it.
create table replaced_secrets (
    hash        bytea  not null primary key,
    sign_in_id  bytea  not null references sign_ins (id),
    replaced_at bigint not null
);

-- Requests of a key on a day, which is a number of days since 1970-01-01 UTC.
create table key_uses (
    sign_in_id bytea  not null references sign_ins (id),
    day        bigint not null,
    uses       bigint not null,
    primary key (sign_in_id, day)
);

create index key_uses_by_day on key_uses (day);

-- From where and by what a key was used. Few rows for each key: the oldest go.
create table key_places (
    sign_in_id bytea  not null references sign_ins (id),
    address    text   not null,
    program    text   not null,
    uses       bigint not null,
    last_at    bigint not null,
    primary key (sign_in_id, address, program)
);

create index key_places_by_time on key_places (last_at);

-- Which scopes a key made use of. As many rows for each key as there are scopes, at most.
create table key_scopes (
    sign_in_id bytea  not null references sign_ins (id),
    scope      text   not null,
    last_at    bigint not null,
    primary key (sign_in_id, scope)
);

-- The story of one sign-in.
create index audit_events_by_object on audit_events (object, seq) where object is not null;
create index audit_events_by_sign_in on audit_events (sign_in, seq) where sign_in is not null;
