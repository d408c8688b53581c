/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-intake"

#include "config.h"

#include <archive.h>
#include <archive_entry.h>

#include "server/intake/spark-zip-module.h"

#define BLOCK 65536

static SparkZipEnd
read_member (struct archive *zip, SparkZipBlock block, gpointer data, GError **error)
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
      if (!block (bytes, (gsize)length, data, error))
        return SPARK_ZIP_FAILED;
    }
}

SparkZipEnd
spark_zip_module_read (int fd, SparkZipWanted wanted, SparkZipBlock block, gpointer data,
                       GError **error)
{
  struct archive *zip = archive_read_new ();
  struct archive_entry *entry;
  SparkZipEnd end = SPARK_ZIP_NONE;

  archive_read_support_format_zip (zip);
  if (archive_read_open_fd (zip, fd, BLOCK) == ARCHIVE_OK)
    while (end == SPARK_ZIP_NONE && archive_read_next_header (zip, &entry) == ARCHIVE_OK)
      {
        const char *path = archive_entry_pathname_utf8 (entry);

        if (path == NULL)
          path = archive_entry_pathname (entry);
        if (path != NULL && wanted (path, data))
          end = read_member (zip, block, data, error);
      }
  archive_read_free (zip);
  return end;
}
