/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-row-list"

#include "config.h"

#include "client/spark-creators.h"
#include "model/spark-fold.h"
#include "client/spark-grant-list.h"
#include "client/spark-row-list-private.h"
#include "model/spark-rules.h"

#define ENDING_MS (30 * SPARK_DAY_MS)

struct _SparkGrantList
{
  SparkRowList parent_instance;

  /* owned */
  char *account_id;
  char *video_id;
  char *brand_id;
  GStrv query;
  GHashTable *creators; /* words of accounts; NULL: one alone is shown, or nothing searched */

  gint64 account; /* its number; 0: all, -1: not here yet */
  SparkAccessFilter filter;
  gboolean by_brand;
};

G_DEFINE_FINAL_TYPE (SparkGrantList, spark_grant_list, SPARK_TYPE_ROW_LIST)

/* Columns of a row: key, account, state, ends_at, its words, the brand's words, video, brand */

static gboolean
is_shown (SparkAccessFilter filter, SparkGrantState state, gint64 ends_at)
{
  gboolean active = state == SPARK_GRANT_STATE_PENDING || state == SPARK_GRANT_STATE_AUTHORIZED
                    || state == SPARK_GRANT_STATE_REVOKING;

  switch (filter)
    {
    case SPARK_ACCESS_ENDING:
      return active && ends_at != 0 && ends_at <= spark_time_now () + ENDING_MS;
    case SPARK_ACCESS_ACTIVE:
      return active;
    case SPARK_ACCESS_ENDED:
      return !active;
    case SPARK_ACCESS_ALL:
    default:
      return TRUE;
    }
}

static gboolean
has_words (SparkGrantList *self, sqlite3_stmt *row)
{
  SparkReplica *replica = spark_row_list_get_replica (SPARK_ROW_LIST (self));
  const char *brand = (const char *)sqlite3_column_text (row, 5);
  g_autoptr (GString) words = NULL;
  sqlite3_stmt *stmt;

  if (self->query == NULL)
    return TRUE;
  words = g_string_new ((const char *)sqlite3_column_text (row, 4));
  if (brand != NULL)
    g_string_append_printf (words, " %s", brand);
  stmt = spark_replica_statement (replica, "video_caption_words");
  if (stmt != NULL)
    {
      spark_db_bind_text (stmt, 1, (const char *)sqlite3_column_text (row, 6));
      if (spark_replica_step (replica, stmt))
        g_string_append_printf (words, " %s", (const char *)sqlite3_column_text (stmt, 0));
      sqlite3_reset (stmt);
    }
  g_string_append_printf (words, " %s",
                          spark_creators_get (self->creators, sqlite3_column_int64 (row, 1)));
  return spark_fold_match (words->str, (const char *const *)self->query);
}

static gboolean
accept_as (SparkGrantList *self, SparkAccessFilter filter, sqlite3_stmt *row)
{
  return (self->account == 0 || sqlite3_column_int64 (row, 1) == self->account)
         && (self->brand_id == NULL
             || g_strcmp0 ((const char *)sqlite3_column_text (row, 7), self->brand_id) == 0)
         && is_shown (filter, (SparkGrantState)sqlite3_column_int (row, 2),
                      sqlite3_column_int64 (row, 3))
         && has_words (self, row);
}

static gboolean
accept (SparkRowList *list, sqlite3_stmt *stmt, SparkRow *row)
{
  SparkGrantList *self = SPARK_GRANT_LIST (list);

  return accept_as (self, self->filter, stmt);
}

static sqlite3_stmt *
scan (SparkRowList *list, gint64 after)
{
  SparkGrantList *self = SPARK_GRANT_LIST (list);
  SparkReplica *replica = spark_row_list_get_replica (list);
  const char *name = self->video_id != NULL   ? "grants_scan_video"
                     : self->by_brand         ? "grants_scan_by_brand"
                     : self->brand_id != NULL ? "grants_scan_brand"
                                              : "grants_scan";
  sqlite3_stmt *stmt = spark_replica_prepare (replica, name);

  if (self->account_id != NULL)
    {
      self->account = spark_replica_account_key (replica, self->account_id);
      if (self->account == 0)
        self->account = -1;
    }
  else if (self->query != NULL && self->creators == NULL)
    self->creators = spark_creators_read (replica);
  if (self->video_id != NULL)
    spark_db_bind_text (stmt, 1, self->video_id);
  else if (self->brand_id != NULL && !self->by_brand)
    spark_db_bind_text (stmt, 1, self->brand_id);
  return stmt;
}

