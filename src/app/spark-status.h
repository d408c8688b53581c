/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-backend.h"

G_BEGIN_DECLS

/* What the window says about its connection, and the way on. Its strings are translated; those that
 * it does not own last as long as @problem. */
typedef struct
{
  const char *icon_name;
  const char *title;    /* heading of a page */
  char *sentence;       /* (owned): NULL: nothing to say */
  const char *blank;    /* instead of it, where nothing is on this computer yet; NULL: the same */
  const char *button;   /* label with a mnemonic; NULL: none */
  const char *action;   /* of the window, without a target */
  const char *obstacle; /* why nothing can be asked of the backend now, in short; NULL: it can */
} SparkStatus;

/**
 * spark_status_describe:
 * @backend: (nullable): NULL before sign-in
 * @problem: (nullable): why there is no backend, or why it could not be started
 * @copies: whether the person may copy the codes of what is shown
 */
void spark_status_describe (SparkBackend *backend, const GError *problem, gboolean copies,
                            SparkStatus *status);
void spark_status_clear (SparkStatus *status);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkStatus, spark_status_clear)

G_END_DECLS
