/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 *
 * Prints every spelling of /v1 as the code has it: "TYPE SPELLING STATUS" a line. The status is
 * that of an error, else 0.
 */
#include "config.h"

#include <stdio.h>

#include "model/spark-enums.h"
#include "model/spark-error.h"
#include "spark-enum-types.h"

static void
print_enum (GType type)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);

  for (guint i = 0; i < klass->n_values; i++)
    {
      gboolean is_error = type == SPARK_TYPE_ERROR;
      guint status = is_error ? spark_error_http_status (klass->values[i].value) : 0;

      /* Those that only arise in the application have no status, and no place in /v1. */
      if (!is_error || status != 0)
        printf ("%s %s %u\n", g_type_name (type), klass->values[i].value_nick, status);
    }
}

static void
print_flags (GType type)
{
  g_autoptr (GFlagsClass) klass = g_type_class_ref (type);

  for (guint i = 0; i < klass->n_values; i++)
    printf ("%s %s 0\n", g_type_name (type), klass->values[i].value_nick);
}

int
main (void)
{
  const GType types[] = {
    SPARK_TYPE_ERROR,
    SPARK_TYPE_PLATFORM_KIND,
    SPARK_TYPE_ROLE,
    SPARK_TYPE_CODE_STATE,
    SPARK_TYPE_LINK_STATE,
    SPARK_TYPE_GRANT_STATE,
    SPARK_TYPE_GRANT_SOURCE,
    SPARK_TYPE_AUTHORIZATION_STATE,
    SPARK_TYPE_VISIBILITY,
    SPARK_TYPE_BLOCKERS,
    SPARK_TYPE_ACTOR_KIND,
    SPARK_TYPE_KIND,
    SPARK_TYPE_EVENT_TYPE,
    SPARK_TYPE_BATCH_ACT,
    SPARK_TYPE_BATCH_ROW_STATE,
    SPARK_TYPE_TASK_ACT,
    SPARK_TYPE_BATCH_STATE,
    SPARK_TYPE_CONNECTION_STATE,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (G_TYPE_IS_FLAGS (types[i]))
      print_flags (types[i]);
    else
      print_enum (types[i]);
  return 0;
}
