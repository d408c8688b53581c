/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include "client/spark-creators.h"
#include "model/spark-fold.h"
#include "client/spark-replica-apply.h"
#include "client/spark-replica-bodies.h"
#include "client/spark-video-facts.h"
#include "model/spark-rules.h"

/* A video as it is in the file. */
typedef struct
{
  gint64 key; /* 0: not there */
  gint64 load;
  gint64 account;
  gint64 published_at;
  char *caption;
  gboolean same;
} Known;

static void
known_clear (Known *known)
{
  g_free (known->caption);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Known, known_clear)

SparkNoted
spark_video_note (const SparkVideo *video)
{
  SparkNoted noted = 0;

  switch (video->authorization.state)
    {
    case SPARK_AUTHORIZATION_READY:
      noted = SPARK_NOTED_READY;
      break;
    case SPARK_AUTHORIZATION_IN_USE:
      noted = SPARK_NOTED_IN_USE;
      break;
    case SPARK_AUTHORIZATION_EXPIRED:
      noted = SPARK_NOTED_EXPIRED;
      break;
    case SPARK_AUTHORIZATION_PENDING:
      noted = SPARK_NOTED_PENDING;
      break;
    case SPARK_AUTHORIZATION_OFF:
      break;
    }
  if (!video->eligible || spark_blockers_stop (video->blockers))
    noted |= SPARK_NOTED_PROBLEM;
  return noted;
}

static gboolean
look_up (SparkApply *self, const char *id, GVariant *body, Known *known, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, "video_known", error);
  g_autoptr (GError) local = NULL;
  g_autoptr (GVariant) old = NULL;
  SparkVideo view;

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
  known->account = sqlite3_column_int64 (stmt, 2);
  known->same = body != NULL && spark_apply_has_body (stmt, 3, body);
  if (!known->same)
    {
      old = spark_db_dup_body (stmt, 3, spark_body_type (SPARK_KIND_VIDEO));
      spark_video_unpack (&view, old);
      known->published_at = view.published_at;
      known->caption = g_strdup (view.caption);
    }
  sqlite3_reset (stmt);
  return TRUE;
}

static gboolean
run_key (SparkApply *self, const char *name, gint64 key, gint64 second, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, name, error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, key);
  sqlite3_bind_int64 (stmt, 2, second);
  return spark_db_run (self->db, stmt, error);
}

static gboolean
put (SparkApply *self, const SparkVideo *view, gint64 account, gint64 key, GVariant *body,
     GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, "video_put", error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, key);
  spark_db_bind_text (stmt, 2, view->id);
  sqlite3_bind_int64 (stmt, 3, account);
  sqlite3_bind_int64 (stmt, 4, self->load);
  sqlite3_bind_int (stmt, 5, (int)spark_video_note (view));
  sqlite3_bind_int64 (stmt, 6, view->authorization.ends_at);
  sqlite3_bind_int64 (stmt, 7, view->total.views);
  sqlite3_bind_int64 (stmt, 8, view->authorization.grants);
  spark_db_bind_text (stmt, 9, view->item_id);
  spark_apply_bind_body (stmt, 10, body);
  return spark_db_run (self->db, stmt, error);
}

/* The names and notes of everything about a video: (transfer full) */
static char *
read_people (SparkApply *self, const char *id, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, "video_people", error);
  g_autoptr (GError) local = NULL;
  GString *people;

  if (stmt == NULL)
    return NULL;
  spark_db_bind_text (stmt, 1, id);
  people = g_string_new (NULL);
  while (spark_db_step (self->db, stmt, &local))
    {
      if (people->len > 0)
        g_string_append_c (people, ' ');
      g_string_append (people, (const char *)sqlite3_column_text (stmt, 0));
    }
  if (local == NULL)
    return g_string_free (people, FALSE);
  g_propagate_error (error, g_steal_pointer (&local));
  g_string_free (people, TRUE);
  return NULL;
}

