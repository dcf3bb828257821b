ALTER TABLE logs DROP COLUMN scenario_id;
