/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-row-list"

#include "config.h"

#include "client/spark-attention-item.h"
#include "client/spark-items.h"
#include "client/spark-row-list-private.h"
#include "client/spark-time-key.h"
#include "model/spark-rules.h"

#define RECENT_MS (14 * SPARK_DAY_MS)

/* Where a row comes from, as its statement numbers them. */
typedef enum
{
  FROM_REFUSAL,
  FROM_UNKNOWN_GRANT,
  FROM_UNKNOWN_CODE,
  FROM_REVOKING,
  FROM_REQUEST,
  FROM_ENDING,
  FROM_ADVERTISER,
  FROM_UNUSED,
} Source;

/* The key of a row of the list: where it comes from, and the key it has there. */
#define SOURCE_BITS     60
#define ROW_KEY(s, key) (((gint64)(s) << SOURCE_BITS) | (key))
#define SOURCE(key)     ((Source)((key) >> SOURCE_BITS))
#define INNER(key)      ((key) & ((G_GINT64_CONSTANT (1) << SOURCE_BITS) - 1))

static const SparkAttention reasons[] = {
  [FROM_REFUSAL] = SPARK_ATTENTION_REFUSED,       [FROM_UNKNOWN_GRANT] = SPARK_ATTENTION_UNKNOWN,
  [FROM_UNKNOWN_CODE] = SPARK_ATTENTION_UNKNOWN,  [FROM_REVOKING] = SPARK_ATTENTION_WAITING,
  [FROM_REQUEST] = SPARK_ATTENTION_ASKED,         [FROM_ENDING] = SPARK_ATTENTION_ENDING,
  [FROM_ADVERTISER] = SPARK_ATTENTION_ADVERTISER, [FROM_UNUSED] = SPARK_ATTENTION_UNUSED,
};

struct _SparkAttentionList
{
  SparkRowList parent_instance;

  char *account_id; /* owned; NULL: all */
  gint64 account;
};

G_DEFINE_FINAL_TYPE (SparkAttentionList, spark_attention_list, SPARK_TYPE_ROW_LIST)

static SparkKind
kind_of (Source source)
{
  switch (source)
    {
    case FROM_REFUSAL:
    case FROM_REQUEST:
    case FROM_ADVERTISER:
      return SPARK_KIND_EVENT;
    case FROM_UNKNOWN_CODE:
    case FROM_UNUSED:
      return SPARK_KIND_CODE;
    case FROM_REVOKING:
    case FROM_UNKNOWN_GRANT:
    case FROM_ENDING:
    default:
      return SPARK_KIND_GRANT;
    }
}

static sqlite3_stmt *
prepare (SparkReplica *replica)
{
  sqlite3_stmt *stmt = spark_replica_prepare (replica, "attention_scan");
  gint64 now = spark_time_now ();

  sqlite3_bind_int64 (stmt, 1, spark_time_key_first (now - RECENT_MS));
  sqlite3_bind_int64 (stmt, 2, now + RECENT_MS);
  sqlite3_bind_int64 (stmt, 3, now - RECENT_MS);
  sqlite3_bind_int (stmt, 4, SPARK_EVENT_REDEMPTION_REFUSED);
  sqlite3_bind_int (stmt, 5, SPARK_EVENT_EXTENSION_REQUESTED);
  sqlite3_bind_int64 (stmt, 6, SPARK_TIME_KEY_LAST_MS);
  sqlite3_bind_int (stmt, 7, SPARK_TIME_KEY_BITS);
  sqlite3_bind_int (stmt, 8, SPARK_EVENT_CODE_EXTENDED);
  /* A platform rounds ends; none adds less than several days. */
  sqlite3_bind_int64 (stmt, 9, SPARK_DAY_MS);
  return stmt;
}

static sqlite3_stmt *
scan (SparkRowList *list, gint64 after)
{
  SparkAttentionList *self = SPARK_ATTENTION_LIST (list);
  SparkReplica *replica = spark_row_list_get_replica (list);

  if (self->account_id != NULL)
    self->account = spark_replica_account_key (replica, self->account_id);
  return prepare (replica);
}

/* Columns: key, source, account */
static gboolean
is_of_account (SparkAttentionList *self, sqlite3_stmt *stmt)
{
  return self->account_id == NULL || sqlite3_column_int64 (stmt, 2) == self->account;
}

static gboolean
accept (SparkRowList *list, sqlite3_stmt *stmt, SparkRow *row)
{
  SparkAttentionList *self = SPARK_ATTENTION_LIST (list);
  Source source = (Source)sqlite3_column_int (stmt, 1);

  row->key = ROW_KEY (source, row->key);
  return is_of_account (self, stmt);
}

/* The key that @statement finds for @key; -1: there is none */
static gint64
key_by (SparkReplica *replica, const char *statement, gint64 key)
{
  sqlite3_stmt *stmt = spark_replica_statement (replica, statement);
  gint64 found = -1;

  if (stmt == NULL)
    return -1;
  sqlite3_bind_int64 (stmt, 1, key);
  if (spark_replica_step (replica, stmt))
    found = sqlite3_column_int64 (stmt, 0);
  sqlite3_reset (stmt);
  return found;
}

static gboolean
is_touched (SparkRowList *list, const SparkTouched *touched, gint64 key)
{
  SparkReplica *replica = spark_row_list_get_replica (list);
  SparkKind kind = kind_of (SOURCE (key));

  if (spark_touched_has (touched, kind, INNER (key))
      || (SOURCE (key) == FROM_REQUEST && touched->keys[SPARK_KIND_GRANT] != NULL
          && spark_touched_has (touched, SPARK_KIND_GRANT,
                                key_by (replica, "event_grant_key", INNER (key)))))
    return TRUE;
  /* What a grant shows of its video touches the grant. */
  return kind != SPARK_KIND_GRANT && touched->keys[SPARK_KIND_VIDEO] != NULL
         && spark_touched_has (
             touched, SPARK_KIND_VIDEO,
             key_by (replica, kind == SPARK_KIND_CODE ? "code_video_key" : "event_video_key",
                     INNER (key)));
}

