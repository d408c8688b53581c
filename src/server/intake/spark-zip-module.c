/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-intake"

#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <unistd.h>

#include "server/intake/spark-zip-module.h"

#define BLOCK 65536

/* libarchive reads the whole directory into memory, from where the record at the end says that it
 * begins, and cares for neither of the numbers that are there. */
#define MAX_ENTRIES   10000
#define MAX_DIRECTORY (2 << 20)
/* Without a directory what is not wanted is inflated as well, to find where it ends. */
#define MAX_SKIPPED (256 << 20)
/* A comment that can follow included. */
#define TAIL          65558
#define END           22
#define END64_LOCATOR 20
#define END64         56

static guint64
number (const guint8 *bytes, guint n)
{
  guint64 value = 0;

  for (guint i = 0; i < n; i++)
    value |= (guint64)bytes[i] << (8 * i);
  return value;
}

static gboolean
is_small (guint64 entries, guint64 size, guint64 begin, guint64 end)
{
  return entries <= MAX_ENTRIES && size <= MAX_DIRECTORY && begin <= end
         && end - begin <= MAX_DIRECTORY;
}

/* @locator: of a zip64, where the record at the end has no room for its numbers */
static gboolean
is_small64 (int fd, const guint8 *locator, guint64 end)
{
  guint8 record[END64];

  return number (locator + 8, 8) <= G_MAXINT64
         && pread (fd, record, sizeof record, (off_t)number (locator + 8, 8)) == sizeof record
         && memcmp (record, "PK\006\006", 4) == 0
         && is_small (number (record + 32, 8), number (record + 40, 8), number (record + 48, 8),
                      end);
}

/* TRUE also where there is no directory: then none is read. */
static gboolean
has_small_directory (int fd)
{
  off_t position = lseek (fd, 0, SEEK_CUR);
  off_t length = lseek (fd, 0, SEEK_END);
  g_autofree guint8 *tail = g_malloc (TAIL);
  gsize n = (gsize)MIN (length, TAIL);

  lseek (fd, position, SEEK_SET);
  if (length < END || pread (fd, tail, n, length - (off_t)n) != (ssize_t)n)
    return TRUE;
  for (gsize i = n - END + 1; i-- > 0;)
    if (memcmp (tail + i, "PK\005\006", 4) == 0)
      {
        guint64 end = (guint64)length - n + i;

        if (i >= END64_LOCATOR && memcmp (tail + i - END64_LOCATOR, "PK\006\007", 4) == 0)
          return is_small64 (fd, tail + i - END64_LOCATOR, end);
        return is_small (number (tail + i + 10, 2), number (tail + i + 12, 4),
                         number (tail + i + 16, 4), end);
      }
  return TRUE;
}

typedef struct
{
  SparkZipWanted wanted;
  SparkZipBlock block;
  gpointer data;
} Reader;

static SparkZipEnd
read_member (struct archive *zip, const Reader *reader, GError **error)
{
  g_autofree guint8 *bytes = g_malloc (BLOCK);
  gint64 inflated = 0;

  for (;;)
    {
      la_ssize_t length = archive_read_data (zip, bytes, BLOCK);

      if (length == 0)
        return SPARK_ZIP_READ;
      inflated += length;
      if (length < 0 || inflated > SPARK_ZIP_MAX)
        return SPARK_ZIP_BROKEN;
      if (!reader->block (bytes, (gsize)length, reader->data, error))
        return SPARK_ZIP_FAILED;
    }
}

/* FALSE: it is too much. */
static gboolean
skip_member (struct archive *zip, gint64 *skipped)
{
  const void *bytes;
  size_t length;
  la_int64_t offset;

  while (archive_read_data_block (zip, &bytes, &length, &offset) == ARCHIVE_OK)
    if ((*skipped += (gint64)length) > MAX_SKIPPED)
      return FALSE;
  return TRUE;
}

static gboolean
is_wanted (const Reader *reader, struct archive_entry *entry)
{
  const char *path = archive_entry_pathname_utf8 (entry);

  if (path == NULL)
    path = archive_entry_pathname (entry);
  return path != NULL && reader->wanted (path, reader->data);
}

/* @whole: by its directory. FALSE: it has none that libarchive takes. */
static gboolean
read_zip (int fd, gboolean whole, const Reader *reader, SparkZipEnd *end, GError **error)
{
  struct archive *zip = archive_read_new ();
  struct archive_entry *entry;
  gint64 skipped = 0;
  guint n = 0;
  int result;

  *end = SPARK_ZIP_NONE;
  if (whole)
    archive_read_support_format_zip_seekable (zip);
  else
    archive_read_support_format_zip_streamable (zip);
  result = archive_read_open_fd (zip, fd, BLOCK);
  while (*end == SPARK_ZIP_NONE && result >= ARCHIVE_WARN && result <= ARCHIVE_OK)
    {
      /* A warning: of a name that the locale has no letters for. */
      result = archive_read_next_header (zip, &entry);
      if (result != ARCHIVE_OK && result != ARCHIVE_WARN)
        break;
      if (++n > MAX_ENTRIES)
        *end = SPARK_ZIP_CROWDED;
      else if (is_wanted (reader, entry))
        *end = read_member (zip, reader, error);
      else if (!whole && !skip_member (zip, &skipped))
        *end = SPARK_ZIP_BROKEN;
    }
  archive_read_free (zip);
  return n > 0 || result == ARCHIVE_EOF;
}

SparkZipEnd
spark_zip_module_read (int fd, SparkZipWanted wanted, SparkZipBlock block, gpointer data,
                       GError **error)
{
  const Reader reader = { wanted, block, data };
  off_t position = lseek (fd, 0, SEEK_CUR);
  SparkZipEnd end;

  if (!has_small_directory (fd))
    return SPARK_ZIP_CROWDED;
  if (read_zip (fd, TRUE, &reader, &end, error))
    return end;
  lseek (fd, position, SEEK_SET);
  read_zip (fd, FALSE, &reader, &end, error);
  return end;
}
