-- The local copy. It can be made again from the backend, so it has one version and no migrations.
-- An object is its id, its account, the load that brought it last, what lists and look-ups need as
-- columns, and its body: everything else, as the view packed it. `words` is its text folded for search.

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value NOT NULL
) WITHOUT ROWID;

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL,
  body TEXT NOT NULL,
  key TEXT NOT NULL
);

CREATE TABLE untold (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE
);

-- Events that need no more attention.
CREATE TABLE dismissed (
  id TEXT PRIMARY KEY
) WITHOUT ROWID;

-- There from the first change of any of its objects on; the body comes with the account's own.
CREATE TABLE accounts (
  key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  since INTEGER NOT NULL,
  load INTEGER NOT NULL,
  body BLOB
);

-- The key is the order of publication, newest first, so that a list by date and a search of one are
-- both read in the order of the table.
CREATE TABLE videos (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account INTEGER NOT NULL,
  load INTEGER NOT NULL,
  facts INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  views INTEGER NOT NULL,
  brands INTEGER NOT NULL,
  item_id TEXT,
  body BLOB NOT NULL
);
CREATE INDEX videos_list ON videos (account, key, facts, ends_at, views, brands);
CREATE INDEX videos_facts ON videos (facts, ends_at, account, key, views, brands) WHERE facts <> 0;
CREATE INDEX videos_item ON videos (item_id);

-- Folded before, so that the simplest tokenizer does; the prefixes make the first keys of a search cheap.
-- caption is followed by the number at TikTok with a mark before it, creator a word that stands for the
-- account: its name is looked up when something is searched.
CREATE VIRTUAL TABLE videos_search USING fts5 (
  caption, people, creator, tokenize = 'ascii', prefix = '1 2 3', columnsize = 0
);

CREATE TABLE codes (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account INTEGER NOT NULL,
  load INTEGER NOT NULL,
  video TEXT NOT NULL,
  state INTEGER NOT NULL,
  ready_since INTEGER NOT NULL,
  words TEXT NOT NULL,
  secret BLOB,
  body BLOB NOT NULL
);
CREATE INDEX codes_video ON codes (video);
CREATE INDEX codes_live ON codes (state, ready_since) WHERE state IN (1, 2);

CREATE TABLE links (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account INTEGER NOT NULL,
  load INTEGER NOT NULL,
  video TEXT NOT NULL,
  brand TEXT,
  words TEXT NOT NULL,
  secret BLOB,
  body BLOB NOT NULL
);
CREATE INDEX links_video ON links (video);
CREATE INDEX links_brand ON links (brand);

-- rank: soonest end first, then the ended, newest first; code: whose use it is.
CREATE TABLE grants (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account INTEGER NOT NULL,
  load INTEGER NOT NULL,
  video TEXT NOT NULL,
  brand TEXT,
  state INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  code TEXT,
  words TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX grants_video ON grants (video);
CREATE INDEX grants_brand ON grants (brand, video);
CREATE INDEX grants_open ON grants (state, ends_at, brand, account) WHERE state IN (1, 3);

-- folded: the name as it is sorted; same: as backends fold a brand's, by which those of several
-- accounts are known to be one; fresh: ad accounts to confirm or refuse, each between spaces.
CREATE TABLE brands (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account INTEGER NOT NULL,
  load INTEGER NOT NULL,
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  same TEXT NOT NULL,
  fresh TEXT,
  words TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX brands_same ON brands (same, account);
CREATE INDEX brands_fresh ON brands (id, fresh) WHERE fresh IS NOT NULL;

-- The key is the order in time, newest first. about: of what the creator is asked for, and of what
-- answers it, that which it is about: the access; a brand and, after a space, its ad account. until: the
-- end that an extension led to, or 0.
CREATE TABLE events (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account INTEGER NOT NULL,
  load INTEGER NOT NULL,
  type INTEGER NOT NULL,
  video TEXT,
  brand TEXT,
  about TEXT,
  until INTEGER NOT NULL,
  words TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE INDEX events_video ON events (video, key);
CREATE INDEX events_account ON events (account, key, type);
CREATE INDEX events_type ON events (type, key);
CREATE INDEX events_about ON events (about, key) WHERE about IS NOT NULL;

CREATE TABLE batches (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account INTEGER NOT NULL,
  load INTEGER NOT NULL,
  body BLOB NOT NULL
);
