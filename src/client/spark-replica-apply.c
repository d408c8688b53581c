/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include <string.h>

#include "client/spark-replica-apply.h"
#include "client/spark-replica-bodies.h"
#include "client/spark-replica-private.h"
#include "client/spark-time-key.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

void
spark_apply_init (SparkApply *self, SparkDb *db, GBytes *key, SparkTouched *touched)
{
  *self = (SparkApply){ .db = db, .key = key, .touched = touched };
  self->accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->reworded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->new_events = g_strv_builder_new ();
}

void
spark_apply_clear (SparkApply *self)
{
  g_clear_pointer (&self->accounts, g_hash_table_unref);
  g_clear_pointer (&self->reworded, g_hash_table_unref);
  g_clear_pointer (&self->new_events, g_strv_builder_unref);
}

/* --- what the kinds share --- */

void
spark_apply_touch (SparkApply *self, SparkKind kind, gint64 key)
{
  spark_touched_add (self->touched, kind, key);
}

gboolean
spark_apply_touch_found (SparkApply *self, const char *statement, const char *text, SparkKind kind,
                         GError **error)
{
  g_autoptr (GError) local = NULL;
  sqlite3_stmt *stmt = spark_db_statement (self->db, statement, error);

  if (stmt == NULL)
    return FALSE;
  spark_db_bind_text (stmt, 1, text);
  while (spark_db_step (self->db, stmt, &local))
    spark_apply_touch (self, kind, sqlite3_column_int64 (stmt, 0));
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
spark_apply_time_key (SparkApply *self, const char *taken, gint64 ms, const char *id, gint64 *key,
                      GError **error)
{
  gint64 account, number;

  if (!spark_id_parse (id, &account, &number))
    number = g_str_hash (id);
  *key = spark_time_key (ms, number);
  for (;; (*key)++)
    {
      g_autoptr (GError) local = NULL;
      sqlite3_stmt *stmt = spark_db_statement (self->db, taken, error);

      if (stmt == NULL)
        return FALSE;
      sqlite3_bind_int64 (stmt, 1, *key);
      if (!spark_db_step (self->db, stmt, &local))
        {
          if (local == NULL)
            return TRUE;
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      sqlite3_reset (stmt);
    }
}

void
spark_apply_bind_body (sqlite3_stmt *stmt, int index, GVariant *body)
{
  sqlite3_bind_blob64 (stmt, index, g_variant_get_data (body), g_variant_get_size (body),
                       SQLITE_TRANSIENT);
}

gboolean
spark_apply_has_body (sqlite3_stmt *stmt, int column, GVariant *body)
{
  gsize size = g_variant_get_size (body);

  return (gsize)sqlite3_column_bytes (stmt, column) == size
         && memcmp (sqlite3_column_blob (stmt, column), g_variant_get_data (body), size) == 0;
}

/* --- accounts --- */

static gboolean
run_int_text (SparkApply *self, const char *name, gint64 number, const char *text, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, name, error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, number);
  spark_db_bind_text (stmt, 2, text);
  return spark_db_run (self->db, stmt, error);
}

/* The number of an account, which is there from its first change on. */
static gboolean
get_account (SparkApply *self, const char *id, gint64 *number, GError **error)
{
  gint64 *known = g_hash_table_lookup (self->accounts, id);
  gboolean load = self->flags & SPARK_APPLY_LOAD;
  sqlite3_stmt *stmt;

  if (known != NULL)
    {
      *number = *known;
      return TRUE;
    }
  stmt = spark_db_statement (self->db, "account_see", error);
  if (stmt == NULL)
    return FALSE;
  spark_db_bind_text (stmt, 1, id);
  sqlite3_bind_int64 (stmt, 2, load ? 0 : self->server_now);
  sqlite3_bind_int64 (stmt, 3, self->load);
  if (!spark_db_step (self->db, stmt, error))
    return FALSE;
  *number = sqlite3_column_int64 (stmt, 0);
  sqlite3_reset (stmt);
  g_hash_table_insert (self->accounts, g_strdup (id), g_memdup2 (number, sizeof *number));
  return TRUE;
}

static gboolean
apply_account (SparkApply *self, const SparkApplyContext *context, GError **error)
{
  g_autoptr (GVariant) body = NULL;
  SparkAccount view;
  sqlite3_stmt *stmt;
  gboolean same;

  if (!spark_account_read (&view, context->change->object, error))
    return FALSE;
  body = g_variant_ref_sink (spark_account_pack (&view));
  stmt = spark_db_statement (self->db, "account_row", error);
  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, context->account);
  if (!spark_db_step (self->db, stmt, error))
    return FALSE;
  same = spark_apply_has_body (stmt, 0, body);
  sqlite3_reset (stmt);
  if (same)
    return TRUE;
  stmt = spark_db_statement (self->db, "account_put", error);
  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, context->account);
  spark_apply_bind_body (stmt, 2, body);
  self->kinds |= SPARK_KINDS_ACCOUNT;
  spark_apply_touch (self, SPARK_KIND_ACCOUNT, context->account);
  return spark_db_run (self->db, stmt, error);
}

