/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-backend"

#include "config.h"

#include "client/spark-backend-private.h"

/* Kept with the replica, which may next be opened where there is no backend. */
#define SETTING "fresh-at"

void
spark_backend_note_fresh (SparkBackend *self)
{
  g_autofree char *text = NULL;

  /* What a feed gives before it has caught up may be old. */
  if (self->feed == NULL || self->online_at == 0)
    return;
  text = g_strdup_printf ("%" G_GINT64_FORMAT, spark_feed_get_heard_at (self->feed));
  spark_replica_set_setting (self->replica, SETTING, text);
}

gint64
spark_backend_get_fresh_at (SparkBackend *self)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (SPARK_IS_BACKEND (self), 0);

  text = spark_replica_get_setting (self->replica, SETTING);
  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}
