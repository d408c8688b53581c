/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>
#include <gmodule.h>

#include "net/spark-answer.h"

G_BEGIN_DECLS

/*
 * How TikTok is reached: HTTP requests that block the calling thread. It is a module of its own,
 * for the libraries it needs are many, and a server that knows no account of TikTok never asks it.
 */
typedef struct _SparkTiktokSession SparkTiktokSession;

typedef struct
{
  const char *method;
  const char *url;
  const char *token; /* the Access-Token, or NULL */
  GBytes *body;      /* JSON, or NULL */
  gsize max_body;    /* of the answer */
  guint timeout_ms;
  /* Which addresses may be connected to, whatever name stands for them; NULL: all. A proxy of the
   * system's is asked whatever its own is. */
  gboolean (*admits) (GInetAddress *address);
} SparkTiktokRequest;

typedef struct
{
  /* A session belongs to the thread that made it. */
  SparkTiktokSession *(*session_new) (void);
  void (*session_free) (SparkTiktokSession *session);
  /* @broke: (out) (optional): as with spark_exchange_finish(). Errors are those, and
   * SPARK_ERROR_INVALID_REQUEST when the URL is none. */
  SparkAnswer *(*send) (SparkTiktokSession *session, const SparkTiktokRequest *request,
                        GCancellable *cancellable, gboolean *broke, GError **error);
} SparkTiktokNetwork;

/* What the module offers. */
G_MODULE_EXPORT const SparkTiktokNetwork *spark_tiktok_module_network (void);

G_END_DECLS
