/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

#include "fault-vfs.h"

typedef struct
{
  sqlite3_file parent;
  sqlite3_file *real; /* behind this struct in memory */
} File;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs vfs;
static sqlite3_io_methods methods;

static atomic_int armed_kinds;
static atomic_int armed_code;
static atomic_int armed_lasting;
static atomic_int left;
static atomic_int hits;
static atomic_int slow_ms;
static atomic_int syncs;
static atomic_int writes;

/* The code to fail with, or SQLITE_OK. */
static int
strike (FaultKind kind)
{
  int before;

  if ((atomic_load (&armed_kinds) & kind) == 0)
    return SQLITE_OK;
  before = atomic_fetch_sub (&left, 1);
  if (before > 1 || (before < 1 && !atomic_load (&armed_lasting)))
    return SQLITE_OK;
  atomic_fetch_add (&hits, 1);
  return atomic_load (&armed_code);
}

#define REAL(file)              (((File *)(file))->real)
#define CALL(file, method, ...) REAL (file)->pMethods->method (REAL (file), ##__VA_ARGS__)

static int
file_close (sqlite3_file *file)
{
  return CALL (file, xClose);
}

static int
file_read (sqlite3_file *file, void *data, int length, sqlite3_int64 offset)
{
  int code = strike (FAULT_READ);

  return code != SQLITE_OK ? code : CALL (file, xRead, data, length, offset);
}

static int
file_write (sqlite3_file *file, const void *data, int length, sqlite3_int64 offset)
{
  int code = strike (FAULT_WRITE);

  atomic_fetch_add (&writes, 1);
  if (code == SQLITE_OK)
    return CALL (file, xWrite, data, length, offset);
  if ((code & 0xff) == SQLITE_IOERR)
    CALL (file, xWrite, data, length / 2, offset);
  return code;
}

static int
file_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  int code = strike (FAULT_TRUNCATE);

  return code != SQLITE_OK ? code : CALL (file, xTruncate, size);
}

static int
file_sync (sqlite3_file *file, int flags)
{
  int code = strike (FAULT_SYNC);

  atomic_fetch_add (&syncs, 1);
  g_usleep (atomic_load (&slow_ms) * 1000);
  return code != SQLITE_OK ? code : CALL (file, xSync, flags);
}

static int
file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return CALL (file, xFileSize, size);
}

static int
file_lock (sqlite3_file *file, int lock)
{
  return CALL (file, xLock, lock);
}

static int
file_unlock (sqlite3_file *file, int lock)
{
  return CALL (file, xUnlock, lock);
}

static int
file_check_reserved (sqlite3_file *file, int *reserved)
{
  return CALL (file, xCheckReservedLock, reserved);
}

static int
file_control (sqlite3_file *file, int operation, void *argument)
{
  return CALL (file, xFileControl, operation, argument);
}

static int
file_sector_size (sqlite3_file *file)
{
  return CALL (file, xSectorSize);
}

static int
file_characteristics (sqlite3_file *file)
{
  return CALL (file, xDeviceCharacteristics);
}

static int
file_shm_map (sqlite3_file *file, int page, int size, int extend, void volatile **memory)
{
  return CALL (file, xShmMap, page, size, extend, memory);
}

static int
file_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return CALL (file, xShmLock, offset, n, flags);
}

static void
file_shm_barrier (sqlite3_file *file)
{
  CALL (file, xShmBarrier);
}

static int
file_shm_unmap (sqlite3_file *file, int remove)
{
  return CALL (file, xShmUnmap, remove);
}

static int
vfs_open (sqlite3_vfs *self, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  File *opened = (File *)file;
  int code = strike (FAULT_OPEN);

  memset (opened, 0, sizeof *opened);
  if (code != SQLITE_OK)
    return code;
  opened->real = (sqlite3_file *)(opened + 1);
  code = real_vfs->xOpen (real_vfs, name, opened->real, flags, out_flags);
  if (opened->real->pMethods != NULL)
    opened->parent.pMethods = &methods;
  return code;
}

void
fault_vfs_register (void)
{
  real_vfs = sqlite3_vfs_find (NULL);
  methods = (sqlite3_io_methods){
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
  };
  /* The other functions of the real one work on names and need nothing of ours. */
  vfs = *real_vfs;
  vfs.pNext = NULL;
  vfs.zName = "fault";
  vfs.szOsFile = (int)sizeof (File) + real_vfs->szOsFile;
  vfs.xOpen = vfs_open;
  g_assert (sqlite3_vfs_register (&vfs, 1) == SQLITE_OK);
}

void
fault_vfs_arm (FaultKind kinds, int nth, int code, gboolean lasting)
{
  fault_vfs_disarm ();
  atomic_store (&armed_code, code);
  atomic_store (&armed_lasting, lasting);
  atomic_store (&left, nth);
  atomic_store (&hits, 0);
  atomic_store (&armed_kinds, kinds);
}

void
fault_vfs_disarm (void)
{
  atomic_store (&armed_kinds, 0);
}

void
fault_vfs_set_slow (int sync_ms)
{
  atomic_store (&slow_ms, sync_ms);
}

int
fault_vfs_syncs (void)
{
  return atomic_load (&syncs);
}

int
fault_vfs_writes (void)
{
  return atomic_load (&writes);
}

int
fault_vfs_hits (void)
{
  return atomic_load (&hits);
}
