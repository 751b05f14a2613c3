-- The chain over the audit log. A hash covers its row and the hash of the row before it. Rows from before this step have
-- none; the first hash covers them.
alter table audit_events add column hash bytea;

-- The end of the chain: one row, made when the database is opened.
create table audit_head (
    id   bigint not null primary key check (id = 1),
    seq  bigint not null,
    hash bytea  not null
);

-- Nothing joins the log past the chain. A replica of an older version that is still running can read, and its acts fail.
alter table audit_events alter column seq drop identity;
alter table audit_events add constraint audit_events_are_chained
    check (hash is not null and length(hash) = 32) not valid;
