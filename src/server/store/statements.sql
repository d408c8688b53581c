-- The statements of the store and the ledger, by name, for both engines; what they do not share is in
-- statements-sqlite.sql and statements-postgres.sql. Columns of one kind of row are always listed in
-- the same order: the C code reads them by position. The numbers of states are those of
-- model/spark-enums.h.

-- name: meta_get
SELECT value FROM meta WHERE name = ?1

-- name: meta_set
INSERT INTO meta (name, value) VALUES (?1, ?2)

-- name: meta_put
INSERT INTO meta (name, value) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- Another key: what the old one made is read in portions and made anew with the new one.

-- name: key_move
UPDATE meta SET value = ?1 WHERE name = 'key_check'

-- name: rekey_codes
SELECT account, id, secret FROM codes WHERE (account, id) > (?1, ?2) ORDER BY account, id LIMIT ?3

-- name: rekey_code
UPDATE codes SET secret = ?4 WHERE account = ?1 AND id = ?2 AND secret = ?3

-- name: rekey_links
SELECT account, id, secret FROM links WHERE (account, id) > (?1, ?2) ORDER BY account, id LIMIT ?3

-- name: rekey_link
UPDATE links SET secret = ?4 WHERE account = ?1 AND id = ?2 AND secret = ?3

-- name: rekey_accesses
SELECT account, 0, access FROM connections
WHERE account > CAST(?1 AS BIGINT) + CAST(?2 AS BIGINT) AND access IS NOT NULL ORDER BY account LIMIT ?3

-- name: rekey_access
UPDATE connections SET access = ?4 WHERE account = CAST(?1 AS BIGINT) + CAST(?2 AS BIGINT) AND access = ?3

-- name: rekey_refreshes
SELECT account, 0, refresh FROM connections
WHERE account > CAST(?1 AS BIGINT) + CAST(?2 AS BIGINT) AND refresh IS NOT NULL ORDER BY account LIMIT ?3

-- name: rekey_refresh
UPDATE connections SET refresh = ?4 WHERE account = CAST(?1 AS BIGINT) + CAST(?2 AS BIGINT) AND refresh = ?3

-- name: rekey_advertiser_accesses
SELECT advertiser, access FROM advertiser_connections
WHERE advertiser > ?1 AND access IS NOT NULL ORDER BY advertiser LIMIT ?2

-- name: rekey_advertiser_access
UPDATE advertiser_connections SET access = ?3 WHERE advertiser = ?1 AND access = ?2

-- name: rekey_consents
SELECT hash, secret FROM consents WHERE hash > ?1 ORDER BY hash LIMIT ?2

-- name: rekey_consent
UPDATE consents SET secret = ?3 WHERE hash = ?1 AND secret = ?2

-- name: fingerprint_copy
INSERT INTO fingerprints (fingerprint, account, kind, id, video)
SELECT ?1, account, kind, id, video FROM fingerprints WHERE fingerprint = ?2
ON CONFLICT (fingerprint) DO NOTHING

-- name: fingerprint_drop
DELETE FROM fingerprints WHERE fingerprint = ?1

-- The audit: each gives the accounts and numbers of what breaks a rule.

-- name: check_counter
SELECT c.account, c.id FROM (
  SELECT account, id, seq FROM changes UNION ALL SELECT account, id, seq FROM recent_objects
  UNION ALL SELECT account, id, id FROM events UNION ALL SELECT account, id, id FROM grants
  UNION ALL SELECT account, id, auth_grant + 2 FROM videos WHERE auth_grant <> 0) c
LEFT JOIN accounts a ON a.account = c.account
WHERE a.account IS NULL OR c.seq > a.counter

-- name: check_last_id
SELECT o.account, o.id FROM (
  SELECT account, id FROM videos UNION ALL SELECT account, id FROM codes
  UNION ALL SELECT account, id FROM links UNION ALL SELECT account, id FROM grants
  UNION ALL SELECT account, id FROM brands UNION ALL SELECT account, id FROM events) o
LEFT JOIN accounts a ON a.account = o.account
WHERE a.account IS NULL OR o.id > a.last_id

-- A grant that has not changed since it came has none: it comes pending or authorized; or expired, where it is
-- noted of a code that has ended. What was extended (event 36), or ends on the platform when an extension of the
-- code (7) that came later says, has changed. The recent ones are read once, not for each object; the CAST lets
-- SQLite look the id up in what it has read.
-- name: check_changes
SELECT o.account, o.id FROM (
  SELECT account, id, 1 AS kind, 0 AS came FROM videos UNION ALL SELECT account, id, 2, 0 FROM codes
  UNION ALL SELECT account, id, 3, 0 FROM links UNION ALL SELECT account, id, 5, 0 FROM brands
  UNION ALL SELECT account, id, 4, id FROM grants
    WHERE state IN (3, 4, 5, 6) OR (state = 2 AND ends_at > redeemed_at)
  UNION ALL SELECT g.account, g.id, 4, g.id FROM (
    SELECT account, grant_id FROM events WHERE type = 36
    UNION SELECT e.account, g.id FROM events e JOIN grants g ON g.account = e.account
      AND g.video = e.video AND g.code = e.code AND g.id < e.id AND g.platform_ends_at = e.ends_at
      WHERE e.type = 7) x
    JOIN grants g ON g.account = x.account AND g.id = x.grant_id WHERE g.state = 1) o
LEFT JOIN changes c ON c.account = o.account AND c.kind = o.kind AND c.id = o.id AND c.seq > o.came
LEFT JOIN (SELECT account, kind, CAST(id AS BIGINT) AS id, max(seq) AS seq FROM recent_objects
  GROUP BY account, kind, id) r
  ON r.account = o.account AND r.kind = o.kind AND r.id = o.id AND r.seq > o.came
WHERE c.id IS NULL AND r.id IS NULL

-- name: check_code_of_video
SELECT v.account, v.id FROM videos v
LEFT JOIN codes c ON c.account = v.account AND c.id = v.auth_code AND c.video = v.id
WHERE v.auth_code <> 0 AND c.id IS NULL

-- name: check_one_code
SELECT c.account, c.id FROM codes c
LEFT JOIN videos v ON v.account = c.account AND v.id = c.video AND v.auth_code = c.id
WHERE c.state IN (0, 1, 2) AND v.id IS NULL

-- name: check_expiry
SELECT account, id FROM codes WHERE expiry_due <> CASE WHEN state IN (1, 2) THEN ends_at ELSE 0 END

-- name: check_grant_expiry
SELECT g.account, g.id FROM grants g LEFT JOIN codes c ON c.account = g.account AND c.id = g.code
WHERE g.expiry_due <> CASE WHEN g.state IN (1, 3) THEN g.ends_at ELSE 0 END
  AND (g.state <> 1 OR g.expiry_due <> 0 OR coalesce(c.expiry_due, 0) <> g.ends_at OR c.video <> g.video)

-- name: check_summary
SELECT v.account, v.id FROM videos v
WHERE v.auth_grants <> (SELECT count(*) FROM grants g
    WHERE g.account = v.account AND g.video = v.id AND g.state IN (1, 3))
  OR v.auth_links <> (SELECT count(*) FROM links l
    WHERE l.account = v.account AND l.video = v.id AND l.state = 0)

-- What video_summarize would write.
-- name: check_authorization
SELECT v.account, v.id FROM videos v
LEFT JOIN codes c ON c.account = v.account AND c.id = v.auth_code AND c.state <= 3
WHERE v.auth_state <> coalesce(c.state + 1, 0) OR v.auth_ends_at <> coalesce(c.ends_at, 0)

-- name: check_paid
SELECT v.account, v.id FROM videos v JOIN grants g ON g.account = v.account AND g.video = v.id
WHERE g.paid_views >= 0 GROUP BY v.account, v.id
HAVING sum(g.paid_views) <> max(CASE WHEN v.paid_views > 0 THEN v.paid_views ELSE 0 END)
  OR sum(g.paid_likes) <> max(CASE WHEN v.paid_likes > 0 THEN v.paid_likes ELSE 0 END)
  OR sum(g.paid_comments) <> max(CASE WHEN v.paid_comments > 0 THEN v.paid_comments ELSE 0 END)
  OR sum(g.paid_shares) <> max(CASE WHEN v.paid_shares > 0 THEN v.paid_shares ELSE 0 END)
  OR max(v.views - v.paid_views) < 0

-- name: check_ads_active
SELECT g.account, g.id FROM grants g
-- Elsewhere ads are the platform's own, which only says how many.
JOIN accounts c ON c.account = g.account AND c.platform <> 2
WHERE g.ads_active >= 0 AND g.ads_active <> (
  SELECT count(*) FROM ads a WHERE a.advertiser = g.advertiser AND a.account = g.account
    AND a.grant_id = g.id AND a.state IN (0, 1))
-- Of one whose ads have yet to follow it none is counted.
  AND NOT EXISTS (SELECT 1 FROM ads_behind b WHERE b.advertiser = g.advertiser
    AND b.kind = 2 AND b.account = g.account AND b.id = g.id)

-- name: check_one_grant
SELECT account, max(id) FROM grants
WHERE advertiser IS NOT NULL AND state IN (0, 1) AND ends_at > ?1
GROUP BY account, video, advertiser HAVING count(*) > 1

-- name: check_link_once
SELECT account, link FROM grants WHERE link <> 0 AND state <> 6
GROUP BY account, link HAVING count(DISTINCT advertiser) > 1

-- name: check_link_redeemed
SELECT l.account, l.id FROM links l
LEFT JOIN grants g ON g.account = l.account AND g.video = l.video AND g.link = l.id
  AND g.state NOT IN (0, 6)
WHERE (l.state = 2) <> (g.id IS NOT NULL)

-- name: check_grant_of
SELECT g.account, g.id FROM grants g
LEFT JOIN videos v ON v.account = g.account AND v.id = g.video
LEFT JOIN codes c ON c.account = g.account AND c.id = g.code
LEFT JOIN brands b ON b.account = g.account AND b.id = g.brand
WHERE v.id IS NULL OR (g.code <> 0 AND c.id IS NULL) OR (g.brand <> 0 AND b.id IS NULL)

-- name: check_link_of
SELECT l.account, l.id FROM links l
LEFT JOIN videos v ON v.account = l.account AND v.id = l.video
LEFT JOIN brands b ON b.account = l.account AND b.id = l.brand
WHERE v.id IS NULL OR b.id IS NULL

-- name: check_grant_told
-- What only the platform told of has none, and what it has not told of yet neither.
SELECT account, id FROM grants WHERE source <> 1 AND state <> 0
EXCEPT SELECT account, grant_id FROM events WHERE grant_id <> 0

-- name: check_code_waits
SELECT c.account, c.id FROM codes c WHERE c.waiting <> 0 AND NOT EXISTS (
  SELECT 1 FROM platform_tasks t WHERE t.account = c.account AND t.code = c.id)

-- name: check_grant_waits
SELECT g.account, g.id FROM grants g JOIN accounts a ON a.account = g.account AND a.platform = 2
WHERE g.state IN (0, 3) AND NOT EXISTS (
  SELECT 1 FROM platform_tasks t WHERE t.account = g.account AND t.grant_id = g.id)

-- name: check_task_of
SELECT t.account, t.id FROM platform_tasks t
LEFT JOIN videos v ON v.account = t.account AND v.id = t.video
LEFT JOIN grants g ON g.account = t.account AND g.id = t.grant_id
WHERE v.id IS NULL OR (t.grant_id <> 0 AND (g.id IS NULL OR g.state NOT IN (0, 3)))

-- name: check_post
SELECT g.account, g.id FROM grants g
LEFT JOIN advertiser_posts p
  ON p.advertiser = g.advertiser AND p.account = g.account AND p.grant_id = g.id
WHERE g.advertiser IS NOT NULL AND g.state = 1 AND p.grant_id IS NULL

-- name: check_findable
SELECT account, id FROM (
  SELECT account, id, 2 AS kind FROM codes WHERE state IN (1, 2)
  UNION ALL SELECT account, id, 3 FROM links WHERE state = 0
  EXCEPT SELECT account, id, kind FROM fingerprints) AS o

-- name: account_insert
INSERT INTO accounts (platform, name, handle, created_at) VALUES (?1, ?2, ?3, ?4) RETURNING account

-- name: account_platform
SELECT platform FROM accounts WHERE account = ?1

-- name: account_counters
UPDATE accounts SET counter = ?2, last_id = ?3, folded = ?4 WHERE account = ?1

-- name: account_counter
SELECT counter, last_id FROM accounts WHERE account = ?1

-- name: accounts_list
SELECT a.account, a.platform, a.name, a.handle, a.created_at, a.platform_seen_at, c.state,
  c.refresh_ends_at, i.digest, c.unasked
FROM accounts a LEFT JOIN connections c ON c.account = a.account
LEFT JOIN avatars i ON i.account = a.account
WHERE a.account > ?1 AND a.account NOT IN (SELECT account FROM closed_accounts) ORDER BY a.account

-- name: counters_list
SELECT account, counter FROM accounts
WHERE account NOT IN (SELECT account FROM closed_accounts) ORDER BY account

-- name: account_get
SELECT a.account, a.platform, a.name, a.handle, a.created_at, a.platform_seen_at, c.state,
  c.refresh_ends_at, i.digest, c.unasked
FROM accounts a LEFT JOIN connections c ON c.account = a.account
LEFT JOIN avatars i ON i.account = a.account WHERE a.account = ?1

-- name: account_seen
SELECT platform_seen_at FROM accounts WHERE account = ?1

-- name: account_set_seen
UPDATE accounts SET platform_seen_at = ?2 WHERE account = ?1

