INSERT INTO users (id, email) SELECT 7 * i, 'User' || i || '@Example.org' FROM generate_series(1, 60) i;
INSERT INTO orders (id, user_id, total) SELECT i, 7 * (1 + i % 60), i FROM generate_series(1, 90) i;
