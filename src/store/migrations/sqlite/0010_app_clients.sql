-- Apps that were registered as clients at the provider. Their secrets are not kept.
create table app_clients (
    id                        blob not null primary key,
    name                      text not null,
    kind                      text not null,
    client_id                 text not null unique,
    redirect_uris             text not null,
    post_logout_redirect_uris text not null,
    backchannel_logout_uri    text,
    scopes                    text not null,
    -- Where the provider is asked to change it, and by which token, sealed; both or none.
    registration_client_uri   text,
    sealed_token              text,
    created_by                blob not null references people (id),
    created_at                integer not null
) strict;
