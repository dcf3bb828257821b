INSERT INTO billing.invoices (number, amount) SELECT 'I-' || n, n FROM generate_series(1, 300) AS n;
