/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The program that SparkPrivateBackend runs: where it is, how it is begun, how it ends. */

/**
 * spark_private_program_launch:
 * @socket_path: where it is to listen for its own person
 * @database: the file
 * @any_port: brands reach it on whichever port is free, not on the one that stays the same
 *
 * Makes the folders that are missing. It ends with this process, whatever becomes of that.
 *
 * Returns: (transfer full) (nullable): with its output and errors to be read;
 *   SPARK_ERROR_BACKEND_FAILED, or why it cannot be run
 */
GSubprocess *spark_private_program_launch (const char *socket_path, const char *database,
                                           gboolean any_port, GError **error);

/* Asks it to end and waits, for a bounded time, without running the application's own main loop;
 * one that does not end is killed. */
void spark_private_program_end (GSubprocess *process);

G_END_DECLS
