/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "client/spark-items.h"
#include "client/spark-replica-bodies.h"
#include "client/spark-replica-private.h"
#include "client/spark-replica-secret.h"
#include "client/spark-row-list-private.h"
#include "model/spark-error.h"

enum
{
  SIGNAL_EVENTS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SparkReplica, spark_replica, G_TYPE_OBJECT)

/* --- reading --- */

gboolean
spark_replica_is_open (SparkReplica *self)
{
  return self->db != NULL;
}

sqlite3_stmt *
spark_replica_statement (SparkReplica *self, const char *name)
{
  return self->db != NULL ? spark_db_statement (self->db, name, NULL) : NULL;
}

sqlite3_stmt *
spark_replica_prepare (SparkReplica *self, const char *name)
{
  return self->db != NULL ? spark_db_prepare (self->db, name, NULL) : NULL;
}

gboolean
spark_replica_step (SparkReplica *self, sqlite3_stmt *stmt)
{
  return spark_db_step (self->db, stmt, NULL);
}

/* The statement of this name at its only row, or NULL. */
static sqlite3_stmt *
find (SparkReplica *self, const char *name, const char *id)
{
  sqlite3_stmt *stmt = id != NULL ? spark_replica_statement (self, name) : NULL;

  if (stmt == NULL)
    return NULL;
  spark_db_bind_text (stmt, 1, id);
  return spark_replica_step (self, stmt) ? stmt : NULL;
}

static GVariant *
find_body (SparkReplica *self, const char *name, const char *id, SparkKind kind)
{
  sqlite3_stmt *stmt = find (self, name, id);
  GVariant *body = NULL;

  if (stmt != NULL)
    {
      body = spark_db_dup_body (stmt, 0, spark_body_type (kind));
      sqlite3_reset (stmt);
    }
  return body;
}

gint64
spark_replica_account_key (SparkReplica *self, const char *account_id)
{
  sqlite3_stmt *stmt = find (self, "account_key", account_id);
  gint64 key = 0;

  if (stmt != NULL)
    {
      key = sqlite3_column_int64 (stmt, 0);
      sqlite3_reset (stmt);
    }
  return key;
}

static GVariant *
empty_body (SparkKind kind)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);

  return g_variant_ref_sink (g_variant_new_from_bytes (spark_body_type (kind), nothing, FALSE));
}

GVariant *
spark_replica_read_body (SparkReplica *self, const char *name, gint64 key, SparkKind kind)
{
  sqlite3_stmt *stmt = spark_replica_statement (self, name);
  GVariant *body = NULL;

  if (stmt != NULL)
    {
      sqlite3_bind_int64 (stmt, 1, key);
      if (spark_replica_step (self, stmt))
        body = spark_db_dup_body (stmt, 0, spark_body_type (kind));
      sqlite3_reset (stmt);
    }
  return body != NULL ? body : empty_body (kind);
}

static SparkGrantItem *
take_grant (sqlite3_stmt *stmt)
{
  g_autoptr (GVariant) body = spark_db_dup_body (stmt, 0, spark_body_type (SPARK_KIND_GRANT));
  g_autoptr (GVariant) video = NULL;
  SparkGrantItem *item;

  if (sqlite3_column_type (stmt, 1) != SQLITE_NULL)
    video = spark_db_dup_body (stmt, 1, spark_body_type (SPARK_KIND_VIDEO));
  item = spark_grant_item_new (body, video, (const char *)sqlite3_column_text (stmt, 2));
  sqlite3_reset (stmt);
  return item;
}

SparkGrantItem *
spark_replica_read_grant (SparkReplica *self, gint64 key)
{
  sqlite3_stmt *stmt = spark_replica_statement (self, "grant_row");
  g_autoptr (GVariant) body = NULL;

  if (stmt != NULL)
    {
      sqlite3_bind_int64 (stmt, 1, key);
      if (spark_replica_step (self, stmt))
        return take_grant (stmt);
    }
  body = empty_body (SPARK_KIND_GRANT);
  return spark_grant_item_new (body, NULL, NULL);
}

SparkVideoItem *
spark_replica_get_video (SparkReplica *self, const char *id)
{
  g_autoptr (GVariant) body = NULL;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  body = find_body (self, "video_get", id, SPARK_KIND_VIDEO);
  return body != NULL ? spark_video_item_new (body) : NULL;
}

