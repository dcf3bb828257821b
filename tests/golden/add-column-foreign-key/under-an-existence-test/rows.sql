INSERT INTO teams (id, name) SELECT n, 'team ' || n FROM generate_series(1, 10) n;
INSERT INTO users (id, email, status, team_id)
SELECT n * 7, 'User' || n || '@example.org', 'active', 1 + n % 10 FROM generate_series(1, 300) n;
INSERT INTO orders (id, user_id, external_id, total)
SELECT n * 1000003, 7 * (1 + n % 300), 'ext-' || n, n FROM generate_series(1, 400) n;
