INSERT INTO users (email, team) SELECT 'u' || g || '@example.org', 't' || g % 7 FROM generate_series(1, 300) g;
INSERT INTO orders (user_id, placed_at) SELECT 1 + g % 300, now() - g * interval '1 hour' FROM generate_series(1, 500) g;
