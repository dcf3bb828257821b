INSERT INTO logs (text) SELECT 'x' FROM generate_series(1, 20) i;
