/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include "model/spark-enums.h"

const char *
spark_enum_to_string (GType type, int value)
{
  /* Once made it stays, so that asking again needs no lock. */
  GEnumClass *klass = g_type_class_peek (type);
  const GEnumValue *found;

  if (klass == NULL)
    klass = g_type_class_ref (type);
  found = g_enum_get_value (klass, value);

  return found != NULL ? found->value_nick : "";
}

gboolean
spark_enum_from_string (GType type, const char *string, int *value)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (type);
  const GEnumValue *found = string != NULL ? g_enum_get_value_by_nick (klass, string) : NULL;

  if (found == NULL)
    return FALSE;
  *value = found->value;
  return TRUE;
}