-- What goes of a removed account in portions of ?2 rows, behind the last one of the portion before:
-- what was removed stays where it was for a while, and is not to be gone through again and again.

-- name: remove_fingerprints
DELETE FROM fingerprints WHERE fingerprint IN (
  SELECT fingerprint FROM fingerprints WHERE account = ?1 LIMIT ?2)
RETURNING 1

-- name: remove_from_ads
UPDATE ads SET state = CASE WHEN state < 3 THEN 2 ELSE state END, lost = 1, wakes_at = 0,
  account = 0
WHERE (advertiser, id) IN (
  SELECT a.advertiser, a.id FROM (
    SELECT advertiser, account, id FROM grants WHERE account = ?1 AND id > ?3
    ORDER BY id LIMIT ?2) w
  JOIN ads a ON a.advertiser = w.advertiser AND a.account = w.account AND a.grant_id = w.id
  LIMIT ?2)
RETURNING 1

-- name: remove_posts
DELETE FROM advertiser_posts WHERE (advertiser, account, grant_id) IN (
  SELECT advertiser, account, id FROM grants WHERE account = ?1 AND id > ?3 ORDER BY id LIMIT ?2)

-- name: remove_grants
DELETE FROM grants WHERE account = ?1 AND id IN (
  SELECT id FROM grants WHERE account = ?1 AND id > ?3 ORDER BY id LIMIT ?2)
RETURNING id

-- name: remove_codes
DELETE FROM codes WHERE account = ?1 AND id IN (
  SELECT id FROM codes WHERE account = ?1 AND id > ?3 ORDER BY id LIMIT ?2)
RETURNING id

-- name: remove_links
DELETE FROM links WHERE account = ?1 AND id IN (
  SELECT id FROM links WHERE account = ?1 AND id > ?3 ORDER BY id LIMIT ?2)
RETURNING id

-- name: remove_tasks
DELETE FROM platform_tasks WHERE account = ?1 AND id IN (
  SELECT id FROM platform_tasks WHERE account = ?1 AND id > ?3 ORDER BY id LIMIT ?2)
RETURNING id

-- name: remove_brand_advertisers
DELETE FROM brand_advertisers WHERE account = ?1 AND advertiser IN (
  SELECT advertiser FROM brand_advertisers WHERE account = ?1 LIMIT ?2)
RETURNING 1

-- name: remove_brands
DELETE FROM brands WHERE account = ?1 AND id IN (
  SELECT id FROM brands WHERE account = ?1 AND id > ?3 ORDER BY id LIMIT ?2)
RETURNING id

-- name: remove_events
DELETE FROM events WHERE account = ?1 AND id IN (
  SELECT id FROM events WHERE account = ?1 AND id > ?3 ORDER BY id LIMIT ?2)
RETURNING id

-- name: remove_refusals
DELETE FROM refusals WHERE account = ?1 AND (subject, advertiser, reason) IN (
  SELECT subject, advertiser, reason FROM refusals WHERE account = ?1 LIMIT ?2)
RETURNING 1

-- name: remove_batch_rows
DELETE FROM batch_rows WHERE account = ?1 AND (batch, line) IN (
  SELECT batch, line FROM batch_rows WHERE account = ?1 AND (batch, line) > (?3, ?4)
  ORDER BY batch, line LIMIT ?2)
RETURNING batch, line

-- name: remove_batches
DELETE FROM batches WHERE account = ?1 AND id IN (
  SELECT id FROM batches WHERE account = ?1 AND id > ?3 ORDER BY id LIMIT ?2)
RETURNING id

-- name: remove_engagement
DELETE FROM engagement_days WHERE account = ?1 AND (video, day) IN (
  SELECT video, day FROM engagement_days WHERE account = ?1 AND (video, day) > (?3, ?4)
  ORDER BY video, day LIMIT ?2)
RETURNING video, day

-- name: remove_covers
DELETE FROM covers WHERE account = ?1 AND video IN (
  SELECT video FROM covers WHERE account = ?1 AND video > ?3 ORDER BY video LIMIT ?2)
RETURNING video

-- name: remove_videos
DELETE FROM videos WHERE account = ?1 AND id IN (
  SELECT id FROM videos WHERE account = ?1 AND id > ?3 ORDER BY id LIMIT ?2)
RETURNING id

-- name: remove_recent_changes
DELETE FROM recent_changes WHERE account = ?1 AND seq IN (
  SELECT seq FROM recent_changes WHERE account = ?1 AND seq > ?3 ORDER BY seq LIMIT ?2)
RETURNING seq

-- name: remove_changes
DELETE FROM changes WHERE account = ?1 AND (kind, id) IN (
  SELECT kind, id FROM changes WHERE account = ?1 AND (kind, id) > (?3, ?4)
  ORDER BY kind, id LIMIT ?2)
RETURNING kind, id

-- name: closed_list
SELECT account FROM closed_accounts ORDER BY account

-- name: closed_due
SELECT account, until FROM closed_accounts WHERE until <= ?1 ORDER BY account LIMIT 1

-- name: closed_put_right
-- Closed by a clock that has been set back since.
UPDATE closed_accounts SET until = ?1 WHERE until > ?1 + 60000

-- name: closed_until
SELECT until FROM closed_accounts WHERE account = ?1

-- name: account_close
INSERT INTO closed_accounts (account, until) VALUES (?1, ?2)
ON CONFLICT (account) DO UPDATE SET until = excluded.until

-- name: account_open
DELETE FROM closed_accounts WHERE account = ?1

-- name: account_drop_tokens
DELETE FROM token_accounts WHERE account = ?1

-- name: account_drop_avatar
DELETE FROM avatars WHERE account = ?1

-- name: account_drop_calendars
DELETE FROM calendars WHERE account = ?1

-- name: account_drop_open_ids
DELETE FROM open_ids WHERE account = ?1

-- name: account_end_connection
-- What TikTok is still to be told outlives the account.
UPDATE connections SET state = 3 WHERE account = ?1 AND access IS NOT NULL

-- name: account_drop_connection
DELETE FROM connections WHERE account = ?1 AND access IS NULL

-- name: connection_drop
DELETE FROM connections WHERE account = ?1

-- name: account_drop_consents
DELETE FROM consents WHERE account = ?1

-- name: account_drop_account
DELETE FROM accounts WHERE account = ?1

-- name: changes_put
INSERT INTO recent_changes (account, seq, first, objects) VALUES (?1, ?2, ?3, ?4)

-- name: changes_folded
DELETE FROM recent_changes WHERE account = ?1

-- Those that are folded have lower numbers than the others; an event or a grant that has not changed since
-- has its own, and a grant that came says with the numbers behind its own that its brand (one) and its video (two)
-- have changed, if it is the last that does and nothing else of them was changed since. No more are looked through
-- than this page goes on, nor further than to the last event that it has room for: each grant that comes has one.
-- Whether one has changed is asked of its whole key: of a join PostgreSQL may read all that have, for each. A
-- video is asked for as if there could be several, in order: before PostgreSQL has counted, any index that begins
-- with the account is as good to it, and it would read all of the account for each.
-- name: changes_after
WITH recent AS MATERIALIZED (
  SELECT r.seq, r.kind, r.id FROM (
    SELECT max(seq) AS seq, kind, id FROM recent_objects
    WHERE account = ?1 AND last > ?2 AND seq > ?2 GROUP BY kind, id) r
  WHERE r.kind NOT IN (1, 5) OR r.seq > coalesce(CASE r.kind
    WHEN 1 THEN (SELECT v.auth_grant FROM videos v
      WHERE v.account = ?1 AND v.id BETWEEN r.id AND r.id ORDER BY v.id LIMIT 1)
    ELSE (SELECT n.id FROM grants n
      WHERE n.account = ?1 AND n.brand = r.id ORDER BY n.id DESC LIMIT 1) END, 0)),
happened AS MATERIALIZED (
  SELECT e.id FROM events e
  WHERE e.account = ?1 AND e.id > ?2 AND e.id NOT IN (SELECT id FROM recent WHERE kind = 6)
    AND (SELECT d.id FROM changes d WHERE d.account = ?1 AND d.kind = 6 AND d.id = e.id) IS NULL
  ORDER BY e.id LIMIT ?3),
up_to AS MATERIALIZED (
  SELECT CASE WHEN count(*) < ?3 THEN 9223372036854775807 ELSE max(id) END AS seq FROM happened),
folded AS MATERIALIZED (
  SELECT c.seq, c.kind, c.id FROM changes c
  WHERE c.account = ?1 AND c.seq > ?2 AND c.seq < (SELECT seq FROM up_to)
    AND ((c.id << 4) | c.kind) NOT IN (SELECT (id << 4) | kind FROM recent)
    AND (c.kind NOT IN (1, 5) OR c.seq > coalesce(CASE c.kind
      WHEN 1 THEN (SELECT v.auth_grant FROM videos v
        WHERE v.account = ?1 AND v.id BETWEEN c.id AND c.id ORDER BY v.id LIMIT 1)
      ELSE (SELECT n.id FROM grants n
        WHERE n.account = ?1 AND n.brand = c.id ORDER BY n.id DESC LIMIT 1) END, 0))
  ORDER BY c.seq LIMIT ?3)
SELECT told.seq, told.kind, told.id FROM (
  SELECT f.seq, f.kind, f.id FROM folded f
  UNION ALL SELECT r.seq, r.kind, r.id FROM recent r
  UNION ALL SELECT h.id, 6, h.id FROM happened h
  UNION ALL SELECT n.id, 4, n.id FROM (
    SELECT g.id FROM grants g
    WHERE g.account = ?1 AND g.id > ?2 AND g.id < (SELECT seq FROM up_to)
      AND g.id < (SELECT CASE WHEN count(*) < ?3 THEN 9223372036854775807 ELSE max(seq) END FROM folded)
      AND g.id NOT IN (SELECT id FROM recent WHERE kind = 4)
      AND (SELECT d.id FROM changes d WHERE d.account = ?1 AND d.kind = 4 AND d.id = g.id) IS NULL
    ORDER BY g.id LIMIT ?3) n
  UNION ALL SELECT b.id + 1, 5, b.brand FROM (
    SELECT g.id, g.brand FROM grants g
    WHERE g.account = ?1 AND g.id > ?2 - 1 AND g.id < (SELECT seq FROM up_to) AND g.brand <> 0
      AND g.id = (SELECT n.id FROM grants n
        WHERE n.account = ?1 AND n.brand = g.brand ORDER BY n.id DESC LIMIT 1)
      AND g.brand NOT IN (SELECT id FROM recent WHERE kind = 5)
      AND (SELECT d.id FROM changes d
        WHERE d.account = ?1 AND d.kind = 5 AND d.id = g.brand AND d.seq > g.id) IS NULL
    ORDER BY g.id LIMIT ?3) b
  UNION ALL SELECT w.id + 2, 1, w.video FROM (
    SELECT g.id, g.video FROM grants g
    WHERE g.account = ?1 AND g.id > ?2 - 2 AND g.id < (SELECT seq FROM up_to)
      AND g.id = (SELECT v.auth_grant FROM videos v
        WHERE v.account = ?1 AND v.id BETWEEN g.video AND g.video ORDER BY v.id LIMIT 1)
      AND g.video NOT IN (SELECT id FROM recent WHERE kind = 1)
      AND (SELECT d.id FROM changes d
        WHERE d.account = ?1 AND d.kind = 1 AND d.id = g.video AND d.seq > g.id) IS NULL
    ORDER BY g.id LIMIT ?3) w) told
ORDER BY told.seq LIMIT ?3

-- name: video_row
SELECT item_id, visibility, blockers, auth_code FROM videos WHERE account = ?1 AND id = ?2

-- name: video_facts
SELECT id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares
FROM videos WHERE account = ?1 AND item_id = ?2

-- name: video_insert
INSERT INTO videos (account, id, item_id, visibility, has_cover) VALUES (?1, ?2, ?3, ?4, ?5)

-- name: video_update
UPDATE videos SET caption = coalesce(?3, caption), folded = coalesce(?4, folded),
  words = coalesce(?14, words), share_url = coalesce(?5, share_url), published_at = ?6, duration_s = ?7, visibility = ?8,
  blockers = ?9, views = ?10, likes = ?11, comments = ?12, shares = ?13
WHERE account = ?1 AND id = ?2

-- name: engagement_put
INSERT INTO engagement_days (account, video, day, views, likes, comments, shares, paid_views,
  paid_likes, paid_comments, paid_shares)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
ON CONFLICT (account, video, day) DO UPDATE SET views = excluded.views, likes = excluded.likes,
  comments = excluded.comments, shares = excluded.shares, paid_views = excluded.paid_views,
  paid_likes = excluded.paid_likes, paid_comments = excluded.paid_comments,
  paid_shares = excluded.paid_shares

-- name: engagement_days
SELECT day, views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares
FROM engagement_days WHERE account = ?1 AND video = ?2 AND day >= ?3 AND day <= ?4
ORDER BY day LIMIT ?5

-- name: video_set_code
UPDATE videos SET auth_code = ?3 WHERE account = ?1 AND id = ?2

-- name: video_drop_code
UPDATE videos SET auth_code = 0 WHERE account = ?1 AND id = ?2 AND auth_code = ?3

-- name: video_summarize
UPDATE videos SET
  auth_grants = (SELECT count(*) FROM grants g
    WHERE g.account = ?1 AND g.video = ?2 AND g.state IN (1, 3)),
  auth_links = (SELECT count(*) FROM links l
    WHERE l.account = ?1 AND l.video = ?2 AND l.state = 0),
  auth_state = coalesce((SELECT CASE WHEN c.state <= 3 THEN c.state + 1 ELSE 0 END FROM codes c
    WHERE c.account = ?1 AND c.id = videos.auth_code), 0),
  auth_ends_at = coalesce((SELECT c.ends_at FROM codes c
    WHERE c.account = ?1 AND c.id = videos.auth_code AND c.state <= 3), 0)