SparkVideoItem *
spark_replica_find_video (SparkReplica *self, const char *item_id)
{
  g_autoptr (GVariant) body = NULL;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  body = find_body (self, "video_of_item", item_id, SPARK_KIND_VIDEO);
  return body != NULL ? spark_video_item_new (body) : NULL;
}

static SparkCodeItem *
take_code (SparkReplica *self, sqlite3_stmt *stmt)
{
  g_autoptr (GVariant) body = spark_db_dup_body (stmt, 0, spark_body_type (SPARK_KIND_CODE));
  g_autofree char *unused = NULL;
  char *code;

  spark_secret_open (self->key, (const char *)sqlite3_column_text (stmt, 2),
                     sqlite3_column_blob (stmt, 1), (gsize)sqlite3_column_bytes (stmt, 1), &code,
                     &unused);
  sqlite3_reset (stmt);
  return spark_code_item_new (body, code);
}

SparkCodeItem *
spark_replica_read_code (SparkReplica *self, gint64 key)
{
  sqlite3_stmt *stmt = spark_replica_statement (self, "code_row");
  g_autoptr (GVariant) body = NULL;

  if (stmt != NULL)
    {
      sqlite3_bind_int64 (stmt, 1, key);
      if (spark_replica_step (self, stmt))
        return take_code (self, stmt);
    }
  body = empty_body (SPARK_KIND_CODE);
  return spark_code_item_new (body, NULL);
}

SparkCodeItem *
spark_replica_get_code (SparkReplica *self, const char *id)
{
  sqlite3_stmt *stmt;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  stmt = find (self, "code_get", id);
  return stmt != NULL ? take_code (self, stmt) : NULL;
}

SparkVideoItem *
spark_replica_find_code (SparkReplica *self, const char *code)
{
  g_autofree char *video_id = NULL;
  sqlite3_stmt *stmt;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  stmt = code != NULL ? spark_replica_statement (self, "codes_live") : NULL;
  while (stmt != NULL && video_id == NULL && spark_replica_step (self, stmt))
    {
      g_autofree char *found = NULL;
      g_autofree char *unused = NULL;

      if (spark_secret_open (self->key, (const char *)sqlite3_column_text (stmt, 0),
                             sqlite3_column_blob (stmt, 2), (gsize)sqlite3_column_bytes (stmt, 2),
                             &found, &unused)
          && g_strcmp0 (found, code) == 0)
        video_id = spark_db_dup_text (stmt, 1);
    }
  if (video_id == NULL)
    return NULL;
  sqlite3_reset (stmt);
  return spark_replica_get_video (self, video_id);
}

static SparkLinkItem *
take_link (SparkReplica *self, sqlite3_stmt *stmt)
{
  g_autoptr (GVariant) body = spark_db_dup_body (stmt, 0, spark_body_type (SPARK_KIND_LINK));
  char *string, *url;

  spark_secret_open (self->key, (const char *)sqlite3_column_text (stmt, 2),
                     sqlite3_column_blob (stmt, 1), (gsize)sqlite3_column_bytes (stmt, 1), &string,
                     &url);
  sqlite3_reset (stmt);
  return spark_link_item_new (body, string, url);
}

SparkLinkItem *
spark_replica_read_link (SparkReplica *self, gint64 key)
{
  sqlite3_stmt *stmt = spark_replica_statement (self, "link_row");
  g_autoptr (GVariant) body = NULL;

  if (stmt != NULL)
    {
      sqlite3_bind_int64 (stmt, 1, key);
      if (spark_replica_step (self, stmt))
        return take_link (self, stmt);
    }
  body = empty_body (SPARK_KIND_LINK);
  return spark_link_item_new (body, NULL, NULL);
}

SparkLinkItem *
spark_replica_get_link (SparkReplica *self, const char *id)
{
  sqlite3_stmt *stmt;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  stmt = find (self, "link_get", id);
  return stmt != NULL ? take_link (self, stmt) : NULL;
}

SparkGrantItem *
spark_replica_get_grant (SparkReplica *self, const char *id)
{
  sqlite3_stmt *stmt;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  stmt = find (self, "grant_get", id);
  return stmt != NULL ? take_grant (stmt) : NULL;
}

SparkEventItem *
spark_replica_get_event (SparkReplica *self, const char *id)
{
  g_autoptr (GVariant) body = NULL;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  body = find_body (self, "event_get", id, SPARK_KIND_EVENT);
  return body != NULL ? spark_event_item_new (body) : NULL;
}

