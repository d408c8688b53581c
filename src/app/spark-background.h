/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a start at login is given, so that no window opens. */
#define SPARK_BACKGROUND_OPTION "background"

/**
 * spark_background_request_async:
 * @parent: (nullable): the window in front of which the desktop may ask
 * @at_login: whether Sparkbox is to start with the session; FALSE: it no longer is
 *
 * Asks the desktop, through its Background portal, to let Sparkbox run without a window. Main
 * thread.
 */
void spark_background_request_async (GtkWindow *parent, gboolean at_login,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);

/**
 * spark_background_request_finish:
 *
 * Returns: TRUE when it is allowed; FALSE with G_IO_ERROR_PERMISSION_DENIED when the person or the
 *   desktop refused, G_IO_ERROR_NOT_SUPPORTED when this desktop has no such portal, or
 *   G_IO_ERROR_CANCELLED by @cancellable
 */
gboolean spark_background_request_finish (GAsyncResult *result, GError **error);

G_END_DECLS