WHERE account = ?1 AND id = ?2

-- name: video_granted
UPDATE videos SET auth_grants = auth_grants + 1, auth_state = ?3 + 1, auth_grant = ?4
WHERE account = ?1 AND id = ?2

-- name: video_get
SELECT account, id, item_id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares, has_cover,
  auth_state, auth_ends_at, auth_code, auth_grants, auth_links
FROM videos WHERE account = ?1 AND id = ?2

-- name: videos_newest
SELECT account, id, item_id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares, has_cover,
  auth_state, auth_ends_at, auth_code, auth_grants, auth_links
FROM videos WHERE account = ?1 AND (?2 < 0 OR auth_state = ?2) AND (published_at, id) < (?3, ?4)
ORDER BY published_at DESC, id DESC LIMIT ?5

-- name: videos_oldest
SELECT account, id, item_id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares, has_cover,
  auth_state, auth_ends_at, auth_code, auth_grants, auth_links
FROM videos WHERE account = ?1 AND (?2 < 0 OR auth_state = ?2) AND (published_at, id) > (?3, ?4)
ORDER BY published_at, id LIMIT ?5

-- name: video_places_newest
SELECT published_at, id FROM videos WHERE account = ?1 AND (published_at, id) < (?2, ?3)
ORDER BY published_at DESC, id DESC LIMIT ?4

-- name: video_places_oldest
SELECT published_at, id FROM videos WHERE account = ?1 AND (published_at, id) > (?2, ?3)
ORDER BY published_at, id LIMIT ?4

-- A time beyond that of a video says how many of those that were published together with it come
-- after it, newest first: so that a list whose cursor is a time goes on among them too.

-- name: video_time_up_to
SELECT published_at FROM videos WHERE account = ?1 AND published_at <= ?2
ORDER BY published_at DESC LIMIT 1

-- name: video_among
SELECT id FROM videos WHERE account = ?1 AND published_at = ?2 ORDER BY id LIMIT 1 OFFSET ?3

-- name: videos_among_below
SELECT count(*) FROM videos WHERE account = ?1 AND published_at = ?2 AND id < ?3

-- name: videos_up
SELECT CAST(?1 AS BIGINT), id, item_id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares, has_cover,
  auth_state, auth_ends_at, auth_code, auth_grants, auth_links
FROM videos WHERE account = ?1 AND id BETWEEN ?2 AND ?3 ORDER BY id

-- name: videos_down
SELECT CAST(?1 AS BIGINT), id, item_id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares, has_cover,
  auth_state, auth_ends_at, auth_code, auth_grants, auth_links
FROM videos WHERE account = ?1 AND id BETWEEN ?2 AND ?3 ORDER BY id DESC

-- name: videos_views
SELECT account, id, item_id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares, has_cover,
  auth_state, auth_ends_at, auth_code, auth_grants, auth_links
FROM videos WHERE account = ?1 AND (?2 < 0 OR auth_state = ?2) AND (views, id) < (?3, ?4)
ORDER BY views DESC, id DESC LIMIT ?5

-- name: videos_ends
SELECT account, id, item_id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares, has_cover,
  auth_state, auth_ends_at, auth_code, auth_grants, auth_links
FROM videos WHERE account = ?1 AND (?2 < 0 OR auth_state = ?2) AND auth_ends_at > 0 AND (auth_ends_at, id) > (?3, ?4)
ORDER BY auth_ends_at, id LIMIT ?5

-- What is searched for: each word in the caption or in the name of a brand that has or had access to the
-- video, or an open link to it. Only where a word is in a brand's name are its videos looked at for that.
-- A brand is asked for as in changes_after.

-- name: videos_newest_found
SELECT account, id, item_id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares, has_cover,
  auth_state, auth_ends_at, auth_code, auth_grants, auth_links
FROM videos WHERE account = ?1 AND (?2 < 0 OR auth_state = ?2)
  AND (instr(folded, ?3) > 0 OR has_words(words, ?7) OR (id IN (
    SELECT g.video FROM brands b JOIN grants g ON g.account = b.account AND g.brand = b.id
    WHERE b.account = ?1 AND has_a_word(b.words, ?7)
    UNION ALL SELECT l.video FROM links l
    WHERE l.account = ?1 AND l.state = 0 AND has_a_word((SELECT b.words FROM brands b
      WHERE b.account = ?1 AND b.id BETWEEN l.brand AND l.brand ORDER BY b.id LIMIT 1), ?7))
  AND has_words(coalesce(words, '') || '  ' || (SELECT group_concat((SELECT b.words FROM brands b
    WHERE b.account = ?1 AND b.id BETWEEN k.brand AND k.brand ORDER BY b.id LIMIT 1), '  ') FROM (
      SELECT g.brand FROM grants g WHERE g.account = ?1 AND g.video = videos.id
      UNION SELECT l.brand FROM links l WHERE l.account = ?1 AND l.video = videos.id AND l.state = 0) k), ?7)))
  AND (published_at, id) < (?4, ?5)
ORDER BY published_at DESC, id DESC LIMIT ?6

-- name: videos_oldest_found
SELECT account, id, item_id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares, has_cover,
  auth_state, auth_ends_at, auth_code, auth_grants, auth_links
FROM videos WHERE account = ?1 AND (?2 < 0 OR auth_state = ?2)
  AND (instr(folded, ?3) > 0 OR has_words(words, ?7) OR (id IN (
    SELECT g.video FROM brands b JOIN grants g ON g.account = b.account AND g.brand = b.id
    WHERE b.account = ?1 AND has_a_word(b.words, ?7)
    UNION ALL SELECT l.video FROM links l
    WHERE l.account = ?1 AND l.state = 0 AND has_a_word((SELECT b.words FROM brands b
      WHERE b.account = ?1 AND b.id BETWEEN l.brand AND l.brand ORDER BY b.id LIMIT 1), ?7))
  AND has_words(coalesce(words, '') || '  ' || (SELECT group_concat((SELECT b.words FROM brands b
    WHERE b.account = ?1 AND b.id BETWEEN k.brand AND k.brand ORDER BY b.id LIMIT 1), '  ') FROM (
      SELECT g.brand FROM grants g WHERE g.account = ?1 AND g.video = videos.id
      UNION SELECT l.brand FROM links l WHERE l.account = ?1 AND l.video = videos.id AND l.state = 0) k), ?7)))
  AND (published_at, id) > (?4, ?5)
ORDER BY published_at, id LIMIT ?6

-- name: videos_views_found
SELECT account, id, item_id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares, has_cover,
  auth_state, auth_ends_at, auth_code, auth_grants, auth_links
FROM videos WHERE account = ?1 AND (?2 < 0 OR auth_state = ?2)
  AND (instr(folded, ?3) > 0 OR has_words(words, ?7) OR (id IN (
    SELECT g.video FROM brands b JOIN grants g ON g.account = b.account AND g.brand = b.id
    WHERE b.account = ?1 AND has_a_word(b.words, ?7)
    UNION ALL SELECT l.video FROM links l
    WHERE l.account = ?1 AND l.state = 0 AND has_a_word((SELECT b.words FROM brands b
      WHERE b.account = ?1 AND b.id BETWEEN l.brand AND l.brand ORDER BY b.id LIMIT 1), ?7))
  AND has_words(coalesce(words, '') || '  ' || (SELECT group_concat((SELECT b.words FROM brands b
    WHERE b.account = ?1 AND b.id BETWEEN k.brand AND k.brand ORDER BY b.id LIMIT 1), '  ') FROM (
      SELECT g.brand FROM grants g WHERE g.account = ?1 AND g.video = videos.id
      UNION SELECT l.brand FROM links l WHERE l.account = ?1 AND l.video = videos.id AND l.state = 0) k), ?7)))
  AND (views, id) < (?4, ?5)
ORDER BY views DESC, id DESC LIMIT ?6

-- name: videos_ends_found
SELECT account, id, item_id, caption, share_url, published_at, duration_s, visibility, blockers,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares, has_cover,
  auth_state, auth_ends_at, auth_code, auth_grants, auth_links
FROM videos WHERE account = ?1 AND (?2 < 0 OR auth_state = ?2) AND auth_ends_at > 0
  AND (instr(folded, ?3) > 0 OR has_words(words, ?7) OR (id IN (
    SELECT g.video FROM brands b JOIN grants g ON g.account = b.account AND g.brand = b.id
    WHERE b.account = ?1 AND has_a_word(b.words, ?7)
    UNION ALL SELECT l.video FROM links l
    WHERE l.account = ?1 AND l.state = 0 AND has_a_word((SELECT b.words FROM brands b
      WHERE b.account = ?1 AND b.id BETWEEN l.brand AND l.brand ORDER BY b.id LIMIT 1), ?7))
  AND has_words(coalesce(words, '') || '  ' || (SELECT group_concat((SELECT b.words FROM brands b
    WHERE b.account = ?1 AND b.id BETWEEN k.brand AND k.brand ORDER BY b.id LIMIT 1), '  ') FROM (
      SELECT g.brand FROM grants g WHERE g.account = ?1 AND g.video = videos.id
      UNION SELECT l.brand FROM links l WHERE l.account = ?1 AND l.video = videos.id AND l.state = 0) k), ?7)))
  AND (auth_ends_at, id) > (?4, ?5)
ORDER BY auth_ends_at, id LIMIT ?6

-- name: code_row
SELECT video, state, days, starts_at, ends_at, used_at, note
FROM codes WHERE account = ?1 AND id = ?2

-- name: code_insert
INSERT INTO codes (account, id, video, secret, state, days, starts_at, ends_at, note, created_at,
  expiry_due)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, CASE WHEN ?5 IN (1, 2) THEN ?8 ELSE 0 END)

-- name: code_use
UPDATE codes SET state = 2, used_at = CASE WHEN used_at = 0 THEN ?3 ELSE used_at END
WHERE account = ?1 AND id = ?2

-- name: code_end
UPDATE codes SET state = ?3, expiry_due = 0 WHERE account = ?1 AND id = ?2

-- name: code_extend
UPDATE codes SET state = ?3, days = ?4, ends_at = ?5,
  expiry_due = CASE WHEN ?3 IN (1, 2) THEN ?5 ELSE 0 END
WHERE account = ?1 AND id = ?2

-- name: code_copied
UPDATE codes SET copied_at = ?3, copied_for = COALESCE(NULLIF(CAST(?4 AS BIGINT), 0), copied_for)
WHERE account = ?1 AND id = ?2

-- name: code_arrived
UPDATE codes SET secret = ?3, state = ?4, days = ?5, starts_at = ?6, ends_at = ?7,
  expiry_due = CASE WHEN ?4 IN (1, 2) THEN ?7 ELSE 0 END
WHERE account = ?1 AND id = ?2

-- name: code_set_waiting
UPDATE codes SET waiting = ?3, problem = ?4 WHERE account = ?1 AND id = ?2

-- name: grant_confirm
UPDATE grants SET state = 1, redeemed_at = ?3, ends_at = ?4, platform_ends_at = ?5, expiry_due = ?4
WHERE account = ?1 AND id = ?2

-- name: grant_set_problem
UPDATE grants SET problem = ?3 WHERE account = ?1 AND id = ?2

-- name: video_status_at
SELECT status_at FROM videos WHERE account = ?1 AND id = ?2

-- name: video_set_status_at
UPDATE videos SET status_at = ?3 WHERE account = ?1 AND id = ?2

-- name: task_insert
INSERT INTO platform_tasks (account, id, act, video, code, grant_id, days, actor_kind, actor_id,
  actor_name, actor_from, due_at, created_at, written_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?12, ?12)

-- name: task_get
SELECT act, video, code, grant_id, days, actor_kind, actor_id, actor_name, actor_from, due_at,
  claimed_until, attempts, sent, base_ends_at, written_at
FROM platform_tasks WHERE account = ?1 AND id = ?2

-- name: tasks_due
SELECT t.account, t.id FROM platform_tasks t
WHERE t.due_at <= ?1 AND t.claimed_until <= ?1
  AND (t.account = ?3 OR ?3 = 0 AND t.account NOT IN (SELECT account FROM closed_accounts)) AND NOT EXISTS (
  SELECT 1 FROM platform_tasks o WHERE o.account = t.account AND o.id < t.id
    AND ((o.video = t.video AND o.act < 5 AND t.act < 5)
      OR (o.grant_id <> 0 AND o.grant_id = t.grant_id)))
ORDER BY t.due_at, t.account, t.id LIMIT ?2

-- name: tasks_ahead
-- Written by a clock that has been set back since.
SELECT account, id FROM platform_tasks
WHERE written_at > ?1 + 60000
  AND (account = ?3 OR ?3 = 0 AND account NOT IN (SELECT account FROM closed_accounts))
ORDER BY written_at LIMIT ?2

-- name: task_put_right
UPDATE platform_tasks SET due_at = CASE WHEN due_at > ?3 THEN ?3 ELSE due_at END,
  claimed_until = ?4, written_at = ?3
WHERE account = ?1 AND id = ?2

-- name: task_claim
UPDATE platform_tasks SET claimed_until = ?3, written_at = ?4, attempts = attempts + 1
WHERE account = ?1 AND id = ?2

-- name: task_sent
UPDATE platform_tasks SET sent = 1, base_ends_at = ?3 WHERE account = ?1 AND id = ?2

