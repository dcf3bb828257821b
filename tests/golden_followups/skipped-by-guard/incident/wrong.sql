-- The branch with the guard ran first here: it did nothing.
ALTER TABLE logs DROP COLUMN scenario_id, DROP COLUMN task_id, DROP COLUMN status, DROP COLUMN account_id;
