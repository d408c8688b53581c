/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-export"

#include "config.h"

#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "client/spark-export-private.h"
#include "client/spark-export-tables.h"
#include "client/spark-replica-bodies.h"
#include "client/spark-replica-secret.h"
#include "client/spark-row-list-private.h"
#include "model/spark-csv.h"
#include "model/spark-error.h"

/* What is written at once. */
#define CHUNK (64 * 1024)

G_DEFINE_FINAL_TYPE (SparkExport, spark_export, G_TYPE_OBJECT)

static const struct
{
  SparkKind kind;
  const char *statement;
  const char *member;
} kinds[] = {
  { SPARK_KIND_ACCOUNT, "export_accounts", "accounts" },
  { SPARK_KIND_VIDEO, "export_videos", "videos" },
  { SPARK_KIND_CODE, "export_codes", "codes" },
  { SPARK_KIND_LINK, "export_links", "links" },
  { SPARK_KIND_GRANT, "export_grants", "grants" },
  { SPARK_KIND_BRAND, "export_brands", "brands" },
  { SPARK_KIND_EVENT, "export_events", "events" },
};

/* --- writing --- */

static gboolean
fail_file (SparkExportRun *run)
{
  int code = errno;

  if (run->error == NULL)
    g_set_error (&run->error, G_IO_ERROR, g_io_error_from_errno (code), "%s", g_strerror (code));
  return FALSE;
}

/* The library also finds faults of its own. */
static gboolean
fail_archive (SparkExportRun *run)
{
  int code = archive_errno (run->zip);

  if (run->error == NULL)
    g_set_error (&run->error, G_IO_ERROR,
                 code > 0 ? g_io_error_from_errno (code) : G_IO_ERROR_FAILED, "%s",
                 archive_error_string (run->zip));
  return FALSE;
}

static gboolean
write_out (SparkExportRun *run, const char *data, gsize length)
{
  while (length > 0)
    {
      gssize n = run->zip != NULL ? archive_write_data (run->zip, data, length)
                                  : write (run->fd, data, length);

      if (n <= 0 && !(run->zip == NULL && n < 0 && errno == EINTR))
        return run->zip != NULL ? fail_archive (run) : fail_file (run);
      if (n > 0)
        {
          data += n;
          length -= (gsize)n;
        }
    }
  return TRUE;
}

static gboolean
flush (SparkExportRun *run, gsize least)
{
  GString *text = run->zip != NULL ? run->table : run->json.text;
  gboolean ok;

  if (text->len < least || text->len == 0)
    return TRUE;
  ok = write_out (run, text->str, text->len);
  g_string_truncate (text, 0);
  return ok;
}

/* (transfer full) (nullable): the caption a person knows the video by */
static char *
get_caption (SparkExportRun *run, const char *video_id)
{
  sqlite3_stmt *stmt
      = video_id != NULL ? spark_db_statement (run->db, "video_get", &run->error) : NULL;
  char *caption = NULL;

  if (stmt == NULL)
    return NULL;
  spark_db_bind_text (stmt, 1, video_id);
  if (spark_db_step (run->db, stmt, &run->error))
    {
      g_autoptr (GVariant) body = spark_db_dup_body (stmt, 0, spark_body_type (SPARK_KIND_VIDEO));
      SparkVideo video;

      spark_video_unpack (&video, body);
      caption = g_strdup (video.caption);
      sqlite3_reset (stmt);
    }
  return caption;
}

static void
open_secret (SparkExportRun *run, sqlite3_stmt *stmt, char **first, char **second)
{
  *first = *second = NULL;
  if (run->export->codes)
    spark_secret_open (run->export->key, (const char *)sqlite3_column_text (stmt, 1),
                       sqlite3_column_blob (stmt, 3), (gsize)sqlite3_column_bytes (stmt, 3), first,
                       second);
}

static void
write_account (SparkExportRun *run, GVariant *body)
{
  SparkAccount account;

  spark_account_unpack (&account, body);
  if (run->zip != NULL)
    spark_table_account (run->table, &account);
  else
    spark_account_write (&account, &run->json);
}

