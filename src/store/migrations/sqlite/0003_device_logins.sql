-- Command lines that wait for somebody's approval (RFC 8628). All secrets are kept as SHA-256.
create table device_logins (
    id               blob    not null primary key,
    device_code      blob    not null unique,
    user_code        blob    not null unique,
    -- The S256 challenge of the proof key is itself a hash.
    challenge        blob    not null,
    key_name         text    not null,
    machine_name     text    not null,
    machine_os       text    not null,
    address          text    not null,
    user_agent       text    not null,
    request_id       text    not null,
    created_at       integer not null,
    expires_at       integer not null,
    -- Asking before `next_poll_at` is too soon, and makes the interval longer.
    interval_seconds integer not null,
    next_poll_at     integer not null,
    -- Who typed the user code last: this person may decide.
    looked_up_by     blob    references people (id),
    approved         integer,
    decided_by       blob    references people (id),
    decided_with     blob    references sign_ins (id),
    decided_at       integer,
    check ((decided_at is null) = (approved is null)),
    check ((decided_at is null) = (decided_by is null)),
    check ((decided_at is null) = (decided_with is null))
) strict;

create index device_logins_by_expiry on device_logins (expires_at);

-- Wrong user codes, so that a sign-in cannot guess on.
create table device_tries (
    sign_in blob    not null references sign_ins (id),
    at      integer not null
) strict;

create index device_tries_of_sign_in on device_tries (sign_in, at);
create index device_tries_by_time on device_tries (at);