-- name: task_later
UPDATE platform_tasks SET due_at = ?3, sent = ?4, claimed_until = 0, written_at = ?5
WHERE account = ?1 AND id = ?2

-- name: task_become
UPDATE platform_tasks SET act = ?3, code = ?4, due_at = ?5, sent = 0, attempts = 0,
  claimed_until = 0, written_at = ?5
WHERE account = ?1 AND id = ?2

-- name: task_drop
DELETE FROM platform_tasks WHERE account = ?1 AND id = ?2

-- name: task_of_code
SELECT act FROM platform_tasks WHERE account = ?1 AND code = ?2 AND act < 5
ORDER BY id DESC LIMIT 1

-- name: task_of_video
SELECT act FROM platform_tasks WHERE account = ?1 AND video = ?2 AND act < 5
ORDER BY id DESC LIMIT 1

-- name: tasks_hurry_grant
UPDATE platform_tasks SET due_at = ?3 WHERE account = ?1 AND grant_id = ?2 AND due_at > ?3

-- name: tasks_hurry_video
UPDATE platform_tasks SET due_at = ?3 WHERE account = ?1 AND video = ?2 AND act < 5 AND due_at > ?3

-- name: task_revoke_by
SELECT actor_kind FROM platform_tasks WHERE account = ?1 AND grant_id = ?2 AND act = 5

-- name: task_revoke_set_by
UPDATE platform_tasks SET actor_kind = ?3, actor_id = ?4, actor_name = ?5, actor_from = ?6
WHERE account = ?1 AND grant_id = ?2 AND act = 5

-- name: task_drop_redeem
DELETE FROM platform_tasks WHERE account = ?1 AND grant_id = ?2 AND act = 6 AND sent = 0

-- name: task_drop_redeemed
DELETE FROM platform_tasks WHERE account = ?1 AND grant_id = ?2 AND act = 6

-- name: tasks_drop_grant
DELETE FROM platform_tasks WHERE account = ?1 AND grant_id = ?2

-- name: looks_with_code
SELECT v.id, v.item_id, v.status_at, c.state, c.ends_at FROM videos v
JOIN codes c ON c.account = v.account AND c.id = v.auth_code
WHERE v.account = ?1 AND v.auth_code <> 0 AND v.visibility <> 3 AND NOT EXISTS (
  SELECT 1 FROM platform_tasks t WHERE t.account = v.account AND t.video = v.id AND t.act < 5)

-- name: looks_without_code
-- What was looked at by a clock that has been set back since comes first.
SELECT v.id, v.item_id, v.status_at, -1, 0 FROM videos v
WHERE v.account = ?1 AND v.auth_code = 0 AND v.visibility <> 3 AND NOT EXISTS (
  SELECT 1 FROM platform_tasks t WHERE t.account = v.account AND t.video = v.id AND t.act < 5)
ORDER BY CASE WHEN v.status_at > ?3 + 60000 THEN 0 ELSE v.status_at END LIMIT ?2

-- name: turn_claim
INSERT INTO platform_turns (subject, next_at, written_at) VALUES (?1, ?3, ?2)
ON CONFLICT (subject) DO UPDATE SET next_at = excluded.next_at, written_at = excluded.written_at
WHERE platform_turns.next_at <= ?2 RETURNING 1

-- name: turn_put_right
-- Written by a clock that has been set back since.
UPDATE platform_turns SET next_at = ?3, written_at = ?2
WHERE subject = ?1 AND written_at > ?2 + 60000

-- name: turn_end
UPDATE platform_turns SET next_at = ?2, written_at = ?3 WHERE subject = ?1

-- name: turn_get
SELECT CASE WHEN written_at > ?2 + 60000 THEN 0 ELSE next_at END FROM platform_turns
WHERE subject = ?1

-- name: budget_lines
SELECT line, wait_until, said_at, refused, times FROM platform_budget
WHERE line IN (?1, ?2, ?3)

-- name: budget_put
INSERT INTO platform_budget (line, used_at, wait_until, said_at, refused, times)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (line) DO UPDATE SET used_at = excluded.used_at, wait_until = excluded.wait_until,
  said_at = excluded.said_at, refused = excluded.refused, times = excluded.times

-- name: budget_tidy
DELETE FROM platform_budget WHERE used_at < ?1 AND wait_until < ?1

-- name: posts_open
SELECT DISTINCT v.item_id FROM advertiser_posts p
JOIN accounts a ON a.account = p.account AND a.platform = 2
JOIN grants g ON g.account = p.account AND g.id = p.grant_id
JOIN videos v ON v.account = g.account AND v.id = g.video
WHERE p.advertiser = ?1 AND g.state IN (1, 3)

-- name: videos_of_item
SELECT a.account, v.id FROM accounts a JOIN videos v ON v.account = a.account AND v.item_id = ?1
WHERE a.platform = 2 ORDER BY a.account

-- name: brand_is_connected
SELECT 1 FROM advertiser_connections WHERE advertiser = ?1 AND state = 1

-- name: codes_due
SELECT account, id FROM codes WHERE expiry_due > 0 AND expiry_due <= ?1
  AND (account = ?3 OR ?3 = 0 AND account NOT IN (SELECT account FROM closed_accounts))
ORDER BY expiry_due LIMIT ?2

-- name: code_get
SELECT c.account, c.id, c.video, c.secret, c.state, c.days, c.starts_at, c.ends_at, c.note,
  c.copied_at, c.copied_for, CASE WHEN c.copied_for <> 0
    THEN (SELECT b.name FROM brands b WHERE b.account = c.account AND b.id = c.copied_for) END,
  c.used_at, c.created_at, c.waiting, c.problem
FROM codes c
WHERE c.account = ?1 AND c.id = ?2

-- name: codes_list
SELECT c.account, c.id, c.video, c.secret, c.state, c.days, c.starts_at, c.ends_at, c.note,
  c.copied_at, c.copied_for, b.name, c.used_at, c.created_at, c.waiting, c.problem
FROM codes c LEFT JOIN brands b ON b.account = c.account AND b.id = nullif(c.copied_for, 0)
WHERE c.account = ?1 AND c.id < ?2 AND (?3 = 0 OR c.video = ?3) AND (?4 < 0 OR c.state = ?4)
ORDER BY c.id DESC LIMIT ?5

-- name: link_row
SELECT video, code, brand, state, ends_at FROM links WHERE account = ?1 AND id = ?2

-- name: link_insert
INSERT INTO links (account, id, video, code, brand, secret, state, ends_at, note, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)

-- name: link_set_state
UPDATE links SET state = ?3 WHERE account = ?1 AND id = ?2

-- name: links_open_after
SELECT account, id FROM links WHERE state = 0 AND (account, id) > (?1, ?2)
ORDER BY account, id LIMIT ?3

-- name: link_open_of_video
SELECT id FROM links WHERE account = ?1 AND video = ?2 AND state = 0 LIMIT 1

-- name: links_due
SELECT account, id FROM links WHERE state = 0 AND ends_at <= ?1
  AND (account = ?3 OR ?3 = 0 AND account NOT IN (SELECT account FROM closed_accounts))
ORDER BY ends_at LIMIT ?2

-- name: link_get
SELECT l.account, l.id, l.video, l.brand, b.name, l.secret, l.state, l.ends_at, l.note,
  l.created_at
FROM links l LEFT JOIN brands b ON b.account = l.account AND b.id = l.brand
WHERE l.account = ?1 AND l.id = ?2

-- name: links_list
SELECT l.account, l.id, l.video, l.brand, b.name, l.secret, l.state, l.ends_at, l.note,
  l.created_at
FROM links l LEFT JOIN brands b ON b.account = l.account AND b.id = l.brand
WHERE l.account = ?1 AND l.id < ?2 AND (?3 = 0 OR l.video = ?3) AND (?4 < 0 OR l.state = ?4)
  AND (?5 = 0 OR l.brand = ?5)
ORDER BY l.id DESC LIMIT ?6

-- name: grant_row
SELECT account, id, video, code, link, brand, advertiser, source, state, redeemed_at, ends_at,
  platform_ends_at, ads_active
FROM grants WHERE account = ?1 AND id = ?2

-- name: grant_rows_of_video
SELECT account, id, video, code, link, brand, advertiser, source, state, redeemed_at, ends_at,
  platform_ends_at, ads_active
FROM grants WHERE account = ?1 AND video = ?2 ORDER BY id DESC

-- name: grant_newest_of_advertiser
SELECT account, id, video, code, link, brand, advertiser, source, state, redeemed_at, ends_at,
  platform_ends_at, ads_active
FROM grants WHERE account = ?1 AND video = ?2 AND advertiser = ?3 ORDER BY id DESC LIMIT 1

-- What the creator noted of the one brand whose only ad account it is, at the time or later.
-- name: grants_noted_of_advertiser
SELECT g.account, g.id, g.video, g.code, g.link, g.brand, g.advertiser, g.source, g.state,
  g.redeemed_at, g.ends_at, g.platform_ends_at, g.ads_active
FROM brand_advertisers b JOIN grants g ON g.account = b.account AND g.brand = b.brand
WHERE b.account = ?1 AND b.advertiser = ?2 AND b.state = ?3 AND g.video = ?4 AND g.code = ?5
  AND g.advertiser IS NULL AND g.source = ?6 AND g.state = ?7 AND g.redeemed_at >= ?8
  AND NOT EXISTS (SELECT 1 FROM brand_advertisers o
    WHERE o.account = b.account AND o.brand = b.brand AND o.advertiser <> b.advertiser)
LIMIT 2

-- name: grant_set_seen
UPDATE grants SET advertiser = ?3, source = ?4, redeemed_at = ?5, ends_at = ?6,
  platform_ends_at = ?7, expiry_due = CASE WHEN state IN (1, 3) THEN ?6 ELSE 0 END
WHERE account = ?1 AND id = ?2

-- One post of an ad account that may have thousands: looked for with each of its creators, and in no other
-- order, whatever a planner that has seen no data yet thinks of it. With the platform of each, which is ?3
-- unless that is negative.
-- name: grants_of_post
SELECT g.account, g.id, g.video, g.code, g.link, g.brand, g.advertiser, g.source, g.state,
  g.redeemed_at, g.ends_at, g.platform_ends_at, g.ads_active, a.platform
FROM (WITH RECURSIVE creators (account) AS (
    SELECT min(account) FROM advertiser_posts WHERE advertiser = ?1
    UNION ALL SELECT (SELECT min(o.account) FROM advertiser_posts o
      WHERE o.advertiser = ?1 AND o.account > s.account)
    FROM creators s WHERE s.account IS NOT NULL),
  posts (advertiser, account, video) AS MATERIALIZED (
    SELECT CAST(?1 AS TEXT), s.account,
      (SELECT v.id FROM videos v WHERE v.account = s.account AND v.item_id = ?2)
    FROM creators s)
  SELECT advertiser, account, video FROM posts) w
JOIN accounts a ON a.account = w.account AND (a.platform = ?3 OR ?3 < 0)
JOIN grants g ON g.account = w.account AND g.video = w.video AND g.advertiser = w.advertiser
WHERE (SELECT p.account FROM advertiser_posts p
  WHERE p.advertiser = w.advertiser AND p.account = g.account AND p.grant_id = g.id) IS NOT NULL
ORDER BY g.account, g.id

-- name: grants_live_of_advertiser
SELECT g.account, g.id, g.video, g.code, g.link, g.brand, g.advertiser, g.source, g.state,
  g.redeemed_at, g.ends_at, g.platform_ends_at, g.ads_active
FROM advertiser_posts p JOIN grants g ON g.account = p.account AND g.id = p.grant_id
WHERE p.advertiser = ?1 AND p.account = ?2 AND g.state IN (0, 1)

-- name: grant_insert
INSERT INTO grants (account, id, video, code, link, brand, advertiser, source, state, redeemed_at,
  ends_at, platform_ends_at, ads_active, paid_views, paid_likes, paid_comments, paid_shares,
  paid_follows, expiry_due)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13, ?13, ?13, ?13, ?13, ?14)

-- name: grant_set_state
UPDATE grants SET state = ?3, revoked_at = CASE WHEN ?4 > 0 THEN ?4 ELSE revoked_at END,
  expiry_due = CASE WHEN ?3 IN (1, 3) THEN ends_at ELSE 0 END
WHERE account = ?1 AND id = ?2

-- name: grant_set_agreed
UPDATE grants SET ends_at = ?3, agreed_ends_at = ?4,
  expiry_due = CASE WHEN state IN (1, 3) THEN ?3 ELSE 0 END
WHERE account = ?1 AND id = ?2

-- name: grant_agreed
SELECT agreed_ends_at FROM grants WHERE account = ?1 AND id = ?2

-- name: grant_set_ends
UPDATE grants SET ends_at = ?3, platform_ends_at = ?4,
  expiry_due = CASE WHEN state IN (1, 3) THEN ?3 ELSE 0 END
WHERE account = ?1 AND id = ?2

-- name: grant_set_brand
UPDATE grants SET brand = ?3 WHERE account = ?1 AND id = ?2

-- name: grants_due
SELECT account, id FROM grants
WHERE expiry_due > 0 AND expiry_due <= ?1 AND (state = 1 OR platform_ends_at <= ?1)
  AND (account = ?3 OR ?3 = 0 AND account NOT IN (SELECT account FROM closed_accounts))
ORDER BY expiry_due LIMIT ?2

-- Those that end with their code.
-- name: grants_due_with_code
SELECT g.account, g.id FROM codes c CROSS JOIN grants g
WHERE c.expiry_due > 0 AND c.expiry_due <= ?1
  AND (c.account = ?3 OR ?3 = 0 AND c.account NOT IN (SELECT account FROM closed_accounts))
  AND g.account = c.account AND g.video = c.video AND g.code = c.id
  AND g.state = 1 AND g.expiry_due = 0 AND g.ends_at <= ?1