SparkBrandItem *
spark_replica_get_brand (SparkReplica *self, const char *id)
{
  g_autoptr (GVariant) body = NULL;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  body = find_body (self, "brand_get", id, SPARK_KIND_BRAND);
  return body != NULL ? spark_brand_item_new (body) : NULL;
}

SparkAccountItem *
spark_replica_get_account (SparkReplica *self, const char *id)
{
  g_autoptr (GVariant) body = NULL;
  gint64 key;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  key = spark_replica_account_key (self, id);
  if (key != 0)
    body = spark_replica_read_body (self, "account_row", key, SPARK_KIND_ACCOUNT);
  return body != NULL ? spark_account_item_new (body) : NULL;
}

SparkBatchItem *
spark_replica_get_batch (SparkReplica *self, const char *id)
{
  g_autoptr (GVariant) body = NULL;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  body = find_body (self, "batch_get", id, SPARK_KIND_BATCH);
  return body != NULL ? spark_batch_item_new (body) : NULL;
}

/* --- following --- */

void
spark_replica_add_list (SparkReplica *self, SparkRowList *list)
{
  g_ptr_array_add (self->lists, list);
}

void
spark_replica_remove_list (SparkReplica *self, SparkRowList *list)
{
  g_ptr_array_remove (self->lists, list);
}

static void
read_position (SparkReplica *self)
{
  sqlite3_stmt *stmt = find (self, "meta_get", SPARK_META_STATE);

  if (stmt != NULL)
    {
      self->state = sqlite3_column_int (stmt, 0);
      sqlite3_reset (stmt);
    }
  stmt = find (self, "meta_get", SPARK_META_CURSOR);
  g_clear_pointer (&self->cursor, g_free);
  if (stmt != NULL)
    {
      self->cursor = spark_db_dup_text (stmt, 0);
      sqlite3_reset (stmt);
    }
}

/* The lists as they are now; each is kept until it was dealt with. */
static GPtrArray *
ref_lists (SparkReplica *self)
{
  GPtrArray *lists = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->lists->len; i++)
    g_ptr_array_add (lists, g_object_ref (g_ptr_array_index (self->lists, i)));
  return lists;
}

void
spark_replica_pass_time (SparkReplica *self)
{
  g_autoptr (GPtrArray) lists = NULL;

  g_return_if_fail (SPARK_IS_REPLICA (self));

  lists = ref_lists (self);
  for (guint i = 0; i < lists->len; i++)
    spark_row_list_pass_time (lists->pdata[i]);
}

void
spark_replica_emit_events (SparkReplica *self, const char *const *event_ids)
{
  g_signal_emit (self, signals[SIGNAL_EVENTS], 0, event_ids);
}

static void
follow (SparkReplica *self, SparkWork *work)
{
  g_autoptr (GPtrArray) lists = NULL;

  if (self->db == NULL)
    return;
  lists = ref_lists (self);
  for (guint i = 0; i < lists->len; i++)
    spark_row_list_pause (lists->pdata[i]);
  spark_db_exec (self->db, "COMMIT; BEGIN", NULL);
  /* The first read takes the snapshot. */
  read_position (self);
  spark_replica_thread_seen (self->thread);
  if (work->error == NULL && work->seen != NULL)
    work->seen (work, self);
  for (guint i = 0; work->error == NULL && i < lists->len; i++)
    spark_row_list_follow (lists->pdata[i], &work->touched);
}

void
spark_replica_hold (SparkReplica *self)
{
  g_return_if_fail (SPARK_IS_REPLICA (self));

  if (self->thread != NULL)
    spark_replica_thread_hold (self->thread);
}

void
spark_replica_release (SparkReplica *self)
{
  g_return_if_fail (SPARK_IS_REPLICA (self));

  if (self->thread != NULL)
    spark_replica_thread_release (self->thread);
}

SparkReplicaState
spark_replica_get_state (SparkReplica *self)
{
  return self->state;
}

gboolean
spark_replica_is_whole (SparkReplica *self)
{
  g_return_val_if_fail (SPARK_IS_REPLICA (self), FALSE);

  return self->state == SPARK_REPLICA_WHOLE || self->state == SPARK_REPLICA_RELOADING;
}

char *
spark_replica_get_cursor (SparkReplica *self)
{
  return g_strdup (self->cursor);
}

/* --- the object --- */

