/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-row-list"

#include "config.h"

#include "client/spark-creators.h"
#include "client/spark-event-list.h"
#include "client/spark-event-reach.h"
#include "model/spark-fold.h"
#include "client/spark-items.h"
#include "client/spark-replica-bodies.h"
#include "client/spark-row-list-private.h"
#include "client/spark-time-key.h"

struct _SparkEventList
{
  SparkRowList parent_instance;

  /* owned */
  char *account_id;
  char *video_id;
  char *brand_id;
  GStrv query;
  GHashTable *creators; /* words of accounts; NULL: one alone is shown, or nothing searched */

  gint64 account; /* its number; 0: all, -1: not here yet */
  guint64 types;
};

G_DEFINE_FINAL_TYPE (SparkEventList, spark_event_list, SPARK_TYPE_ROW_LIST)

/* Columns of a row: key, account, type, words, video, brand */

static gboolean
has_words (SparkEventList *self, sqlite3_stmt *row)
{
  SparkReplica *replica = spark_row_list_get_replica (SPARK_ROW_LIST (self));
  g_autoptr (GString) words = NULL;
  sqlite3_stmt *stmt;

  if (self->query == NULL)
    return TRUE;
  words = g_string_new ((const char *)sqlite3_column_text (row, 3));
  stmt = spark_replica_statement (replica, "video_caption_words");
  if (stmt != NULL)
    {
      spark_db_bind_text (stmt, 1, (const char *)sqlite3_column_text (row, 4));
      if (spark_replica_step (replica, stmt))
        g_string_append_printf (words, " %s", (const char *)sqlite3_column_text (stmt, 0));
      sqlite3_reset (stmt);
    }
  g_string_append_printf (words, " %s",
                          spark_creators_get (self->creators, sqlite3_column_int64 (row, 1)));
  return spark_fold_match (words->str, (const char *const *)self->query);
}

static gboolean
accept (SparkRowList *list, sqlite3_stmt *stmt, SparkRow *row)
{
  SparkEventList *self = SPARK_EVENT_LIST (list);

  return (self->account == 0 || sqlite3_column_int64 (stmt, 1) == self->account)
         && (self->types == 0
             || self->types & (G_GUINT64_CONSTANT (1) << (sqlite3_column_int (stmt, 2) & 63)))
         && (self->video_id == NULL
             || g_strcmp0 ((const char *)sqlite3_column_text (stmt, 4), self->video_id) == 0)
         && (self->brand_id == NULL
             || g_strcmp0 ((const char *)sqlite3_column_text (stmt, 5), self->brand_id) == 0)
         && has_words (self, stmt);
}

static void
find_account (SparkEventList *self)
{
  SparkReplica *replica = spark_row_list_get_replica (SPARK_ROW_LIST (self));

  if (self->account_id == NULL)
    return;
  self->account = spark_replica_account_key (replica, self->account_id);
  if (self->account == 0)
    self->account = -1;
}

static sqlite3_stmt *
scan (SparkRowList *list, gint64 after)
{
  SparkEventList *self = SPARK_EVENT_LIST (list);
  SparkReplica *replica = spark_row_list_get_replica (list);
  const char *name = self->video_id != NULL     ? "events_scan_video"
                     : self->account_id != NULL ? "events_scan_account"
                                                : "events_scan";
  sqlite3_stmt *stmt = spark_replica_prepare (replica, name);

  find_account (self);
  if (self->account_id == NULL && self->query != NULL && self->creators == NULL)
    self->creators = spark_creators_read (replica);
  sqlite3_bind_int64 (stmt, 1, after);
  if (self->video_id != NULL)
    spark_db_bind_text (stmt, 2, self->video_id);
  else if (self->account_id != NULL)
    sqlite3_bind_int64 (stmt, 2, self->account);
  return stmt;
}

static gboolean
look (SparkRowList *list, SparkRow *row)
{
  SparkReplica *replica = spark_row_list_get_replica (list);
  sqlite3_stmt *stmt = spark_replica_statement (replica, "event_look");
  gboolean is_in;

  if (stmt == NULL)
    return FALSE;
  find_account (SPARK_EVENT_LIST (list));
  sqlite3_bind_int64 (stmt, 1, row->key);
  is_in = spark_replica_step (replica, stmt) && accept (list, stmt, row);
  sqlite3_reset (stmt);
  return is_in;
}

static gboolean
asks_anew (SparkRowList *list, const SparkTouched *touched)
{
  return spark_creators_update (&SPARK_EVENT_LIST (list)->creators,
                                spark_row_list_get_replica (list), touched);
}

static gpointer
read_item (SparkRowList *list, gint64 key)
{
  g_autoptr (GVariant) body = spark_replica_read_body (spark_row_list_get_replica (list),
                                                       "event_row", key, SPARK_KIND_EVENT);

  return spark_event_item_new (body);
}