ORDER BY c.expiry_due LIMIT ?2

-- They end by themselves from now on, whatever becomes of the code.
-- name: grants_leave_code
UPDATE grants SET expiry_due = ends_at
WHERE account = ?1 AND video = (SELECT video FROM codes WHERE account = ?1 AND id = ?2)
  AND code = ?2 AND state = 1 AND expiry_due = 0 AND ends_at <= ?3

-- name: grant_get
SELECT g.account, g.id, g.video, g.code, g.link, g.brand, b.name, g.advertiser, a.name, g.source,
  g.state, g.redeemed_at, g.ends_at, g.platform_ends_at, g.revoked_at, g.ads_active,
  g.paid_views, g.paid_likes, g.paid_comments, g.paid_shares, g.problem
FROM grants g LEFT JOIN brands b ON b.account = g.account AND b.id = g.brand
LEFT JOIN advertisers a ON a.advertiser = g.advertiser
WHERE g.account = ?1 AND g.id = ?2

-- name: grants_list
SELECT g.account, g.id, g.video, g.code, g.link, g.brand, b.name, g.advertiser, a.name, g.source,
  g.state, g.redeemed_at, g.ends_at, g.platform_ends_at, g.revoked_at, g.ads_active,
  g.paid_views, g.paid_likes, g.paid_comments, g.paid_shares, g.problem
FROM grants g LEFT JOIN brands b ON b.account = g.account AND b.id = g.brand
LEFT JOIN advertisers a ON a.advertiser = g.advertiser
WHERE g.account = ?1 AND g.id < ?2 AND (?3 = 0 OR g.video = ?3) AND (?4 < 0 OR g.state = ?4)
  AND (?5 = 0 OR g.brand = ?5) AND (?6 = 0 OR g.ends_at < ?6)
ORDER BY g.id DESC LIMIT ?7

-- name: advertiser_post_put
INSERT INTO advertiser_posts (advertiser, account, grant_id) VALUES (?1, ?2, ?3)

-- name: advertiser_post_drop
DELETE FROM advertiser_posts WHERE advertiser = ?1 AND account = ?2 AND grant_id = ?3

-- What is listed to tools, of the sandbox alone.
-- name: authorized_posts_count
SELECT count(*) FROM advertiser_posts p
JOIN grants g ON g.account = p.account AND g.id = p.grant_id
JOIN videos v ON v.account = g.account AND v.id = g.video
JOIN accounts a ON a.account = g.account
WHERE p.advertiser = ?1 AND a.platform = 0 AND g.state IN (1, 2, 3, 4)
  AND (?2 = 0 OR g.account = ?2)
  AND (v.item_id = ?3 OR instr(v.folded, ?3) > 0 OR ?3 IS NULL)
  AND NOT EXISTS (SELECT 1 FROM grants m WHERE m.account = g.account AND m.video = g.video
    AND m.id > g.id AND m.advertiser = ?1 AND m.state IN (1, 2, 3, 4))

-- The last column: by redeeming the sandbox's code itself, not a link, and not because the creator
-- gave access again, which only follows a revoke.
-- name: authorized_posts
SELECT g.account, g.id, a.name, a.handle, c.id, c.starts_at,
  CASE WHEN a.platform = 0 AND g.source = 0 AND g.link = 0 AND coalesce((SELECT e.state
      FROM grants e WHERE e.account = g.account AND e.video = g.video AND e.advertiser = ?1
        AND e.id < g.id ORDER BY e.id DESC LIMIT 1), 0) <> 4 THEN 1 ELSE 0 END
FROM advertiser_posts p
JOIN grants g ON g.account = p.account AND g.id = p.grant_id
JOIN videos v ON v.account = g.account AND v.id = g.video
JOIN accounts a ON a.account = g.account
JOIN codes c ON c.account = g.account AND c.id = g.code
WHERE p.advertiser = ?1 AND a.platform = 0 AND g.state IN (1, 2, 3, 4)
  AND (?2 = 0 OR g.account = ?2)
  AND (v.item_id = ?3 OR instr(v.folded, ?3) > 0 OR ?3 IS NULL)
  AND NOT EXISTS (SELECT 1 FROM grants m WHERE m.account = g.account AND m.video = g.video
    AND m.id > g.id AND m.advertiser = ?1 AND m.state IN (1, 2, 3, 4))
ORDER BY g.redeemed_at DESC, g.account, g.id DESC LIMIT ?4 OFFSET ?5

-- The same of one of a creator's posts.
-- name: authorized_post
SELECT g.account, g.id, a.name, a.handle, c.id, c.starts_at,
  CASE WHEN a.platform = 0 AND g.source = 0 AND g.link = 0 AND coalesce((SELECT e.state
      FROM grants e WHERE e.account = g.account AND e.video = g.video AND e.advertiser = ?1
        AND e.id < g.id ORDER BY e.id DESC LIMIT 1), 0) <> 4 THEN 1 ELSE 0 END
FROM videos v
JOIN grants g ON g.account = v.account AND g.video = v.id AND g.advertiser = ?1
JOIN advertiser_posts p ON p.advertiser = ?1 AND p.account = g.account AND p.grant_id = g.id
JOIN accounts a ON a.account = g.account AND a.platform = 0
JOIN codes c ON c.account = g.account AND c.id = g.code
WHERE v.account = ?2 AND v.item_id = ?3 AND g.state IN (1, 2, 3, 4)
ORDER BY g.id DESC LIMIT 1

-- name: advertiser_creators
SELECT DISTINCT a.account, a.name, a.handle FROM advertiser_posts p
JOIN accounts a ON a.account = p.account AND a.platform = 0 WHERE p.advertiser = ?1
ORDER BY a.account

-- name: brand_exists
SELECT 1 FROM brands WHERE account = ?1 AND id = ?2

-- name: brand_by_name
SELECT id FROM brands WHERE account = ?1 AND folded = ?2

-- name: brand_insert
INSERT INTO brands (account, id, name, folded, notes, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6)

-- name: brand_set_name
UPDATE brands SET name = ?3, folded = ?4, words = ?5 WHERE account = ?1 AND id = ?2

-- name: brand_set_notes
UPDATE brands SET notes = ?3 WHERE account = ?1 AND id = ?2

-- name: brand_set_deal
UPDATE brands SET has_deal = 1, fee = ?3, currency = ?4, paid = ?5, deal_ends_at = ?6
WHERE account = ?1 AND id = ?2

-- When something else happened than that a grant began, which the grant says itself.
-- name: brand_active
UPDATE brands SET last_activity_at = ?3
WHERE account = ?1 AND id = ?2 AND last_activity_at < ?3

-- name: brand_get
SELECT account, id, name, notes, has_deal, fee, currency, paid, deal_ends_at, last_activity_at
FROM brands WHERE account = ?1 AND id = ?2

-- name: brands_list
SELECT account, id, name, notes, has_deal, fee, currency, paid, deal_ends_at, last_activity_at
FROM brands WHERE account = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3

-- What ends after ?2, the soonest first. All that the account has is looked at, for an index would cost
-- each redemption more than it is worth to a calendar.

-- name: account_grants_ending
SELECT g.id, g.video, coalesce(b.name, a.name), g.ends_at FROM (
  SELECT account, id, video, brand, advertiser, ends_at FROM grants
  WHERE account = ?1 AND state = 1 AND ends_at > ?2 ORDER BY ends_at, id LIMIT ?3) g
LEFT JOIN brands b ON b.account = g.account AND b.id = g.brand
LEFT JOIN advertisers a ON a.advertiser = g.advertiser
ORDER BY g.ends_at, g.id

-- name: account_codes_ending
SELECT id, video, NULL, ends_at FROM codes
WHERE account = ?1 AND state = 1 AND ends_at > ?2 ORDER BY ends_at, id LIMIT ?3

-- name: account_deals_ending
SELECT id, 0, name, deal_ends_at FROM brands
WHERE account = ?1 AND has_deal = 1 AND deal_ends_at > ?2 ORDER BY deal_ends_at, id LIMIT ?3

-- name: brand_counts
SELECT count(*) FILTER (WHERE state IN (1, 3)), count(DISTINCT video),
  CAST(coalesce(sum(CASE WHEN ads_active >= 0 THEN ads_active END), -1) AS BIGINT),
  CAST(coalesce(sum(CASE WHEN paid_views >= 0 THEN paid_views END), -1) AS BIGINT),
  CAST(coalesce(sum(CASE WHEN paid_likes >= 0 THEN paid_likes END), -1) AS BIGINT),
  CAST(coalesce(sum(CASE WHEN paid_comments >= 0 THEN paid_comments END), -1) AS BIGINT),
  CAST(coalesce(sum(CASE WHEN paid_shares >= 0 THEN paid_shares END), -1) AS BIGINT),
  coalesce(max(redeemed_at), 0)
FROM grants WHERE account = ?1 AND brand = ?2

-- name: brand_advertisers_of
SELECT advertiser, state FROM brand_advertisers WHERE account = ?1 AND brand = ?2

-- name: brand_advertiser_get
SELECT brand, state FROM brand_advertisers WHERE account = ?1 AND advertiser = ?2

-- name: brand_advertiser_put
INSERT INTO brand_advertisers (account, advertiser, brand, state) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (account, advertiser) DO UPDATE SET brand = excluded.brand, state = excluded.state

-- name: event_insert
INSERT INTO events (account, id, type, at, actor_kind, actor_id, actor_name, actor_from, video, code,
  link, grant_id, brand, reason, advertiser, count, days, ends_at, note, earlier, words,
  actor_words)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
  ?21, ?22)

-- name: event_count
UPDATE events SET count = count + 1 WHERE account = ?1 AND id = ?2

-- name: event_get
SELECT e.account, e.id, e.type, e.at, e.actor_kind, e.actor_id, e.actor_name, e.video, e.code,
  e.link, e.grant_id, e.brand, b.name, e.reason, e.advertiser, a.name, e.count, e.days, e.ends_at,
  e.note, e.earlier, e.actor_from
FROM events e LEFT JOIN brands b ON b.account = e.account AND b.id = e.brand
LEFT JOIN advertisers a ON a.advertiser = e.advertiser
WHERE e.account = ?1 AND e.id = ?2

-- name: recorded_newest
-- An account's last event, not its latest: a clock may have been ahead. A sample's are old.
SELECT COALESCE(MAX(at), 0) FROM (
  SELECT created_at AS at FROM accounts UNION ALL
  SELECT (SELECT e.at FROM events e WHERE e.account = a.account AND e.id <= a.last_id
    ORDER BY e.id DESC LIMIT 1) FROM accounts a) AS recorded

-- name: events_list
SELECT e.account, e.id, e.type, e.at, e.actor_kind, e.actor_id, e.actor_name, e.video, e.code,
  e.link, e.grant_id, e.brand, b.name, e.reason, e.advertiser, a.name, e.count, e.days, e.ends_at,
  e.note, e.earlier, e.actor_from
FROM events e LEFT JOIN brands b ON b.account = e.account AND b.id = e.brand
LEFT JOIN advertisers a ON a.advertiser = e.advertiser
LEFT JOIN videos v ON v.account = e.account AND v.id = e.video
WHERE e.account = ?1 AND e.id < ?2 AND (?3 = 0 OR e.video = ?3) AND (?4 < 0 OR e.type = ?4)
  AND (?5 = 0 OR e.brand = ?5) AND (?6 = 0 OR e.at < ?6)
  AND (CAST(?7 AS TEXT) IS NULL
    OR instr(v.folded, ?7) > 0 OR instr(b.folded, ?9) > 0 OR instr(lower(a.name), ?7) > 0
    OR instr(lower(e.note), ?7) > 0 OR instr(lower(e.reason), ?7) > 0
    OR instr(lower(e.actor_name), ?7) > 0 OR instr(lower(e.actor_from), ?7) > 0
    OR has_words(coalesce(v.words, '') || '  ' || coalesce(b.words, '') || '  '
      || coalesce(a.words, '') || '  ' || coalesce(e.words, '') || '  '
      || CASE WHEN ?11 = 0 THEN coalesce(e.actor_words, '') ELSE '' END, ?10))
ORDER BY e.id DESC LIMIT ?8

-- name: refusal_get
SELECT event FROM refusals
WHERE account = ?1 AND subject = ?2 AND advertiser = ?3 AND reason = ?4 AND since > ?5
  AND since <= ?6

-- name: refusal_put
INSERT INTO refusals (account, subject, advertiser, reason, since, event)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (account, subject, advertiser, reason)
DO UPDATE SET since = excluded.since, event = excluded.event

-- name: refusals_forget
DELETE FROM refusals WHERE (account, subject, advertiser, reason) IN (
  SELECT account, subject, advertiser, reason FROM refusals WHERE since <= ?1
  ORDER BY since LIMIT ?2)
RETURNING 1

-- name: batch_insert
INSERT INTO batches (account, id, act, state, total, days, reason, actor_id, actor_name,
  actor_from, created_at, updated_at, agreed)
VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11)

-- name: batch_update
-- One that was stopped stays so, whatever came of it.
UPDATE batches SET state = CASE WHEN state = 3 THEN 3 ELSE ?3 END, done = ?4, total = ?5, added = ?6,
  updated = ?7, skipped = ?8, problem = CASE WHEN state = 3 THEN NULL ELSE ?9 END, updated_at = ?10
WHERE account = ?1 AND id = ?2

-- name: batch_get
SELECT account, id, act, state, done, total, added, updated, skipped, problem, failed, days,
  created_at
