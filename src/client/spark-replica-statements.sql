-- Every statement of the replica, by name. Parameters and columns are read by position.

-- name: meta_get
SELECT value FROM meta WHERE name = ?1

-- name: meta_set
INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)

-- name: meta_unset
DELETE FROM meta WHERE name = ?1

-- name: settings_all
SELECT name, value FROM settings

-- name: setting_set
INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)

-- name: setting_unset
DELETE FROM settings WHERE name = ?1

-- name: outbox_add
INSERT INTO outbox (path, body, key) VALUES (?1, ?2, ?3)

-- name: outbox_trim
DELETE FROM outbox WHERE id <= (SELECT max(id) FROM outbox) - ?1

-- name: outbox_first
SELECT id, path, body, key FROM outbox ORDER BY id LIMIT 1

-- name: outbox_remove
DELETE FROM outbox WHERE id = ?1

-- name: untold_add
INSERT OR IGNORE INTO untold (id) VALUES (?1)

-- name: untold_remove
DELETE FROM untold WHERE id = ?1

-- name: untold_all
SELECT id FROM untold WHERE id IN (SELECT id FROM events) ORDER BY n

-- Accounts

-- name: account_see
INSERT INTO accounts (id, since, load) VALUES (?1, ?2, ?3)
ON CONFLICT (id) DO UPDATE SET load = excluded.load RETURNING key

-- name: account_key
SELECT key FROM accounts WHERE id = ?1

-- name: account_since
SELECT since FROM accounts WHERE key = ?1

-- name: account_row
SELECT body FROM accounts WHERE key = ?1

-- name: account_put
UPDATE accounts SET body = ?2 WHERE key = ?1

-- name: account_remove
DELETE FROM accounts WHERE key = ?1

-- name: account_stale
SELECT id FROM accounts WHERE load <> ?1

-- name: accounts_all
SELECT key FROM accounts WHERE body IS NOT NULL ORDER BY key

-- name: accounts_count
SELECT count(*) FROM accounts

-- Videos. The columns of a row of a list: key, account, facts, ends_at, views, brands

-- name: video_get
SELECT body FROM videos WHERE id = ?1

-- name: video_row
SELECT body FROM videos WHERE key = ?1

-- name: video_of_item
SELECT body FROM videos WHERE item_id = ?1 LIMIT 1

-- name: video_known
SELECT key, load, account, body FROM videos WHERE id = ?1

-- name: video_key
SELECT 1 FROM videos WHERE key = ?1

-- name: video_keys
SELECT key FROM videos WHERE id = ?1

-- name: video_key_of
SELECT key, account, facts, ends_at, views, brands FROM videos WHERE id = ?1

-- name: video_load
UPDATE videos SET load = ?2 WHERE key = ?1

-- name: video_put
INSERT INTO videos (key, id, account, load, facts, ends_at, views, brands, item_id, body)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (key) DO UPDATE SET account = ?3, load = ?4, facts = ?5, ends_at = ?6, views = ?7,
  brands = ?8, item_id = ?9, body = ?10

-- name: video_drop
DELETE FROM videos WHERE key = ?1

-- name: video_of_account
SELECT id FROM videos WHERE account = ?1

-- name: video_stale
SELECT id FROM videos WHERE load <> ?1

-- name: video_people
SELECT words FROM codes WHERE video = ?1 AND words <> ''
UNION SELECT words FROM links WHERE video = ?1 AND words <> ''
UNION SELECT words FROM grants WHERE video = ?1 AND words <> ''
UNION SELECT words FROM brands WHERE id IN (
  SELECT brand FROM links WHERE video = ?1 UNION SELECT brand FROM grants WHERE video = ?1)
ORDER BY 1

-- name: search_add
INSERT INTO videos_search (rowid, caption, people, creator) VALUES (?1, ?2, ?3, ?4)

-- name: search_set_caption
UPDATE videos_search SET caption = ?2, creator = ?4 WHERE rowid = ?1

-- name: search_set_people
UPDATE videos_search SET people = ?2 WHERE rowid = ?1

