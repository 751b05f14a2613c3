-- Codes on their way to an app's host. Good once, for half a minute.
create table app_codes (
    code_hash  bytea   not null primary key,
    -- The hash of the secret that the browser keeps for that host meanwhile.
    challenge  bytea   not null,
    host       text    not null,
    return_to  text    not null,
    sign_in_id bytea   not null references sign_ins (id),
    expires_at bigint  not null
);

create index app_codes_by_expiry on app_codes (expires_at);

-- Sessions at apps. They have no life of their own: each is good for its host while its sign-in is live.
create table app_sessions (
    sign_in_id  bytea   not null references sign_ins (id),
    host        text    not null,
    secret_hash bytea   not null unique,
    created_at  bigint  not null,
    primary key (sign_in_id, host)
);
