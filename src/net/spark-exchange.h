/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <libsoup/soup.h>

#include "net/spark-answer.h"

G_BEGIN_DECLS

/*
 * One HTTP request and its answer, bounded in time and size, with the errors of SPARK_ERROR. Knows
 * nothing of whom it asks: the application asks a backend, a backend asks TikTok.
 */

/**
 * spark_exchange_async:
 * @max_body: bytes; a longer answer is SPARK_ERROR_MALFORMED_ANSWER
 * @timeout_ms: for the whole; the part of a body that is sent starts it anew
 *
 * On a connection of its own. Redirects are not followed, whatever the status it is an answer. Ends
 * with G_IO_ERROR_CANCELLED only when @cancellable was cancelled.
 */
void spark_exchange_async (SoupSession *session, SoupMessage *message, gsize max_body,
                           guint timeout_ms, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data);
/**
 * spark_exchange_finish:
 * @broke: (out) (optional): on failure, whether the request was (in part) sent and the connection
 *   broke before the whole answer came
 */
SparkAnswer *spark_exchange_finish (GAsyncResult *result, gboolean *broke, GError **error);

/**
 * spark_exchange_open_async: the same, but an answer with @type and status 200 is not read: its
 * body is left in @stream, which the caller reads without a bound on its time.
 */
void spark_exchange_open_async (SoupSession *session, SoupMessage *message, const char *type,
                                gsize max_body, guint timeout_ms, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
SparkAnswer *spark_exchange_open_finish (GAsyncResult *result, GInputStream **stream,
                                         GError **error);

/* Ends as one of the two above that failed with @error before anything was sent. */
void spark_exchange_fail (const GError *error, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);

/* What went wrong while reading such a @stream, as an error of SPARK_ERROR (or cancelled). */
GError *spark_exchange_translate (const GError *error);

G_END_DECLS
