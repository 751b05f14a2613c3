-- The chain over the audit log. A hash covers its row and the hash of the row before it. Rows from before this step have
-- none; the first hash covers them.
alter table audit_events add column hash blob;

-- The end of the chain: one row, made when the database is opened.
create table audit_head (
    id   integer not null primary key check (id = 1),
    seq  integer not null,
    hash blob    not null
) strict;

-- Nothing joins the log past the chain.
create trigger audit_events_are_chained before insert on audit_events
when new.hash is null or length(new.hash) <> 32
begin
    select raise(abort, 'an audit row needs its hash');
end;
