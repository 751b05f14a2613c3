-- Whether the audit log says already that the sign-in ended by itself. What did so before this step is old news.
alter table sign_ins add column expiry_noted integer not null default 0;
update sign_ins set expiry_noted = 1 where expires_at <= unixepoch() * 1000000;

-- What ends next of what is not ended: few have ended since the last look.
create index sign_ins_by_end on sign_ins (expires_at) where ended_at is null and expiry_noted = 0;

-- The oldest of those that anybody may begin: the sweep keeps their number bounded.
create index device_logins_in_order on device_logins (created_at);
create index login_attempts_in_order on login_attempts (created_at);