-- name: search_people
SELECT people FROM videos_search WHERE rowid = ?1

-- name: search_drop
DELETE FROM videos_search WHERE rowid = ?1

-- name: videos_scan
SELECT key, account, facts, ends_at, views, brands FROM videos
WHERE key > ?1 ORDER BY key

-- name: videos_scan_account
SELECT key, account, facts, ends_at, views, brands FROM videos INDEXED BY videos_list
WHERE account = ?2 AND key > ?1 ORDER BY key

-- name: videos_scan_noted
SELECT key, account, facts, ends_at, views, brands FROM videos INDEXED BY videos_facts
WHERE facts <> 0 AND facts & ?2 AND key > ?1 ORDER BY key

-- name: videos_scan_found
SELECT v.key, v.account, v.facts, v.ends_at, v.views, v.brands
FROM videos_search s CROSS JOIN videos v ON v.key = s.rowid
WHERE videos_search MATCH ?2 AND s.rowid > ?1 ORDER BY s.rowid

-- name: videos_scan_brand
SELECT key, account, facts, ends_at, views, brands FROM videos
WHERE id IN (SELECT video FROM grants WHERE brand = ?2) AND key > ?1 ORDER BY key

-- name: video_look
SELECT key, account, facts, ends_at, views, brands FROM videos WHERE key = ?1

-- name: video_is_found
SELECT 1 FROM videos_search WHERE videos_search MATCH ?1 AND rowid = ?2

-- name: video_has_brand
SELECT 1 FROM grants WHERE brand = ?1 AND video = (SELECT id FROM videos WHERE key = ?2) LIMIT 1

-- name: videos_noted
SELECT key, account, facts, ends_at, views, brands FROM videos INDEXED BY videos_facts
WHERE facts <> 0

-- name: videos_count
SELECT count(*) FROM videos

-- name: videos_count_account
SELECT count(*) FROM videos WHERE account = ?1

-- name: videos_between
SELECT key FROM videos INDEXED BY videos_facts
WHERE facts <> 0 AND ((ends_at > ?1 AND ends_at <= ?2) OR (ends_at > ?3 AND ends_at <= ?4))

-- name: videos_of_brand
SELECT video FROM grants WHERE brand = ?1 UNION SELECT video FROM links WHERE brand = ?1

-- What codes, links, grants, brands, events and batches share

-- name: code_known
SELECT key, load, body, words, video, NULL, secret FROM codes WHERE id = ?1

-- name: code_load
UPDATE codes SET load = ?2 WHERE key = ?1

-- name: code_put
INSERT OR REPLACE INTO codes (key, id, account, load, body, words, video, secret, state, ready_since)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?9, ?10, ?11)

-- name: code_remove
DELETE FROM codes WHERE key = ?1

-- name: code_of_account
SELECT id FROM codes WHERE account = ?1

-- name: code_stale
SELECT id FROM codes WHERE load <> ?1

-- name: link_known
SELECT key, load, body, words, video, brand, secret FROM links WHERE id = ?1

-- name: link_load
UPDATE links SET load = ?2 WHERE key = ?1

-- name: link_put
INSERT OR REPLACE INTO links (key, id, account, load, body, words, video, brand, secret)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)

-- name: link_remove
DELETE FROM links WHERE key = ?1

-- name: link_of_account
SELECT id FROM links WHERE account = ?1

-- name: link_stale
SELECT id FROM links WHERE load <> ?1

-- name: grant_known
SELECT key, load, body, words, video, brand, NULL FROM grants WHERE id = ?1

-- name: grant_load
UPDATE grants SET load = ?2 WHERE key = ?1

-- name: grant_put
INSERT OR REPLACE INTO grants (key, id, account, load, body, words, video, brand, state, ends_at, rank, code)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?10, ?11, ?12, ?13)

-- name: grant_remove
DELETE FROM grants WHERE key = ?1

-- name: grant_of_account
SELECT id FROM grants WHERE account = ?1

