INSERT INTO users (id, email) SELECT i, 'user' || i FROM generate_series(1, 50) i;
INSERT INTO orders (id, user_id, state) SELECT i, i, 'open' FROM generate_series(1, 50) i;
