/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include "client/spark-replica-apply.h"
#include "client/spark-replica-bodies.h"
#include "client/spark-replica-private.h"
#include "client/spark-replica-secret.h"
#include "model/spark-fold.h"
#include "model/spark-rules.h"

/* A grant that has ended is ranked after all that have not. */
#define ENDED_RANK (G_GINT64_CONSTANT (1) << 60)

/* What the file keeps of an object, whatever its kind. */
typedef struct
{
  SparkKind kind;
  gint64 key; /* 0: the next */
  const char *id;
  gint64 account;
  GVariant *body;        /* owned */
  char *words;           /* owned; NULL: this kind has none */
  const char *video;     /* NULL: none */
  const char *brand;     /* NULL: none */
  const char *secret[2]; /* a code; the string and address of a link */
  gint64 numbers[3];     /* columns of the kind, in the order of its "…_put" */
  char *texts[4];        /* owned; the same */
} Object;

static void
object_clear (Object *object)
{
  g_clear_pointer (&object->body, g_variant_unref);
  g_free (object->words);
  g_free (object->texts[0]);
  g_free (object->texts[1]);
  g_free (object->texts[2]);
  g_free (object->texts[3]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Object, object_clear)

/* What it was before. */
typedef struct
{
  gint64 key; /* 0: not there */
  gint64 load;
  gboolean same;
  char *words;
  char *video;
  char *brand;
} Known;

static void
known_clear (Known *known)
{
  g_free (known->words);
  g_free (known->video);
  g_free (known->brand);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Known, known_clear)

static const struct
{
  const char *known;
  const char *load;
  const char *put;
  const char *remove;
} statements[] = {
  [SPARK_KIND_CODE] = { "code_known", "code_load", "code_put", "code_remove" },
  [SPARK_KIND_LINK] = { "link_known", "link_load", "link_put", "link_remove" },
  [SPARK_KIND_GRANT] = { "grant_known", "grant_load", "grant_put", "grant_remove" },
  [SPARK_KIND_BRAND] = { "brand_known", "brand_load", "brand_put", "brand_remove" },
  [SPARK_KIND_EVENT] = { "event_known", "event_load", "event_put", "event_remove" },
  [SPARK_KIND_BATCH] = { "batch_known", "batch_load", "batch_put", "batch_remove" },
};

/* --- reading each kind --- */

static char *
fold_two (const char *first, const char *second)
{
  const char *texts[] = { first, second };

  return spark_fold_texts (texts, G_N_ELEMENTS (texts));
}

static gboolean
read_code (Object *object, JsonObject *json, GError **error)
{
  SparkCode view;

  if (!spark_code_read (&view, json, error))
    return FALSE;
  object->body = g_variant_ref_sink (spark_code_pack (&view));
  object->words = fold_two (view.copied_for.name, view.note);
  object->id = view.id;
  object->video = view.video_id;
  object->secret[0] = view.code;
  object->numbers[0] = view.state;
  object->numbers[1] = view.copied_at != 0 ? view.copied_at : view.created_at;
  return TRUE;
}

static gboolean
read_link (Object *object, JsonObject *json, GError **error)
{
  SparkLink view;

  if (!spark_link_read (&view, json, error))
    return FALSE;
  object->body = g_variant_ref_sink (spark_link_pack (&view));
  object->words = fold_two (view.brand.name, view.note);
  object->id = view.id;
  object->video = view.video_id;
  object->brand = view.brand.id;
  object->secret[0] = view.string;
  object->secret[1] = view.url;
  return TRUE;
}

static gint64
rank_grant (const SparkGrant *view)
{
  gint64 ended_at = view->revoked_at != 0 ? view->revoked_at : view->ends_at;

  switch (view->state)
    {
    case SPARK_GRANT_STATE_PENDING:
    case SPARK_GRANT_STATE_AUTHORIZED:
    case SPARK_GRANT_STATE_REVOKING:
      return view->ends_at != 0 ? view->ends_at : ENDED_RANK / 2;
    case SPARK_GRANT_STATE_EXPIRED:
    case SPARK_GRANT_STATE_REVOKED:
    case SPARK_GRANT_STATE_UNBOUND:
    case SPARK_GRANT_STATE_FAILED:
    default:
      return 2 * ENDED_RANK - ended_at;
    }
}

static gboolean
read_grant (Object *object, JsonObject *json, GError **error)
{
  SparkGrant view;

  if (!spark_grant_read (&view, json, error))
    return FALSE;
  object->body = g_variant_ref_sink (spark_grant_pack (&view));
  object->words = fold_two (view.brand.name, view.advertiser.name);
  object->id = view.id;
  object->video = view.video_id;
  object->brand = view.brand.id;
  object->numbers[0] = view.state;
  object->numbers[1] = view.ends_at;
  object->numbers[2] = rank_grant (&view);
  object->texts[0] = g_strdup (view.code_id);
  return TRUE;
}

static gboolean
read_brand (Object *object, JsonObject *json, GError **error)
{
  g_auto (SparkBrandStorage) storage = { 0 };
  SparkBrand view;

  if (!spark_brand_read (&view, &storage, json, error))
    return FALSE;
  object->body = g_variant_ref_sink (spark_brand_pack (&view));
  object->words = fold_two (view.name, view.notes);
  object->id = view.id;
  object->texts[0] = g_strdup (view.name);
  object->texts[1] = g_utf8_collate_key (view.name, -1);
  object->texts[2] = spark_brand_name_fold (view.name);
  if (view.new_advertiser_ids != NULL && *view.new_advertiser_ids != NULL)
    {
      g_autofree char *joined = g_strjoinv (" ", (char **)view.new_advertiser_ids);

      object->texts[3] = g_strdup_printf (" %s ", joined);
    }
  return TRUE;
}

/* (transfer full) (nullable): what is asked for, or answered */
static char *
find_subject (const SparkEvent *view)
{
  switch ((int)view->type)
    {
    case SPARK_EVENT_EXTENSION_REQUESTED:
    case SPARK_EVENT_GRANT_EXTENDED:
      return g_strdup (view->grant_id);
    case SPARK_EVENT_ADVERTISER_NEW:
      return view->brand.id != NULL && view->detail.advertiser.id != NULL
                 ? g_strdup_printf ("%s %s", view->brand.id, view->detail.advertiser.id)
                 : NULL;
    default:
      return NULL;
    }
}

static gboolean
read_event (Object *object, JsonObject *json, GError **error)
{
  SparkEvent view;
  const char *texts[6];

  if (!spark_event_read (&view, json, error))
    return FALSE;
  texts[0] = view.brand.name;
  texts[1] = view.actor.name;
  texts[2] = view.detail.advertiser.name;
  texts[3] = view.detail.note;
  /* Elsewhere it is the name of an error. */
  texts[4] = view.type == SPARK_EVENT_GRANT_REVOKED || view.type == SPARK_EVENT_GRANT_REVOKING
                 ? view.detail.reason
                 : NULL;
  texts[5] = view.actor.from;
  object->body = g_variant_ref_sink (spark_event_pack (&view));
  object->words = spark_fold_texts (texts, G_N_ELEMENTS (texts));
  object->id = view.id;
  object->video = view.video_id;
  object->brand = view.brand.id;
  object->numbers[0] = view.type;
  object->numbers[1] = view.at;
  object->numbers[2] = view.type == SPARK_EVENT_CODE_EXTENDED ? view.detail.ends_at : 0;
  object->texts[0] = find_subject (&view);
  return TRUE;
}

static gboolean
read_batch (Object *object, JsonObject *json, GError **error)
{
  SparkBatch view;

  if (!spark_batch_read (&view, json, error))
    return FALSE;
  object->body = g_variant_ref_sink (spark_batch_pack (&view));
  object->id = view.id;
  return TRUE;
}

static gboolean
read_object (Object *object, const SparkApplyContext *context, GError **error)
{
  JsonObject *json = context->change->object;

  object->kind = context->change->kind;
  object->account = context->account;
  switch (object->kind)
    {
    case SPARK_KIND_CODE:
      return read_code (object, json, error);
    case SPARK_KIND_LINK:
      return read_link (object, json, error);
    case SPARK_KIND_GRANT:
      return read_grant (object, json, error);
    case SPARK_KIND_BRAND:
      return read_brand (object, json, error);
    case SPARK_KIND_EVENT:
      return read_event (object, json, error);
    case SPARK_KIND_ACCOUNT:
    case SPARK_KIND_VIDEO:
    case SPARK_KIND_BATCH:
    default:
      return read_batch (object, json, error);
    }
}

/* --- into the file --- */

static gboolean
has_secret (SparkApply *self, const Object *object, sqlite3_stmt *stmt, int column)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  if (object->kind != SPARK_KIND_CODE && object->kind != SPARK_KIND_LINK)
    return TRUE;
  if (self->key == NULL)
    return sqlite3_column_type (stmt, column) == SQLITE_NULL;
  spark_secret_open (self->key, object->id, sqlite3_column_blob (stmt, column),
                     (gsize)sqlite3_column_bytes (stmt, column), &first, &second);
  return g_strcmp0 (first, object->secret[0]) == 0 && g_strcmp0 (second, object->secret[1]) == 0;
}

