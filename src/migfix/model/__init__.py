"""What is known, without an opinion: operations, revisions, the schema they leave, and the databases they will meet."""
