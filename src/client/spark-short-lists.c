/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-row-list"

#include "config.h"

#include "client/spark-items.h"
#include "client/spark-replica-bodies.h"
#include "client/spark-row-list-private.h"

/*
 * Lists that ask for nothing but an account, a video or a brand, and are read whole: one class for
 * each kind, whose rows come from one statement.
 */
typedef struct
{
  SparkRowList parent_instance;

  const char *statement; /* static; columns: key, account */
  char *account_id;      /* owned; NULL: all */
  char *other_id;        /* owned; the statement's parameter; NULL: none */
  gint64 account;
} ShortList;

typedef struct
{
  SparkRowListClass parent_class;
} ShortListClass;

static GType short_list_get_type (void);
G_DEFINE_ABSTRACT_TYPE (ShortList, short_list, SPARK_TYPE_ROW_LIST)

static sqlite3_stmt *
scan (SparkRowList *list, gint64 after)
{
  ShortList *self = (ShortList *)list;
  SparkReplica *replica = spark_row_list_get_replica (list);
  sqlite3_stmt *stmt = spark_replica_prepare (replica, self->statement);

  if (self->account_id != NULL)
    self->account = spark_replica_account_key (replica, self->account_id);
  if (self->other_id != NULL)
    spark_db_bind_text (stmt, 1, self->other_id);
  return stmt;
}

static gboolean
accept (SparkRowList *list, sqlite3_stmt *stmt, SparkRow *row)
{
  ShortList *self = (ShortList *)list;

  return self->account_id == NULL || sqlite3_column_int64 (stmt, 1) == self->account;
}

static void
short_list_finalize (GObject *object)
{
  ShortList *self = (ShortList *)object;

  g_free (self->account_id);
  g_free (self->other_id);
  G_OBJECT_CLASS (short_list_parent_class)->finalize (object);
}

static void
short_list_class_init (ShortListClass *klass)
{
  SparkRowListClass *row_class = SPARK_ROW_LIST_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = short_list_finalize;
  row_class->scan = scan;
  row_class->accept = accept;
}

static void
short_list_init (ShortList *self)
{
}

static GListModel *
new_list (GType type, SparkReplica *replica, const char *statement, const char *account_id,
          const char *other_id)
{
  ShortList *self;

  g_return_val_if_fail (SPARK_IS_REPLICA (replica), NULL);

  self = g_object_new (type, NULL);
  self->statement = statement;
  self->account_id = g_strdup (account_id);
  self->other_id = g_strdup (other_id);
  spark_row_list_set_replica (SPARK_ROW_LIST (self), replica);
  spark_row_list_refill (SPARK_ROW_LIST (self));
  return G_LIST_MODEL (self);
}

#define DEFINE_LIST(Name, name, NAME)                                                              \
  typedef ShortList Name##List;                                                                    \
  typedef ShortListClass Name##ListClass;                                                          \
  static GType name##_list_get_type (void);                                                        \
  G_DEFINE_FINAL_TYPE (Name##List, name##_list, short_list_get_type ())                            \
                                                                                                   \
  static void name##_list_class_init (Name##ListClass *klass)                                      \
  {                                                                                                \
    SparkRowListClass *row_class = SPARK_ROW_LIST_CLASS (klass);                                   \
                                                                                                   \
    row_class->kind = SPARK_KIND_##NAME;                                                           \
    row_class->kinds = SPARK_KINDS_##NAME;                                                         \
    row_class->item_type = SPARK_TYPE_##NAME##_ITEM;                                               \
    row_class->read = read_##name;                                                                 \
  }                                                                                                \
                                                                                                   \
  static void name##_list_init (Name##List *self)                                                  \
  {                                                                                                \
  }

static gpointer
read_account (SparkRowList *list, gint64 key)
{
  g_autoptr (GVariant) body = spark_replica_read_body (spark_row_list_get_replica (list),
                                                       "account_row", key, SPARK_KIND_ACCOUNT);

  return spark_account_item_new (body);
}

static gpointer
read_brand (SparkRowList *list, gint64 key)
{
  g_autoptr (GVariant) body = spark_replica_read_body (spark_row_list_get_replica (list),
                                                       "brand_row", key, SPARK_KIND_BRAND);

  return spark_brand_item_new (body);
}

static gpointer
read_batch (SparkRowList *list, gint64 key)
{
  g_autoptr (GVariant) body = spark_replica_read_body (spark_row_list_get_replica (list),
                                                       "batch_row", key, SPARK_KIND_BATCH);

  return spark_batch_item_new (body);
}

static gpointer
read_link (SparkRowList *list, gint64 key)
{
  return spark_replica_read_link (spark_row_list_get_replica (list), key);
}

/* clang-format off */
DEFINE_LIST (Account, account, ACCOUNT)
DEFINE_LIST (Brand, brand, BRAND)
DEFINE_LIST (Batch, batch, BATCH)
DEFINE_LIST (Link, link, LINK)
/* clang-format on */

GListModel *
spark_replica_list_accounts (SparkReplica *self)
{
  return new_list (account_list_get_type (), self, "accounts_all", NULL, NULL);
}

GListModel *
spark_replica_list_brands (SparkReplica *self, const char *account_id)
{
  return new_list (brand_list_get_type (), self, "brands_scan", account_id, NULL);
}

GListModel *
spark_replica_list_namesakes (SparkReplica *self, const char *brand_id)
{
  return new_list (brand_list_get_type (), self, "brands_namesakes", NULL, brand_id);
}

GListModel *
spark_replica_list_batches (SparkReplica *self, const char *account_id)
{
  return new_list (batch_list_get_type (), self, "batches_scan", account_id, NULL);
}

GListModel *
spark_replica_list_links (SparkReplica *self, const char *video_id)
{
  return new_list (link_list_get_type (), self, "links_of_video", NULL, video_id);
}
