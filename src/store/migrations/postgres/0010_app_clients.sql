-- Apps that were registered as clients at the provider. Their secrets are not kept.
create table app_clients (
    id                        bytea not null primary key,
    -- Compared byte by byte, so that the order does not depend on the server's language.
    name                      text collate "C" not null,
    kind                      text not null,
    client_id                 text not null unique,
    redirect_uris             text not null,
    post_logout_redirect_uris text not null,
    backchannel_logout_uri    text,
    scopes                    text not null,
    -- Where the provider is asked to change it, and by which token, sealed; both or none.
    registration_client_uri   text,
    sealed_token              text,
    created_by                bytea not null references people (id),
    created_at                bigint not null
);
