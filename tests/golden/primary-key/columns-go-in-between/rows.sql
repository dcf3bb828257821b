INSERT INTO tags SELECT n / 4, 'tag ' || n % 4, n FROM generate_series(1, 400) n;