static gboolean
remove_one (SparkApply *self, SparkKind kind, const char *id, GError **error)
{
  switch (kind)
    {
    case SPARK_KIND_VIDEO:
      return spark_apply_remove_video (self, id, error);
    case SPARK_KIND_ACCOUNT:
      return TRUE;
    case SPARK_KIND_CODE:
    case SPARK_KIND_LINK:
    case SPARK_KIND_GRANT:
    case SPARK_KIND_BRAND:
    case SPARK_KIND_EVENT:
    case SPARK_KIND_BATCH:
    default:
      return spark_apply_remove_object (self, kind, id, error);
    }
}

/* Removes the objects whose ids the statements "KIND_@what" give for @number. */
static gboolean
remove_all (SparkApply *self, const char *what, gint64 number, GError **error)
{
  static const char *const kinds[] = {
    [SPARK_KIND_VIDEO] = "video", [SPARK_KIND_CODE] = "code",   [SPARK_KIND_LINK] = "link",
    [SPARK_KIND_GRANT] = "grant", [SPARK_KIND_BRAND] = "brand", [SPARK_KIND_EVENT] = "event",
    [SPARK_KIND_BATCH] = "batch",
  };

  for (guint kind = SPARK_KIND_VIDEO; kind < G_N_ELEMENTS (kinds); kind++)
    {
      g_autofree char *composed = g_strconcat (kinds[kind], "_", what, NULL);
      sqlite3_stmt *stmt = spark_db_statement (self->db, g_intern_string (composed), error);
      g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GError) local = NULL;

      if (stmt == NULL)
        return FALSE;
      sqlite3_bind_int64 (stmt, 1, number);
      while (spark_db_step (self->db, stmt, &local))
        g_ptr_array_add (ids, spark_db_dup_text (stmt, 0));
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      for (guint i = 0; i < ids->len; i++)
        if (!remove_one (self, kind, ids->pdata[i], error))
          return FALSE;
    }
  return TRUE;
}

static gboolean
remove_account (SparkApply *self, const char *id, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, "account_key", error);
  g_autoptr (GError) local = NULL;
  gint64 number;

  if (stmt == NULL)
    return FALSE;
  spark_db_bind_text (stmt, 1, id);
  if (!spark_db_step (self->db, stmt, &local))
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      return local == NULL;
    }
  number = sqlite3_column_int64 (stmt, 0);
  sqlite3_reset (stmt);
  g_hash_table_remove (self->accounts, id);
  self->kinds |= SPARK_KINDS_ACCOUNT;
  spark_apply_touch (self, SPARK_KIND_ACCOUNT, number);
  return remove_all (self, "of_account", number, error)
         && run_int_text (self, "account_remove", number, NULL, error);
}

/* --- changes --- */

static gboolean
remove_object (SparkApply *self, const SparkChange *change, GError **error)
{
  return change->kind == SPARK_KIND_ACCOUNT ? remove_account (self, change->id, error)
                                            : remove_one (self, change->kind, change->id, error);
}

static gboolean
apply_object (SparkApply *self, const SparkApplyContext *context, GError **error)
{
  switch (context->change->kind)
    {
    case SPARK_KIND_ACCOUNT:
      return apply_account (self, context, error);
    case SPARK_KIND_VIDEO:
      return spark_apply_video (self, context, error);
    case SPARK_KIND_EVENT:
      return spark_apply_event (self, context, error);
    case SPARK_KIND_CODE:
    case SPARK_KIND_LINK:
    case SPARK_KIND_GRANT:
    case SPARK_KIND_BRAND:
    case SPARK_KIND_BATCH:
    default:
      return spark_apply_object (self, context, error);
    }
}

