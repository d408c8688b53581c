/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-acts.h"
#include "server/ledger/spark-ledger-check.h"
#include "server/store/spark-tx.h"

/* More than there may be before they are folded. */
#define OBJECTS  40
#define ROUNDS   60
#define TOUCHES  25
#define ACCOUNTS 20
#define MANY     600
/* What an account may have that is not folded yet. */
#define RECENT 512

typedef struct
{
  gint64 account;
  guint first; /* which objects: one after the other from this */
  guint n;
} Touch;

typedef struct
{
  GHashTable *newest; /* "kind id" → its change (gint64 *) */
  gint64 seq;
  guint n;        /* told in this page */
  gboolean whole; /* from the beginning: each object once */
} Follower;

static const SparkKind kinds[] = { SPARK_KIND_VIDEO, SPARK_KIND_GRANT, SPARK_KIND_EVENT };

static void
follower_clear (Follower *self)
{
  g_hash_table_unref (self->newest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Follower, follower_clear)

static gboolean
touch (SparkTx *tx, gpointer data, GError **error)
{
  const Touch *self = data;

  for (guint i = self->first; i < self->first + self->n; i++)
    if (!spark_tx_touch (tx, self->account, kinds[i % G_N_ELEMENTS (kinds)], 1 + i * 7 % OBJECTS,
                         error))
      return FALSE;
  return TRUE;
}

static void
run (Fixture *fixture, SparkStoreFunc func, gpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_run (fixture, func, data, &error);
  g_assert_no_error (error);
}

static gboolean
follow_one (const SparkChangeRow *change, gpointer data)
{
  Follower *self = data;
  g_autofree char *key = g_strdup_printf ("%d %s", change->kind, change->id);

  g_assert_cmpint (change->seq, >, self->seq);
  self->seq = change->seq;
  self->n++;
  g_assert_true (
      g_hash_table_insert (self->newest, g_strdup (key), g_memdup2 (&change->seq, sizeof (gint64)))
      || !self->whole);
  return TRUE;
}

/* Reads on from where it is, page by page. */
static void
follow (Follower *self, SparkStore *store, gint64 account, guint limit)
{
  SparkTx *tx = spark_store_read_begin (store, NULL);

  if (self->newest == NULL)
    self->newest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  do
    {
      g_autoptr (GError) error = NULL;

      self->n = 0;
      spark_read_changes (tx, account, self->seq, limit, follow_one, self, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (self->n, <=, limit);
    }
  while (self->n == limit);
  spark_store_read_end (tx);
}

/* @self, who has followed all along, knows the same as who comes now, whatever the pages are. */
static void
compare (const Follower *self, SparkStore *store, gint64 account, guint limit)
{
  g_auto (Follower) fresh = { .whole = TRUE };
  GHashTableIter iter;
  gpointer key, seq;

  follow (&fresh, store, account, limit);
  g_assert_cmpint (fresh.seq, ==, self->seq);
  g_assert_cmpuint (g_hash_table_size (fresh.newest), ==, g_hash_table_size (self->newest));
  g_hash_table_iter_init (&iter, fresh.newest);
  while (g_hash_table_iter_next (&iter, &key, &seq))
    {
      const gint64 *known = g_hash_table_lookup (self->newest, key);

      g_assert_nonnull (known);
      g_assert_cmpint (*known, ==, *(const gint64 *)seq);
    }
}

/* However often they change, each object is told once, and those who follow miss none. */
static void
test_each_once (Fixture *self, gconstpointer data)
{
  g_auto (Follower) follower = { 0 };
  gint64 account = g_ascii_strtoll (self->account, NULL, 10);

  follow (&follower, self->store, account, 500);
  for (guint i = 0; i < ROUNDS; i++)
    {
      Touch some = { account, i * TOUCHES, TOUCHES };

      run (self, touch, &some);
      if (i % 7 == 0)
        follow (&follower, self->store, account, 3 + i);
      if (i % 21 == 0)
        compare (&follower, self->store, account, 1 + i);
    }
  follow (&follower, self->store, account, 1);
  compare (&follower, self->store, account, 500);
  fixture_reopen (self);
  compare (&follower, self->store, account, 2);
}

typedef struct
{
  gint64 account;
  SparkKind kind;
  guint n;
  guint ids;   /* that objects take before */
  gint64 last; /* (inout): of those that come */
} Comers;

static gboolean
insert (SparkTx *tx, const Comers *self, gint64 id, GError **error)
{
  const gint64 none = 0;

  return self->kind == SPARK_KIND_EVENT
             ? spark_tx_exec (tx, error, "event_insert", "iiiiisssiiiiissiiisiss", self->account,
                              id, none, spark_tx_now (tx), none, NULL, NULL, NULL, none, none, none,
                              none, none, NULL, NULL, none, none, none, NULL, none, NULL, NULL)
             : spark_tx_exec (tx, error, "grant_insert", "iiiiiisiiiiiii", self->account, id, none,
                              none, none, none, NULL, none, none, spark_tx_now (tx), none, none,
                              none, none);
}

/* Among other changes, and changed themselves now and then. */
static gboolean
make (SparkTx *tx, gpointer data, GError **error)
{
  Comers *self = data;
  gint64 id;

  for (guint i = 0; i < self->ids; i++)
    if (!spark_tx_next_id (tx, self->account, &id, error))
      return FALSE;
  for (guint i = 0; i < self->n; i++)
    {
      if (!spark_tx_next_change (tx, self->account, &id, error) || !insert (tx, self, id, error)
          || (i % 3 == 0 && !spark_tx_touch (tx, self->account, SPARK_KIND_VIDEO, 1 + i, error))
          || (i % 5 == 0 && self->last != 0
              && !spark_tx_touch (tx, self->account, self->kind, self->last, error)))
        return FALSE;
      g_assert_cmpint (id, >, self->last);
      if (i % 2 == 0)
        self->last = id;
    }
  return TRUE;
}

static guint
count_kind (const Follower *self, SparkKind kind)
{
  g_autofree char *prefix = g_strdup_printf ("%d ", kind);
  GHashTableIter iter;
  gpointer key;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->newest);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    n += g_str_has_prefix (key, prefix);
  return n;
}

/* Nothing is written down of what comes but itself, and it is told like all that changes. */
static void
test_coming (Fixture *self, gconstpointer data)
{
  g_auto (Follower) follower = { 0 };
  Comers some
      = { .account = g_ascii_strtoll (self->account, NULL, 10), .kind = GPOINTER_TO_INT (data) };
  guint made;

  follow (&follower, self->store, some.account, 500);
  made = count_kind (&follower, some.kind);
  for (guint i = 0; i < ROUNDS; i++)
    {
      some.n = 1 + i % 20;
      some.ids = i % 11 == 0 ? MANY : i % 3;
      made += some.n;
      run (self, make, &some);
      if (i % 4 == 0)
        follow (&follower, self->store, some.account, 1 + i % 9);
      if (i % 12 == 0)
        compare (&follower, self->store, some.account, 1 + i);
    }
  follow (&follower, self->store, some.account, 7);
  compare (&follower, self->store, some.account, 500);
  g_assert_cmpuint (count_kind (&follower, some.kind), ==, made);
}

/* All of them: who comes then is told of each where it changed, and of none where it came. */
static gboolean
change_all (SparkTx *tx, gpointer data, GError **error)
{
  const gint64 *ids = data;

  for (guint i = 1; i <= MANY; i++)
    if (!spark_tx_touch (tx, ids[0], SPARK_KIND_GRANT, ids[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
make_many (SparkTx *tx, gpointer data, GError **error)
{
  gint64 *ids = data;
  const Comers some = { .account = ids[0], .kind = SPARK_KIND_GRANT };

  for (guint i = 1; i <= MANY; i++)
    if (!spark_tx_next_change (tx, ids[0], &ids[i], error) || !insert (tx, &some, ids[i], error))
      return FALSE;
  return TRUE;
}

static void
test_all_changed (Fixture *self, gconstpointer data)
{
  g_auto (Follower) follower = { 0 };
  gint64 ids[MANY + 1] = { g_ascii_strtoll (self->account, NULL, 10) };

  run (self, make_many, ids);
  follow (&follower, self->store, ids[0], 100);
  g_assert_cmpuint (count_kind (&follower, SPARK_KIND_GRANT), ==, MANY);
  run (self, change_all, ids);
  run (self, touch, &(Touch){ ids[0], 0, RECENT });
  follow (&follower, self->store, ids[0], 100);
  for (guint limit = 1; limit <= MANY * 2; limit *= 3)
    compare (&follower, self->store, ids[0], limit);
}

#define SUBJECTS 7

/* Brands and videos. */
typedef struct
{
  gint64 account;
  guint round;
  gint64 last[SUBJECTS + 1]; /* a brand's grant; 0: none yet */
  gint64 brands[SUBJECTS + 1], videos[SUBJECTS + 1]; /* the newest change of each */
} Granted;

static gboolean
add_videos (SparkTx *tx, gpointer data, GError **error)
{
  const Granted *self = data;

  for (guint i = 1; i <= SUBJECTS; i++)
    {
      g_autofree char *item = g_strdup_printf ("7%u", i);

      if (!spark_tx_exec (tx, error, "video_insert", "iisii", self->account, (gint64)i, item,
                          (gint64)SPARK_VISIBILITY_PUBLIC, (gint64)0))
        return FALSE;
    }
  return TRUE;
}

static gboolean
touch_one (SparkTx *tx, Granted *self, SparkKind kind, guint id, GError **error)
{
  gint64 *newest = kind == SPARK_KIND_BRAND ? self->brands : self->videos;

  if (!spark_tx_touch (tx, self->account, kind, id, error))
    return FALSE;
  newest[id] = g_array_index (tx->changes, SparkTxChange, tx->changes->len - 1).seq;
  return TRUE;
}

/* As a redemption does; now and then the video's change is an ordinary one, or there is no event. */
static gboolean
grant_to (SparkTx *tx, Granted *self, guint brand, guint video, guint how, GError **error)
{
  const gint64 none = 0;
  const Comers event = { .account = self->account, .kind = SPARK_KIND_EVENT };
  gint64 id, happened;

  if (!spark_tx_next_change (tx, self->account, &id, error)
      || !spark_tx_exec (tx, error, "grant_insert", "iiiiiisiiiiiii", self->account, id,
                         (gint64)video, none, none, (gint64)brand, NULL, none, none,
                         spark_tx_now (tx), none, none, none, none)
      || !spark_tx_touch_granted (tx, self->account, id + 1, error))
    return FALSE;
  self->last[brand] = id;
  self->brands[brand] = id + 1;
  if (how % 3 == 0)
    {
      if (!touch_one (tx, self, SPARK_KIND_VIDEO, video, error))
        return FALSE;
    }
  else if (!spark_tx_exec (tx, error, "video_granted", "iiii", self->account, (gint64)video, none,
                           id)
           || !spark_tx_touch_granted (tx, self->account, id + 2, error))
    return FALSE;
  else
    self->videos[video] = id + 2;
  return how % 4 == 0
         || (spark_tx_next_change (tx, self->account, &happened, error)
             && insert (tx, &event, happened, error));
}

static gboolean
move_last (SparkTx *tx, Granted *self, guint from, guint to, GError **error)
{
  return self->last[from] == 0 || from == to
         || (spark_tx_exec (tx, error, "grant_set_brand", "iii", self->account, self->last[from],
                            (gint64)to)
             && spark_tx_touch (tx, self->account, SPARK_KIND_GRANT, self->last[from], error)
             && touch_one (tx, self, SPARK_KIND_BRAND, from, error)
             && touch_one (tx, self, SPARK_KIND_BRAND, to, error));
}

static gboolean
grant_some (SparkTx *tx, gpointer data, GError **error)
{
  Granted *self = data;

  for (guint i = 0; i < 12; i++)
    {
      guint how = self->round * 12 + i;
      guint brand = 1 + how * how % SUBJECTS;

      if (!grant_to (tx, self, brand, 1 + how / 3 % SUBJECTS, how, error)
          || (how % 5 == 0 && !touch_one (tx, self, SPARK_KIND_BRAND, 1 + how % 3, error))
          || (how % 7 == 0 && !touch_one (tx, self, SPARK_KIND_VIDEO, 1 + how % 4, error))
          || (how % 11 == 0 && !move_last (tx, self, brand, 1 + how % SUBJECTS, error)))
        return FALSE;
    }
  return TRUE;
}

static void
assert_newest (const Follower *follower, gint64 account, SparkKind kind, const gint64 *newest)
{
  for (guint i = 1; i <= SUBJECTS; i++)
    {
      g_autofree char *id = spark_id_format (account, i);
      g_autofree char *key = g_strdup_printf ("%d %s", kind, id);
      const gint64 *known = g_hash_table_lookup (follower->newest, key);

      g_assert_cmpint (known != NULL ? *known : 0, ==, newest[i]);
    }
}

static void
assert_followed (const Follower *follower, const Granted *granted)
{
  assert_newest (follower, granted->account, SPARK_KIND_BRAND, granted->brands);
  assert_newest (follower, granted->account, SPARK_KIND_VIDEO, granted->videos);
}

/* A grant that came says that its brand and its video have changed: that is told where it was the
 * last to. */
static void
test_granted (Fixture *self, gconstpointer data)
{
  g_auto (Follower) follower = { 0 };
  g_autofree char *account = fixture_add_account (self, SPARK_PLATFORM_SANDBOX);
  Granted granted = { .account = g_ascii_strtoll (account, NULL, 10) };

  run (self, add_videos, &granted);
  follow (&follower, self->store, granted.account, 500);
  for (; granted.round < ROUNDS; granted.round++)
    {
      run (self, grant_some, &granted);
      if (granted.round % 3 != 0)
        continue;
      follow (&follower, self->store, granted.account, 1 + granted.round % 9);
      assert_followed (&follower, &granted);
      compare (&follower, self->store, granted.account, 1 + granted.round % 13);
    }
  follow (&follower, self->store, granted.account, 1);
  assert_followed (&follower, &granted);
  for (guint limit = 1; limit <= MANY * 3; limit *= 3)
    compare (&follower, self->store, granted.account, limit);
}

static gboolean
touch_all (SparkTx *tx, gpointer data, GError **error)
{
  char **accounts = data;

  for (guint i = 0; accounts[i] != NULL; i++)
    if (!touch (tx, &(Touch){ g_ascii_strtoll (accounts[i], NULL, 10), i, MANY }, error))
      return FALSE;
  return TRUE;
}

/* Those that are not folded yet, which every reader sorts. */
static gboolean
count_recent (SparkTx *tx, gpointer data, GError **error)
{
  char **accounts = data;

  for (guint i = 0; accounts[i] != NULL; i++)
    {
      SparkStatement *row
          = spark_tx_row (tx, error, "account_lock", "i", g_ascii_strtoll (accounts[i], NULL, 10));

      if (row == NULL)
        return FALSE;
      g_assert_cmpint (spark_statement_int (row, 0) - spark_statement_int (row, 2), <, RECENT);
      spark_statement_reset (row);
    }
  return TRUE;
}

/* What very many have at once is folded by and by, as they change again. */
static void
test_by_and_by (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < ACCOUNTS; i++)
    g_ptr_array_add (accounts, fixture_add_account (self, SPARK_PLATFORM_SANDBOX));
  g_ptr_array_add (accounts, NULL);
  run (self, touch_all, accounts->pdata);
  for (guint i = 0; i < ACCOUNTS; i++)
    {
      g_auto (Follower) follower = { 0 };
      gint64 account = g_ascii_strtoll (accounts->pdata[i], NULL, 10);
      Touch one = { account, 0, 1 };

      follow (&follower, self->store, account, 11);
      compare (&follower, self->store, account, 500);
      run (self, touch, &one);
      follow (&follower, self->store, account, 11);
      compare (&follower, self->store, account, 500);
    }
  run (self, count_recent, accounts->pdata);
}

typedef struct
{
  const char *subject;
  gint64 account, id; /* of it */
  const char *rule;
  gint64 code;   /* of a video that is audited */
  guint n_found; /* that break the rule, of this subject */
} Audit;

static void
on_found (const char *rule, const char *id, gpointer data)
{
  Audit *self = data;

  self->n_found += strcmp (rule, self->rule) == 0 && strcmp (id, self->subject) == 0;
}

/* Nothing of it stays. */
static gboolean
audit (SparkTx *tx, Audit *self, GError **error)
{
  self->n_found = 0;
  if (spark_ledger_check (tx, on_found, self, error))
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST, "only looked at");
  return FALSE;
}

static gboolean
audit_harmless (SparkTx *tx, gpointer data, GError **error)
{
  return audit (tx, data, error);
}

static gboolean
audit_lost (SparkTx *tx, gpointer data, GError **error)
{
  Audit *self = data;

  return spark_tx_exec (tx, error, "changes_folded", "i", self->account) && audit (tx, self, error);
}

static gboolean
audit_older (SparkTx *tx, gpointer data, GError **error)
{
  Audit *self = data;
  g_autofree char *object = g_strdup_printf ("%" G_GINT64_FORMAT, self->id * 16 + SPARK_KIND_GRANT);

  return spark_tx_exec (tx, error, "changes_folded", "i", self->account)
         && spark_tx_exec (tx, error, "changes_put", "iiis", self->account, self->id, self->id,
                           object)
         && audit (tx, self, error);
}

static gboolean
audit_too_high (SparkTx *tx, gpointer data, GError **error)
{
  Audit *self = data;

  return insert (tx, &(Comers){ .account = self->account, .kind = SPARK_KIND_GRANT }, self->id,
                 error)
         && audit (tx, self, error);
}

static gboolean
audit_granted (SparkTx *tx, gpointer data, GError **error)
{
  Audit *self = data;

  return spark_tx_exec (tx, error, "video_granted", "iiii", self->account, self->id,
                        (gint64)SPARK_CODE_STATE_READY, (gint64)0)
         && audit (tx, self, error);
}

static gboolean
audit_used (SparkTx *tx, gpointer data, GError **error)
{
  Audit *self = data;

  return spark_tx_exec (tx, error, "code_use", "iii", self->account, self->code, spark_tx_now (tx))
         && audit (tx, self, error);
}

static gboolean
audit_ended (SparkTx *tx, gpointer data, GError **error)
{
  Audit *self = data;

  return spark_tx_exec (tx, error, "code_end", "iii", self->account, self->code,
                        (gint64)SPARK_CODE_STATE_DELETED)
         && audit (tx, self, error);
}

static gboolean
audit_longer (SparkTx *tx, gpointer data, GError **error)
{
  Audit *self = data;

  return spark_tx_exec (tx, error, "code_extend", "iiiii", self->account, self->code,
                        (gint64)SPARK_CODE_STATE_READY, (gint64)30,
                        spark_tx_now (tx) + 30 * SPARK_DAY_MS)
         && audit (tx, self, error);
}

static gboolean
audit_codeless (SparkTx *tx, gpointer data, GError **error)
{
  Audit *self = data;

  return spark_tx_exec (tx, error, "video_drop_code", "iii", self->account, self->id, self->code)
         && audit (tx, self, error);
}

/* @code: (nullable) */
static guint
count_found_with (Fixture *fixture, SparkStoreFunc func, const char *rule, const char *subject,
                  const char *code)
{
  g_autoptr (GError) error = NULL;
  Audit self = { .subject = subject, .rule = rule };

  if (code != NULL)
    g_assert_true (spark_id_parse (code, &self.account, &self.code));
  g_assert_true (spark_id_parse (subject, &self.account, &self.id));
  g_assert_false (fixture_run (fixture, func, &self, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
  return self.n_found;
}

static guint
count_found (Fixture *fixture, SparkStoreFunc func, const char *rule, const char *grant)
{
  return count_found_with (fixture, func, rule, grant, NULL);
}

/* A grant that came needs no change, and one that changed then needs one behind that. */
static void
test_audit (Fixture *self, gconstpointer data)
{
  static const char lost[] = "There is no change that tells of it";
  static const char too_high[] = "A change has a number that its account has not given out yet";
  g_autofree char *code = fixture_generate (self, self->video, 7);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *grant = fixture_redeem (self, acme, string, NULL);
  g_autofree char *other = fixture_redeem (self, nord, string, NULL);
  g_autofree char *strange = g_strconcat (self->account, ".1000000", NULL);

  g_assert_cmpuint (count_found (self, audit_lost, lost, grant), ==, 0);
  act_revoke (self, grant, NULL, NULL);
  g_assert_cmpuint (count_found (self, audit_harmless, lost, grant), ==, 0);
  g_assert_cmpuint (count_found (self, audit_lost, lost, grant), ==, 1);
  g_assert_cmpuint (count_found (self, audit_older, lost, grant), ==, 1);
  g_assert_cmpuint (count_found (self, audit_lost, lost, other), ==, 0);
  self->now += 8 * SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpuint (count_found (self, audit_harmless, lost, other), ==, 0);
  g_assert_cmpuint (count_found (self, audit_lost, lost, other), ==, 1);

  g_assert_cmpuint (count_found (self, audit_harmless, too_high, grant), ==, 0);
  g_assert_cmpuint (count_found (self, audit_too_high, too_high, strange), ==, 1);
}

/* So does one that only ends later, with its code or by itself. */
static void
test_audit_of_extended (Fixture *self, gconstpointer data)
{
  static const char lost[] = "There is no change that tells of it";
  g_autofree char *brand = fixture_add_brand (self, self->account, "Nord");
  g_autofree char *code = fixture_generate (self, self->video, 7);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *link
      = act_create_link (self, self->video, brand, self->now + 3 * SPARK_DAY_MS, NULL);
  g_autofree char *link_string = fixture_link_string (self, link);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autofree char *late = fixture_add_advertiser (self, "Late");
  g_autofree char *with_code = fixture_redeem (self, acme, string, NULL);
  g_autofree char *agreed = fixture_redeem (self, nord, link_string, NULL);
  g_autofree char *after = NULL;

  act_extend_until (self, code, agreed, self->now + 4 * SPARK_DAY_MS, NULL);
  g_assert_cmpuint (count_found (self, audit_lost, lost, with_code), ==, 0);
  g_assert_cmpuint (count_found (self, audit_harmless, lost, agreed), ==, 0);
  g_assert_cmpuint (count_found (self, audit_lost, lost, agreed), ==, 1);
  g_assert_cmpuint (count_found (self, audit_older, lost, agreed), ==, 1);

  act_extend (self, code, 30, NULL);
  after = fixture_redeem (self, late, string, NULL);
  g_assert_cmpuint (count_found (self, audit_harmless, lost, with_code), ==, 0);
  g_assert_cmpuint (count_found (self, audit_lost, lost, with_code), ==, 1);
  g_assert_cmpuint (count_found (self, audit_older, lost, with_code), ==, 1);
  g_assert_cmpuint (count_found (self, audit_lost, lost, agreed), ==, 1);
  g_assert_cmpuint (count_found (self, audit_lost, lost, after), ==, 0);
}

/* A video shows its code's state and end, whatever became of that. */
static void
test_audit_of_shown (Fixture *self, gconstpointer data)
{
  static const char counted[] = "The video counts other grants or links than it has";
  static const char shown[] = "The video shows another state or end than its code has";
  static const SparkStoreFunc harms[] = { audit_used, audit_ended, audit_longer, audit_codeless };
  g_autofree char *code = act_generate (self, self->video, 7, NULL);

  g_assert_cmpuint (count_found_with (self, audit_harmless, shown, self->video, code), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (harms); i++)
    g_assert_cmpuint (count_found_with (self, harms[i], shown, self->video, code), ==, 1);
  g_assert_cmpuint (count_found_with (self, audit_granted, shown, self->video, code), ==, 0);
  g_assert_cmpuint (count_found_with (self, audit_granted, counted, self->video, code), ==, 1);
  self->now += 8 * SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpuint (count_found_with (self, audit_harmless, shown, self->video, code), ==, 0);
  g_assert_cmpuint (count_found_with (self, audit_longer, shown, self->video, code), ==, 1);
  act_delete_code (self, code, NULL);
  g_assert_cmpuint (count_found_with (self, audit_harmless, shown, self->video, code), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/changes/each-once", Fixture, NULL, fixture_set_up, test_each_once,
              fixture_tear_down);
  g_test_add ("/changes/events", Fixture, GINT_TO_POINTER (SPARK_KIND_EVENT), fixture_set_up,
              test_coming, fixture_tear_down);
  g_test_add ("/changes/grants", Fixture, GINT_TO_POINTER (SPARK_KIND_GRANT), fixture_set_up,
              test_coming, fixture_tear_down);
  g_test_add ("/changes/all-changed", Fixture, NULL, fixture_set_up, test_all_changed,
              fixture_tear_down);
  g_test_add ("/changes/granted", Fixture, NULL, fixture_set_up, test_granted, fixture_tear_down);
  g_test_add ("/changes/by-and-by", Fixture, NULL, fixture_set_up, test_by_and_by,
              fixture_tear_down);
  g_test_add ("/changes/audit", Fixture, NULL, fixture_set_up, test_audit, fixture_tear_down);
  g_test_add ("/changes/audit-of-extended", Fixture, NULL, fixture_set_up, test_audit_of_extended,
              fixture_tear_down);
  g_test_add ("/changes/audit-of-shown", Fixture, NULL, fixture_set_up, test_audit_of_shown,
              fixture_tear_down);
  return g_test_run ();
}
