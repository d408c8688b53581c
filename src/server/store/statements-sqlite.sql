-- What SQLite says in its own way; statements-postgres.sql has the same names.

-- name: exclude_others
-- Every writing transaction does so from its beginning.
SELECT 1

-- name: check_begin
SELECT 1

-- name: key_hold
SELECT value FROM meta WHERE name = 'key_check'

-- name: account_lock
-- A writing transaction has all accounts.
SELECT counter, last_id, folded, platform FROM accounts WHERE account = ?1

-- name: accounts_in
-- ?1: numbers, separated by commas.
SELECT a.account, a.platform, a.name, a.handle, a.created_at, a.platform_seen_at, c.state,
  c.refresh_ends_at, i.digest, c.unasked
FROM json_each('[' || ?1 || ']') k CROSS JOIN accounts a ON a.account = k.value
LEFT JOIN connections c ON c.account = a.account
LEFT JOIN avatars i ON i.account = a.account ORDER BY a.account

-- name: counters_in
SELECT a.account, a.counter
FROM json_each('[' || ?1 || ']') k CROSS JOIN accounts a ON a.account = k.value ORDER BY a.account

-- name: batch_rows_insert
-- ?4: numbers, separated by commas.
INSERT INTO batch_rows (account, batch, line, subject, at)
SELECT ?1, ?2, k.key, k.value, ?3 FROM json_each('[' || ?4 || ']') k

-- name: idempotency_get
SELECT body, object, status FROM idempotency WHERE hash = ?1

-- name: notify
-- Other processes see it by the database's version.
SELECT ?1, ?2

-- One by one, the last ones first: of the changes of one object the last one stays, and nothing is sorted.
-- name: changes_fold
INSERT INTO changes (account, kind, id, seq)
SELECT account, kind, id, seq FROM recent_objects WHERE account = ?1 ORDER BY last DESC
ON CONFLICT (account, kind, id) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > changes.seq
