"""One file per rule, found by discovery; `api` is the only door."""
