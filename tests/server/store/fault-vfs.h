/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

/*
 * A VFS of SQLite that stands in front of the system's own and can be told to fail. It becomes the
 * default one, so that everything opened afterwards goes through it. Thread-safe.
 */

typedef enum
{
  FAULT_WRITE = 1 << 0,
  FAULT_SYNC = 1 << 1,
  FAULT_OPEN = 1 << 2,
  FAULT_READ = 1 << 3,
  FAULT_TRUNCATE = 1 << 4,
} FaultKind;

void fault_vfs_register (void);

/*
 * Of the calls of @kinds that come from now on, the one number @nth (from 1), and all after it when
 * @lasting, fail with @code (SQLITE_FULL, SQLITE_IOERR_WRITE …). A write that fails with an I/O
 * error has written half.
 */
void fault_vfs_arm (FaultKind kinds, int nth, int code, gboolean lasting);
void fault_vfs_disarm (void);
/* Every sync takes so long more, as on a slow disk; 0: no more. */
void fault_vfs_set_slow (int sync_ms);
/* Syncs and writes since the beginning. */
int fault_vfs_syncs (void);
int fault_vfs_writes (void);
/* How many calls failed since it was armed. */
int fault_vfs_hits (void);
