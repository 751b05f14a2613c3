-- Ids are the 16 bytes of a UUID, hashes the 32 bytes of SHA-256. Times are microseconds since 1970-01-01 UTC.
-- Truth is 0 or 1, and a list is a JSON array in text. The PostgreSQL schema is the same, table by table.

create table people (
    id             blob    not null primary key,
    issuer         text    not null,
    subject        text    not null,
    name           text,
    email          text,
    email_verified integer not null,
    groups         text    not null,
    first_seen_at  integer not null,
    last_seen_at   integer not null,
    disabled_at    integer,
    -- The one name of a person: names and mail addresses change hands.
    unique (issuer, subject)
) strict;

-- Browser sessions and keys: one record with one life. Rows are never deleted, because the audit log names them.
create table sign_ins (
    id                blob    not null primary key,
    person_id         blob    not null references people (id),
    kind              text    not null,
    name              text    not null,
    -- The name in lower case, so that both databases search alike.
    name_folded       text    not null,
    -- All that is kept of the secret.
    secret_hash       blob    not null unique,
    prefix            text    not null,
    last_four         text    not null,
    -- Null: all that the person may.
    scopes            text,
    contexts          text    not null,
    auth_time         integer,
    amr               text    not null,
    acr               text,
    provider_sid      text,
    address           text    not null,
    user_agent        text    not null,
    request_id        text    not null,
    machine_name      text,
    machine_os        text,
    made_by           blob    references sign_ins (id),
    created_at        integer not null,
    last_used_at      integer,
    last_used_address text,
    expires_at        integer not null,
    ended_at          integer,
    ended_by          blob    references people (id),
    end_reason        text,
    -- What the session layer keeps beside the sign-in; null when that is nothing.
    session_data      text,
    check ((ended_at is null) = (end_reason is null)),
    check ((last_used_at is null) = (last_used_address is null)),
    check ((machine_name is null) = (machine_os is null))
) strict;

-- What one person holds.
create index sign_ins_of_person on sign_ins (person_id, kind, ended_at);
-- Pages of one person's sign-ins, newest first; pages of everybody's walk the primary key.
create index sign_ins_in_order on sign_ins (person_id, id);
-- Back-channel logout.
create index sign_ins_of_provider_session on sign_ins (provider_sid) where provider_sid is not null;

create table contexts (
    name        text    not null primary key,
    api_url     text    not null,
    issuer      text    not null,
    description text    not null,
    created_at  integer not null
) strict;

create unique index contexts_by_name on contexts (lower(name));

-- The audit log. It refers to nothing by key: it outlives what it tells of.
create table audit_events (
    seq         integer primary key autoincrement,
    at          integer not null,
    action      text    not null,
    outcome     text    not null,
    reason      text,
    actor       blob,
    sign_in     blob,
    object      text,
    object_name text,
    owner       blob,
    address     text,
    user_agent  text,
    request_id  text
) strict;

create index audit_events_by_actor on audit_events (actor, seq);
create index audit_events_by_owner on audit_events (owner, seq);

create trigger audit_events_stay before update on audit_events
begin
    select raise(abort, 'the audit log is append-only');
end;

create trigger audit_events_remain before delete on audit_events
begin
    select raise(abort, 'the audit log is append-only');
end;

create table login_attempts (
    state_hash   blob    not null primary key,
    browser_hash blob    not null,
    return_to    text    not null,
    max_age      integer,
    created_at   integer not null,
    expires_at   integer not null
) strict;

create index login_attempts_of_browser on login_attempts (browser_hash, created_at);
create index login_attempts_by_expiry on login_attempts (expires_at);

-- Bearers that bought a key. A second purchase fails on the primary key.
create table spent_bearers (
    hash       blob    not null primary key,
    expires_at integer not null
) strict;

create index spent_bearers_by_expiry on spent_bearers (expires_at);

-- Logout tokens that were acted on. A replay fails on the primary key.
create table logout_tokens (
    issuer     text    not null,
    jti        text    not null,
    subject    text,
    sid        text,
    expires_at integer not null,
    primary key (issuer, jti)
) strict;

create index logout_tokens_by_sid on logout_tokens (issuer, sid);
create index logout_tokens_by_expiry on logout_tokens (expires_at);