void
spark_replica_close (SparkReplica *self)
{
  g_autoptr (GPtrArray) lists = NULL;
  gboolean damaged;

  g_return_if_fail (SPARK_IS_REPLICA (self));

  if (self->db == NULL)
    return;
  lists = ref_lists (self);
  for (guint i = 0; i < lists->len; i++)
    spark_row_list_pause (lists->pdata[i]);
  damaged = self->db->damaged;
  g_clear_pointer (&self->db, spark_db_close);
  if (self->thread == NULL)
    return; /* only looked at */
  if (spark_replica_thread_close (self->thread) || damaged)
    spark_db_renew (self->path, self->key);
  for (guint i = 0; i < lists->len; i++)
    spark_row_list_refill (lists->pdata[i]);
}

static void
spark_replica_finalize (GObject *object)
{
  SparkReplica *self = SPARK_REPLICA (object);

  /* Lists hold us: there is none left. */
  spark_replica_close (self);
  g_clear_pointer (&self->thread, spark_replica_thread_free);
  g_ptr_array_unref (self->lists);
  g_hash_table_unref (self->settings);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_free (self->path);
  g_free (self->cursor);

  G_OBJECT_CLASS (spark_replica_parent_class)->finalize (object);
}

static void
spark_replica_class_init (SparkReplicaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_replica_finalize;

  signals[SIGNAL_EVENTS] = g_signal_new ("events", SPARK_TYPE_REPLICA, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRV);
  g_signal_new ("dismissed", SPARK_TYPE_REPLICA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                G_TYPE_NONE, 1, G_TYPE_STRV);
}

static void
spark_replica_init (SparkReplica *self)
{
  self->lists = g_ptr_array_new ();
  self->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
read_settings (SparkReplica *self)
{
  sqlite3_stmt *stmt = spark_replica_statement (self, "settings_all");

  while (stmt != NULL && spark_replica_step (self, stmt))
    g_hash_table_insert (self->settings, spark_db_dup_text (stmt, 0), spark_db_dup_text (stmt, 1));
}

static gboolean
is_name (const char *id)
{
  return id != NULL && *id != '\0'
         && id[strspn (id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-")]
                == '\0';
}

static char *
get_path (const char *id)
{
  g_autofree char *name = g_strconcat (id, ".db", NULL);

  return g_build_filename (g_get_user_data_dir (), "sparkbox", "replicas", name, NULL);
}

void
spark_replica_delete (const char *id)
{
  g_autofree char *path = NULL;

  g_return_if_fail (is_name (id));

  path = get_path (id);
  spark_db_delete (path);
}

SparkReplica *
spark_replica_open (const char *id, GBytes *key, GError **error)
{
  g_autoptr (SparkReplica) self = NULL;

  g_return_val_if_fail (is_name (id), NULL);
  g_return_val_if_fail (key == NULL || g_bytes_get_size (key) == crypto_secretbox_KEYBYTES, NULL);

  if (sodium_init () < 0)
    g_error ("libsodium does not start");
  self = g_object_new (SPARK_TYPE_REPLICA, NULL);
  self->path = get_path (id);
  self->key = key != NULL ? g_bytes_ref (key) : NULL;
  self->db = spark_db_look_at_replica (self->path, key, error);
  if (self->db == NULL)
    return NULL;
  read_position (self);
  read_settings (self);
  return g_steal_pointer (&self);
}

SparkReplica *
spark_replica_new (const char *id, GBytes *key, GError **error)
{
  g_autoptr (SparkReplica) self = NULL;
  g_autoptr (SparkDb) writer = NULL;

  g_return_val_if_fail (is_name (id), NULL);
  g_return_val_if_fail (key == NULL || g_bytes_get_size (key) == crypto_secretbox_KEYBYTES, NULL);

  if (sodium_init () < 0)
    g_error ("libsodium does not start");
  self = g_object_new (SPARK_TYPE_REPLICA, NULL);
  self->path = get_path (id);
  self->key = key != NULL ? g_bytes_ref (key) : NULL;
  writer = spark_db_open_replica (self->path, key, error);
  if (writer == NULL)
    return NULL;
  self->db = spark_db_open (self->path, NULL, error);
  if (self->db == NULL || !spark_db_exec (self->db, "PRAGMA query_only = ON; BEGIN", error))
    {
      g_clear_pointer (&self->db, spark_db_close);
      return NULL;
    }
  self->thread = spark_replica_thread_new (g_steal_pointer (&writer), self, follow);
  read_position (self);
  read_settings (self);
  return g_steal_pointer (&self);
}