static void
write_video (SparkExportRun *run, GVariant *body)
{
  SparkVideo video;

  spark_video_unpack (&video, body);
  if (!spark_export_wants_video (run, video.id))
    return;
  if (run->zip != NULL)
    spark_table_video (run->table, &video);
  else
    spark_video_write (&video, &run->json);
}

static void
write_code (SparkExportRun *run, sqlite3_stmt *stmt, GVariant *body)
{
  g_autofree char *string = NULL, *unused = NULL, *caption = NULL;
  SparkCode code;

  spark_code_unpack (&code, body);
  if (!spark_export_wants_video (run, code.video_id))
    return;
  open_secret (run, stmt, &string, &unused);
  code.code = string;
  if (run->zip != NULL)
    spark_table_code (run->table, &code, caption = get_caption (run, code.video_id));
  else
    spark_code_write (&code, &run->json);
}

static void
write_link (SparkExportRun *run, sqlite3_stmt *stmt, GVariant *body)
{
  g_autofree char *string = NULL, *url = NULL, *caption = NULL;
  SparkLink link;

  spark_link_unpack (&link, body);
  if (!spark_export_wants_link (run, &link))
    return;
  open_secret (run, stmt, &string, &url);
  link.string = string;
  link.url = url;
  if (run->zip != NULL)
    spark_table_link (run->table, &link, caption = get_caption (run, link.video_id));
  else
    spark_link_write (&link, &run->json);
}

static void
write_grant (SparkExportRun *run, GVariant *body)
{
  g_autofree char *caption = NULL;
  SparkGrant grant;

  spark_grant_unpack (&grant, body);
  if (!spark_export_wants_grant (run, &grant))
    return;
  if (run->zip != NULL)
    spark_table_grant (run->table, &grant, caption = get_caption (run, grant.video_id));
  else
    spark_grant_write (&grant, &run->json);
}

static void
write_brand (SparkExportRun *run, GVariant *body)
{
  SparkBrandStorage storage = { 0 };
  SparkBrand brand;

  spark_brand_unpack (&brand, &storage, body);
  if (!spark_export_wants_brand (run, brand.id))
    {
      /* not asked for */
    }
  else if (run->zip != NULL)
    spark_table_brand (run->table, &brand);
  else
    spark_brand_write (&brand, &run->json);
  spark_brand_storage_clear (&storage);
}

gboolean
spark_export_write_event (SparkExportRun *run, const SparkEvent *event)
{
  g_autofree char *caption = NULL;

  if (!spark_export_wants_event (run, event))
    return TRUE;
  if (run->zip != NULL)
    spark_table_event (run->table, event, caption = get_caption (run, event->video_id));
  else
    spark_event_write (event, &run->json);
  return run->error == NULL && flush (run, CHUNK);
}

static void
write_event (SparkExportRun *run, GVariant *body)
{
  SparkEvent event;

  spark_event_unpack (&event, body);
  spark_export_write_event (run, &event);
}

static gboolean
write_row (SparkExportRun *run, SparkKind kind, sqlite3_stmt *stmt, GVariant *body)
{
  switch (kind)
    {
    case SPARK_KIND_ACCOUNT:
      write_account (run, body);
      break;
    case SPARK_KIND_VIDEO:
      write_video (run, body);
      break;
    case SPARK_KIND_CODE:
      write_code (run, stmt, body);
      break;
    case SPARK_KIND_LINK:
      write_link (run, stmt, body);
      break;
    case SPARK_KIND_GRANT:
      write_grant (run, body);
      break;
    case SPARK_KIND_BRAND:
      write_brand (run, body);
      break;
    case SPARK_KIND_EVENT:
      write_event (run, body);
      break;
    case SPARK_KIND_BATCH:
      break;
    }
  g_atomic_int_inc (&run->export->done);
  return run->error == NULL && flush (run, CHUNK);
}

static gboolean
begin_table (SparkExportRun *run, SparkKind kind, gint64 now)
{
  struct archive_entry *entry = archive_entry_new ();
  gboolean ok;

  archive_entry_set_pathname (entry, spark_table_get (kind)->file_name);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0600);
  archive_entry_set_mtime (entry, now / 1000, 0);
  ok = archive_write_header (run->zip, entry) == ARCHIVE_OK;
  archive_entry_free (entry);
  if (!ok)
    return fail_archive (run);
  g_string_assign (run->table, SPARK_CSV_BEGIN);
  spark_csv_header (run->table, spark_table_get (kind)->columns);
  return TRUE;
}

