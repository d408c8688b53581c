/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-row-list"

#include "config.h"

#include <string.h>

#include "client/spark-creators.h"
#include "model/spark-fold.h"
#include "client/spark-items.h"
#include "client/spark-row-list-private.h"
#include "client/spark-video-facts.h"
#include "client/spark-video-list-private.h"
#include "model/spark-rules.h"

#define STATES                                                                                     \
  (SPARK_FACT_READY | SPARK_FACT_IN_USE | SPARK_FACT_EXPIRED | SPARK_FACT_NOT_AUTHORIZED)
#define LIVE (SPARK_NOTED_READY | SPARK_NOTED_IN_USE)

struct _SparkVideoList
{
  SparkRowList parent_instance;

  /* owned */
  char *account_id;
  char *brand_id;
  GStrv query;
  GHashTable *creators; /* words of accounts; NULL: one alone is shown, or nothing searched */
  char *match;          /* the search in FTS5's words; NULL: none */

  gint64 account; /* its number; 0: all, -1: not here yet */
  gint64 now;     /* as of which ENDING is meant */
  SparkFacts facts;
  guint ending_days;
  SparkVideoSort sort;

  /* what the scan under way has made sure of already */
  gboolean found;
  gboolean branded;
};

G_DEFINE_FINAL_TYPE (SparkVideoList, spark_video_list, SPARK_TYPE_ROW_LIST)

/* Columns of a row: key, account, facts, ends_at, views, brands */

static gboolean
has_facts (SparkFacts facts, guint ending_days, gint64 now, SparkNoted noted, gint64 ends_at)
{
  SparkFacts state = 0;

  if (noted & SPARK_NOTED_READY)
    state = SPARK_FACT_READY;
  else if (noted & SPARK_NOTED_IN_USE)
    state = SPARK_FACT_IN_USE;
  else if (noted & SPARK_NOTED_EXPIRED)
    state = SPARK_FACT_EXPIRED | SPARK_FACT_NOT_AUTHORIZED;
  else if (!(noted & SPARK_NOTED_PENDING))
    state = SPARK_FACT_NOT_AUTHORIZED;
  if (facts & STATES && !(facts & state))
    return FALSE;
  if (facts & SPARK_FACT_PROBLEM && !(noted & SPARK_NOTED_PROBLEM))
    return FALSE;
  return !(facts & SPARK_FACT_ENDING)
         || (noted & LIVE && ends_at > now && ends_at <= now + ending_days * SPARK_DAY_MS);
}

static gint64
sort_row (SparkVideoList *self, sqlite3_stmt *stmt, gint64 key)
{
  gint64 ends_at;

  switch (self->sort)
    {
    case SPARK_SORT_VIEWS:
      return -sqlite3_column_int64 (stmt, 4);
    case SPARK_SORT_BRANDS:
      return -sqlite3_column_int64 (stmt, 5);
    case SPARK_SORT_END:
      ends_at = sqlite3_column_int64 (stmt, 3);
      if (ends_at == 0)
        return G_MAXINT64;
      return sqlite3_column_int (stmt, 2) & LIVE ? ends_at : G_MAXINT64 / 2 - ends_at;
    case SPARK_SORT_DATE:
    default:
      return key;
    }
}

static gboolean
ask (SparkVideoList *self, const char *name, const char *text, gint64 key)
{
  SparkReplica *replica = spark_row_list_get_replica (SPARK_ROW_LIST (self));
  sqlite3_stmt *stmt = spark_replica_statement (replica, name);
  gboolean yes = FALSE;

  if (stmt == NULL)
    return FALSE;
  spark_db_bind_text (stmt, 1, text);
  sqlite3_bind_int64 (stmt, 2, key);
  yes = spark_replica_step (replica, stmt);
  sqlite3_reset (stmt);
  return yes;
}

static gboolean
accept_row (SparkVideoList *self, sqlite3_stmt *stmt, SparkRow *row, gboolean found,
            gboolean branded)
{
  row->sort = sort_row (self, stmt, row->key);
  return (self->account == 0 || sqlite3_column_int64 (stmt, 1) == self->account)
         && has_facts (self->facts, self->ending_days, self->now,
                       (SparkNoted)sqlite3_column_int (stmt, 2), sqlite3_column_int64 (stmt, 3))
         && (branded || self->brand_id == NULL
             || ask (self, "video_has_brand", self->brand_id, row->key))
         && (found || self->match == NULL || ask (self, "video_is_found", self->match, row->key));
}

