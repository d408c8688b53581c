/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/http/spark-http.h"
#include "server/store/spark-signing.h"
#include "server/store/spark-store.h"

G_BEGIN_DECLS

/* /v1, for creators' applications, and /healthz. */
typedef struct _SparkApi SparkApi;

/* Takes over the store's `changed`. @brand_url: where brands reach this backend, without a slash at
 * the end; NULL: they cannot. */
SparkApi *spark_api_new (SparkStore *store, const char *brand_url);
/* Before the listeners begin; @api must outlive @http. */
void spark_api_add_routes (SparkApi *api, SparkHttp *http);
/* Where brands of sandbox accounts reach this backend from this computer, when there is no
 * brand_url. Once, before spark_http_start(): an answer tells it. */
void spark_api_set_sandbox_url (SparkApi *api, const char *sandbox_url);
typedef void (*SparkApiWake) (gpointer data);
/* Accounts can be connected to TikTok. @consent_prefix: where the browser is sent, up to the state;
 * @wake: called when there may be something to do there. Before the listeners begin. */
void spark_api_set_connector (SparkApi *api, const char *consent_prefix, SparkApiWake wake,
                              gpointer data);
/* Once it has returned, @wake is not called any more. */
void spark_api_unset_connector (SparkApi *api);
/* What records are signed with; (transfer full) (nullable). Before the listeners begin. */
void spark_api_set_signing (SparkApi *api, SparkSigning *signing);
/* After the listeners have ended; waits for imports that are under way to stop. */
void spark_api_free (SparkApi *api);

G_END_DECLS
