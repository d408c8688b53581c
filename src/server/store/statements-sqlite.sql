-- What SQLite says in its own way; statements-postgres.sql has the same names.

-- name: exclude_others
-- Every writing transaction does so from its beginning.
SELECT 1

-- name: key_hold
SELECT value FROM meta WHERE name = 'key_check'

-- name: account_lock
-- A writing transaction has all accounts.
SELECT counter, last_id, folded FROM accounts WHERE account = ?1

-- name: idempotency_get
SELECT body, object, status FROM idempotency WHERE hash = ?1

-- name: notify
-- Other processes see it by the database's version.
SELECT ?1, ?2