static SparkVideoItem *
read_video (SparkReplica *replica, const char *id)
{
  return id != NULL ? spark_replica_get_video (replica, id) : NULL;
}

static SparkLinkItem *
read_link (SparkReplica *replica, const char *id)
{
  return id != NULL ? spark_replica_get_link (replica, id) : NULL;
}

static SparkGrantItem *
read_grant_of (SparkReplica *replica, SparkAttention reason, const SparkEvent *event)
{
  return reason == SPARK_ATTENTION_ASKED && event->grant_id != NULL
             ? spark_replica_get_grant (replica, event->grant_id)
             : NULL;
}

/* Who used a code may be told from whom it was given to. */
static SparkCodeItem *
read_code_of (SparkReplica *replica, SparkAttention reason, const SparkGrant *grant)
{
  return reason == SPARK_ATTENTION_UNKNOWN && grant->code_id != NULL
             ? spark_replica_get_code (replica, grant->code_id)
             : NULL;
}

static gpointer
read_item (SparkRowList *list, gint64 key)
{
  SparkReplica *replica = spark_row_list_get_replica (list);
  SparkAttention reason = reasons[SOURCE (key)];
  g_autoptr (GVariant) body = NULL;

  switch (kind_of (SOURCE (key)))
    {
    case SPARK_KIND_EVENT:
      {
        SparkEventItem *event;

        body = spark_replica_read_body (replica, "event_row", INNER (key), SPARK_KIND_EVENT);
        event = spark_event_item_new (body);
        return spark_attention_item_new (
            reason, read_video (replica, spark_event_item_get (event)->video_id),
            read_grant_of (replica, reason, spark_event_item_get (event)), NULL, event,
            read_link (replica, spark_event_item_get (event)->link_id));
      }
    case SPARK_KIND_CODE:
      {
        SparkCodeItem *code;

        code = spark_replica_read_code (replica, INNER (key));
        return spark_attention_item_new (reason,
                                         read_video (replica, spark_code_item_get (code)->video_id),
                                         NULL, code, NULL, NULL);
      }
    case SPARK_KIND_GRANT:
    case SPARK_KIND_ACCOUNT:
    case SPARK_KIND_VIDEO:
    case SPARK_KIND_LINK:
    case SPARK_KIND_BRAND:
    case SPARK_KIND_BATCH:
    default:
      {
        SparkGrantItem *grant = spark_replica_read_grant (replica, INNER (key));

        return spark_attention_item_new (
            reason, read_video (replica, spark_grant_item_get (grant)->video_id), grant,
            read_code_of (replica, reason, spark_grant_item_get (grant)), NULL, NULL);
      }
    }
}

static void
spark_attention_list_finalize (GObject *object)
{
  g_free (SPARK_ATTENTION_LIST (object)->account_id);
  G_OBJECT_CLASS (spark_attention_list_parent_class)->finalize (object);
}

static void
spark_attention_list_class_init (SparkAttentionListClass *klass)
{
  SparkRowListClass *row_class = SPARK_ROW_LIST_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_attention_list_finalize;

  row_class->kind = SPARK_KIND_GRANT;
  row_class->kinds = SPARK_KINDS_VIDEO | SPARK_KINDS_CODE | SPARK_KINDS_GRANT | SPARK_KINDS_EVENT
                     | SPARK_KINDS_BRAND;
  row_class->item_type = SPARK_TYPE_ATTENTION_ITEM;
  row_class->scan = scan;
  row_class->accept = accept;
  row_class->is_touched = is_touched;
  row_class->read = read_item;
}

static void
spark_attention_list_init (SparkAttentionList *self)
{
  spark_row_list_set_timed (SPARK_ROW_LIST (self), TRUE);
}

SparkAttentionList *
spark_attention_list_new (SparkReplica *replica, const char *account_id)
{
  SparkAttentionList *self;

  g_return_val_if_fail (SPARK_IS_REPLICA (replica), NULL);

  self = g_object_new (SPARK_TYPE_ATTENTION_LIST, NULL);
  self->account_id = g_strdup (account_id);
  spark_row_list_set_replica (SPARK_ROW_LIST (self), replica);
  spark_row_list_refill (SPARK_ROW_LIST (self));
  return self;
}

GHashTable *
spark_replica_count_attention (SparkReplica *self)
{
  GHashTable *counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) by_key = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GListModel) accounts = NULL;
  sqlite3_stmt *stmt;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), counts);

  if (!spark_replica_is_open (self))
    return counts;
  stmt = prepare (self);
  while (stmt != NULL && spark_replica_step (self, stmt))
    {
      gint64 key = sqlite3_column_int64 (stmt, 2);
      guint n = GPOINTER_TO_UINT (g_hash_table_lookup (by_key, &key));

      g_hash_table_insert (by_key, g_memdup2 (&key, sizeof key), GUINT_TO_POINTER (n + 1));
    }
  sqlite3_finalize (stmt);
  accounts = spark_replica_list_accounts (self);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);
      const char *id = spark_account_item_get (item)->id;
      gint64 key = spark_replica_account_key (self, id);
      gpointer n = g_hash_table_lookup (by_key, &key);

      if (n != NULL)
        g_hash_table_insert (counts, g_strdup (id), n);
    }
  return counts;
}
