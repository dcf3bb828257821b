INSERT INTO logs (id, text) SELECT i, 'x' FROM generate_series(1, 20) i;