static gboolean
accept (SparkRowList *list, sqlite3_stmt *stmt, SparkRow *row)
{
  SparkVideoList *self = SPARK_VIDEO_LIST (list);

  return accept_row (self, stmt, row, self->found, self->branded);
}

/* An account may come later than its list, or come again. */
static void
find_account (SparkVideoList *self)
{
  SparkReplica *replica = spark_row_list_get_replica (SPARK_ROW_LIST (self));

  if (self->account_id == NULL)
    return;
  self->account = spark_replica_account_key (replica, self->account_id);
  if (self->account == 0)
    self->account = -1;
}

static gboolean
look (SparkRowList *list, SparkRow *row)
{
  SparkVideoList *self = SPARK_VIDEO_LIST (list);
  SparkReplica *replica = spark_row_list_get_replica (list);
  sqlite3_stmt *stmt = spark_replica_statement (replica, "video_look");
  gboolean is_in = FALSE;

  if (stmt == NULL)
    return FALSE;
  find_account (self);
  sqlite3_bind_int64 (stmt, 1, row->key);
  if (spark_replica_step (replica, stmt))
    is_in = accept_row (self, stmt, row, FALSE, FALSE);
  sqlite3_reset (stmt);
  return is_in;
}

/* The facts in the file of which every video with @facts has one; 0: any. */
static SparkNoted
needed (SparkFacts facts)
{
  SparkNoted noted = 0;

  if (facts & SPARK_FACT_PROBLEM)
    return SPARK_NOTED_PROBLEM;
  if (facts & STATES && !(facts & SPARK_FACT_NOT_AUTHORIZED))
    {
      noted |= facts & SPARK_FACT_READY ? SPARK_NOTED_READY : 0;
      noted |= facts & SPARK_FACT_IN_USE ? SPARK_NOTED_IN_USE : 0;
      noted |= facts & SPARK_FACT_EXPIRED ? SPARK_NOTED_EXPIRED : 0;
      return noted;
    }
  return facts & SPARK_FACT_ENDING ? LIVE : 0;
}

/* Folded phrases hold no quote, so FTS5 cannot take them for anything else. */
static void
append_phrase (GString *match, const char *phrase, gboolean open, GHashTable *creators)
{
  GHashTableIter iter;
  gpointer account, words;
  gboolean number = spark_fold_is_number (phrase);

  g_string_append_printf (match, "(\"%s\"%s", phrase, open && !number ? " *" : "");
  if (number)
    g_string_append_printf (match, " OR \"" SPARK_FOLD_NUMBER "%s\"", phrase);
  if (creators != NULL)
    {
      g_hash_table_iter_init (&iter, creators);
      while (g_hash_table_iter_next (&iter, &account, &words))
        if (spark_fold_has (words, phrase, open))
          {
            g_autofree char *word = spark_creator_word (*(gint64 *)account);

            g_string_append_printf (match, " OR \"%s\"", word);
          }
    }
  g_string_append_c (match, ')');
}