static gboolean
write_words (SparkApply *self, const char *name, gint64 key, const char *first, const char *second,
             const char *third, GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, name, error);

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, key);
  spark_db_bind_text (stmt, 2, first);
  spark_db_bind_text (stmt, 3, second);
  spark_db_bind_text (stmt, 4, third);
  return spark_db_run (self->db, stmt, error);
}

static gboolean
index_video (SparkApply *self, const SparkVideo *view, gint64 account, gint64 key, gboolean is_new,
             GError **error)
{
  g_autofree char *caption = spark_fold_video (view->caption, view->item_id);
  g_autofree char *creator = spark_creator_word (account);
  g_autofree char *people = NULL;

  if (!is_new)
    return write_words (self, "search_set_caption", key, caption, NULL, creator, error);
  people = read_people (self, view->id, error);
  return people != NULL && write_words (self, "search_add", key, caption, people, creator, error);
}

static gboolean
drop (SparkApply *self, gint64 key, GError **error)
{
  spark_apply_touch (self, SPARK_KIND_VIDEO, key);
  return run_key (self, "video_drop", key, 0, error)
         && run_key (self, "search_drop", key, 0, error);
}

gboolean
spark_apply_video (SparkApply *self, const SparkApplyContext *context, GError **error)
{
  g_auto (Known) known = { 0 };
  g_autoptr (GVariant) body = NULL;
  gboolean stays;
  gint64 key;
  SparkVideo view;

  if (!spark_video_read (&view, context->change->object, error))
    return FALSE;
  body = g_variant_ref_sink (spark_video_pack (&view));
  if (!look_up (self, view.id, body, &known, error))
    return FALSE;
  if (known.same && known.account == context->account)
    return known.load == self->load || run_key (self, "video_load", known.key, self->load, error);

  stays = known.key != 0 && (known.same || known.published_at == view.published_at);
  key = known.key;
  if (!stays
      && ((key != 0 && !drop (self, key, error))
          || !spark_apply_time_key (self, "video_key", view.published_at, view.id, &key, error)))
    return FALSE;
  if (!put (self, &view, context->account, key, body, error))
    return FALSE;
  if ((!stays || known.account != context->account
       || (!known.same && g_strcmp0 (known.caption, view.caption) != 0))
      && !index_video (self, &view, context->account, key, !stays, error))
    return FALSE;
  self->kinds |= SPARK_KINDS_VIDEO;
  spark_apply_touch (self, SPARK_KIND_VIDEO, key);
  return spark_apply_touch_found (self, "grants_of_video", view.id, SPARK_KIND_GRANT, error);
}

gboolean
spark_apply_remove_video (SparkApply *self, const char *id, GError **error)
{
  g_auto (Known) known = { 0 };

  if (!look_up (self, id, NULL, &known, error))
    return FALSE;
  if (known.key == 0)
    return TRUE;
  self->kinds |= SPARK_KINDS_VIDEO;
  return drop (self, known.key, error)
         && spark_apply_touch_found (self, "grants_of_video", id, SPARK_KIND_GRANT, error);
}

/* Whether the search text of a video is @people already. */
static gboolean
has_people (SparkApply *self, gint64 key, const char *people)
{
  sqlite3_stmt *stmt = spark_db_statement (self->db, "search_people", NULL);
  gboolean same = FALSE;

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, key);
  if (spark_db_step (self->db, stmt, NULL))
    same = g_strcmp0 ((const char *)sqlite3_column_text (stmt, 0), people) == 0;
  sqlite3_reset (stmt);
  return same;
}

gboolean
spark_apply_words (SparkApply *self, GError **error)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->reworded);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      g_auto (Known) known = { 0 };
      g_autofree char *people = NULL;

      if (!look_up (self, id, NULL, &known, error))
        return FALSE;
      if (known.key == 0)
        continue;
      people = read_people (self, id, error);
      if (people == NULL)
        return FALSE;
      if (has_people (self, known.key, people))
        continue;
      if (!write_words (self, "search_set_people", known.key, people, NULL, NULL, error))
        return FALSE;
      spark_apply_touch (self, SPARK_KIND_VIDEO, known.key);
    }
  return TRUE;
}