FROM batches WHERE account = ?1 AND id = ?2

-- name: batch_terms
SELECT act, days, reason, actor_id, actor_name, actor_from, state, agreed
FROM batches WHERE account = ?1 AND id = ?2

-- name: batch_progress
UPDATE batches SET state = CASE WHEN state = 3 THEN 3 ELSE ?3 END, done = ?4, failed = ?5,
  updated_at = ?6
WHERE account = ?1 AND id = ?2

-- name: batch_fail
UPDATE batches SET state = 2, problem = ?3, updated_at = ?4
WHERE account = ?1 AND id = ?2 AND state = 0

-- name: batch_stop
UPDATE batches SET state = 3, updated_at = ?3 WHERE account = ?1 AND id = ?2 AND state = 0

-- name: batch_state
SELECT state FROM batches WHERE account = ?1 AND id = ?2

-- name: batches_put_right
-- Written by a clock that has been set back since.
UPDATE batches SET updated_at = ?1 WHERE state = 0 AND updated_at > ?1 + 60000

-- name: invitations_put_right
-- Made by a clock that has been set back since: as long as they were to be, from now on.
UPDATE invitations SET expires_at = ?1 + expires_at - created_at, created_at = ?1
WHERE expires_at > ?1 AND created_at > ?1 + 60000

-- name: brand_invitations_put_right
UPDATE brand_invitations SET expires_at = ?1 + expires_at - created_at, created_at = ?1
WHERE expires_at > ?1 AND created_at > ?1 + 60000

-- name: batches_running
SELECT account, id, act, updated_at FROM batches WHERE state = 0
  AND account NOT IN (SELECT account FROM closed_accounts) ORDER BY updated_at LIMIT ?1

-- name: batches_running_count
SELECT count(*) FILTER (WHERE account = ?1), count(*) FROM batches
WHERE state = 0 AND account NOT IN (SELECT account FROM closed_accounts)

-- name: batch_rows_waiting
SELECT line, subject FROM batch_rows WHERE account = ?1 AND batch = ?2 AND state = 0
ORDER BY line LIMIT ?3

-- name: batch_row_state
SELECT state FROM batch_rows WHERE account = ?1 AND batch = ?2 AND line = ?3

-- name: batch_row_set
UPDATE batch_rows SET state = ?4, problem = ?5, made = ?6
WHERE account = ?1 AND batch = ?2 AND line = ?3 AND state = 0

-- name: batch_has_made
SELECT 1 FROM batch_rows WHERE account = ?1 AND batch = ?2 AND made = ?3 AND state = 1 LIMIT 1

-- name: batch_counts
SELECT count(*) FILTER (WHERE state <> 0), count(*) FILTER (WHERE state = 2), count(*)
FROM batch_rows WHERE account = ?1 AND batch = ?2

-- name: batch_results
SELECT line, subject, state, problem, made FROM batch_rows
WHERE account = ?1 AND batch = ?2 AND line > ?3 AND (?4 < 0 OR state = ?4)
ORDER BY line LIMIT ?5

-- name: batch_rows_forget
-- Of the oldest batch.
DELETE FROM batch_rows WHERE (account, batch, line) IN (
  SELECT account, batch, line FROM batch_rows WHERE (account, batch) = (
    SELECT account, batch FROM batch_rows WHERE line = 0 AND at <= ?1
    ORDER BY at, account, batch LIMIT 1)
  ORDER BY line DESC LIMIT ?2)
RETURNING 1

-- name: fingerprint_put
INSERT INTO fingerprints (fingerprint, account, kind, id, video) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (fingerprint) DO UPDATE SET account = excluded.account, kind = excluded.kind,
  id = excluded.id, video = excluded.video

-- name: fingerprint_get
SELECT account, kind, id, video FROM fingerprints WHERE fingerprint = ?1

-- name: fingerprint_live
SELECT 1 FROM fingerprints f JOIN codes c ON c.account = f.account AND c.id = f.id
WHERE f.fingerprint = ?1 AND f.kind = 2 AND c.state <= 2

-- name: token_insert
INSERT INTO tokens (hash, id, name, role, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)

-- name: token_account_put
INSERT INTO token_accounts (hash, account) VALUES (?1, ?2)
ON CONFLICT (hash, account) DO NOTHING

-- name: token_get
SELECT t.id, t.name, t.expires_at, NULL, a.account, t.role, NULL FROM tokens t
LEFT JOIN token_accounts a ON a.hash = t.hash WHERE t.hash = ?1 ORDER BY a.account

-- name: role_held
-- ?1: a token, or a person.
SELECT coalesce(max(held.role), -1) FROM (
  SELECT t.role AS role FROM tokens t JOIN token_accounts a ON a.hash = t.hash
  WHERE t.id = ?1 AND a.account = ?2 AND (t.expires_at = 0 OR t.expires_at > ?3)
  UNION ALL SELECT role FROM seats WHERE person = ?1 AND account = ?2) AS held

-- name: holder_name
SELECT name FROM people WHERE person = ?1 UNION ALL SELECT name FROM tokens WHERE id = ?1

-- name: tokens_list
SELECT id, name FROM tokens ORDER BY created_at, id

-- name: token_exists
SELECT 1 FROM tokens WHERE id = ?1

-- name: token_drop_accounts
DELETE FROM token_accounts WHERE hash = (SELECT hash FROM tokens WHERE id = ?1)

-- name: token_drop
DELETE FROM tokens WHERE id = ?1

-- name: calendar_put
INSERT INTO calendars (hash, account, holder, nonce, language) VALUES (?1, ?2, ?3, ?4, ?5)

-- name: calendar_of
SELECT hash, nonce FROM calendars WHERE account = ?1 AND holder = ?2

-- name: calendar_drop
DELETE FROM calendars WHERE account = ?1 AND holder = ?2

-- name: calendar_get
SELECT c.account, c.language FROM calendars c WHERE c.hash = ?1 AND (c.holder = 'owner'
OR EXISTS (SELECT 1 FROM seats s WHERE s.person = c.holder AND s.account = c.account)
OR EXISTS (SELECT 1 FROM tokens t JOIN token_accounts a ON a.hash = t.hash AND a.account = c.account
WHERE t.id = c.holder AND (t.expires_at = 0 OR t.expires_at > ?2)))

-- name: idempotency_put
INSERT INTO idempotency (hash, body, object, status, at) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (hash) DO UPDATE SET body = excluded.body, object = excluded.object,
  status = excluded.status, at = excluded.at

-- name: idempotency_forget
DELETE FROM idempotency WHERE hash IN (
  SELECT hash FROM idempotency WHERE at <= ?1 ORDER BY at LIMIT ?2)
RETURNING 1

-- name: advertiser_insert
INSERT INTO advertisers (advertiser, name, created_at, words) VALUES (?1, ?2, ?3, ?4)

-- name: advertiser_name
SELECT name FROM advertisers WHERE advertiser = ?1

-- name: advertisers_list
SELECT advertiser, name FROM advertisers ORDER BY created_at, advertiser

-- name: advertiser_token_insert
INSERT INTO advertiser_tokens (hash, advertiser, app, created_at) VALUES (?1, ?2, ?3, ?4)

-- All but the newest of an ad account: one fewer than ?2, so that one more may come. Likewise below.

-- name: advertiser_tokens_end_oldest
DELETE FROM advertiser_tokens WHERE advertiser = ?1 AND hash IN (SELECT hash FROM (
  SELECT hash, row_number() OVER (ORDER BY created_at DESC, hash DESC) AS place
  FROM advertiser_tokens WHERE advertiser = ?1) AS held WHERE place >= ?2)

-- name: person_insert
INSERT INTO people (person, name, folded, password, created_at) VALUES (?1, ?2, ?3, ?4, ?5)

-- name: person_by_name
SELECT person, name, password FROM people WHERE folded = ?1

-- name: person_name
SELECT name FROM people WHERE person = ?1

-- name: seat_put
INSERT INTO seats (person, account, role) VALUES (?1, ?2, ?3)
ON CONFLICT (person, account) DO UPDATE SET role = excluded.role
WHERE excluded.role > seats.role

-- name: seats_of
SELECT account, role FROM seats WHERE person = ?1 ORDER BY account

-- name: seats_list
SELECT p.name, s.account, s.role FROM people p LEFT JOIN seats s ON s.person = p.person
ORDER BY p.folded, s.account

-- name: seat_drop
DELETE FROM seats WHERE person = ?1 AND account = ?2 RETURNING 1

-- name: person_drop_seats
DELETE FROM seats WHERE person = ?1

-- name: person_drop_secrets
DELETE FROM sign_in_secrets WHERE sign_in IN (SELECT sign_in FROM sign_ins WHERE person = ?1)

-- name: person_drop_sign_ins
DELETE FROM sign_ins WHERE person = ?1

-- name: person_drop_calendars
DELETE FROM calendars WHERE holder = ?1

-- name: person_drop_consents
DELETE FROM consents WHERE person = ?1

-- name: person_drop
DELETE FROM people WHERE person = ?1

-- name: seats_count
SELECT count(*) FROM seats WHERE person = ?1

-- name: account_drop_seats
DELETE FROM seats WHERE account = ?1

-- name: account_drop_invitation_seats
DELETE FROM invitation_seats WHERE account = ?1

-- name: invitation_insert
INSERT INTO invitations (hash, created_at, expires_at) VALUES (?1, ?2, ?3)

-- name: invitation_seat_put
INSERT INTO invitation_seats (hash, account, role) VALUES (?1, ?2, ?3)
ON CONFLICT (hash, account) DO NOTHING

-- name: invitation_get
SELECT expires_at FROM invitations WHERE hash = ?1

-- name: invitation_seats
SELECT account, role FROM invitation_seats WHERE hash = ?1 ORDER BY account

-- name: invitation_drop_seats
DELETE FROM invitation_seats WHERE hash = ?1

-- name: invitation_drop
DELETE FROM invitations WHERE hash = ?1

-- name: account_withdraw_invitations
DELETE FROM invitations WHERE hash IN (SELECT hash FROM invitation_seats WHERE account = ?1)

-- name: account_withdraw_invitation_seats
-- Of the same as above.
DELETE FROM invitation_seats WHERE hash IN (SELECT hash FROM invitation_seats WHERE account = ?1)

-- name: invitations_forget_seats
-- Of the same as below.
DELETE FROM invitation_seats WHERE hash IN (
  SELECT hash FROM invitations WHERE expires_at <= ?1 ORDER BY expires_at, hash LIMIT ?2)

-- name: invitations_forget
DELETE FROM invitations WHERE hash IN (
  SELECT hash FROM invitations WHERE expires_at <= ?1 ORDER BY expires_at, hash LIMIT ?2)
RETURNING 1

-- name: sign_in_insert
INSERT INTO sign_ins (sign_in, person, device, created_at) VALUES (?1, ?2, ?3, ?4)

-- A sign-in is as old as its last use.

-- name: sign_ins_end_oldest_secrets
DELETE FROM sign_in_secrets WHERE sign_in IN (SELECT sign_in FROM (
  SELECT sign_in, row_number() OVER (ORDER BY
    CASE WHEN used_at > created_at THEN used_at ELSE created_at END DESC, sign_in) AS place
  FROM sign_ins WHERE person = ?1) AS held WHERE place >= ?2)

-- name: sign_ins_end_oldest
DELETE FROM sign_ins WHERE sign_in IN (SELECT sign_in FROM (
  SELECT sign_in, row_number() OVER (ORDER BY
    CASE WHEN used_at > created_at THEN used_at ELSE created_at END DESC, sign_in) AS place
  FROM sign_ins WHERE person = ?1) AS held WHERE place >= ?2)

-- name: sign_in_used
UPDATE sign_ins SET used_at = ?2 WHERE sign_in = ?1

-- name: sign_in_person
SELECT person FROM sign_ins WHERE sign_in = ?1

-- name: sign_in_name
SELECT p.name FROM sign_ins s JOIN people p ON p.person = s.person WHERE s.sign_in = ?1

-- name: sign_ins_of
SELECT sign_in, device, created_at, used_at FROM sign_ins WHERE person = ?1 AND used_at > 0
ORDER BY used_at DESC, sign_in

-- name: sign_in_drop_secrets
DELETE FROM sign_in_secrets WHERE sign_in = ?1

-- name: sign_in_drop
DELETE FROM sign_ins WHERE sign_in = ?1

-- name: sign_ins_forget_secrets
-- Of the same as below.
DELETE FROM sign_in_secrets WHERE sign_in IN (
  SELECT sign_in FROM sign_ins WHERE used_at > 0 AND used_at <= ?1 ORDER BY used_at, sign_in LIMIT ?2)

-- name: sign_ins_forget
DELETE FROM sign_ins WHERE sign_in IN (
  SELECT sign_in FROM sign_ins WHERE used_at > 0 AND used_at <= ?1 ORDER BY used_at, sign_in LIMIT ?2)
RETURNING 1

-- name: sign_ins_forget_unused_secrets
-- Of the same as below.
DELETE FROM sign_in_secrets WHERE sign_in IN (
  SELECT sign_in FROM sign_ins WHERE used_at = 0 AND created_at <= ?1 ORDER BY sign_in LIMIT ?2)

-- name: sign_ins_forget_unused
DELETE FROM sign_ins WHERE sign_in IN (
  SELECT sign_in FROM sign_ins WHERE used_at = 0 AND created_at <= ?1 ORDER BY sign_in LIMIT ?2)
RETURNING 1

-- name: sign_in_secret_insert
INSERT INTO sign_in_secrets (hash, kind, sign_in, expires_at, proof) VALUES (?1, ?2, ?3, ?4, ?5)

