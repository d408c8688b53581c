/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/http/spark-http.h"
#include "server/store/spark-store.h"

G_BEGIN_DECLS

/*
 * /open_api/v1.3, for brands and their tools: what TikTok API for Business answers, in its shape,
 * for the accounts of the sandbox. (TikTok API for Business, "Spark Ads Using Authorized Posts".)
 */
typedef struct _SparkAdtools SparkAdtools;

SparkAdtools *spark_adtools_new (SparkStore *store);
/* Before the listeners begin; @adtools must outlive @http. */
void spark_adtools_add_routes (SparkAdtools *adtools, SparkHttp *http);
/* After the listeners have ended. */
void spark_adtools_free (SparkAdtools *adtools);

G_END_DECLS
