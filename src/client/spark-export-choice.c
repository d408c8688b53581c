/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-export"

#include "config.h"

#include "client/spark-export-private.h"
#include "client/spark-replica-bodies.h"

static gboolean
has (GHashTable *ids, const char *id)
{
  return ids == NULL || (id != NULL && g_hash_table_contains (ids, id));
}

static void
remember (GHashTable *ids, const char *id)
{
  if (ids != NULL && id != NULL && !g_hash_table_contains (ids, id))
    g_hash_table_add (ids, g_strdup (id));
}

gboolean
spark_export_wants_video (const SparkExportRun *run, const char *id)
{
  return has (run->videos, id);
}

gboolean
spark_export_wants_brand (const SparkExportRun *run, const char *id)
{
  return has (run->brands, id);
}

gboolean
spark_export_wants_grant (const SparkExportRun *run, const SparkGrant *grant)
{
  return run->export->chosen_kind == SPARK_KIND_GRANT ? has (run->export->chosen, grant->id)
                                                      : has (run->videos, grant->video_id);
}

/* Several brands may have a link to a video of which only one's access was chosen. */
gboolean
spark_export_wants_link (const SparkExportRun *run, const SparkLink *link)
{
  return has (run->videos, link->video_id)
         && (run->export->chosen_kind != SPARK_KIND_GRANT || has (run->brands, link->brand.id));
}

gboolean
spark_export_wants_event (const SparkExportRun *run, const SparkEvent *event)
{
  return run->export->chosen_kind == SPARK_KIND_GRANT ? has (run->export->chosen, event->grant_id)
                                                      : has (run->videos, event->video_id);
}

gboolean
spark_export_scan (SparkExportRun *run, const char *statement, SparkKind kind, SparkExportRow row)
{
  sqlite3_stmt *stmt = spark_db_prepare (run->db, statement, &run->error);
  gboolean ok = stmt != NULL;

  if (ok)
    sqlite3_bind_int64 (stmt, 1, run->account);
  while (ok && spark_db_step (run->db, stmt, &run->error))
    {
      g_autoptr (GVariant) body = spark_db_dup_body (stmt, 2, spark_body_type (kind));

      ok = !g_cancellable_set_error_if_cancelled (run->cancellable, &run->error)
           && row (run, kind, stmt, body);
    }
  sqlite3_finalize (stmt);
  return ok && run->error == NULL;
}

static gboolean
note_listed (SparkExportRun *run, SparkKind kind, sqlite3_stmt *stmt, GVariant *body)
{
  gint64 key = sqlite3_column_int64 (stmt, 0);

  if (g_hash_table_contains (run->export->listed, &key))
    remember (run->videos, (const char *)sqlite3_column_text (stmt, 1));
  return TRUE;
}

static gboolean
note_grant (SparkExportRun *run, SparkKind kind, sqlite3_stmt *stmt, GVariant *body)
{
  SparkGrant grant;

  spark_grant_unpack (&grant, body);
  if (run->export->chosen_kind == SPARK_KIND_GRANT && has (run->export->chosen, grant.id))
    remember (run->videos, grant.video_id);
  if (spark_export_wants_grant (run, &grant))
    remember (run->brands, grant.brand.id);
  return TRUE;
}

static gboolean
note_link (SparkExportRun *run, SparkKind kind, sqlite3_stmt *stmt, GVariant *body)
{
  SparkLink link;

  spark_link_unpack (&link, body);
  if (run->export->chosen_kind != SPARK_KIND_GRANT && spark_export_wants_link (run, &link))
    remember (run->brands, link.brand.id);
  return TRUE;
}

gboolean
spark_export_choose (SparkExportRun *run)
{
  SparkExport *self = run->export;
  GHashTableIter iter;
  gpointer id;

  if (self->chosen == NULL && self->listed == NULL)
    return TRUE;
  run->videos = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  run->brands = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (self->listed != NULL)
    {
      if (!spark_export_scan (run, "export_videos", SPARK_KIND_VIDEO, note_listed))
        return FALSE;
    }
  else if (self->chosen_kind == SPARK_KIND_VIDEO)
    {
      g_hash_table_iter_init (&iter, self->chosen);
      while (g_hash_table_iter_next (&iter, &id, NULL))
        remember (run->videos, id);
    }
  return spark_export_scan (run, "export_grants", SPARK_KIND_GRANT, note_grant)
         && spark_export_scan (run, "export_links", SPARK_KIND_LINK, note_link);
}