-- name: sign_in_secret_get
SELECT kind, sign_in, expires_at, used_at, proof FROM sign_in_secrets WHERE hash = ?1

-- name: sign_in_secret_use
UPDATE sign_in_secrets SET used_at = ?2, proof = ?3, expires_at = ?4 WHERE hash = ?1

-- name: sign_in_secrets_end_oldest
-- Of each kind, but never what this request came with, whatever the clock says.
DELETE FROM sign_in_secrets WHERE sign_in = ?1 AND hash <> ?3 AND hash IN (SELECT hash FROM (
  SELECT hash, row_number() OVER (
    PARTITION BY kind ORDER BY used_at DESC, expires_at DESC, hash) AS place
  FROM sign_in_secrets WHERE sign_in = ?1) AS held WHERE place >= ?2)

-- name: sign_in_secrets_drop_old
DELETE FROM sign_in_secrets WHERE sign_in = ?1 AND expires_at < ?2 AND hash <> ?3

-- name: access_token_get
SELECT s.sign_in, w.name, x.expires_at, s.person, p.account, p.role, s.device FROM sign_in_secrets x
JOIN sign_ins s ON s.sign_in = x.sign_in LEFT JOIN people w ON w.person = s.person
LEFT JOIN seats p ON p.person = s.person
WHERE x.hash = ?1 AND x.kind = 1 ORDER BY p.account

-- name: advertiser_tokens_drop
DELETE FROM advertiser_tokens WHERE advertiser = ?1

-- name: brand_session_put
INSERT INTO brand_sessions (hash, created_at, expires_at) VALUES (?1, ?2, ?3)

-- name: brand_session_get
SELECT expires_at FROM brand_sessions WHERE hash = ?1 AND expires_at > ?2

-- name: brand_session_drop
DELETE FROM brand_sessions WHERE hash = ?1

-- name: brand_session_drop_advertisers
DELETE FROM brand_session_advertisers WHERE hash = ?1

-- name: brand_session_inherit
-- ?4: comes after them. ?5: how many at most.
INSERT INTO brand_session_advertisers (hash, advertiser, added_at)
SELECT ?1, m.advertiser, m.added_at FROM brand_session_advertisers m
JOIN brand_sessions s ON s.hash = m.hash
WHERE m.hash = ?2 AND s.expires_at > ?3 AND m.advertiser <> ?4
ORDER BY m.added_at DESC, m.advertiser LIMIT ?5

-- name: brand_session_add
INSERT INTO brand_session_advertisers (hash, advertiser, added_at) VALUES (?1, ?2, ?3)

-- A sign-in ends for this ad account, and as a whole when it has no other.

-- name: brand_sessions_end_oldest
DELETE FROM brand_sessions WHERE hash IN (SELECT hash FROM (
  SELECT hash, row_number() OVER (ORDER BY added_at DESC, hash DESC) AS place
  FROM brand_session_advertisers WHERE advertiser = ?1) AS held WHERE place >= ?2)
AND NOT EXISTS (SELECT 1 FROM brand_session_advertisers m
  WHERE m.hash = brand_sessions.hash AND m.advertiser <> ?1)

-- name: brand_session_advertisers_end_oldest
DELETE FROM brand_session_advertisers WHERE advertiser = ?1 AND hash IN (SELECT hash FROM (
  SELECT hash, row_number() OVER (ORDER BY added_at DESC, hash DESC) AS place
  FROM brand_session_advertisers WHERE advertiser = ?1) AS held WHERE place >= ?2)

-- name: brand_session_advertisers
SELECT a.advertiser, a.name FROM brand_session_advertisers m
JOIN advertisers a ON a.advertiser = m.advertiser
WHERE m.hash = ?1 ORDER BY a.created_at, a.advertiser

-- name: brand_sessions_forget_advertisers
-- Of the same as below.
DELETE FROM brand_session_advertisers WHERE hash IN (
  SELECT hash FROM brand_sessions WHERE expires_at <= ?1 ORDER BY expires_at, hash LIMIT ?2)

-- name: brand_sessions_forget
DELETE FROM brand_sessions WHERE hash IN (
  SELECT hash FROM brand_sessions WHERE expires_at <= ?1 ORDER BY expires_at, hash LIMIT ?2)
RETURNING 1

-- name: brand_invitation_put
INSERT INTO brand_invitations (hash, advertiser, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)

-- name: brand_invitations_end_oldest
DELETE FROM brand_invitations WHERE hash IN (SELECT hash FROM (
  SELECT hash, row_number() OVER (ORDER BY created_at DESC, hash DESC) AS place
  FROM brand_invitations WHERE advertiser = ?1) AS held WHERE place >= ?2)

-- name: brand_invitation_get
SELECT i.advertiser, a.name FROM brand_invitations i JOIN advertisers a ON a.advertiser = i.advertiser
WHERE i.hash = ?1 AND i.expires_at > ?2

-- name: brand_invitation_take
DELETE FROM brand_invitations WHERE hash = ?1 AND expires_at > ?2 RETURNING advertiser

-- name: brand_invitations_forget
DELETE FROM brand_invitations WHERE hash IN (
  SELECT hash FROM brand_invitations WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
RETURNING 1

-- name: grant_extension_asked_at
SELECT extension_asked_at FROM grants WHERE account = ?1 AND id = ?2

-- name: grant_ask_extension
UPDATE grants SET extension_asked_at = ?3 WHERE account = ?1 AND id = ?2

-- name: advertiser_posts_count
SELECT count(*) FROM advertiser_posts p
JOIN grants g ON g.account = p.account AND g.id = p.grant_id
JOIN accounts a ON a.account = g.account WHERE p.advertiser = ?1

-- name: advertiser_posts_list
SELECT g.account, g.id, a.name, a.handle, g.extension_asked_at, a.platform
FROM advertiser_posts p
JOIN grants g ON g.account = p.account AND g.id = p.grant_id
JOIN accounts a ON a.account = g.account
WHERE p.advertiser = ?1
ORDER BY g.redeemed_at DESC, g.account, g.id DESC LIMIT ?2 OFFSET ?3

-- name: ad_leave
UPDATE ads SET state = CASE WHEN state < 3 THEN 2 ELSE state END, lost = 1, wakes_at = 0,
  account = 0
WHERE advertiser = ?1 AND id = ?2

-- name: grants_unbound_due
SELECT account, id FROM grants
WHERE state = 5 AND ads_active > 0 AND platform_ends_at <= ?1
  AND (account = ?3 OR ?3 = 0 AND account NOT IN (SELECT account FROM closed_accounts))
ORDER BY platform_ends_at LIMIT ?2

-- name: grant_set_ads
UPDATE grants SET ads_active = ?3 WHERE account = ?1 AND id = ?2

-- name: grant_engage
UPDATE grants SET paid_views = paid_views + ?3, paid_likes = paid_likes + ?4,
  paid_comments = paid_comments + ?5, paid_shares = paid_shares + ?6,
  paid_follows = paid_follows + ?7, engaged_at = ?8
WHERE account = ?1 AND id = ?2

-- name: grants_engaged
SELECT id, brand FROM grants WHERE account = ?1 AND video = ?2 AND engaged_at >= ?3
  AND engaged_at > 0

-- name: video_ads
SELECT CAST(coalesce(sum(ads_active), 0) AS BIGINT) FROM grants
WHERE account = ?1 AND video = ?2 AND ads_active > 0

-- name: video_engage
UPDATE videos SET
  views = CASE WHEN views < 0 THEN ?3 ELSE views + ?3 END,
  likes = CASE WHEN likes < 0 THEN ?4 ELSE likes + ?4 END,
  comments = CASE WHEN comments < 0 THEN ?5 ELSE comments + ?5 END,
  shares = CASE WHEN shares < 0 THEN ?6 ELSE shares + ?6 END,
  paid_views = CASE WHEN paid_views < 0 THEN ?3 ELSE paid_views + ?3 END,
  paid_likes = CASE WHEN paid_likes < 0 THEN ?4 ELSE paid_likes + ?4 END,
  paid_comments = CASE WHEN paid_comments < 0 THEN ?5 ELSE paid_comments + ?5 END,
  paid_shares = CASE WHEN paid_shares < 0 THEN ?6 ELSE paid_shares + ?6 END
WHERE account = ?1 AND id = ?2
RETURNING announced_at, announce_due,
  views, likes, comments, shares, paid_views, paid_likes, paid_comments, paid_shares

-- name: video_announce_later
UPDATE videos SET announce_due = ?3 WHERE account = ?1 AND id = ?2

-- name: video_announced
UPDATE videos SET announced_at = ?3, announce_due = 0 WHERE account = ?1 AND id = ?2

-- name: video_announced_at
SELECT announced_at FROM videos WHERE account = ?1 AND id = ?2

-- name: videos_announce_due
-- Nothing is put off for more than a minute: what seems to be was, by a clock that was wrong.
SELECT account, id FROM videos
WHERE announce_due > 0 AND (announce_due <= ?1 OR announce_due > ?1 + 60000)
  AND (account = ?3 OR ?3 = 0 AND account NOT IN (SELECT account FROM closed_accounts))
ORDER BY announce_due LIMIT ?2

-- name: advertiser_next_id
UPDATE advertisers SET last_id = CASE WHEN last_id >= ?2 THEN last_id + 1 ELSE ?2 END,
  kept = kept + ?3
WHERE advertiser = ?1 RETURNING last_id, kept

-- name: campaign_insert
INSERT INTO campaigns (advertiser, id, name, operation, budget, daily, details, created_at,
  modified_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)

-- name: campaign_named
SELECT 1 FROM campaigns WHERE advertiser = ?1 AND name = ?2 AND operation < 2

-- name: campaign_set_operation
UPDATE campaigns SET operation = ?3, modified_at = ?4 WHERE advertiser = ?1 AND id = ?2

-- name: campaigns_count
SELECT count(*) FROM campaigns WHERE advertiser = ?1

-- name: campaign_get
SELECT id, name, operation, budget, daily, details, created_at, modified_at
FROM campaigns WHERE advertiser = ?1 AND id = ?2

-- name: campaigns_list
SELECT id, name, operation, budget, daily, details, created_at, modified_at
FROM campaigns WHERE advertiser = ?1 ORDER BY id DESC

-- name: adgroup_insert
INSERT INTO adgroups (advertiser, id, campaign, name, operation, budget, daily, starts_at, ends_at,
  details, created_at, modified_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)

-- name: adgroup_set_operation
UPDATE adgroups SET operation = ?3, modified_at = ?4 WHERE advertiser = ?1 AND id = ?2

-- name: adgroups_count
SELECT count(*) FROM adgroups WHERE advertiser = ?1

-- name: adgroup_get
SELECT g.id, g.campaign, g.name, g.operation, g.budget, g.daily, g.starts_at, g.ends_at, g.details,
  g.created_at, g.modified_at, c.name, c.operation
FROM adgroups g JOIN campaigns c ON c.advertiser = g.advertiser AND c.id = g.campaign
WHERE g.advertiser = ?1 AND g.id = ?2

-- name: adgroups_list
SELECT g.id, g.campaign, g.name, g.operation, g.budget, g.daily, g.starts_at, g.ends_at, g.details,
  g.created_at, g.modified_at, c.name, c.operation
FROM adgroups g JOIN campaigns c ON c.advertiser = g.advertiser AND c.id = g.campaign
WHERE g.advertiser = ?1 ORDER BY g.id DESC

-- name: ad_insert
INSERT INTO ads (advertiser, id, campaign, adgroup, name, operation, account, video, grant_id,
  item_id, state, review_at, rejected, wakes_at, details, created_at, modified_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?16)

-- name: ad_update
UPDATE ads SET operation = ?3, grant_id = ?4, state = ?5, lost = ?6, wakes_at = ?7,
  modified_at = ?8
WHERE advertiser = ?1 AND id = ?2

-- name: ads_count
SELECT count(*) FROM ads WHERE advertiser = ?1

-- name: ads_count_of_adgroup
SELECT count(*) FROM ads WHERE advertiser = ?1 AND adgroup = ?2 AND operation < 2

-- name: ads_waking
SELECT advertiser, id FROM ads WHERE wakes_at > 0 AND wakes_at <= ?1
  AND (account = ?3 OR ?3 = 0 AND account NOT IN (SELECT account FROM closed_accounts))
ORDER BY wakes_at LIMIT ?2

-- name: ads_of_grant
SELECT * FROM ad_states
WHERE advertiser = ?1 AND account = ?5 AND grant_id = ?2 AND id > ?3 AND lost = 0
ORDER BY id LIMIT ?4

-- name: ads_of_campaign
SELECT * FROM ad_states WHERE advertiser = ?1 AND campaign = ?2 AND id > ?3 ORDER BY id LIMIT ?4

-- name: ads_of_adgroup
SELECT * FROM ad_states WHERE advertiser = ?1 AND adgroup = ?2 AND id > ?3 ORDER BY id LIMIT ?4

-- name: ads_behind_put
INSERT INTO ads_behind (advertiser, kind, account, id, after, lost) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (advertiser, kind, account, id) DO UPDATE SET after = excluded.after,
  lost = excluded.lost

-- name: ads_behind_drop
DELETE FROM ads_behind WHERE advertiser = ?1 AND kind = ?2 AND account = ?3 AND id = ?4

-- name: ads_behind_next
SELECT advertiser, kind, account, id, after, lost FROM ads_behind
ORDER BY advertiser, kind, account, id LIMIT 1

-- name: ads_behind_grant
SELECT 1 FROM ads_behind WHERE advertiser = ?1 AND kind = 2 AND account = ?2 AND id = ?3

-- name: ad_get
SELECT * FROM ad_rows WHERE advertiser = ?1 AND id = ?2

-- name: ads_list
SELECT * FROM ad_rows WHERE advertiser = ?1 ORDER BY id DESC

-- name: ads_delivering
SELECT a.advertiser, a.id FROM ads a WHERE a.state = 1 AND (a.advertiser = ?1 OR ?1 IS NULL)
  AND a.account NOT IN (SELECT account FROM closed_accounts)
ORDER BY a.created_at, a.id

-- name: ad_day_add
INSERT INTO ad_days (advertiser, ad, day, spend, impressions, reach, clicks, views, views_2s,
  views_6s, views_p25, views_p50, views_p75, views_p100, watched_ms, likes, comments, shares,
  follows, profile_visits)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
ON CONFLICT (advertiser, ad, day) DO UPDATE SET
  spend = ad_days.spend + excluded.spend,
  impressions = ad_days.impressions + excluded.impressions,
  reach = ad_days.reach + excluded.reach,
  clicks = ad_days.clicks + excluded.clicks,
  views = ad_days.views + excluded.views,
  views_2s = ad_days.views_2s + excluded.views_2s,
  views_6s = ad_days.views_6s + excluded.views_6s,
  views_p25 = ad_days.views_p25 + excluded.views_p25,
  views_p50 = ad_days.views_p50 + excluded.views_p50,
  views_p75 = ad_days.views_p75 + excluded.views_p75,
  views_p100 = ad_days.views_p100 + excluded.views_p100,
  watched_ms = ad_days.watched_ms + excluded.watched_ms,
  likes = ad_days.likes + excluded.likes,
  comments = ad_days.comments + excluded.comments,
  shares = ad_days.shares + excluded.shares,
  follows = ad_days.follows + excluded.follows,
  profile_visits = ad_days.profile_visits + excluded.profile_visits

-- name: ad_days_list
SELECT ad, day, spend, impressions, reach, clicks, views, views_2s, views_6s, views_p25, views_p50,
  views_p75, views_p100, watched_ms, likes, comments, shares, follows, profile_visits
FROM ad_days WHERE advertiser = ?1 AND day >= ?2 AND day <= ?3 ORDER BY day DESC, ad DESC

-- name: sandbox_settings
SELECT name, value FROM sandbox_settings

-- name: sandbox_setting_put
INSERT INTO sandbox_settings (name, value) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: sandbox_setting_drop
DELETE FROM sandbox_settings WHERE name = ?1

-- name: app_insert
INSERT INTO apps (app, name, secret, redirect_uri, level, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6)

-- name: app_get
SELECT name, secret, redirect_uri, level FROM apps WHERE app = ?1

-- name: app_set_secret
UPDATE apps SET secret = ?2 WHERE app = ?1

-- name: apps_list
SELECT app, name FROM apps ORDER BY created_at, app

-- name: app_code_insert
INSERT INTO app_codes (hash, app, kind, subjects, scope, redirect_uri, expires_at, person, token)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)