-- name: grant_stale
SELECT id FROM grants WHERE load <> ?1

-- name: brand_known
SELECT key, load, body, words, NULL, NULL, NULL FROM brands WHERE id = ?1

-- name: brand_load
UPDATE brands SET load = ?2 WHERE key = ?1

-- name: brand_put
INSERT OR REPLACE INTO brands (key, id, account, load, body, words, name, folded, same, fresh)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?13, ?14, ?15, ?16)

-- name: brand_remove
DELETE FROM brands WHERE key = ?1

-- name: brand_of_account
SELECT id FROM brands WHERE account = ?1

-- name: brand_stale
SELECT id FROM brands WHERE load <> ?1

-- name: event_known
SELECT key, load, body, NULL, video, brand, NULL FROM events WHERE id = ?1

-- name: event_load
UPDATE events SET load = ?2 WHERE key = ?1

-- name: event_put
INSERT OR REPLACE INTO events (key, id, account, load, body, words, video, brand, type, until, about)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?10, ?12, ?13)

-- name: event_remove
DELETE FROM events WHERE key = ?1

-- name: event_of_account
SELECT id FROM events WHERE account = ?1

-- name: event_stale
SELECT id FROM events WHERE load <> ?1

-- name: batch_known
SELECT key, load, body, NULL, NULL, NULL, NULL FROM batches WHERE id = ?1

-- name: batch_load
UPDATE batches SET load = ?2 WHERE key = ?1

-- name: batch_put
INSERT OR REPLACE INTO batches (key, id, account, load, body)
VALUES (?1, ?2, ?3, ?4, ?5)

-- name: batch_remove
DELETE FROM batches WHERE key = ?1

-- name: batch_of_account
SELECT id FROM batches WHERE account = ?1

-- name: batch_stale
SELECT id FROM batches WHERE load <> ?1

-- Codes and links

-- name: code_get
SELECT body, secret, id FROM codes WHERE id = ?1

-- name: codes_live
SELECT id, video, secret FROM codes INDEXED BY codes_live WHERE state IN (1, 2)

-- name: link_get
SELECT body, secret, id FROM links WHERE id = ?1

-- name: link_row
SELECT body, secret, id FROM links WHERE key = ?1

-- name: links_of_video
SELECT key FROM links WHERE video = ?1 ORDER BY key DESC

-- Grants. A list's row: key, account, state, ends_at, words, caption

-- name: grant_get
SELECT g.body, v.body, b.name FROM grants g
LEFT JOIN videos v ON v.id = g.video LEFT JOIN brands b ON b.id = g.brand WHERE g.id = ?1

-- name: grant_row
SELECT g.body, v.body, b.name FROM grants g
LEFT JOIN videos v ON v.id = g.video LEFT JOIN brands b ON b.id = g.brand WHERE g.key = ?1

-- name: grants_of_video
SELECT key FROM grants WHERE video = ?1

-- name: grants_of_brand
SELECT key FROM grants WHERE brand = ?1

-- name: grants_scan
SELECT g.key, g.account, g.state, g.ends_at, g.words, b.words, g.video, g.brand FROM grants g
LEFT JOIN brands b ON b.id = g.brand
ORDER BY g.rank, g.key

-- name: grants_scan_video
SELECT g.key, g.account, g.state, g.ends_at, g.words, b.words, g.video, g.brand FROM grants g
LEFT JOIN brands b ON b.id = g.brand
WHERE g.video = ?1 ORDER BY g.rank, g.key

-- name: grants_scan_brand
SELECT g.key, g.account, g.state, g.ends_at, g.words, b.words, g.video, g.brand FROM grants g
LEFT JOIN brands b ON b.id = g.brand
WHERE g.brand = ?1 ORDER BY g.rank, g.key

-- name: grants_scan_by_brand
SELECT g.key, g.account, g.state, g.ends_at, g.words, b.words, g.video, g.brand FROM grants g
LEFT JOIN brands b ON b.id = g.brand
ORDER BY b.folded IS NULL, b.folded, g.brand, g.rank, g.key

