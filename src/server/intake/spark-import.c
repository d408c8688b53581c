/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-intake"

#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/intake/spark-export-reader.h"
#include "server/intake/spark-import.h"
#include "server/intake/spark-zip.h"
#include "server/platform/spark-platform.h"
#include "server/store/spark-store-read.h"
#include "server/store/spark-tx.h"

#define BLOCK 65536
/* Videos a transaction: short enough that others' writes do not wait for long. */
#define PORTION 200
/* Bytes of the file after which a portion is written though it may be empty: whoever looks how far
 * it is, or wants to stop it, need not wait for a video. */
#define STRETCH (4 * 1024 * 1024)

static guint max_videos = SPARK_IMPORT_MAX_VIDEOS;
static guint64 max_bytes = SPARK_IMPORT_MAX_BYTES;

typedef struct
{
  SparkStore *store;
  const SparkImportTerms *terms;
  const char *account_id;
  gint64 account;
  gboolean has_cover;
  SparkImportCounts *counts;

  guint before; /* videos the account had */
  guint seen;

  SparkExportReader *reader;
  GPtrArray *portion; /* of SparkVideoFacts with strings of their own */
  guint64 bytes;      /* read, unpacked */
  gsize stretch;      /* of them since the last portion */
  guint added;        /* by the last portion, like the next two */
  guint updated;
  guint skipped_now;
  guint skipped;   /* here, not by the reader */
  gboolean is_txt; /* the zip holds the other form */
  gboolean stopped;
  GError *error; /* of a transaction */
} Import;

static void
facts_free (gpointer data)
{
  SparkVideoFacts *facts = data;

  g_free ((char *)facts->item_id);
  g_free ((char *)facts->caption);
  g_free ((char *)facts->share_url);
  g_free (facts);
}

static gboolean
run_portion (SparkTx *tx, gpointer data, GError **error)
{
  Import *self = data;
  const SparkImportTerms *terms = self->terms;
  guint added = 0, updated = 0, skipped = 0;

  /* A long import goes on only while whoever began it may. */
  if (terms->actor.id != NULL
      && !spark_ledger_check_role (tx, terms->actor.id, self->account, SPARK_ROLE_GENERATE, error))
    return FALSE;
  self->added = self->updated = self->skipped_now = 0;
  self->stopped = FALSE;
  if (terms->batch != NULL)
    {
      gboolean goes_on;

      if (!spark_ledger_batch_goes_on (tx, terms->batch, &goes_on, error))
        return FALSE;
      self->stopped = !goes_on;
      if (self->stopped)
        return TRUE;
    }
  for (guint i = 0; i < self->portion->len; i++)
    {
      g_autoptr (GError) local = NULL;
      g_autofree char *id = NULL;
      SparkUpsert upsert;

      if (!spark_ledger_upsert_video (tx, &terms->actor, self->account_id, self->portion->pdata[i],
                                      TRUE, &id, &upsert, &local))
        {
          if (!g_error_matches (local, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST))
            {
              g_propagate_error (error, g_steal_pointer (&local));
              return FALSE;
            }
          skipped++;
        }
      else if (upsert == SPARK_UPSERT_ADDED)
        added++;
      else if (upsert == SPARK_UPSERT_UPDATED)
        updated++;
    }
  self->added = added;
  self->updated = updated;
  self->skipped_now = skipped;
  return TRUE;
}

static gboolean
is_interrupted (const Import *self)
{
  return self->terms->stop != NULL && atomic_load (self->terms->stop);
}

static gboolean
write_portion (Import *self)
{
  if (!spark_store_write_portion (self->store, run_portion, self, &self->error))
    return FALSE;
  if (self->stopped)
    return FALSE;
  self->stretch = 0;
  self->counts->added += self->added;
  self->counts->updated += self->updated;
  self->skipped += self->skipped_now;
  self->counts->done += self->portion->len;
  self->counts->skipped = self->skipped + spark_export_reader_skipped (self->reader);
  g_ptr_array_set_size (self->portion, 0);
  if (self->terms->progress != NULL)
    self->terms->progress (self->counts, self->terms->data);
  if (!is_interrupted (self))
    return TRUE;
  g_set_error (&self->error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "The import was interrupted. Import the same file again.");
  return FALSE;
}

static gboolean
too_many (Import *self)
{
  if (self->seen <= max_videos && self->before + self->counts->added <= max_videos)
    return FALSE;
  g_set_error (&self->error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE,
               "An account has at most %u videos. Those that came first were kept.", max_videos);
  return TRUE;
}

static gboolean
on_video (const SparkVideoFacts *facts, gpointer data)
{
  Import *self = data;
  SparkVideoFacts *copy;

  self->seen++;
  if (too_many (self))
    return FALSE;
  copy = g_new (SparkVideoFacts, 1);
  *copy = *facts;
  copy->item_id = g_strdup (facts->item_id);
  copy->caption = g_strdup (facts->caption);
  copy->share_url = g_strdup (facts->share_url);
  copy->has_cover = self->has_cover;
  g_ptr_array_add (self->portion, copy);
  return self->portion->len < PORTION || write_portion (self);
}

/* --- the file --- */

static gboolean
unreadable (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED,
               "The file cannot be read to its end. Download the data export again.");
  return FALSE;
}