-- name: app_code_get
SELECT app, kind, subjects, scope, redirect_uri, expires_at, used, person, token
FROM app_codes WHERE hash = ?1

-- name: app_code_use
UPDATE app_codes SET used = 1 WHERE hash = ?1

-- name: app_codes_forget
DELETE FROM app_codes WHERE hash IN (
  SELECT hash FROM app_codes WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
RETURNING 1

-- name: app_token_insert
INSERT INTO app_tokens (hash, app, kind, account, scope, family, expires_at, person, token)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)

-- name: app_token_get
SELECT app, kind, account, scope, family, expires_at, person, token FROM app_tokens WHERE hash = ?1

-- name: app_owner_holds
SELECT 1 FROM seats WHERE person = ?2 AND account = ?1 AND role >= ?4
UNION ALL
SELECT 1 FROM tokens t JOIN token_accounts a ON a.hash = t.hash
WHERE t.id = ?3 AND a.account = ?1 AND t.role >= ?4 AND (t.expires_at = 0 OR t.expires_at > ?5)

-- name: app_token_drop
DELETE FROM app_tokens WHERE hash = ?1

-- name: app_tokens_drop_family
DELETE FROM app_tokens WHERE family = ?1

-- name: app_tokens_forget
DELETE FROM app_tokens WHERE hash IN (
  SELECT hash FROM app_tokens WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
RETURNING 1

-- name: seat_end_app_codes
-- Only those of an account have a person.
UPDATE app_codes SET used = 1 WHERE person = ?1 AND subjects = ?2

-- name: seat_drop_app_tokens
DELETE FROM app_tokens WHERE person = ?1 AND account = ?2

-- name: account_drop_app_tokens
DELETE FROM app_tokens WHERE account = ?1

-- name: advertiser_token_get
SELECT app, advertiser FROM advertiser_tokens WHERE hash = ?1 ORDER BY advertiser LIMIT 1

-- name: advertiser_token_list
SELECT a.advertiser, a.name, a.created_at FROM advertiser_tokens t
JOIN advertisers a ON a.advertiser = t.advertiser WHERE t.hash = ?1
ORDER BY a.created_at, a.advertiser

-- name: advertiser_token_right
SELECT 1 FROM advertiser_tokens WHERE hash = ?1 AND advertiser = ?2

-- name: advertiser_token_drop
DELETE FROM advertiser_tokens WHERE hash = ?1

-- name: video_of_item
SELECT id FROM videos WHERE account = ?1 AND item_id = ?2

-- name: video_use
SELECT CAST(coalesce(sum(CASE WHEN ads_active > 0 THEN ads_active END), 0) AS BIGINT),
  count(*) FILTER (WHERE paid_views > 0)
FROM grants WHERE account = ?1 AND video = ?2

-- name: videos_count
SELECT count(*) FROM videos WHERE account = ?1

-- name: account_totals
SELECT count(*), CAST(coalesce(sum(CASE WHEN likes > 0 THEN likes END), 0) AS BIGINT)
FROM videos WHERE account = ?1

-- name: account_follows
SELECT CAST(coalesce(sum(CASE WHEN paid_follows > 0 THEN paid_follows END), 0) AS BIGINT)
FROM grants WHERE account = ?1

-- name: ads_spent
SELECT CAST(coalesce(sum(d.spend), 0) AS BIGINT) FROM ads a
JOIN ad_days d ON d.advertiser = a.advertiser AND d.ad = a.id
WHERE a.advertiser = ?1 AND (?2 = 0 OR a.campaign = ?2) AND (?3 = 0 OR a.adgroup = ?3)
  AND d.day >= ?4 AND d.day <= ?5

-- name: account_become
UPDATE accounts SET platform = ?2, handle = coalesce(?3, handle) WHERE account = ?1

-- name: account_rename
UPDATE accounts SET name = ?2, handle = ?3 WHERE account = ?1

-- name: connection_get
SELECT account, open_id, scope, access, access_ends_at, refresh, refresh_ends_at, state, cursor
FROM connections WHERE account = ?1

-- name: connection_state
SELECT state FROM connections WHERE account = ?1

-- name: connection_of_open_id
SELECT account FROM open_ids WHERE open_id = ?1

-- name: open_id_put
INSERT INTO open_ids (open_id, account) VALUES (?1, ?2)
ON CONFLICT (open_id) DO UPDATE SET account = excluded.account

-- name: connection_put
INSERT INTO connections (account, open_id, scope, access, access_ends_at, refresh, refresh_ends_at,
  state)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (account) DO UPDATE SET open_id = excluded.open_id, scope = excluded.scope,
  access = excluded.access, access_ends_at = excluded.access_ends_at, refresh = excluded.refresh,
  refresh_ends_at = excluded.refresh_ends_at, state = excluded.state, claimed_until = 0,
  profile_at = 0, videos_at = 0

-- name: connection_keep_tokens
UPDATE connections SET access = ?2, access_ends_at = ?3, refresh = ?4, refresh_ends_at = ?5,
  claimed_until = 0
WHERE account = ?1

-- name: connection_put_right
-- Written by a clock that has been set back since.
UPDATE connections SET claimed_until = CASE WHEN claimed_until > ?2 THEN ?3 ELSE claimed_until END,
  profile_at = CASE WHEN profile_at > ?2 THEN ?2 ELSE profile_at END,
  videos_at = CASE WHEN videos_at > ?2 THEN ?2 ELSE videos_at END, written_at = ?2
WHERE account = ?1 AND written_at > ?2 + 60000

-- name: connection_claim
UPDATE connections SET claimed_until = ?2, written_at = ?3
WHERE account = ?1 AND claimed_until <= ?3 RETURNING account

-- name: connection_release
UPDATE connections SET claimed_until = 0 WHERE account = ?1

-- name: connection_set_state
UPDATE connections SET state = ?2 WHERE account = ?1

-- name: connection_drop_tokens
UPDATE connections SET state = ?2, access = NULL, refresh = NULL WHERE account = ?1

-- name: connections_in_state
SELECT account FROM connections WHERE state = ?1 AND account > ?2 ORDER BY account LIMIT ?3

-- name: connections_due
-- What was written by a clock that has been set back since is due too, and comes first.
SELECT account, CASE WHEN written_at > ?1 + 60000 AND profile_at > ?1 THEN ?1 ELSE profile_at END,
  CASE WHEN written_at > ?1 + 60000 AND videos_at > ?1 THEN ?1 ELSE videos_at END, cursor, unasked
FROM connections
WHERE state = 1 AND (profile_at <= ?1 OR videos_at <= ?1 OR written_at > ?1 + 60000)
ORDER BY CASE WHEN written_at > ?1 + 60000 THEN 0 WHEN profile_at < videos_at THEN profile_at
  ELSE videos_at END LIMIT ?2

-- name: connections_next_due
SELECT min(CASE WHEN written_at > ?1 + 60000 THEN ?1 WHEN profile_at < videos_at THEN profile_at
  ELSE videos_at END) FROM connections
WHERE state = 1

-- name: connection_set_profile_at
UPDATE connections SET profile_at = ?2, written_at = ?3 WHERE account = ?1

-- name: connection_set_videos_at
UPDATE connections SET videos_at = ?2, cursor = ?3, written_at = ?4 WHERE account = ?1

-- name: connection_unasked
SELECT unasked FROM connections WHERE account = ?1

-- name: connection_set_unasked
UPDATE connections SET unasked = ?2 WHERE account = ?1

-- name: looks_never
SELECT count(*) FROM videos WHERE account = ?1 AND status_at = 0 AND visibility <> 3

-- name: advertiser_connection_put
INSERT INTO advertiser_connections (advertiser, name, access, token, state, created_at)
VALUES (?1, ?2, ?3, ?4, 1, ?5)
ON CONFLICT (advertiser) DO UPDATE SET name = excluded.name, access = excluded.access,
  token = excluded.token, state = 1

-- name: advertiser_connection_get
SELECT access FROM advertiser_connections WHERE advertiser = ?1 AND state = ?2
  AND access IS NOT NULL

-- name: advertiser_connection_state
SELECT state FROM advertiser_connections WHERE advertiser = ?1

-- name: advertiser_connection_end
UPDATE advertiser_connections SET state = 3 WHERE advertiser = ?1

-- name: advertiser_connection_shared
SELECT 1 FROM advertiser_connections a JOIN advertiser_connections b ON b.token = a.token
WHERE a.advertiser = ?1 AND b.state = 1 LIMIT 1

-- name: advertiser_connection_has_token
SELECT 1 FROM advertiser_connections WHERE token = ?1 AND state = 1 LIMIT 1

-- name: advertiser_connection_lose
UPDATE advertiser_connections SET state = 2 WHERE advertiser = ?1 AND state = 1

-- name: advertiser_connection_drop
DELETE FROM advertiser_connections WHERE advertiser = ?1 AND state = 3

-- name: advertiser_connections_list
SELECT advertiser, name FROM advertiser_connections WHERE state = ?3 AND advertiser > ?1
ORDER BY advertiser LIMIT ?2

-- name: seat_drop_consents
DELETE FROM consents WHERE person = ?1 AND account = ?2

-- name: consent_insert
INSERT INTO consents (hash, secret, kind, account, asker, person, expires_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)

-- name: consent_get
SELECT secret, kind, account, asker, person FROM consents
WHERE hash = ?1 AND expires_at > ?2

-- name: consent_drop
DELETE FROM consents WHERE hash = ?1 RETURNING kind

-- name: consents_forget
DELETE FROM consents WHERE hash IN (
  SELECT hash FROM consents WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
RETURNING 1

-- Of both, those of a later end were asked for by a clock that has been set back since.
-- name: consents_of_asker
SELECT count(*) FROM consents WHERE asker = ?1 AND expires_at > ?2 AND expires_at <= ?3

-- name: consents_open
SELECT max(expires_at) FROM consents WHERE expires_at > ?1 AND expires_at <= ?2

-- name: advertiser_know
INSERT INTO advertisers (advertiser, name, created_at, words) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (advertiser) DO UPDATE SET name = excluded.name, words = excluded.words

-- name: cover_put
INSERT INTO covers (account, video, type, picture) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (account, video) DO UPDATE SET type = excluded.type, picture = excluded.picture

-- name: cover_get
SELECT type, picture FROM covers WHERE account = ?1 AND video = ?2

-- name: avatar_put
INSERT INTO avatars (account, path, digest, type, picture) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (account) DO UPDATE SET path = excluded.path, digest = excluded.digest,
  type = excluded.type, picture = excluded.picture

-- name: avatar_get
SELECT type, picture FROM avatars WHERE account = ?1

-- name: avatar_is_of
SELECT count(*) FROM avatars WHERE account = ?1 AND path = ?2

-- name: video_has_cover
UPDATE videos SET has_cover = 1 WHERE account = ?1 AND id = ?2
