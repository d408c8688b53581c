/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/http/spark-http.h"
#include "server/store/spark-store.h"

G_BEGIN_DECLS

/*
 * The brand's web page: check a code or a link, redeem it, see what one has, ask to extend, give it
 * up. Plain HTML from the templates in pages/; works without script. The string of a link comes in
 * the address's fragment and from then on in the bodies of requests, so that it is in no log.
 */
typedef struct _SparkPortal SparkPortal;

SparkPortal *spark_portal_new (SparkStore *store);
/* A brand may connect its ad account at TikTok: /connect/ads sends it there. Before the listeners
 * begin. */
void spark_portal_set_connects (SparkPortal *portal);
/* Before the listeners begin; @portal must outlive @http. */
void spark_portal_add_routes (SparkPortal *portal, SparkHttp *http);
/* After the listeners have ended. */
void spark_portal_free (SparkPortal *portal);

G_END_DECLS