static void
build_match (SparkVideoList *self)
{
  GString *match = g_string_new (NULL);

  if (self->account_id == NULL && self->creators == NULL)
    self->creators = spark_creators_read (spark_row_list_get_replica (SPARK_ROW_LIST (self)));
  for (guint i = 0; self->query[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (match, " AND ");
      append_phrase (match, self->query[i], self->query[i + 1] == NULL, self->creators);
    }
  g_free (self->match);
  self->match = g_string_free (match, FALSE);
}

static gboolean
asks_anew (SparkRowList *list, const SparkTouched *touched)
{
  SparkVideoList *self = SPARK_VIDEO_LIST (list);

  if (!spark_creators_update (&self->creators, spark_row_list_get_replica (list), touched))
    return FALSE;
  build_match (self);
  return TRUE;
}

/* The scan that leaves the fewest rows to look at. */
static sqlite3_stmt *
scan (SparkRowList *list, gint64 after)
{
  SparkVideoList *self = SPARK_VIDEO_LIST (list);
  SparkReplica *replica = spark_row_list_get_replica (list);
  SparkNoted noted = needed (self->facts);
  sqlite3_stmt *stmt;

  find_account (self);
  if (self->query != NULL && self->match == NULL)
    build_match (self);
  self->found = self->branded = FALSE;
  if (self->brand_id != NULL)
    {
      stmt = spark_replica_prepare (replica, "videos_scan_brand");
      spark_db_bind_text (stmt, 2, self->brand_id);
      self->branded = TRUE;
    }
  else if (self->match != NULL)
    {
      stmt = spark_replica_prepare (replica, "videos_scan_found");
      spark_db_bind_text (stmt, 2, self->match);
      self->found = TRUE;
    }
  else if (noted != 0)
    {
      stmt = spark_replica_prepare (replica, "videos_scan_noted");
      sqlite3_bind_int (stmt, 2, (int)noted);
    }
  else if (self->account != 0)
    {
      stmt = spark_replica_prepare (replica, "videos_scan_account");
      sqlite3_bind_int64 (stmt, 2, self->account);
    }
  else
    stmt = spark_replica_prepare (replica, "videos_scan");
  sqlite3_bind_int64 (stmt, 1, after);
  return stmt;
}

static gpointer
read_item (SparkRowList *list, gint64 key)
{
  g_autoptr (GVariant) body = spark_replica_read_body (spark_row_list_get_replica (list),
                                                       "video_row", key, SPARK_KIND_VIDEO);

  return spark_video_item_new (body);
}

/* What began or ceased to end soon since the last look, as if it had changed. */
static void
pass_time (SparkRowList *list)
{
  SparkVideoList *self = SPARK_VIDEO_LIST (list);
  SparkReplica *replica = spark_row_list_get_replica (list);
  gint64 days = self->ending_days * SPARK_DAY_MS;
  g_auto (SparkTouched) touched = { 0 };
  gint64 now = spark_time_now ();
  sqlite3_stmt *stmt;

  /* The clock was set back: more than that may be otherwise. */
  if (now < self->now)
    {
      self->now = now;
      spark_row_list_refill (list);
      return;
    }
  stmt = spark_replica_statement (replica, "videos_between");
  if (stmt == NULL)
    return;
  sqlite3_bind_int64 (stmt, 1, self->now);
  sqlite3_bind_int64 (stmt, 2, now);
  sqlite3_bind_int64 (stmt, 3, self->now + days);
  sqlite3_bind_int64 (stmt, 4, now + days);
  while (spark_replica_step (replica, stmt))
    spark_touched_add (&touched, SPARK_KIND_VIDEO, sqlite3_column_int64 (stmt, 0));
  spark_touched_end (&touched);
  self->now = now;
  spark_row_list_follow (list, &touched);
}

static void
spark_video_list_finalize (GObject *object)
{
  SparkVideoList *self = SPARK_VIDEO_LIST (object);

  g_free (self->account_id);
  g_free (self->brand_id);
  g_strfreev (self->query);
  g_clear_pointer (&self->creators, g_hash_table_unref);
  g_free (self->match);

  G_OBJECT_CLASS (spark_video_list_parent_class)->finalize (object);
}

static void
spark_video_list_class_init (SparkVideoListClass *klass)
{
  SparkRowListClass *row_class = SPARK_ROW_LIST_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_video_list_finalize;

  row_class->kind = SPARK_KIND_VIDEO;
  row_class->kinds = SPARK_KINDS_VIDEO;
  row_class->item_type = SPARK_TYPE_VIDEO_ITEM;
  row_class->scan = scan;
  row_class->accept = accept;
  row_class->look = look;
  row_class->read = read_item;
  row_class->pass_time = pass_time;
  row_class->asks_anew = asks_anew;
}

static void
spark_video_list_init (SparkVideoList *self)
{
  self->ending_days = SPARK_ENDING_DAYS;
  self->now = spark_time_now ();
}

SparkVideoList *
spark_video_list_new (SparkReplica *replica, const char *account_id)
{
  SparkVideoList *self;

  g_return_val_if_fail (SPARK_IS_REPLICA (replica), NULL);

  self = g_object_new (SPARK_TYPE_VIDEO_LIST, NULL);
  self->account_id = g_strdup (account_id);
  spark_row_list_set_replica (SPARK_ROW_LIST (self), replica);
  spark_row_list_refill (SPARK_ROW_LIST (self));
  return self;
}

static gboolean
are_equal (const char *const *a, const char *const *b)
{
  return a == b || (a != NULL && b != NULL && g_strv_equal (a, b));
}

void
spark_video_list_set_search (SparkVideoList *self, const char *search)
{
  g_auto (GStrv) query = NULL;

  g_return_if_fail (SPARK_IS_VIDEO_LIST (self));

  query = spark_fold_query (search);
  if (are_equal ((const char *const *)query, (const char *const *)self->query))
    return;
  g_strfreev (self->query);
  self->query = g_steal_pointer (&query);
  g_clear_pointer (&self->creators, g_hash_table_unref);
  g_clear_pointer (&self->match, g_free);
  spark_row_list_refill (SPARK_ROW_LIST (self));
}

void
spark_video_list_set_facts (SparkVideoList *self, SparkFacts facts, guint ending_days)
{
  g_return_if_fail (SPARK_IS_VIDEO_LIST (self));

  if (ending_days == 0)
    ending_days = SPARK_ENDING_DAYS;
  if (self->facts == facts && self->ending_days == ending_days)
    return;
  self->facts = facts;
  self->ending_days = ending_days;
  self->now = spark_time_now ();
  spark_row_list_set_timed (SPARK_ROW_LIST (self), (facts & SPARK_FACT_ENDING) != 0);
  spark_row_list_refill (SPARK_ROW_LIST (self));
}

void
spark_video_list_set_brand (SparkVideoList *self, const char *brand_id)
{
  g_return_if_fail (SPARK_IS_VIDEO_LIST (self));

  if (g_strcmp0 (brand_id, self->brand_id) == 0)
    return;
  g_free (self->brand_id);
  self->brand_id = g_strdup (brand_id);
  spark_row_list_refill (SPARK_ROW_LIST (self));
}

void
spark_video_list_set_sort (SparkVideoList *self, SparkVideoSort sort)
{
  g_return_if_fail (SPARK_IS_VIDEO_LIST (self));

  if (self->sort == sort)
    return;
  self->sort = sort;
  spark_row_list_refill (SPARK_ROW_LIST (self));
}

gboolean
spark_video_list_is_by_date (SparkVideoList *self)
{
  return self->sort == SPARK_SORT_DATE;
}

guint
spark_video_list_find (SparkVideoList *self, const char *id)
{
  SparkRow row = { 0, 0 };
  SparkReplica *replica;
  sqlite3_stmt *stmt;

  g_return_val_if_fail (SPARK_IS_VIDEO_LIST (self), G_MAXUINT);

  replica = spark_row_list_get_replica (SPARK_ROW_LIST (self));
  stmt = id != NULL ? spark_replica_statement (replica, "video_key_of") : NULL;
  if (stmt == NULL)
    return G_MAXUINT;
  spark_db_bind_text (stmt, 1, id);
  if (!spark_replica_step (replica, stmt))
    return G_MAXUINT;
  row.key = sqlite3_column_int64 (stmt, 0);
  row.sort = sort_row (self, stmt, row.key);
  sqlite3_reset (stmt);
  return spark_row_list_find (SPARK_ROW_LIST (self), row.sort, row.key);
}

static guint
count_all (SparkReplica *replica, gint64 account)
{
  sqlite3_stmt *stmt
      = spark_replica_statement (replica, account != 0 ? "videos_count_account" : "videos_count");
  guint count = 0;

  if (stmt == NULL)
    return 0;
  if (account != 0)
    sqlite3_bind_int64 (stmt, 1, account);
  if (spark_replica_step (replica, stmt))
    count = (guint)sqlite3_column_int64 (stmt, 0);
  sqlite3_reset (stmt);
  return count;
}

guint
spark_video_list_count (SparkVideoList *self, SparkFacts facts, guint ending_days)
{
  gint64 now = spark_time_now ();
  gboolean plain;
  SparkReplica *replica;
  sqlite3_stmt *stmt;
  guint count = 0;

  g_return_val_if_fail (SPARK_IS_VIDEO_LIST (self), 0);

  replica = spark_row_list_get_replica (SPARK_ROW_LIST (self));
  find_account (self);
  if (ending_days == 0)
    ending_days = SPARK_ENDING_DAYS;
  stmt = spark_replica_statement (replica, "videos_noted");
  if (stmt == NULL)
    return 0;
  /* The many of which nothing is noted are not looked at: they count if one of them would. */
  plain = has_facts (facts, ending_days, now, 0, 0);
  if (plain)
    count = count_all (replica, self->account);
  while (spark_replica_step (replica, stmt))
    {
      gboolean counts
          = has_facts (facts, ending_days, now, (SparkNoted)sqlite3_column_int (stmt, 2),
                       sqlite3_column_int64 (stmt, 3));

      if (self->account != 0 && sqlite3_column_int64 (stmt, 1) != self->account)
        continue;
      if (plain && !counts)
        count--;
      else if (!plain && counts)
        count++;
    }
  return count;
}
