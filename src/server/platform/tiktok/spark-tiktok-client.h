/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "server/platform/tiktok/spark-tiktok-budget.h"
#include "server/platform/tiktok/spark-tiktok-error.h"

G_BEGIN_DECLS

/*
 * The one way TikTok is asked anything: one request to business-api.tiktok.com, bounded in time and
 * size, and its envelope. Blocks the calling thread; a client belongs to the thread that made it.
 */
typedef struct _SparkTiktokClient SparkTiktokClient;

#define SPARK_TIKTOK_API_URL "https://business-api.tiktok.com"

/**
 * spark_tiktok_client_new:
 * @api_url: without a path: SPARK_TIKTOK_API_URL, or a sandbox of that shape
 * @budget: shared by all clients of the same app; outlives the client
 */
SparkTiktokClient *spark_tiktok_client_new (const char *api_url, SparkTiktokBudget *budget);
void spark_tiktok_client_free (SparkTiktokClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkTiktokClient, spark_tiktok_client_free)

/* What it asks for from now on; ordinary at first. */
void spark_tiktok_client_set_use (SparkTiktokClient *self, SparkTiktokUse use);

/* For tests: the time one request may take (30 s), and the clock the budget is held against. */
void spark_tiktok_client_set_timeout (SparkTiktokClient *self, guint ms);
void spark_tiktok_client_set_clock (SparkTiktokClient *self, gint64 (*now) (gpointer data),
                                    gpointer data);

/**
 * spark_tiktok_client_call:
 * @method: GET or POST
 * @path: below /open_api/v1.3/, with the slash at its end
 * @token: (nullable): the Access-Token; NULL where the parameters say who asks
 * @subject: (nullable): whose budget it is: the open_id or the advertiser id; NULL: the app's alone
 * @params: the query of a GET, in which arrays and objects become JSON text; the body of a POST
 *
 * Nothing is asked when the budget does not allow it: SPARK_TIKTOK_ERROR_WAIT at once. A POST that
 * was sent and not answered as it should be is UNCERTAIN; a GET then is UNREACHABLE. Redirects are
 * not followed. 20001 (partial success) is an answer like 0.
 *
 * Returns: (transfer full): the `data` of the envelope, an empty object when there was none
 */
JsonObject *spark_tiktok_client_call (SparkTiktokClient *self, const char *method, const char *path,
                                      const char *token, const char *subject, JsonObject *params,
                                      GCancellable *cancellable, GError **error);

/**
 * spark_tiktok_client_fetch:
 * @public_only: from no address of this computer or of a network of one's own, except that of
 *   TikTok's interface itself
 *
 * What is at an address that TikTok gave, with no token sent there. Redirects are not followed.
 *
 * Returns: (transfer full) (nullable): NULL when it was not answered with 200, whole, in time
 */
GBytes *spark_tiktok_client_fetch (SparkTiktokClient *self, const char *url, gboolean public_only,
                                   gsize max_body, guint timeout_ms, GCancellable *cancellable);

/* --- reading what came --- */

/* "YYYY-MM-DD HH:MM:SS" in UTC, in ms; 0 when it is absent or none. */
gint64 spark_tiktok_get_time (JsonObject *object, const char *name);
/* (transfer none) (nullable): NULL when it is absent or of another type; never "" */
const char *spark_tiktok_get_text (JsonObject *object, const char *name);
/* @absent when it is absent or no number; digits as text count as a number. */
gint64 spark_tiktok_get_int (JsonObject *object, const char *name, gint64 absent);
/* (transfer none) (nullable) */
JsonObject *spark_tiktok_get_object (JsonObject *object, const char *name);
JsonArray *spark_tiktok_get_array (JsonObject *object, const char *name);

G_END_DECLS
