/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>
#include "client/spark-authorizer.h"
#include "model/spark-json.h"

G_BEGIN_DECLS

#define SPARK_TYPE_CLIENT (spark_client_get_type ())
G_DECLARE_FINAL_TYPE (SparkClient, spark_client, SPARK, CLIENT, GObject)

/*
 * The one way from the application to a backend: builds a request to /v1, sends it with the token,
 * checks the answer. Use on the main thread. Errors are of SPARK_ERROR (what the backend said, or
 * OFFLINE, TIMED_OUT, TLS, NOT_SPARKBOX, SERVER_TOO_OLD, MALFORMED_ANSWER), or G_IO_ERROR_CANCELLED,
 * which is never shown.
 */

/**
 * spark_client_new:
 * @url: "https://…", "http://…" (loopback only), or "unix:PATH" for the private backend
 * @token: (nullable): the bearer token; NULL on a Unix socket
 */
SparkClient *spark_client_new (const char *url, const char *token);
/* The same with a sign-in, which is renewed by itself. */
SparkClient *spark_client_new_authorized (const char *url, SparkAuthorizer *authorizer);
const char *spark_client_get_url (SparkClient *self);

/**
 * spark_client_send_async:
 * @method: "GET", "POST", "PATCH" or "DELETE"
 * @path: from "/v1" on; build it with g_uri_escape_string() or spark_client_path()
 * @body: (nullable): JSON
 * A POST gets an Idempotency-Key of its own and is sent once more with the same key when the
 * connection broke before an answer.
 */
void spark_client_send_async (SparkClient *self, const char *method, const char *path, GBytes *body,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
/* Returns: (transfer full) (nullable): the root object; NULL without an error for an empty answer. */
JsonNode *spark_client_send_finish (SparkClient *self, GAsyncResult *result, GError **error);

/**
 * spark_client_post_async:
 * @body: (nullable): JSON
 * @key: the Idempotency-Key of the same request before, of which nobody knows whether it was done
 */
void spark_client_post_async (SparkClient *self, const char *path, GBytes *body, const char *key,
                              GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data);
/* As spark_client_send_finish() does. */
JsonNode *spark_client_post_finish (SparkClient *self, GAsyncResult *result, GError **error);

/* Bytes instead of JSON (a cover): at most 4 MiB, and the content type must begin with @type. */
void spark_client_fetch_async (SparkClient *self, const char *path, const char *type,
                               GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
GBytes *spark_client_fetch_finish (SparkClient *self, GAsyncResult *result, GError **error);

/* Sends a file as the body of a POST, streamed; for imports. Answers the batch object. */
void spark_client_upload_async (SparkClient *self, const char *path, GFile *file,
                                GFileProgressCallback progress, gpointer progress_data,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
JsonNode *spark_client_upload_finish (SparkClient *self, GAsyncResult *result, GError **error);

/* Asks /healthz and checks that a Sparkbox of a version we understand answers there. */
void spark_client_check_async (SparkClient *self, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean spark_client_check_finish (SparkClient *self, GAsyncResult *result, GError **error);

/* Escapes each %s argument as one path segment. (transfer full) */
char *spark_client_path (const char *format, ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
