/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/store/spark-sqlite-backup.h"

static gboolean
fail (const char *path, const char *why, GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE, "The backup %s cannot be written: %s.",
               path, why);
  return FALSE;
}

/* One snapshot, read in one go; writers do not wait for it. */
static gboolean
copy (sqlite3 *connection, const char *path, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  int result = sqlite3_prepare_v2 (connection, "VACUUM INTO ?1", -1, &stmt, NULL);

  if (result == SQLITE_OK)
    {
      sqlite3_bind_text (stmt, 1, path, -1, SQLITE_STATIC);
      result = sqlite3_step (stmt);
    }
  sqlite3_finalize (stmt);
  return result == SQLITE_DONE || fail (path, sqlite3_errstr (result), error);
}

/* The copy is another database: who opens it gives it an epoch of its own. */
static gboolean
forget_epoch (const char *path, GError **error)
{
  sqlite3 *copied = NULL;
  int result = sqlite3_open_v2 (path, &copied, SQLITE_OPEN_READWRITE, NULL);

  if (result == SQLITE_OK)
    result = sqlite3_exec (copied, "DELETE FROM meta WHERE name = 'epoch'", NULL, NULL, NULL);
  sqlite3_close (copied);
  return result == SQLITE_OK || fail (path, sqlite3_errstr (result), error);
}

static gboolean
sync_path (const char *path, int flags, GError **error)
{
  int fd = open (path, flags | O_RDONLY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (!ok)
    fail (path, g_strerror (errno), error);
  if (fd >= 0)
    close (fd);
  return ok;
}

/* Under its name when it is whole and on disk, and never over another file. */
static gboolean
publish (const char *part, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (!sync_path (part, 0, error))
    return FALSE;
  if (link (part, path) != 0)
    return fail (path, g_strerror (errno), error);
  return sync_path (folder, O_DIRECTORY, error);
}

gboolean
spark_sqlite_backup (sqlite3 *connection, const char *path, GError **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  gboolean ok;
  int fd;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return fail (path, "there is a file of that name", error);
  /* Codes in it are encrypted, names are not: it is for nobody else to read. */
  fd = open (part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail (part, g_strerror (errno), error);
  close (fd);
  ok = copy (connection, part, error) && forget_epoch (part, error) && publish (part, path, error);
  g_unlink (part);
  return ok;
}