-- name: video_caption_words
SELECT s.caption FROM videos v JOIN videos_search s ON s.rowid = v.key WHERE v.id = ?1

-- Brands

-- name: brand_get
SELECT body FROM brands WHERE id = ?1

-- name: brand_row
SELECT body FROM brands WHERE key = ?1

-- name: brands_scan
SELECT key, account FROM brands ORDER BY folded, key

-- name: brands_namesakes
SELECT o.key, o.account FROM brands b JOIN brands o ON o.same = b.same AND o.id <> b.id
WHERE b.id = ?1 ORDER BY o.account, o.key

-- Events. A list's row: key, account, type, words, video, brand

-- name: event_get
SELECT body FROM events WHERE id = ?1

-- name: event_row
SELECT body FROM events WHERE key = ?1

-- name: event_key
SELECT 1 FROM events WHERE key = ?1

-- name: events_scan
SELECT key, account, type, words, video, brand FROM events WHERE key > ?1 ORDER BY key

-- name: events_scan_account
SELECT key, account, type, words, video, brand FROM events INDEXED BY events_account
WHERE account = ?2 AND key > ?1 ORDER BY key

-- name: events_scan_video
SELECT key, account, type, words, video, brand FROM events INDEXED BY events_video
WHERE video = ?2 AND key > ?1 ORDER BY key

-- name: events_last
SELECT max(key) FROM events

-- name: events_last_of_account
SELECT max(key) FROM events WHERE account = ?1

-- Where an account's events begin here, and whether one of that moment has the type ?2 (?3: the bits of a
-- key that are no moment)
-- name: events_reach
SELECT oldest.key, EXISTS (SELECT 1 FROM events e INDEXED BY events_account
  WHERE e.account = ?1 AND e.key >= ((oldest.key >> ?3) << ?3) AND e.type = ?2)
FROM (SELECT max(key) AS key FROM events WHERE account = ?1) AS oldest

-- name: event_look
SELECT key, account, type, words, video, brand FROM events WHERE key = ?1

-- Batches

-- name: batch_get
SELECT body FROM batches WHERE id = ?1

-- name: batch_row
SELECT body FROM batches WHERE key = ?1

-- name: batches_scan
SELECT key, account FROM batches ORDER BY key DESC

-- Attention. A list's row: key, source, account

-- What is misused or being lost, then what ends and what is asked to go on, by the end of the access; then
-- what has time.
-- A request is open until the access was extended after it, by itself (the same is about it) or with its
-- code to the code's new end; or until the access ended. One that was made of an access that had ended
-- then (?6 and ?7: what makes a moment the key of an event) asks for it all the same, and has its answer
-- where the code works again.
-- name: attention_scan
WITH asked AS MATERIALIZED (
  SELECT e.key, e.account, g.key AS access, g.ends_at FROM events e INDEXED BY events_type
  CROSS JOIN grants g ON g.id = e.about
  WHERE e.type = ?5 AND e.id NOT IN (SELECT id FROM dismissed)
    AND (g.state IN (0, 1) OR (g.state = 2 AND e.key < (?6 - g.ends_at) << ?7))
    AND NOT EXISTS (SELECT 1 FROM events n INDEXED BY events_about
      WHERE n.about = e.about AND n.key < e.key)
    AND NOT EXISTS (SELECT 1 FROM events n INDEXED BY events_video
      WHERE n.video = e.video AND n.key < e.key AND n.type = ?8
        AND (g.state = 2 OR n.until - ?9 < g.ends_at))
)
SELECT key, source, account FROM (
  SELECT key, 0 AS source, 0 AS turn, key AS at, account FROM events INDEXED BY events_type
  WHERE type = ?4 AND key < ?1 AND id NOT IN (SELECT id FROM dismissed)
  UNION ALL SELECT key, 1, 1, ends_at, account FROM grants INDEXED BY grants_open
  WHERE state IN (1, 3) AND state = 1 AND brand IS NULL
  UNION ALL SELECT key, 2, 2, ready_since, account FROM codes AS c INDEXED BY codes_live
  WHERE state IN (1, 2) AND state = 2
    AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.video = c.video
      AND (g.state IN (0, 1, 3) OR (g.state IN (2, 4, 5) AND g.code = c.id)))
  UNION ALL SELECT key, 3, 3, ends_at, account FROM grants INDEXED BY grants_open
  WHERE state IN (1, 3) AND state = 3
  UNION ALL SELECT key, 4, 4, iif(ends_at > 0, ends_at, 1 << 62), account FROM asked
  UNION ALL SELECT key, 5, 4, ends_at, account FROM grants INDEXED BY grants_open
  WHERE state IN (1, 3) AND state = 1 AND brand IS NOT NULL AND ends_at > 0 AND ends_at <= ?2
    AND key NOT IN (SELECT access FROM asked)
  UNION ALL SELECT e.key, 6, 5, e.key, e.account FROM brands b INDEXED BY brands_fresh
  CROSS JOIN events e INDEXED BY events_about
  WHERE b.fresh IS NOT NULL AND e.about > b.id || ' ' AND e.about < b.id || '!'
    AND instr(b.fresh, substr(e.about, length(b.id) + 1) || ' ') > 0
    AND NOT EXISTS (SELECT 1 FROM events n INDEXED BY events_about
      WHERE n.about = e.about AND n.key < e.key)
  UNION ALL SELECT key, 7, 6, ready_since, account FROM codes AS c INDEXED BY codes_live
  WHERE state IN (1, 2) AND state = 1 AND ready_since <= ?3
    AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.video = c.video AND g.state = 0)
) ORDER BY turn, at, source, key

