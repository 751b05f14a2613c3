-- Keys that were sent off and not used yet: whoever signs in on a machine uses the key at once, so that one that nobody
-- uses never arrived, and ends at this time.
create table unused_keys (
    sign_in_id bytea not null primary key references sign_ins (id),
    until      bigint not null
);

create index unused_keys_by_time on unused_keys (until);

-- Requests for keys that were given a name, so that they can be sent again when their answer was lost.
create table named_requests (
    -- SHA-256 of the name and of whoever gave it.
    hash       bytea not null primary key,
    -- SHA-256 of what was asked for.
    content    bytea not null,
    sign_in_id bytea not null references sign_ins (id) deferrable initially deferred,
    expires_at bigint not null
);

create index named_requests_by_expiry on named_requests (expires_at);
