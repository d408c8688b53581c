/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Writing mail through the desktop's portal: the person sees the letter before it goes. */

/* Whether this desktop has such a portal. */
void spark_mail_find_async (GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean spark_mail_find_finish (GAsyncResult *result, GError **error);

/**
 * spark_mail_compose_async:
 * @attachment: (nullable): a local file
 */
void spark_mail_compose_async (GtkWindow *parent, const char *subject, const char *body,
                               GFile *attachment, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
/* G_IO_ERROR_CANCELLED when the person thought better of it */
gboolean spark_mail_compose_finish (GAsyncResult *result, GError **error);

G_END_DECLS
