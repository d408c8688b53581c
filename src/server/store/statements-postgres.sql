-- What PostgreSQL says in its own way; statements-sqlite.sql has the same names.

-- name: exclude_others
SELECT 1 FROM (SELECT pg_advisory_xact_lock(7382601135)) AS held

-- name: check_begin
-- For who reads all there is, while others go on: it may take as long as that takes, and whoever reads what it
-- finds as long as that; and read whole tables beside each other.
SELECT 1 FROM (SELECT set_config('statement_timeout', '1h', TRUE),
  set_config('idle_in_transaction_session_timeout', '1h', TRUE),
  set_config('enable_seqscan', 'on', TRUE), set_config('enable_hashjoin', 'on', TRUE),
  set_config('enable_mergejoin', 'on', TRUE), set_config('enable_bitmapscan', 'on', TRUE)) AS begun

-- name: key_hold
-- Who moves it waits for those who write with it.
SELECT value FROM meta WHERE name = 'key_check' FOR SHARE

-- name: account_lock
SELECT counter, last_id, folded, platform FROM accounts WHERE account = ?1 FOR UPDATE

-- name: accounts_in
-- ?1: numbers, separated by commas.
SELECT a.account, a.platform, a.name, a.handle, a.created_at, a.platform_seen_at, c.state,
  c.refresh_ends_at, i.digest, c.unasked
FROM accounts a LEFT JOIN connections c ON c.account = a.account
LEFT JOIN avatars i ON i.account = a.account
WHERE a.account = ANY (string_to_array(?1, ',')::bigint[]) ORDER BY a.account

-- name: counters_in
SELECT account, counter FROM accounts
WHERE account = ANY (string_to_array(?1, ',')::bigint[]) ORDER BY account

-- name: batch_rows_insert
-- ?4: numbers, separated by commas.
INSERT INTO batch_rows (account, batch, line, subject, at)
SELECT ?1, ?2, s.line - 1, s.subject, ?3
FROM unnest(string_to_array(?4, ',')::bigint[]) WITH ORDINALITY AS s (subject, line)

-- name: idempotency_get
-- What is found may not be on every disk that must have it: who locks it waits for that at the commit.
SELECT body, object, status FROM idempotency WHERE hash = ?1 FOR SHARE

-- name: notify
SELECT 1 FROM (SELECT pg_notify(?1, ?2)) AS told

-- name: changes_fold
INSERT INTO changes (account, kind, id, seq)
SELECT account, kind, id, max(seq) FROM recent_objects WHERE account = ?1
GROUP BY account, kind, id
ON CONFLICT (account, kind, id) DO UPDATE SET seq = excluded.seq
