UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop."ix_Users_Name"'::regclass;