static gboolean
on_block (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  Import *self = data;

  self->bytes += length;
  if (self->bytes > max_bytes)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED,
                   "This holds more than a data export does. Choose the file that TikTok gave you, "
                   "unchanged.");
      return FALSE;
    }
  if (!spark_export_reader_feed (self->reader, bytes, length, error))
    return FALSE;
  self->stretch += length;
  return (self->stretch < STRETCH && !is_interrupted (self)) || write_portion (self);
}

static gboolean
read_plain (Import *self, int fd, GError **error)
{
  g_autofree guint8 *block = g_malloc (BLOCK);
  ssize_t length;

  for (;;)
    {
      length = read (fd, block, BLOCK);
      if (length < 0 && errno == EINTR)
        continue;
      if (length < 0)
        return unreadable (error);
      if (length == 0)
        return spark_export_reader_end (self->reader, error);
      if (!on_block (block, length, self, error))
        return FALSE;
    }
}

static gboolean
is_export (const char *path, gpointer data)
{
  Import *self = data;
  g_autofree char *name = g_path_get_basename (path);

  if (g_str_has_suffix (name, ".txt"))
    self->is_txt = TRUE;
  return g_ascii_strcasecmp (name, "user_data_tiktok.json") == 0
         || g_ascii_strcasecmp (name, "user_data.json") == 0;
}

static gboolean
read_zip (Import *self, int fd, GError **error)
{
  switch (spark_zip_read (fd, is_export, on_block, self, error))
    {
    case SPARK_ZIP_READ:
      return spark_export_reader_end (self->reader, error);
    case SPARK_ZIP_NONE:
      break;
    case SPARK_ZIP_BROKEN:
      return unreadable (error);
    case SPARK_ZIP_CROWDED:
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED,
                   "This zip holds more files than a data export does. Choose the file that TikTok "
                   "gave you, unchanged.");
      return FALSE;
    case SPARK_ZIP_FAILED:
    default:
      return FALSE;
    }
  if (self->is_txt)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_IS_TXT,
                 "This export is in the TXT form, which cannot be read. In TikTok, request your "
                 "data again and choose JSON as the file format.");
  else
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED,
                 "There is no user_data_tiktok.json in this zip. Choose the file that TikTok gave "
                 "you, unchanged.");
  return FALSE;
}

static gboolean
is_zip (int fd)
{
  char magic[4];

  return pread (fd, magic, sizeof magic, lseek (fd, 0, SEEK_CUR)) == sizeof magic
         && memcmp (magic, "PK", 2) == 0 && magic[2] < 9;
}

static gboolean
ignore_video (const SparkVideoFacts *facts, gpointer data)
{
  return FALSE;
}

gboolean
spark_import_check (int fd, GError **error)
{
  g_autoptr (SparkExportReader) reader = spark_export_reader_new (ignore_video, NULL);
  g_autoptr (GError) local = NULL;
  guint8 beginning[4096];
  ssize_t length;

  if (is_zip (fd))
    return TRUE;
  length = pread (fd, beginning, sizeof beginning, lseek (fd, 0, SEEK_CUR));
  if (length <= 0)
    return unreadable (error);
  if (spark_export_reader_feed (reader, beginning, length, &local) || local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- the whole --- */

static gboolean
run_note (SparkTx *tx, gpointer data, GError **error)
{
  Import *self = data;

  return spark_ledger_note_import (tx, &self->terms->actor, self->account_id, self->counts->added,
                                   self->counts->updated, self->counts->skipped, error);
}

static gboolean
look_up_account (Import *self, GError **error)
{
  SparkTx *tx = spark_store_read_begin (self->store, error);
  gint64 number = 0, before = 0;
  SparkAccount account;
  gboolean found;

  if (tx == NULL)
    return FALSE;
  g_ascii_string_to_signed (self->account_id, 10, 1, G_MAXINT64, &number, NULL);
  found = spark_read_account (tx, number, &account, error)
          && spark_tx_int (tx, error, &before, 0, "videos_count", "i", number);
  self->account = number;
  self->before = (guint)before;
  if (found)
    self->has_cover = spark_platform_get (account.platform)->draws_covers;
  spark_store_read_end (tx);
  return found;
}

void
spark_import_set_max_videos (guint most)
{
  max_videos = most;
}

void
spark_import_set_max_bytes (guint64 most)
{
  max_bytes = most;
}

gboolean
spark_import_run (SparkStore *store, const SparkImportTerms *terms, const char *account_id, int fd,
                  SparkImportCounts *counts, GError **error)
{
  g_autoptr (GPtrArray) portion = g_ptr_array_new_with_free_func (facts_free);
  g_autoptr (GError) local = NULL;
  Import self = {
    .store = store, .terms = terms, .account_id = account_id, .counts = counts, .portion = portion
  };
  gboolean ok;

  *counts = (SparkImportCounts){ 0 };
  if (!look_up_account (&self, error))
    return FALSE;
  self.reader = spark_export_reader_new (on_video, &self);
  ok = (is_zip (fd) ? read_zip (&self, fd, &local) : read_plain (&self, fd, &local));
  /* Those before the place where it went wrong are real. */
  if (self.error == NULL && !self.stopped)
    write_portion (&self);
  spark_export_reader_free (self.reader);
  if (self.error == NULL)
    spark_store_write (store, run_note, &self, &self.error);
  if (self.error != NULL)
    {
      g_propagate_error (error, self.error);
      return FALSE;
    }
  if (self.stopped)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE, "The import was stopped.");
  else if (!ok)
    g_propagate_error (error, g_steal_pointer (&local));
  return ok && !self.stopped;
}