/* Columns of "…_known": key, load, body, words, video, brand, secret. */
static gboolean
look_up (SparkApply *self, SparkKind kind, const char *id, const Object *object, Known *known,
         GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, statements[kind].known, error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  spark_db_bind_text (stmt, 1, id);
  if (!spark_db_step (self->db, stmt, &local))
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      return local == NULL;
    }
  known->key = sqlite3_column_int64 (stmt, 0);
  known->load = sqlite3_column_int64 (stmt, 1);
  known->same = object != NULL && spark_apply_has_body (stmt, 2, object->body)
                && has_secret (self, object, stmt, 6);
  known->words = spark_db_dup_text (stmt, 3);
  known->video = spark_db_dup_text (stmt, 4);
  known->brand = spark_db_dup_text (stmt, 5);
  sqlite3_reset (stmt);
  return TRUE;
}

static gboolean
set_load (SparkApply *self, SparkKind kind, gint64 key, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, statements[kind].load, error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, key);
  sqlite3_bind_int64 (stmt, 2, self->load);
  return spark_db_run (self->db, stmt, error);
}

/* Without the key a code is not kept; whoever comes with a key then has to load again. */
static gboolean
drop_key (SparkApply *self, GError **error)
{
  sqlite3_stmt *stmt;

  if (self->key_dropped)
    return TRUE;
  self->key_dropped = TRUE;
  stmt = spark_db_statement (self->db, "meta_unset", error);
  if (stmt == NULL)
    return FALSE;
  spark_db_bind_text (stmt, 1, SPARK_META_KEY);
  return spark_db_run (self->db, stmt, error);
}

