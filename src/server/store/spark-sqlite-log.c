/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "server/store/spark-sqlite-log.h"

#define NAME "spark-log"
/* Bytes that are gathered at most: more the default on Unix does not write at once (os_unix.c). */
#define MAX_GATHERED 0x1ffff
/* Bytes that the disk is told to begin with at once: to tell it more often costs processor time. */
#define PORTION (384 * 1024)

typedef struct
{
  sqlite3_file parent;
  sqlite3_file *real; /* behind this struct in memory */
  guint8 *gathered;   /* owned; NULL: nothing was yet */
  int length;
  sqlite3_int64 offset; /* of what is gathered */
  sqlite3_int64 late;   /* of what is written and the disk is yet to be told of */
  int late_length;
  int early;            /* owned; the same file, or -1 */
} Log;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static sqlite3_vfs *base;
static sqlite3_vfs vfs;
static gboolean registered;

/* What could not be written is lost: SQLite, told so, does not take it for written. */
static int
flush (Log *self)
{
  int length = self->length;

  self->length = 0;
  return length == 0
             ? SQLITE_OK
             : self->real->pMethods->xWrite (self->real, self->gathered, length, self->offset);
}

/* The disk works on what the next sync will wait for while more of it is made. */
static int
flush_early (Log *self)
{
  sqlite3_int64 offset = self->offset;
  int length = self->length;
  int code = flush (self);

  if (code != SQLITE_OK)
    return code;
  if (self->late + self->late_length != offset)
    {
      self->late = offset;
      self->late_length = 0;
    }
  self->late_length += length;
  if (self->late_length >= PORTION)
    {
      /* A hint: what became of it is told by the sync. */
      if (self->early >= 0)
        sync_file_range (self->early, self->late, self->late_length, SYNC_FILE_RANGE_WRITE);
      self->late = offset + length;
      self->late_length = 0;
    }
  return SQLITE_OK;
}

static int
log_close (sqlite3_file *file)
{
  Log *self = (Log *)file;
  int flushed = flush (self);
  int closed = self->real->pMethods->xClose (self->real);

  sqlite3_free (self->gathered);
  self->gathered = NULL;
  if (self->early >= 0)
    close (self->early);
  self->early = -1;
  return flushed != SQLITE_OK ? flushed : closed;
}

static int
log_read (sqlite3_file *file, void *data, int length, sqlite3_int64 offset)
{
  Log *self = (Log *)file;
  int code = flush (self);

  return code != SQLITE_OK ? code
                           : self->real->pMethods->xRead (self->real, data, length, offset);
}

static int
log_write (sqlite3_file *file, const void *data, int length, sqlite3_int64 offset)
{
  Log *self = (Log *)file;

  if (self->length > 0
      && (offset != self->offset + self->length || length > MAX_GATHERED - self->length))
    {
      int code = flush_early (self);

      if (code != SQLITE_OK)
        return code;
    }
  if (self->gathered == NULL)
    self->gathered = sqlite3_malloc (MAX_GATHERED);
  if (self->gathered == NULL || length > MAX_GATHERED)
    return self->real->pMethods->xWrite (self->real, data, length, offset);
  if (self->length == 0)
    self->offset = offset;
  memcpy (self->gathered + self->length, data, (gsize)length);
  self->length += length;
  return SQLITE_OK;
}

static int
log_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  Log *self = (Log *)file;
  int code = flush (self);

  return code != SQLITE_OK ? code : self->real->pMethods->xTruncate (self->real, size);
}

static int
log_sync (sqlite3_file *file, int flags)
{
  Log *self = (Log *)file;
  int code = flush (self);

  return code != SQLITE_OK ? code : self->real->pMethods->xSync (self->real, flags);
}

static int
log_size (sqlite3_file *file, sqlite3_int64 *size)
{
  Log *self = (Log *)file;
  int code = flush (self);

  return code != SQLITE_OK ? code : self->real->pMethods->xFileSize (self->real, size);
}

static int
log_lock (sqlite3_file *file, int level)
{
  Log *self = (Log *)file;

  return self->real->pMethods->xLock (self->real, level);
}

static int
log_unlock (sqlite3_file *file, int level)
{
  Log *self = (Log *)file;

  return self->real->pMethods->xUnlock (self->real, level);
}

static int
log_check_reserved_lock (sqlite3_file *file, int *reserved)
{
  Log *self = (Log *)file;

  return self->real->pMethods->xCheckReservedLock (self->real, reserved);
}

static int
log_control (sqlite3_file *file, int what, void *data)
{
  Log *self = (Log *)file;

  return self->real->pMethods->xFileControl (self->real, what, data);
}

static int
log_sector_size (sqlite3_file *file)
{
  Log *self = (Log *)file;

  return self->real->pMethods->xSectorSize (self->real);
}

static int
log_characteristics (sqlite3_file *file)
{
  Log *self = (Log *)file;

  return self->real->pMethods->xDeviceCharacteristics (self->real);
}

/* Of a log nothing is shared or mapped: those methods are of later versions. */
static const sqlite3_io_methods methods = {
  .iVersion = 1,
  .xClose = log_close,
  .xRead = log_read,
  .xWrite = log_write,
  .xTruncate = log_truncate,
  .xSync = log_sync,
  .xFileSize = log_size,
  .xLock = log_lock,
  .xUnlock = log_unlock,
  .xCheckReservedLock = log_check_reserved_lock,
  .xFileControl = log_control,
  .xSectorSize = log_sector_size,
  .xDeviceCharacteristics = log_characteristics,
};

static int
vfs_open (sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  Log *opened = (Log *)file;
  int code;

  if ((flags & SQLITE_OPEN_WAL) == 0)
    return base->xOpen (base, name, file, flags, out_flags);
  *opened = (Log){ .real = (sqlite3_file *)(opened + 1), .early = -1 };
  code = base->xOpen (base, name, opened->real, flags, out_flags);
  opened->parent.pMethods = opened->real->pMethods != NULL ? &methods : NULL;
  if (code == SQLITE_OK)
    /* Closing it gives up no lock: SQLite locks other files than the log. */
    opened->early = open (name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  return code;
}

static void
register_vfs (void)
{
  base = sqlite3_vfs_find (NULL);
  if (base == NULL)
    return;
  /* All but the opening is the default's, which finds its own data in the copy. */
  vfs = *base;
  vfs.pNext = NULL;
  vfs.zName = NAME;
  vfs.szOsFile = (int)sizeof (Log) + base->szOsFile;
  vfs.xOpen = vfs_open;
  registered = sqlite3_vfs_register (&vfs, 0) == SQLITE_OK;
}

const char *
spark_sqlite_log_vfs (void)
{
  pthread_once (&once, register_vfs);
  return registered ? NAME : NULL;
}
