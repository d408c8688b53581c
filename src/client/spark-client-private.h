/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-client.h"
#include "net/spark-exchange.h"

G_BEGIN_DECLS

/* Longer than any page of changes or list can be. */
#define SPARK_CLIENT_MAX_ANSWER (16 * 1024 * 1024)

struct _SparkClient
{
  GObject parent_instance;

  /* owned */
  SoupSession *session;
  GError *problem; /* with the address or token: every request ends with it */
  char *url;
  char *base; /* what paths are put behind */
  SparkAuthorizer *authorizer;

  guint timeout_ms;
  gint64 clock_offset; /* what to add to our clock to have the backend's */
};

/* For tests: the time within which a request must be answered; 30 s unless told. */
void spark_client_set_timeout (SparkClient *self, guint ms);

/* The backend's clock in ms, as of its last answer; ours as long as it did not say. */
gint64 spark_client_get_server_time (SparkClient *self);

gboolean spark_client_is_unix (SparkClient *self);

/**
 * spark_client_message_new:
 *
 * Returns: (transfer full): a message for @path; NULL with @error for a path or an address that is
 *   not possible
 */
SoupMessage *spark_client_message_new (SparkClient *self, const char *method, const char *path,
                                       GError **error);

/* Puts the token into @message, which a sign-in may have to get first, and then does what
 * spark_exchange_open_async() does, with its result: finish with spark_exchange_finish() or
 * spark_exchange_open_finish(). @type: (nullable) */
void spark_client_exchange_async (SparkClient *self, SoupMessage *message, const char *type,
                                  gsize max_body, guint timeout_ms, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);

/* Reads an answer as JSON as spark_client_send_finish() does; small ones, on the main thread. */
JsonNode *spark_client_read_answer (SparkClient *self, const SparkAnswer *answer, GError **error);

/* Whether it is what the interface answers with, refusals included. */
gboolean spark_client_is_json (const char *content_type);

/* FALSE with @error for an answer that is a refusal, or not Sparkbox's at all. */
gboolean spark_client_check_answer (SparkClient *self, const SparkAnswer *answer, GError **error);

/**
 * spark_client_open_feed_async:
 * @after: (nullable): the position to go on from, sent as Last-Event-ID
 */
void spark_client_open_feed_async (SparkClient *self, const char *after, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full): the open text/event-stream */
GInputStream *spark_client_open_feed_finish (SparkClient *self, GAsyncResult *result,
                                             GError **error);

G_END_DECLS
