INSERT INTO customers (id, email, name, country, tenant_id)
SELECT n, 'user' || n || '@example.org', CASE WHEN n % 7 = 0 THEN NULL ELSE 'Name ' || n END,
       CASE WHEN n % 3 = 0 THEN 'de' ELSE 'fr' END, n % 5 FROM generate_series(1, 300) AS n;
INSERT INTO orders (id, number, customer_id, status, total, note)
SELECT n * 10, 'A' || n, n % 300 + 1, CASE WHEN n % 4 = 0 THEN NULL WHEN n % 4 = 1 THEN 'new' ELSE 'paid' END, n, NULL
FROM generate_series(1, 400) AS n;
