/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/http/spark-http.h"
#include "server/store/spark-store.h"

G_BEGIN_DECLS

/* /v1, for creators' applications, and /healthz. */
typedef struct _SparkApi SparkApi;

typedef struct
{
  const char *public_url; /* where brands reach this backend from outside; NULL: they cannot */
  const char *brand_url;  /* a listener for brands on this computer; NULL: none */
} SparkApiOptions;

/* Takes over the store's `changed`. @options are copied. */
SparkApi *spark_api_new (SparkStore *store, const SparkApiOptions *options);
/* Before the listeners begin; @api must outlive @http. */
void spark_api_add_routes (SparkApi *api, SparkHttp *http);
/* The listener's port may only be known afterwards. */
void spark_api_set_brand_url (SparkApi *api, const char *brand_url);
/* After the listeners have ended; waits for imports that are under way to stop. */
void spark_api_free (SparkApi *api);

G_END_DECLS
