-- By which people tell a context apart at a glance: one word of a small set.
alter table contexts add column colour text not null default 'grey';

-- Name, mail address and subject in lower case, so that both databases search alike. Written anew at each sign-in.
alter table people add column search text not null default '';
update people set search = lower(coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || subject);

-- The list of people: seen last first.
create index people_in_order on people (last_seen_at, id);
-- The estate: everybody's sign-ins that are not ended, newest first.
create index sign_ins_not_ended on sign_ins (id) where ended_at is null;
-- What is bound to contexts: few among many.
create index sign_ins_bound on sign_ins (id) where ended_at is null and contexts <> '[]';
-- The audit log of one action.
create index audit_events_by_action on audit_events (action, seq);
