INSERT INTO accounts (id, email, handle, deleted_at)
SELECT n, 'user' || n || '@example.org', NULL, CASE WHEN n % 10 = 0 THEN now() END FROM generate_series(1, 200) AS n;
INSERT INTO members (id, badge, is_deleted) SELECT n, 'B' || n, n % 6 = 0 FROM generate_series(1, 200) AS n;
