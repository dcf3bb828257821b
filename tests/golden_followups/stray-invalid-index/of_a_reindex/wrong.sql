CREATE INDEX ix_users_email_ccnew ON users (email);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_users_email_ccnew'::regclass;