static gboolean
apply_change (SparkApply *self, const SparkChange *change, GError **error)
{
  SparkApplyContext context = { change, 0 };

  const char *id = NULL;

  if (change->object == NULL)
    return remove_object (self, change, error);
  /* An object that says another id than its change would never be removed. */
  if (!spark_json_find_string (change->object, "id", &id, NULL) || g_strcmp0 (id, change->id) != 0)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "The ids differ.");
      return FALSE;
    }
  return get_account (self, change->account_id, &context.account, error)
         && apply_object (self, &context, error);
}

static gboolean
set_meta (SparkApply *self, const char *name, gint64 number, const char *text, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, "meta_set", error);

  if (stmt == NULL)
    return FALSE;
  spark_db_bind_text (stmt, 1, name);
  if (text != NULL)
    spark_db_bind_text (stmt, 2, text);
  else
    sqlite3_bind_int64 (stmt, 2, number);
  return spark_db_run (self->db, stmt, error);
}

static gint64
get_meta (SparkApply *self, const char *name)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, "meta_get", NULL);
  gint64 number = 0;

  if (stmt == NULL)
    return 0;
  spark_db_bind_text (stmt, 1, name);
  if (spark_db_step (self->db, stmt, NULL))
    number = sqlite3_column_int64 (stmt, 0);
  sqlite3_reset (stmt);
  return number;
}

/* The application may be closed in the middle of its first load, and much happen until the rest is
 * asked for. */
static gboolean
begin_first (SparkApply *self, GError **error)
{
  /* The backend's clock is known to the second. */
  return set_meta (self, SPARK_META_SINCE, self->server_now + 1000, NULL, error);
}

static gboolean
begin (SparkApply *self, GError **error)
{
  SparkReplicaState state = get_meta (self, SPARK_META_STATE);

  self->load = get_meta (self, SPARK_META_LOAD);
  if (state == SPARK_REPLICA_EMPTY && self->flags & SPARK_APPLY_LOAD_BEGINS
      && !begin_first (self, error))
    return FALSE;
  self->load_since = state == SPARK_REPLICA_EMPTY || state == SPARK_REPLICA_LOADING
                         ? get_meta (self, SPARK_META_SINCE)
                         : G_MAXINT64;
  if (!(self->flags & SPARK_APPLY_LOAD_BEGINS))
    return TRUE;
  self->load++;
  if (state == SPARK_REPLICA_EMPTY)
    state = SPARK_REPLICA_LOADING;
  else if (state == SPARK_REPLICA_WHOLE)
    state = SPARK_REPLICA_RELOADING;
  return set_meta (self, SPARK_META_LOAD, self->load, NULL, error)
         && set_meta (self, SPARK_META_STATE, state, NULL, error);
}

/* Whole accounts that did not come, then single objects. */
static gboolean
remove_stale (SparkApply *self, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, "account_stale", error);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, self->load);
  while (spark_db_step (self->db, stmt, &local))
    g_ptr_array_add (ids, spark_db_dup_text (stmt, 0));
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  for (guint i = 0; i < ids->len; i++)
    if (!remove_account (self, ids->pdata[i], error))
      return FALSE;
  return remove_all (self, "stale", self->load, error);
}

static gboolean
is_skipped (const GError *error)
{
  return g_error_matches (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER);
}

gboolean
spark_apply_changes (SparkApply *self, JsonArray *changes, const char *cursor, GError **error)
{
  guint n_changes = json_array_get_length (changes);

  if (!begin (self, error))
    return FALSE;
  for (guint i = 0; i < n_changes; i++)
    {
      JsonNode *node = json_array_get_element (changes, i);
      g_autoptr (GError) local = NULL;
      SparkChange change;

      if (!JSON_NODE_HOLDS_OBJECT (node)
          || !spark_change_read (&change, json_node_get_object (node), &local)
          || !apply_change (self, &change, &local))
        {
          if (local != NULL && !is_skipped (local))
            {
              g_propagate_error (error, g_steal_pointer (&local));
              return FALSE;
            }
          g_debug ("a change is skipped: %s", local != NULL ? local->message : "not an object");
        }
    }
  if (self->flags & SPARK_APPLY_LOAD_ENDS
      && (!remove_stale (self, error)
          || !set_meta (self, SPARK_META_STATE, SPARK_REPLICA_WHOLE, NULL, error)))
    return FALSE;
  return spark_apply_words (self, error) && set_meta (self, SPARK_META_CURSOR, 0, cursor, error);
}
