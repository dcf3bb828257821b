INSERT INTO users (email) SELECT 'user' || i FROM generate_series(1, 50) i;
INSERT INTO orders (user_id, state) SELECT i, 'open' FROM generate_series(1, 50) i;
