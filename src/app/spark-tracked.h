/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-window.h"

G_BEGIN_DECLS

/*
 * The tracked account that pasted links and imports go to: the one shown, else the first one there
 * is, of those in which the person may add videos, else a new one.
 */

/**
 * spark_tracked_account_async:
 * @handle: (nullable): the creator's user name without @, if it is known; names a new account
 */
void spark_tracked_account_async (SparkWindow *window, const char *handle,
                                  GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
/* (transfer full): the account's id */
char *spark_tracked_account_finish (GAsyncResult *result, GError **error);

G_END_DECLS