static void
bind_secret (SparkApply *self, const Object *object, sqlite3_stmt *stmt, int index)
{
  g_autoptr (GBytes) sealed = NULL;
  gconstpointer data;
  gsize length;

  if (self->key == NULL || object->secret[0] == NULL)
    return;
  sealed = spark_secret_seal (self->key, object->id, object->secret[0], object->secret[1]);
  data = g_bytes_get_data (sealed, &length);
  sqlite3_bind_blob64 (stmt, index, data, length, SQLITE_TRANSIENT);
}

/* Every "…_put" takes the same parameters, and uses those that its table has. */
static gboolean
put (SparkApply *self, const Object *object, gint64 *key, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, statements[object->kind].put, error);
  gboolean ok;

  if (stmt == NULL)
    return FALSE;
  if (*key != 0)
    sqlite3_bind_int64 (stmt, 1, *key);
  spark_db_bind_text (stmt, 2, object->id);
  sqlite3_bind_int64 (stmt, 3, object->account);
  sqlite3_bind_int64 (stmt, 4, self->load);
  spark_apply_bind_body (stmt, 5, object->body);
  spark_db_bind_text (stmt, 6, object->words);
  spark_db_bind_text (stmt, 7, object->video);
  spark_db_bind_text (stmt, 8, object->brand);
  bind_secret (self, object, stmt, 9);
  for (int i = 0; i < 3; i++)
    sqlite3_bind_int64 (stmt, 10 + i, object->numbers[i]);
  for (int i = 0; i < 4; i++)
    spark_db_bind_text (stmt, 13 + i, object->texts[i]);
  ok = spark_db_run (self->db, stmt, error);
  if (ok && *key == 0)
    *key = sqlite3_last_insert_rowid (self->db->connection);
  return ok;
}

/* --- what else shows it --- */

static void
reword (SparkApply *self, const char *video_id)
{
  if (video_id != NULL && !g_hash_table_contains (self->reworded, video_id))
    g_hash_table_add (self->reworded, g_strdup (video_id));
}

