-- Keys that were sent off and not used yet: whoever signs in on a machine uses the key at once, so that one that nobody
-- uses never arrived, and ends at this time.
create table unused_keys (
    sign_in_id blob not null primary key references sign_ins (id),
    until      integer not null
) strict;

create index unused_keys_by_time on unused_keys (until);

-- Requests for keys that were given a name, so that they can be sent again when their answer was lost.
create table named_requests (
    -- SHA-256 of the name and of whoever gave it.
    hash       blob not null primary key,
    -- SHA-256 of what was asked for.
    content    blob not null,
    sign_in_id blob not null references sign_ins (id) deferrable initially deferred,
    expires_at integer not null
) strict;

create index named_requests_by_expiry on named_requests (expires_at);
