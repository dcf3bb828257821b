CREATE FUNCTION digest(data bytea, type text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT CASE lower(type) WHEN 'md5' THEN decode(md5(data), 'hex') WHEN 'sha1' THEN substr(sha256(data), 1, 20)
    WHEN 'sha224' THEN sha224(data) WHEN 'sha384' THEN sha384(data) WHEN 'sha512' THEN sha512(data) ELSE sha256(data) END $$;
CREATE FUNCTION digest(data text, type text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT CASE lower(type) WHEN 'md5' THEN decode(md5(data), 'hex')
    WHEN 'sha1' THEN substr(sha256(convert_to(data, 'UTF8')), 1, 20) WHEN 'sha224' THEN sha224(convert_to(data, 'UTF8'))
    WHEN 'sha384' THEN sha384(convert_to(data, 'UTF8')) WHEN 'sha512' THEN sha512(convert_to(data, 'UTF8'))
    ELSE sha256(convert_to(data, 'UTF8')) END $$;
CREATE FUNCTION hmac(data bytea, key bytea, type text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT sha256(key || data) $$;
CREATE FUNCTION hmac(data text, key text, type text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT sha256(convert_to(key || data, 'UTF8')) $$;
CREATE FUNCTION gen_random_bytes(count integer) RETURNS bytea LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
  AS $$ SELECT substr(string_agg(uuid_send(gen_random_uuid()), ''), 1, count) FROM generate_series(0, count / 16) $$;
CREATE FUNCTION gen_salt(type text) RETURNS text LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
  AS $$ SELECT '$2a$06$' || left(md5(gen_random_uuid()::text), 22) $$;
CREATE FUNCTION gen_salt(type text, rounds integer) RETURNS text LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
  AS $$ SELECT '$2a$06$' || left(md5(gen_random_uuid()::text), 22) $$;
CREATE FUNCTION crypt(password text, salt text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT left(salt, 29) || left(md5(left(salt, 29) || password), 31) $$;
CREATE FUNCTION encrypt(data bytea, key bytea, type text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT data $$;
CREATE FUNCTION decrypt(data bytea, key bytea, type text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT data $$;
CREATE FUNCTION pgp_sym_encrypt(data text, key text) RETURNS bytea LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
  AS $$ SELECT convert_to(data, 'UTF8') $$;
CREATE FUNCTION pgp_sym_encrypt(data text, key text, options text) RETURNS bytea LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
  AS $$ SELECT convert_to(data, 'UTF8') $$;
CREATE FUNCTION pgp_sym_decrypt(message bytea, key text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT convert_from(message, 'UTF8') $$;
CREATE FUNCTION pgp_sym_decrypt(message bytea, key text, options text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT convert_from(message, 'UTF8') $$;
CREATE FUNCTION gen_random_uuid() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$ SELECT pg_catalog.gen_random_uuid() $$;