-- name: code_row
SELECT body, secret, id FROM codes WHERE key = ?1

-- name: code_video_key
SELECT v.key FROM codes c JOIN videos v ON v.id = c.video WHERE c.key = ?1

-- name: event_video_key
SELECT v.key FROM events e JOIN videos v ON v.id = e.video WHERE e.key = ?1

-- name: event_grant_key
SELECT g.key FROM events e JOIN grants g ON g.id = e.about WHERE e.key = ?1

-- name: event_key_of
SELECT key FROM events WHERE id = ?1

-- name: dismissed_add
INSERT OR IGNORE INTO dismissed (id) VALUES (?1)

-- name: dismissed_remove
DELETE FROM dismissed WHERE id = ?1

-- Exports: ?1 0 for all accounts

-- name: export_count
SELECT (SELECT count(*) FROM videos WHERE ?1 = 0 OR account = ?1)
  + (SELECT count(*) FROM codes WHERE ?1 = 0 OR account = ?1)
  + (SELECT count(*) FROM links WHERE ?1 = 0 OR account = ?1)
  + (SELECT count(*) FROM grants WHERE ?1 = 0 OR account = ?1)
  + (SELECT count(*) FROM brands WHERE ?1 = 0 OR account = ?1)
  + (SELECT count(*) FROM events WHERE ?1 = 0 OR account = ?1)

-- name: export_accounts
SELECT key, id, body, NULL FROM accounts WHERE (?1 = 0 OR key = ?1) AND body IS NOT NULL ORDER BY key

-- name: export_videos
SELECT key, id, body, NULL FROM videos WHERE ?1 = 0 OR account = ?1 ORDER BY key

-- name: export_codes
SELECT key, id, body, secret FROM codes WHERE ?1 = 0 OR account = ?1 ORDER BY key

-- name: export_links
SELECT key, id, body, secret FROM links WHERE ?1 = 0 OR account = ?1 ORDER BY key

-- name: export_grants
SELECT key, id, body, NULL FROM grants WHERE ?1 = 0 OR account = ?1 ORDER BY key

-- name: export_brands
SELECT key, id, body, NULL FROM brands WHERE ?1 = 0 OR account = ?1 ORDER BY key

-- name: export_events
SELECT key, id, body, NULL FROM events WHERE ?1 = 0 OR account = ?1 ORDER BY key