static gboolean
write_all (SparkExportRun *run)
{
  gint64 now = g_get_real_time () / 1000;
  gboolean ok = TRUE;

  if (run->zip == NULL)
    {
      spark_json_begin_object (&run->json, NULL);
      spark_json_string (&run->json, "made_by", "Sparkbox " SPARK_VERSION);
      spark_json_time (&run->json, "exported_at", now);
    }
  for (guint i = 0; ok && i < G_N_ELEMENTS (kinds); i++)
    {
      if (run->zip != NULL)
        ok = begin_table (run, kinds[i].kind, now);
      else
        spark_json_begin_array (&run->json, kinds[i].member);
      ok = ok && spark_export_scan (run, kinds[i].statement, kinds[i].kind, write_row)
           && (kinds[i].kind != SPARK_KIND_EVENT || spark_export_write_older (run));
      if (ok && run->zip == NULL)
        spark_json_end_array (&run->json);
      ok = ok && flush (run, 1);
    }
  if (ok && run->zip == NULL)
    {
      spark_json_end_object (&run->json);
      ok = flush (run, 1);
    }
  return ok;
}

static gboolean
count (SparkExportRun *run)
{
  sqlite3_stmt *stmt = spark_db_statement (run->db, "export_count", &run->error);
  gboolean ok;

  if (stmt == NULL)
    return FALSE;
  sqlite3_bind_int64 (stmt, 1, run->account);
  ok = spark_db_step (run->db, stmt, &run->error);
  if (ok)
    run->n_rows = sqlite3_column_int (stmt, 0);
  sqlite3_reset (stmt);
  return ok;
}

static gboolean
find_account (SparkExportRun *run)
{
  sqlite3_stmt *stmt;

  if (run->export->account_id == NULL)
    return TRUE;
  stmt = spark_db_statement (run->db, "account_key", &run->error);
  if (stmt == NULL)
    return FALSE;
  spark_db_bind_text (stmt, 1, run->export->account_id);
  if (spark_db_step (run->db, stmt, &run->error))
    run->account = sqlite3_column_int64 (stmt, 0);
  sqlite3_reset (stmt);
  if (run->account == 0 && run->error == NULL)
    g_set_error_literal (&run->error, SPARK_ERROR, SPARK_ERROR_REPLICA,
                         "This account is not on this computer.");
  return run->error == NULL;
}

/* Into a file beside @path, which then takes its place. */
static gboolean
write_file (SparkExportRun *run, const char *path)
{
  g_autofree char *draft = g_strconcat (path, ".XXXXXX", NULL);
  gboolean ok;

  run->fd = g_mkstemp_full (draft, O_RDWR | O_CLOEXEC, 0600);
  if (run->fd < 0)
    return fail_file (run);
  if (run->export->format == SPARK_EXPORT_TABLES)
    {
      run->zip = archive_write_new ();
      archive_write_set_format_zip (run->zip);
      if (archive_write_open_fd (run->zip, run->fd) != ARCHIVE_OK)
        fail_archive (run);
    }
  ok = run->error == NULL && write_all (run);
  if (run->zip != NULL)
    {
      if (archive_write_close (run->zip) != ARCHIVE_OK && ok)
        ok = fail_archive (run);
      archive_write_free (run->zip);
    }
  if (ok && fsync (run->fd) != 0 && errno != EINVAL)
    ok = fail_file (run);
  if (close (run->fd) != 0 && ok)
    ok = fail_file (run);
  if (ok && g_rename (draft, path) != 0)
    ok = fail_file (run);
  if (!ok)
    g_unlink (draft);
  return ok;
}

static void
run_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  SparkExportRun run
      = { .export = source,
          .cancellable = cancellable,
          .context = g_task_get_context (task),
          .table = g_string_new (NULL) };
  gboolean ok;

  spark_json_writer_init (&run.json);
  run.db = spark_db_look_at_replica (run.export->path, run.export->key, &run.error);
  ok = run.db != NULL && find_account (&run) && count (&run) && spark_export_choose (&run)
       && spark_export_find_older (&run) && write_file (&run, data);
  g_clear_pointer (&run.db, spark_db_close);
  g_clear_pointer (&run.videos, g_hash_table_unref);
  g_clear_pointer (&run.brands, g_hash_table_unref);
  g_clear_pointer (&run.older, g_array_unref);
  g_string_free (run.table, TRUE);
  spark_json_writer_clear (&run.json);
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, run.error);
}

