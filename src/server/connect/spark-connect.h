/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/http/spark-http.h"
#include "server/platform/tiktok/spark-connector.h"

G_BEGIN_DECLS

/* /connect/callback, where TikTok sends the browser back to, asks a creator whether they meant to
 * connect to whoever began it, and says what came of it; and /connect/ads, which sends a brand's
 * browser there. */
typedef struct _SparkConnectFace SparkConnectFace;

/* Both outlive the face. */
SparkConnectFace *spark_connect_face_new (SparkStore *store, SparkConnector *connector);
/* Before the listeners begin; @self must outlive @http. */
void spark_connect_face_add_routes (SparkConnectFace *self, SparkHttp *http);
void spark_connect_face_free (SparkConnectFace *self);

G_END_DECLS