static gboolean
asks_anew (SparkRowList *list, const SparkTouched *touched)
{
  return spark_creators_update (&SPARK_GRANT_LIST (list)->creators,
                                spark_row_list_get_replica (list), touched);
}

static gpointer
read_item (SparkRowList *list, gint64 key)
{
  return spark_replica_read_grant (spark_row_list_get_replica (list), key);
}

static void
spark_grant_list_finalize (GObject *object)
{
  SparkGrantList *self = SPARK_GRANT_LIST (object);

  g_free (self->account_id);
  g_free (self->video_id);
  g_free (self->brand_id);
  g_strfreev (self->query);
  g_clear_pointer (&self->creators, g_hash_table_unref);

  G_OBJECT_CLASS (spark_grant_list_parent_class)->finalize (object);
}

static void
spark_grant_list_class_init (SparkGrantListClass *klass)
{
  SparkRowListClass *row_class = SPARK_ROW_LIST_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_grant_list_finalize;

  row_class->kind = SPARK_KIND_GRANT;
  row_class->kinds = SPARK_KINDS_GRANT;
  row_class->item_type = SPARK_TYPE_GRANT_ITEM;
  row_class->scan = scan;
  row_class->accept = accept;
  row_class->read = read_item;
  row_class->asks_anew = asks_anew;
}

static void
spark_grant_list_init (SparkGrantList *self)
{
}

SparkGrantList *
spark_grant_list_new (SparkReplica *replica, const char *account_id, const char *video_id)
{
  SparkGrantList *self;

  g_return_val_if_fail (SPARK_IS_REPLICA (replica), NULL);

  self = g_object_new (SPARK_TYPE_GRANT_LIST, NULL);
  self->account_id = g_strdup (account_id);
  self->video_id = g_strdup (video_id);
  spark_row_list_set_replica (SPARK_ROW_LIST (self), replica);
  spark_row_list_refill (SPARK_ROW_LIST (self));
  return self;
}

SparkGrantList *
spark_grant_list_new_of_brand (SparkReplica *replica, const char *brand_id)
{
  SparkGrantList *self;

  g_return_val_if_fail (SPARK_IS_REPLICA (replica), NULL);
  g_return_val_if_fail (brand_id != NULL, NULL);

  self = g_object_new (SPARK_TYPE_GRANT_LIST, NULL);
  self->brand_id = g_strdup (brand_id);
  spark_row_list_set_replica (SPARK_ROW_LIST (self), replica);
  spark_row_list_refill (SPARK_ROW_LIST (self));
  return self;
}

void
spark_grant_list_set_filter (SparkGrantList *self, SparkAccessFilter filter)
{
  g_return_if_fail (SPARK_IS_GRANT_LIST (self));

  if (self->filter == filter)
    return;
  self->filter = filter;
  spark_row_list_set_timed (SPARK_ROW_LIST (self), filter == SPARK_ACCESS_ENDING);
  spark_row_list_refill (SPARK_ROW_LIST (self));
}

void
spark_grant_list_set_search (SparkGrantList *self, const char *search)
{
  g_return_if_fail (SPARK_IS_GRANT_LIST (self));

  g_strfreev (self->query);
  self->query = spark_fold_query (search);
  g_clear_pointer (&self->creators, g_hash_table_unref);
  spark_row_list_refill (SPARK_ROW_LIST (self));
}

void
spark_grant_list_set_brand (SparkGrantList *self, const char *brand_id)
{
  g_return_if_fail (SPARK_IS_GRANT_LIST (self));

  if (g_strcmp0 (brand_id, self->brand_id) == 0)
    return;
  g_free (self->brand_id);
  self->brand_id = g_strdup (brand_id);
  spark_row_list_refill (SPARK_ROW_LIST (self));
}

void
spark_grant_list_set_by_brand (SparkGrantList *self, gboolean by_brand)
{
  g_return_if_fail (SPARK_IS_GRANT_LIST (self));

  if (self->by_brand == !!by_brand)
    return;
  self->by_brand = !!by_brand;
  spark_row_list_refill (SPARK_ROW_LIST (self));
}

guint
spark_grant_list_count (SparkGrantList *self, SparkAccessFilter filter)
{
  SparkReplica *replica;
  sqlite3_stmt *stmt;
  guint count = 0;

  g_return_val_if_fail (SPARK_IS_GRANT_LIST (self), 0);

  replica = spark_row_list_get_replica (SPARK_ROW_LIST (self));
  if (!spark_replica_is_open (replica))
    return 0;
  stmt = scan (SPARK_ROW_LIST (self), 0);
  while (stmt != NULL && spark_replica_step (replica, stmt))
    count += accept_as (self, filter, stmt);
  sqlite3_finalize (stmt);
  return count;
}
