-- What the webhook's receiver is told of keys. Finished rows go after eight days: a warning must outlive its own days.
create table webhook_deliveries (
    -- The id of the message: what happened to which key. The same thing is never written twice.
    id          text    not null primary key,
    sign_in_id  blob    not null references sign_ins (id),
    -- Of a warning, the days before the end at which it is due; null for other messages.
    warning     integer,
    -- When the key was to end by itself as the message was written.
    expires_at  integer not null,
    -- The message, as it goes out.
    body        text    not null,
    -- When the next attempt is due, or a taken one comes up again; null when it is over.
    due_at      integer,
    attempts    integer not null default 0,
    finished_at integer,
    check ((due_at is null) <> (finished_at is null))
) strict;

create index webhook_deliveries_due on webhook_deliveries (due_at) where due_at is not null;
create index webhook_deliveries_finished on webhook_deliveries (finished_at) where finished_at is not null;
create index webhook_deliveries_of_sign_in on webhook_deliveries (sign_in_id, warning);

-- Keys by their end, of which a few are near it.
create index sign_ins_keys_by_end on sign_ins (expires_at) where ended_at is null and kind <> 'browser';
