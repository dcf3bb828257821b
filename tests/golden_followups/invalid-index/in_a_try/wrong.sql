-- What an interrupted build leaves.
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_users_email'::regclass;
