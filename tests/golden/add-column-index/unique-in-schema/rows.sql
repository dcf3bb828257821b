INSERT INTO stock.items SELECT n FROM generate_series(1, 300) n;