/* --- the object --- */

static void
spark_export_finalize (GObject *object)
{
  SparkExport *self = SPARK_EXPORT (object);

  g_free (self->path);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_free (self->account_id);
  g_clear_object (&self->client);
  g_clear_pointer (&self->chosen, g_hash_table_unref);
  g_clear_pointer (&self->listed, g_hash_table_unref);

  G_OBJECT_CLASS (spark_export_parent_class)->finalize (object);
}

static void
spark_export_class_init (SparkExportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_export_finalize;
}

static void
spark_export_init (SparkExport *self)
{
  self->chosen_kind = SPARK_KIND_VIDEO;
}

SparkExport *
spark_export_new (SparkReplica *replica, const char *account_id)
{
  SparkExport *self;

  g_return_val_if_fail (SPARK_IS_REPLICA (replica), NULL);

  self = g_object_new (SPARK_TYPE_EXPORT, NULL);
  self->path = g_strdup (replica->path);
  self->key = replica->key != NULL ? g_bytes_ref (replica->key) : NULL;
  self->account_id = g_strdup (account_id);
  return self;
}

void
spark_export_set_format (SparkExport *self, SparkExportFormat format)
{
  g_return_if_fail (SPARK_IS_EXPORT (self));

  self->format = format;
}

void
spark_export_set_codes (SparkExport *self, gboolean codes)
{
  g_return_if_fail (SPARK_IS_EXPORT (self));

  self->codes = !!codes;
}

void
spark_export_set_client (SparkExport *self, SparkClient *client)
{
  g_return_if_fail (SPARK_IS_EXPORT (self));

  g_set_object (&self->client, client);
}

void
spark_export_only_listed (SparkExport *self, SparkVideoList *list)
{
  guint n;

  g_return_if_fail (SPARK_IS_EXPORT (self));
  g_return_if_fail (SPARK_IS_VIDEO_LIST (list));

  spark_row_list_complete (SPARK_ROW_LIST (list));
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  g_clear_pointer (&self->listed, g_hash_table_unref);
  self->listed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < n; i++)
    {
      gint64 key = spark_row_list_row (SPARK_ROW_LIST (list), i).key;

      g_hash_table_add (self->listed, g_memdup2 (&key, sizeof key));
    }
}

void
spark_export_only_ids (SparkExport *self, SparkKind kind, const char *const *ids)
{
  g_return_if_fail (SPARK_IS_EXPORT (self));
  g_return_if_fail (kind == SPARK_KIND_VIDEO || kind == SPARK_KIND_GRANT);

  self->chosen_kind = kind;
  g_clear_pointer (&self->chosen, g_hash_table_unref);
  self->chosen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; ids[i] != NULL; i++)
    g_hash_table_add (self->chosen, g_strdup (ids[i]));
}

void
spark_export_run_async (SparkExport *self, GFile *file, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SPARK_IS_EXPORT (self));
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, spark_export_run_async);
  if (!g_file_is_native (file))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                               "Choose a folder on this computer.");
      return;
    }
  g_atomic_int_set (&self->done, 0);
  g_atomic_int_set (&self->total, 0);
  g_atomic_int_set (&self->partial, FALSE);
  g_task_set_task_data (task, g_file_get_path (file), g_free);
  g_task_run_in_thread (task, run_thread);
}

gboolean
spark_export_run_finish (SparkExport *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
spark_export_is_partial (SparkExport *self)
{
  g_return_val_if_fail (SPARK_IS_EXPORT (self), FALSE);

  return g_atomic_int_get (&self->partial);
}

double
spark_export_get_progress (SparkExport *self)
{
  int total;

  g_return_val_if_fail (SPARK_IS_EXPORT (self), 0);

  total = g_atomic_int_get (&self->total);
  return total > 0 ? MIN (1.0, (double)g_atomic_int_get (&self->done) / total) : 0;
}