static void
spark_event_list_finalize (GObject *object)
{
  SparkEventList *self = SPARK_EVENT_LIST (object);

  g_free (self->account_id);
  g_free (self->video_id);
  g_free (self->brand_id);
  g_strfreev (self->query);
  g_clear_pointer (&self->creators, g_hash_table_unref);

  G_OBJECT_CLASS (spark_event_list_parent_class)->finalize (object);
}

static void
spark_event_list_class_init (SparkEventListClass *klass)
{
  SparkRowListClass *row_class = SPARK_ROW_LIST_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_event_list_finalize;

  row_class->kind = SPARK_KIND_EVENT;
  row_class->kinds = SPARK_KINDS_EVENT;
  row_class->item_type = SPARK_TYPE_EVENT_ITEM;
  row_class->scan = scan;
  row_class->accept = accept;
  row_class->look = look;
  row_class->read = read_item;
  row_class->asks_anew = asks_anew;
}

static void
spark_event_list_init (SparkEventList *self)
{
}

SparkEventList *
spark_event_list_new (SparkReplica *replica, const char *account_id, const char *video_id)
{
  SparkEventList *self;

  g_return_val_if_fail (SPARK_IS_REPLICA (replica), NULL);

  self = g_object_new (SPARK_TYPE_EVENT_LIST, NULL);
  self->account_id = g_strdup (account_id);
  self->video_id = g_strdup (video_id);
  spark_row_list_set_replica (SPARK_ROW_LIST (self), replica);
  spark_row_list_refill (SPARK_ROW_LIST (self));
  return self;
}

GListModel *
spark_replica_list_events (SparkReplica *self, const char *account_id, const char *video_id)
{
  return G_LIST_MODEL (spark_event_list_new (self, account_id, video_id));
}

void
spark_event_list_set_types (SparkEventList *self, guint64 types)
{
  g_return_if_fail (SPARK_IS_EVENT_LIST (self));

  if (self->types == types)
    return;
  self->types = types;
  spark_row_list_refill (SPARK_ROW_LIST (self));
}

void
spark_event_list_set_brand (SparkEventList *self, const char *brand_id)
{
  g_return_if_fail (SPARK_IS_EVENT_LIST (self));

  if (g_strcmp0 (brand_id, self->brand_id) == 0)
    return;
  g_free (self->brand_id);
  self->brand_id = g_strdup (brand_id);
  spark_row_list_refill (SPARK_ROW_LIST (self));
}

void
spark_event_list_set_search (SparkEventList *self, const char *search)
{
  g_return_if_fail (SPARK_IS_EVENT_LIST (self));

  g_strfreev (self->query);
  self->query = spark_fold_query (search);
  g_clear_pointer (&self->creators, g_hash_table_unref);
  spark_row_list_refill (SPARK_ROW_LIST (self));
}

gint64
spark_event_list_get_oldest (SparkEventList *self)
{
  SparkReplica *replica;
  sqlite3_stmt *stmt;
  gint64 oldest = 0;

  g_return_val_if_fail (SPARK_IS_EVENT_LIST (self), 0);

  replica = spark_row_list_get_replica (SPARK_ROW_LIST (self));
  find_account (self);
  stmt = spark_replica_statement (replica,
                                  self->account != 0 ? "events_last_of_account" : "events_last");
  if (stmt == NULL)
    return 0;
  if (self->account != 0)
    sqlite3_bind_int64 (stmt, 1, self->account);
  if (spark_replica_step (replica, stmt) && sqlite3_column_type (stmt, 0) != SQLITE_NULL)
    oldest = spark_time_key_ms (sqlite3_column_int64 (stmt, 0));
  sqlite3_reset (stmt);
  return oldest;
}

gboolean
spark_event_list_is_whole (SparkEventList *self)
{
  SparkReplica *replica;
  SparkEventReach reach;

  g_return_val_if_fail (SPARK_IS_EVENT_LIST (self), FALSE);

  replica = spark_row_list_get_replica (SPARK_ROW_LIST (self));
  find_account (self);
  return replica->db != NULL && self->account > 0
         && spark_event_reach_find (replica->db, self->account, &reach, NULL) && reach.whole;
}

SparkEventItem *
spark_event_item_new_from_json (JsonObject *object, GError **error)
{
  g_autoptr (GVariant) packed = NULL;
  g_autoptr (GVariant) body = NULL;
  g_autoptr (GBytes) bytes = NULL;
  SparkEvent view;

  if (!spark_event_read (&view, object, error))
    return NULL;
  packed = g_variant_ref_sink (spark_event_pack (&view));
  bytes = g_variant_get_data_as_bytes (packed);
  body = g_variant_ref_sink (
      g_variant_new_from_bytes (spark_body_type (SPARK_KIND_EVENT), bytes, TRUE));
  return spark_event_item_new (body);
}
