/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SPARK_TYPE_PRIVATE_BACKEND (spark_private_backend_get_type ())
G_DECLARE_FINAL_TYPE (SparkPrivateBackend, spark_private_backend, SPARK, PRIVATE_BACKEND, GObject)

/*
 * The application's own sparkboxd: a child process on $XDG_RUNTIME_DIR/sparkbox/sparkboxd.sock with
 * its database in $XDG_DATA_HOME/sparkbox/sparkbox.db, plus a loopback port for brands of a sandbox
 * account, the same at every start unless something else has it. Ends with the application, even
 * when that is killed. Started again when it died (with a growing wait). When another Sparkbox of
 * the same person runs one on the socket, that one is used, and an own one started when it ends. The
 * program is $SPARKBOXD, else LIBEXECDIR/sparkboxd or the one beside this program.
 *
 * Main thread only: the child ends with the thread that started it. Whoever has started one stops it
 * before giving it up.
 *
 * Signals:
 *   "ready" (): it answers, for the first time or again; spark_backend_retry() is worth it
 */
SparkPrivateBackend *spark_private_backend_new (void);

/**
 * spark_private_backend_start_async:
 *
 * Ends when the backend answers. May be called again after it failed. Cancelling only has it end as
 * cancelled; the backend goes on.
 */
void spark_private_backend_start_async (SparkPrivateBackend *self, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
/* SPARK_ERROR_BACKEND_FAILED with the last lines it printed. */
gboolean spark_private_backend_start_finish (SparkPrivateBackend *self, GAsyncResult *result,
                                             GError **error);
const char *spark_private_backend_get_url (SparkPrivateBackend *self); /* "unix:PATH" */
/* Ends it (SIGTERM) and waits, at most 5 s; then it is killed. */
void spark_private_backend_stop (SparkPrivateBackend *self);

G_END_DECLS
