INSERT INTO documents (title, body) SELECT 'Title ' || n, repeat('word ', n % 9) FROM generate_series(1, 250) AS n;
INSERT INTO document_tags (document_id, tag) SELECT id, t FROM documents, unnest(ARRAY['a', 'b']) AS t;
INSERT INTO document_views (document_id, source) SELECT id, 'web' FROM documents;
