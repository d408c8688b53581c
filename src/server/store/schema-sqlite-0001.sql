-- The same tables, columns and keys as schema-postgres-0001.sql.
--
-- Creators' tables begin with the account, so that the schema can be distributed by it. Enumerations
-- are stored as their numbers in model/spark-enums.h, to which values are only ever appended. Times
-- are milliseconds since 1970, 0 for none; counts are -1 when not known.

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- The number of an account that was deleted is never another's: old cursors and keys name it.
CREATE TABLE accounts (
  account INTEGER PRIMARY KEY AUTOINCREMENT,
  platform INTEGER NOT NULL,
  name TEXT NOT NULL,
  handle TEXT,
  created_at INTEGER NOT NULL,
  platform_seen_at INTEGER NOT NULL DEFAULT 0,
  counter INTEGER NOT NULL DEFAULT 0,
  folded INTEGER NOT NULL DEFAULT 0,
  last_id INTEGER NOT NULL DEFAULT 0
);

-- Accounts that nobody sees: those that are being made, until then unless whoever makes it says so again,
-- and (0) those that were removed, of which rows are still to go.
CREATE TABLE closed_accounts (
  account INTEGER PRIMARY KEY,
  until INTEGER NOT NULL
);

-- Each object once, with the number of its newest change up to accounts.folded; an event or a grant, whose id
-- is the number of its first change, only when it has changed since. A grant that comes changes its brand, and
-- mostly its video, which that alone says, with the numbers behind its own: of those there may be older ones here.
-- A change is not looked for here when it is made: it is put behind the recent ones, which are folded into these
-- many at once.
CREATE TABLE changes (
  account INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (account, kind, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX changes_seq ON changes (account, seq);

-- What a transaction changed in an account: the changes from first to seq, from the last to the first, each
-- as its object's id * 16 + kind, with commas between; -1 where the object changed again further on, or the
-- number is an event's or a grant's, or one that the grant before says.
CREATE TABLE recent_changes (
  account INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  first INTEGER NOT NULL,
  objects TEXT NOT NULL,
  PRIMARY KEY (account, seq)
) WITHOUT ROWID;

-- The same one by one; last: the row's seq.
CREATE VIEW recent_objects AS
SELECT account, seq AS last, seq - o.key AS seq, o.value AS object, o.value & 15 AS kind, o.value >> 4 AS id
FROM recent_changes CROSS JOIN json_each('[' || objects || ']') o
WHERE o.value >= 0;

-- words, here and elsewhere: the texts that are searched, folded (model/spark-fold.h).
CREATE TABLE videos (
  account INTEGER NOT NULL,
  id INTEGER NOT NULL,
  item_id TEXT NOT NULL,
  caption TEXT,
  folded TEXT,
  words TEXT,
  share_url TEXT,
  published_at INTEGER NOT NULL DEFAULT 0,
  duration_s INTEGER NOT NULL DEFAULT -1,
  visibility INTEGER NOT NULL,
  blockers INTEGER NOT NULL DEFAULT 0,
  views INTEGER NOT NULL DEFAULT -1,
  likes INTEGER NOT NULL DEFAULT -1,
  comments INTEGER NOT NULL DEFAULT -1,
  shares INTEGER NOT NULL DEFAULT -1,
  paid_views INTEGER NOT NULL DEFAULT -1,
  paid_likes INTEGER NOT NULL DEFAULT -1,
  paid_comments INTEGER NOT NULL DEFAULT -1,
  paid_shares INTEGER NOT NULL DEFAULT -1,
  announced_at INTEGER NOT NULL DEFAULT 0,
  announce_due INTEGER NOT NULL DEFAULT 0,
  has_cover INTEGER NOT NULL DEFAULT 0,
  auth_state INTEGER NOT NULL DEFAULT 0,
  auth_ends_at INTEGER NOT NULL DEFAULT 0,
  auth_code INTEGER NOT NULL DEFAULT 0,
  auth_grants INTEGER NOT NULL DEFAULT 0,
  auth_links INTEGER NOT NULL DEFAULT 0,
  -- The last that was redeemed, which says with the number two behind its own that this has changed.
  auth_grant INTEGER NOT NULL DEFAULT 0,
  status_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX videos_item ON videos (account, item_id);
CREATE INDEX videos_published ON videos (account, published_at);
-- Engagement that the change feed has yet to tell.
CREATE INDEX videos_announce ON videos (announce_due) WHERE announce_due > 0;

-- What a video had at the end of a day (days since 1970), for those on which that was told.
CREATE TABLE engagement_days (
  account INTEGER NOT NULL,
  video INTEGER NOT NULL,
  day INTEGER NOT NULL,
  views INTEGER NOT NULL,
  likes INTEGER NOT NULL,
  comments INTEGER NOT NULL,
  shares INTEGER NOT NULL,
  paid_views INTEGER NOT NULL,
  paid_likes INTEGER NOT NULL,
  paid_comments INTEGER NOT NULL,
  paid_shares INTEGER NOT NULL,
  PRIMARY KEY (account, video, day)
) WITHOUT ROWID;

-- secret: empty until the platform gives the code. waiting: for the platform to do this (SparkTaskAct
-- + 1, 0: nothing); problem: why it has not yet. expiry_due: when it ends while it is ready or in use, else
-- 0: no part of the index below changes when it is used.
CREATE TABLE codes (
  account INTEGER NOT NULL,
  id INTEGER NOT NULL,
  video INTEGER NOT NULL,
  secret BLOB NOT NULL,
  state INTEGER NOT NULL,
  days INTEGER NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  note TEXT,
  copied_at INTEGER NOT NULL DEFAULT 0,
  copied_for INTEGER NOT NULL DEFAULT 0,
  used_at INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  waiting INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  expiry_due INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE INDEX codes_ending ON codes (expiry_due) WHERE expiry_due > 0;

CREATE TABLE links (
  account INTEGER NOT NULL,
  id INTEGER NOT NULL,
  video INTEGER NOT NULL,
  code INTEGER NOT NULL,
  brand INTEGER NOT NULL,
  secret BLOB NOT NULL,
  state INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  note TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE INDEX links_ending ON links (ends_at) WHERE state = 0;
CREATE INDEX links_video ON links (account, video) WHERE state = 0;

-- id: the number of the change that made it. expiry_due: when it ends while it is authorized or revoking, else
-- 0; also 0 while an authorized one ends with its code, whose expiry_due it is then: what most redemptions make
-- costs no entry in the index below.
CREATE TABLE grants (
  account INTEGER NOT NULL,
  id INTEGER NOT NULL,
  video INTEGER NOT NULL,
  code INTEGER NOT NULL DEFAULT 0,
  link INTEGER NOT NULL DEFAULT 0,
  brand INTEGER NOT NULL DEFAULT 0,
  advertiser TEXT,
  source INTEGER NOT NULL,
  state INTEGER NOT NULL,
  redeemed_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  platform_ends_at INTEGER NOT NULL,
  -- Later than the code ends as yet; 0: not agreed so.
  agreed_ends_at INTEGER NOT NULL DEFAULT 0,
  expiry_due INTEGER NOT NULL DEFAULT 0,
  revoked_at INTEGER NOT NULL DEFAULT 0,
  extension_asked_at INTEGER NOT NULL DEFAULT 0,
  ads_active INTEGER NOT NULL DEFAULT -1,
  paid_views INTEGER NOT NULL DEFAULT -1,
  paid_likes INTEGER NOT NULL DEFAULT -1,
  paid_comments INTEGER NOT NULL DEFAULT -1,
  paid_shares INTEGER NOT NULL DEFAULT -1,
  paid_follows INTEGER NOT NULL DEFAULT -1,
  engaged_at INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE INDEX grants_video ON grants (account, video, advertiser);
CREATE INDEX grants_brand ON grants (account, brand);
CREATE INDEX grants_ending ON grants (expiry_due) WHERE expiry_due > 0;
-- unbound by the brand while its ads go on
CREATE INDEX grants_unbound ON grants (platform_ends_at) WHERE state = 5 AND ads_active > 0;

CREATE TABLE brands (
  account INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  words TEXT,
  notes TEXT,
  has_deal INTEGER NOT NULL DEFAULT 0,
  fee INTEGER NOT NULL DEFAULT -1,
  currency TEXT,
  paid INTEGER NOT NULL DEFAULT 0,
  deal_ends_at INTEGER NOT NULL DEFAULT 0,
  -- Apart from grants that began: they say when themselves.
  last_activity_at INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX brands_name ON brands (account, folded);

-- state: 0 attached provisionally, 1 confirmed by the creator, 2 refused
CREATE TABLE brand_advertisers (
  account INTEGER NOT NULL,
  advertiser TEXT NOT NULL,
  brand INTEGER NOT NULL,
  state INTEGER NOT NULL,
  PRIMARY KEY (account, advertiser)
) WITHOUT ROWID;

-- id: the number of the change that made it. earlier: whether it may have happened long before, and was only
-- found then.
CREATE TABLE events (
  account INTEGER NOT NULL,
  id INTEGER NOT NULL,
  type INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor_kind INTEGER NOT NULL,
  actor_id TEXT,
  actor_name TEXT,
  actor_from TEXT,
  video INTEGER NOT NULL DEFAULT 0,
  code INTEGER NOT NULL DEFAULT 0,
  link INTEGER NOT NULL DEFAULT 0,
  grant_id INTEGER NOT NULL DEFAULT 0,
  brand INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  advertiser TEXT,
  count INTEGER NOT NULL DEFAULT 0,
  days INTEGER NOT NULL DEFAULT 0,
  ends_at INTEGER NOT NULL DEFAULT 0,
  note TEXT,
  words TEXT,
  actor_words TEXT,
  earlier INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;

-- One event an hour for a brand, a code and a reason; the event's count is in the event.
CREATE TABLE refusals (
  account INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  advertiser TEXT NOT NULL,
  reason TEXT NOT NULL,
  since INTEGER NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (account, subject, advertiser, reason)
) WITHOUT ROWID;
CREATE INDEX refusals_since ON refusals (since);

CREATE TABLE batches (
  account INTEGER NOT NULL,
  id INTEGER NOT NULL,
  act TEXT NOT NULL,
  state INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL DEFAULT 0,
  added INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  failed INTEGER NOT NULL DEFAULT 0,
  days INTEGER NOT NULL DEFAULT 0,
  agreed INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  actor_id TEXT,
  actor_name TEXT,
  actor_from TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE INDEX batches_running ON batches (updated_at) WHERE state = 0;

-- state: of SparkBatchRowState. What was made or changed is kept while it is of use. All rows of a batch
-- are as old as its first, line 0, which goes last: an index of all would cost nearly half of a start.
CREATE TABLE batch_rows (
  account INTEGER NOT NULL,
  batch INTEGER NOT NULL,
  line INTEGER NOT NULL,
  subject INTEGER NOT NULL,
  state INTEGER NOT NULL DEFAULT 0,
  problem TEXT,
  made INTEGER NOT NULL DEFAULT 0,
  at INTEGER NOT NULL,
  PRIMARY KEY (account, batch, line)
) WITHOUT ROWID;
CREATE INDEX batch_rows_first ON batch_rows (at, account, batch) WHERE line = 0;

-- What a platform has still to be asked for, by account and number: act is of SparkTaskAct; sent: it
-- was sent, and nobody knows yet what became of it; base_ends_at: the end of the code when it was;
-- written_at: when due_at and claimed_until were, by the clock of whoever wrote them.
CREATE TABLE platform_tasks (
  account INTEGER NOT NULL,
  id INTEGER NOT NULL,
  act INTEGER NOT NULL,
  video INTEGER NOT NULL,
  code INTEGER NOT NULL DEFAULT 0,
  grant_id INTEGER NOT NULL DEFAULT 0,
  days INTEGER NOT NULL DEFAULT 0,
  actor_kind INTEGER NOT NULL,
  actor_id TEXT,
  actor_name TEXT,
  actor_from TEXT,
  due_at INTEGER NOT NULL,
  claimed_until INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  sent INTEGER NOT NULL DEFAULT 0,
  base_ends_at INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  written_at INTEGER NOT NULL,
  PRIMARY KEY (account, id)
) WITHOUT ROWID;
CREATE INDEX platform_tasks_due ON platform_tasks (due_at);
CREATE INDEX platform_tasks_written ON platform_tasks (written_at);

-- Who a tiktok account is at TikTok, and what TikTok is asked with in its name. access, refresh:
-- encrypted; state: of SparkConnectionState; claimed_until: somebody refreshes the tokens; profile_at,
-- videos_at: when the name and the videos are to be looked at next; cursor: where the list of videos
-- goes on, 0: it was read to its end; unasked: videos TikTok was never asked about, -1: the list was not
-- read to its end yet; written_at: when claimed_until, profile_at and videos_at were, by the clock of
-- whoever wrote them.
CREATE TABLE connections (
  account INTEGER PRIMARY KEY,
  open_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  access BLOB,
  access_ends_at INTEGER NOT NULL,
  refresh BLOB,
  refresh_ends_at INTEGER NOT NULL,
  state INTEGER NOT NULL,
  claimed_until INTEGER NOT NULL DEFAULT 0,
  profile_at INTEGER NOT NULL DEFAULT 0,
  videos_at INTEGER NOT NULL DEFAULT 0,
  cursor INTEGER NOT NULL DEFAULT 0,
  unasked INTEGER NOT NULL DEFAULT -1,
  written_at INTEGER NOT NULL DEFAULT 0
);

-- Pictures that were fetched; those of the sandbox are drawn. type: the media type.
CREATE TABLE covers (
  account INTEGER NOT NULL,
  video INTEGER NOT NULL,
  type TEXT NOT NULL,
  picture BLOB NOT NULL,
  PRIMARY KEY (account, video)
);

-- path: of its address at TikTok, whose other parts change each time. digest: of the picture.
CREATE TABLE avatars (
  account INTEGER PRIMARY KEY,
  path TEXT NOT NULL,
  digest TEXT NOT NULL,
  type TEXT NOT NULL,
  picture BLOB NOT NULL
);

-- The exceptions: keyed by their own hash, or by the brand's ad account.

-- video: what the code or link is for, known thereby before its account is locked.
CREATE TABLE fingerprints (
  fingerprint BLOB PRIMARY KEY,
  account INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  id INTEGER NOT NULL,
  video INTEGER NOT NULL
) WITHOUT ROWID;
-- for the removal of an account
CREATE INDEX fingerprints_account ON fingerprints (account);

CREATE TABLE tokens (
  hash BLOB PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT,
  role INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE token_accounts (
  hash BLOB NOT NULL,
  account INTEGER NOT NULL,
  PRIMARY KEY (hash, account)
) WITHOUT ROWID;

CREATE TABLE idempotency (
  hash BLOB PRIMARY KEY,
  body BLOB NOT NULL,
  object TEXT NOT NULL,
  status INTEGER NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX idempotency_at ON idempotency (at);

CREATE TABLE advertisers (
  advertiser TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  words TEXT,
  created_at INTEGER NOT NULL,
  last_id INTEGER NOT NULL DEFAULT 0,
  -- Bytes of the names and details of its campaigns, ad groups and ads.
  kept INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- One token may cover several ad accounts. app: NULL when it was made at the terminal.
CREATE TABLE advertiser_tokens (
  hash BLOB NOT NULL,
  advertiser TEXT NOT NULL,
  app TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (hash, advertiser)
) WITHOUT ROWID;
CREATE INDEX advertiser_tokens_age ON advertiser_tokens (advertiser, created_at);

-- What an ad account was ever authorized for.
CREATE TABLE advertiser_posts (
  advertiser TEXT NOT NULL,
  account INTEGER NOT NULL,
  grant_id INTEGER NOT NULL,
  PRIMARY KEY (advertiser, account, grant_id)
) WITHOUT ROWID;

-- People who sign in, and their seats over creators' accounts.
CREATE TABLE people (
  person TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX people_name ON people (folded);

CREATE TABLE seats (
  person TEXT NOT NULL,
  account INTEGER NOT NULL,
  role INTEGER NOT NULL,
  PRIMARY KEY (person, account)
) WITHOUT ROWID;

CREATE TABLE invitations (
  hash BLOB PRIMARY KEY,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX invitations_ending ON invitations (expires_at);

CREATE TABLE invitation_seats (
  hash BLOB NOT NULL,
  account INTEGER NOT NULL,
  role INTEGER NOT NULL,
  PRIMARY KEY (hash, account)
) WITHOUT ROWID;

-- One for each device a person signed in on; every secret below belongs to one and ends with it.
-- used_at: 0 until its code is exchanged.
CREATE TABLE sign_ins (
  sign_in TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  device TEXT,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX sign_ins_person ON sign_ins (person);
CREATE INDEX sign_ins_used ON sign_ins (used_at);

-- kind: 0 authorization code, 1 access token, 2 refresh token. proof: what the code was asked with;
-- for a refresh token the request that used it.
CREATE TABLE sign_in_secrets (
  hash BLOB PRIMARY KEY,
  kind INTEGER NOT NULL,
  sign_in TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL DEFAULT 0,
  proof BLOB
) WITHOUT ROWID;
CREATE INDEX sign_in_secrets_sign_in ON sign_in_secrets (sign_in);

-- Sign-ins of brands on their page, and what begins one, once.
CREATE TABLE brand_sessions (
  hash BLOB PRIMARY KEY,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX brand_sessions_ending ON brand_sessions (expires_at);

CREATE TABLE brand_session_advertisers (
  hash BLOB NOT NULL,
  advertiser TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  PRIMARY KEY (hash, advertiser)
) WITHOUT ROWID;
CREATE INDEX brand_session_advertisers_age ON brand_session_advertisers (advertiser, added_at);

CREATE TABLE brand_invitations (
  hash BLOB PRIMARY KEY,
  advertiser TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX brand_invitations_age ON brand_invitations (advertiser, created_at);
CREATE INDEX brand_invitations_ending ON brand_invitations (expires_at);

-- Campaigns, ad groups and ads. operation: 0 enabled, 1 disabled, 2 deleted; budgets and spend are in
-- hundredths of the currency's unit; details: the members of TikTok's interface that change nothing
-- here, as JSON.

CREATE TABLE campaigns (
  advertiser TEXT NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  operation INTEGER NOT NULL,
  budget INTEGER NOT NULL,
  daily INTEGER NOT NULL,
  details TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  PRIMARY KEY (advertiser, id)
) WITHOUT ROWID;

CREATE TABLE adgroups (
  advertiser TEXT NOT NULL,
  id INTEGER NOT NULL,
  campaign INTEGER NOT NULL,
  name TEXT NOT NULL,
  operation INTEGER NOT NULL,
  budget INTEGER NOT NULL,
  daily INTEGER NOT NULL,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  details TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  PRIMARY KEY (advertiser, id)
) WITHOUT ROWID;

-- lost: how the grant it was made on ended (0: it has not); rejected: what the review says at its end
CREATE TABLE ads (
  advertiser TEXT NOT NULL,
  id INTEGER NOT NULL,
  campaign INTEGER NOT NULL,
  adgroup INTEGER NOT NULL,
  name TEXT NOT NULL,
  operation INTEGER NOT NULL,
  account INTEGER NOT NULL,
  video INTEGER NOT NULL,
  grant_id INTEGER NOT NULL,
  item_id TEXT NOT NULL,
  state INTEGER NOT NULL,
  lost INTEGER NOT NULL DEFAULT 0,
  review_at INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  wakes_at INTEGER NOT NULL,
  details TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  PRIMARY KEY (advertiser, id)
) WITHOUT ROWID;
-- By id as well: of thousands the next few are read, in their order.
CREATE INDEX ads_grant ON ads (advertiser, account, grant_id, id);
-- whose state the clock changes: a review ends, a schedule is over
CREATE INDEX ads_waking ON ads (wakes_at) WHERE wakes_at > 0;

-- An ad with what decides on it: all columns, in the order in which they are read.
CREATE VIEW ad_rows AS
SELECT a.id, a.campaign, a.adgroup, a.name, a.operation, a.account, a.video, a.grant_id, a.item_id,
  a.state, a.lost, a.review_at, a.rejected, a.wakes_at, a.details, a.created_at, a.modified_at,
  c.name AS campaign_name, c.operation AS campaign_operation, g.name AS adgroup_name,
  g.operation AS adgroup_operation, g.starts_at, g.ends_at, a.advertiser
FROM ads a JOIN adgroups g ON g.advertiser = a.advertiser AND g.id = a.adgroup
JOIN campaigns c ON c.advertiser = a.advertiser AND c.id = a.campaign;

-- The same without words, for the next few of thousands: not joined, so that a planner that has seen no data
-- yet begins with the ads, and ends with them.
CREATE VIEW ad_states AS
SELECT a.id, a.campaign, a.adgroup, NULL AS name, a.operation, a.account, a.video, a.grant_id,
  NULL AS item_id, a.state, a.lost, a.review_at, a.rejected, a.wakes_at, NULL AS details,
  a.created_at, a.modified_at, NULL AS campaign_name,
  (SELECT c.operation FROM campaigns c WHERE c.advertiser = a.advertiser AND c.id = a.campaign)
    AS campaign_operation,
  NULL AS adgroup_name,
  (SELECT g.operation FROM adgroups g WHERE g.advertiser = a.advertiser AND g.id = a.adgroup)
    AS adgroup_operation,
  (SELECT g.starts_at FROM adgroups g WHERE g.advertiser = a.advertiser AND g.id = a.adgroup)
    AS starts_at,
  (SELECT g.ends_at FROM adgroups g WHERE g.advertiser = a.advertiser AND g.id = a.adgroup)
    AS ends_at,
  a.advertiser
FROM ads a;

-- Campaigns (kind 0), ad groups (1) and grants (2) with ads that have yet to follow them: those behind
-- `after`. account: of a grant, else 0; lost: as in ads, of a grant
CREATE TABLE ads_behind (
  advertiser TEXT NOT NULL,
  kind INTEGER NOT NULL,
  account INTEGER NOT NULL,
  id INTEGER NOT NULL,
  after INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  PRIMARY KEY (advertiser, kind, account, id)
) WITHOUT ROWID;

-- What an ad brought on one day (day: since 1970, UTC).
CREATE TABLE ad_days (
  advertiser TEXT NOT NULL,
  ad INTEGER NOT NULL,
  day INTEGER NOT NULL,
  spend INTEGER NOT NULL,
  impressions INTEGER NOT NULL,
  reach INTEGER NOT NULL,
  clicks INTEGER NOT NULL,
  views INTEGER NOT NULL,
  views_2s INTEGER NOT NULL,
  views_6s INTEGER NOT NULL,
  views_p25 INTEGER NOT NULL,
  views_p50 INTEGER NOT NULL,
  views_p75 INTEGER NOT NULL,
  views_p100 INTEGER NOT NULL,
  watched_ms INTEGER NOT NULL,
  likes INTEGER NOT NULL,
  comments INTEGER NOT NULL,
  shares INTEGER NOT NULL,
  follows INTEGER NOT NULL,
  profile_visits INTEGER NOT NULL,
  PRIMARY KEY (advertiser, ad, day)
) WITHOUT ROWID;

-- Developers' apps of the sandbox. Secrets, codes and tokens are kept as hashes.
CREATE TABLE apps (
  app TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  secret BLOB NOT NULL,
  redirect_uri TEXT,
  level INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- kind: 0 for ad accounts (subjects: their ids), 1 for an account holder (subjects: the account)
CREATE TABLE app_codes (
  hash BLOB PRIMARY KEY,
  app TEXT NOT NULL,
  kind INTEGER NOT NULL,
  subjects TEXT NOT NULL,
  scope TEXT,
  redirect_uri TEXT,
  person TEXT,
  token TEXT,
  expires_at INTEGER NOT NULL,
  used INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX app_codes_ending ON app_codes (expires_at);

-- Of account holders. kind: 0 access, 1 refresh; family: those that came of one consent; person, token:
-- the owner who consented, signed in or by a token's id; both NULL: at the terminal.
CREATE TABLE app_tokens (
  hash BLOB PRIMARY KEY,
  app TEXT NOT NULL,
  kind INTEGER NOT NULL,
  account INTEGER NOT NULL,
  scope TEXT NOT NULL,
  family TEXT NOT NULL,
  person TEXT,
  token TEXT,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX app_tokens_family ON app_tokens (family);
CREATE INDEX app_tokens_ending ON app_tokens (expires_at);

-- The sandbox's faults and choices, which a running server obeys; absent: the default.
CREATE TABLE sandbox_settings (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;

-- Which account an account at TikTok is here.
CREATE TABLE open_ids (
  open_id TEXT PRIMARY KEY,
  account INTEGER NOT NULL
) WITHOUT ROWID;

-- Brands' ad accounts at TikTok whose owners consented. access: encrypted; token: its hash, the
-- same for all that one consent gave; state: of SparkConnectionState.
CREATE TABLE advertiser_connections (
  advertiser TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  access BLOB,
  token TEXT NOT NULL,
  state INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Consents that were asked for, until the browser comes back or their time is over. hash: of what the
-- browser brings back; secret: the same, encrypted; kind: of SparkConsentKind; account: 0 for one that
-- is yet to be made; asker: the credential that asked; person: whose account it then is.
CREATE TABLE consents (
  hash BLOB PRIMARY KEY,
  secret BLOB NOT NULL,
  kind INTEGER NOT NULL,
  account INTEGER NOT NULL,
  asker TEXT NOT NULL,
  person TEXT,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX consents_ending ON consents (expires_at);

-- Where a calendar program reads what ends, without signing in: one address for each holder, a person
-- or a token's id, and with them it ends. It is made of the nonce with the key outside the database.
CREATE TABLE calendars (
  hash BLOB PRIMARY KEY,
  account INTEGER NOT NULL,
  holder TEXT NOT NULL,
  nonce TEXT NOT NULL,
  language TEXT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX calendars_holder ON calendars (account, holder);

-- What one node alone looks at on a platform until then: an account's codes, an ad account's list.
-- written_at: when next_at was, by the clock of whoever wrote it.
CREATE TABLE platform_turns (
  subject TEXT PRIMARY KEY,
  next_at INTEGER NOT NULL,
  written_at INTEGER NOT NULL
) WITHOUT ROWID;

-- How much a platform was asked within the last minute, by all nodes together. line: a hash of what it
-- is counted for; wait_until: nothing is asked before, as the platform said at said_at; refused: how
-- often one after the other; times: of each request, 8 bytes each.
CREATE TABLE platform_budget (
  line TEXT PRIMARY KEY,
  used_at INTEGER NOT NULL,
  wait_until INTEGER NOT NULL,
  said_at INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  times BLOB NOT NULL
) WITHOUT ROWID;

-- How many rows a table has and how many share a key, about, in a large database. Without this the
-- planner takes an account to have ten of everything, and reads all of it rather than use an index.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
  ('videos', 'videos', '100000 1000 1'),
  ('videos', 'videos_item', '100000 1000 1'),
  ('videos', 'videos_published', '100000 1000 1'),
  ('videos', 'videos_announce', '1000 10'),
  ('codes', 'codes', '100000 1000 1'),
  ('codes', 'codes_ending', '100000 10'),
  ('links', 'links', '100000 1000 1'),
  ('links', 'links_ending', '10000 10'),
  ('links', 'links_video', '10000 100 2'),
  ('grants', 'grants', '1000000 10000 1'),
  ('grants', 'grants_video', '1000000 10000 100 2'),
  ('grants', 'grants_brand', '1000000 10000 200'),
  ('grants', 'grants_ending', '100000 10'),
  ('grants', 'grants_unbound', '1000 10'),
  ('brands', 'brands', '10000 100 1'),
  ('brands', 'brands_name', '10000 100 1'),
  ('brand_advertisers', 'brand_advertisers', '10000 100 1'),
  ('events', 'events', '3000000 30000 1'),
  ('changes', 'changes', '5000000 50000 8000 1'),
  ('changes', 'changes_seq', '5000000 50000 1'),
  ('recent_changes', 'recent_changes', '30000 300 1'),
  ('ads', 'ads', '100000 1000 1'),
  ('ads', 'ads_grant', '100000 1000 500 4'),
  ('ads', 'ads_waking', '1000 10');
ANALYZE sqlite_schema;