static gboolean
reword_brand (SparkApply *self, const char *id, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, "videos_of_brand", error);
  g_autoptr (GError) local = NULL;

  if (stmt == NULL)
    return FALSE;
  spark_db_bind_text (stmt, 1, id);
  while (spark_db_step (self->db, stmt, &local))
    reword (self, (const char *)sqlite3_column_text (stmt, 0));
  if (local == NULL)
    return spark_apply_touch_found (self, "grants_of_brand", id, SPARK_KIND_GRANT, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* @words: what they are now; NULL: gone */
static gboolean
spread (SparkApply *self, SparkKind kind, const char *id, const Known *known, const char *words,
        const char *video, const char *brand, GError **error)
{
  gboolean moved = g_strcmp0 (known->video, video) != 0 || g_strcmp0 (known->brand, brand) != 0;

  self->kinds |= 1u << kind;
  if (kind == SPARK_KIND_EVENT || kind == SPARK_KIND_BATCH
      || (!moved && g_strcmp0 (known->words, words) == 0))
    return TRUE;
  if (kind == SPARK_KIND_BRAND)
    return reword_brand (self, id, error);
  /* A list of the brand's videos has one more, or one less. */
  if (kind == SPARK_KIND_GRANT && moved
      && (!spark_apply_touch_found (self, "video_keys", known->video, SPARK_KIND_VIDEO, error)
          || !spark_apply_touch_found (self, "video_keys", video, SPARK_KIND_VIDEO, error)))
    return FALSE;
  reword (self, known->video);
  reword (self, video);
  return TRUE;
}

gboolean
spark_apply_object (SparkApply *self, const SparkApplyContext *context, GError **error)
{
  g_auto (Object) object = { 0 };
  g_auto (Known) known = { 0 };
  gint64 key;

  if (!read_object (&object, context, error)
      || !look_up (self, object.kind, object.id, &object, &known, error))
    return FALSE;
  if (self->key == NULL && object.secret[0] != NULL && !drop_key (self, error))
    return FALSE;
  if (known.same)
    return known.load == self->load || set_load (self, object.kind, known.key, error);
  key = known.key;
  if (key == 0 && object.kind == SPARK_KIND_EVENT
      && !spark_apply_time_key (self, "event_key", object.numbers[1], object.id, &key, error))
    return FALSE;
  if (!put (self, &object, &key, error))
    return FALSE;
  spark_apply_touch (self, object.kind, key);
  return spread (self, object.kind, object.id, &known, object.words, object.video, object.brand,
                 error);
}

gboolean
spark_apply_remove_object (SparkApply *self, SparkKind kind, const char *id, GError **error)
{
  g_auto (Known) known = { 0 };
  sqlite3_stmt *stmt;

  if (!look_up (self, kind, id, NULL, &known, error))
    return FALSE;
  if (known.key == 0)
    return TRUE;
  stmt = spark_db_statement (self->db, statements[kind].remove, error);
  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, known.key);
  spark_apply_touch (self, kind, known.key);
  return spark_db_run (self->db, stmt, error)
         && spread (self, kind, id, &known, NULL, NULL, NULL, error);
}

/* --- events --- */

/* What an account that came by a change brings along is history. */
static gboolean
get_since (SparkApply *self, gint64 account, gint64 *since, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, "account_since", error);

  *since = 0;
  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, account);
  if (spark_db_step (self->db, stmt, error))
    *since = sqlite3_column_int64 (stmt, 0);
  sqlite3_reset (stmt);
  return TRUE;
}

gboolean
spark_apply_event (SparkApply *self, const SparkApplyContext *context, GError **error)
{
  g_auto (Known) known = { 0 };
  sqlite3_stmt *stmt;
  SparkEvent view;
  gint64 since;

  if (!spark_event_read (&view, context->change->object, error)
      || !look_up (self, SPARK_KIND_EVENT, view.id, NULL, &known, error)
      || !spark_apply_object (self, context, error))
    return FALSE;
  if (known.key != 0)
    return TRUE;
  if (self->flags & SPARK_APPLY_LOAD)
    since = self->load_since;
  else if (!get_since (self, context->account, &since, error))
    return FALSE;
  if (view.at < since)
    return TRUE;
  stmt = spark_db_statement (self->db, "untold_add", error);
  if (stmt == NULL)
    return FALSE;
  spark_db_bind_text (stmt, 1, view.id);
  g_strv_builder_add (self->new_events, view.id);
  return spark_db_run (self->db, stmt, error);
}
