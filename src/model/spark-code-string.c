/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"

#define SPARKBOX_PREFIX "#Sparkbox"
#define PREFIX_BYTES    6
#define MIN_DIGITS      20
#define MAX_DIGITS      200

char *
spark_code_make (const guint8 *random)
{
  guint8 bytes[PREFIX_BYTES + SPARK_CODE_RANDOM_BYTES];
  g_autofree char *text = NULL;
  g_autofree guint8 *prefix = NULL;
  gsize length;

  prefix = g_base64_decode (SPARKBOX_PREFIX + 1, &length);
  memcpy (bytes, prefix, PREFIX_BYTES);
  memcpy (bytes + PREFIX_BYTES, random, SPARK_CODE_RANDOM_BYTES);
  text = g_base64_encode (bytes, sizeof bytes);
  return g_strconcat ("#", text, NULL);
}

char *
spark_code_normalize (const char *text, GError **error)
{
  g_autofree char *code = g_strstrip (g_strdup (text != NULL ? text : ""));
  gsize digits, padding;

  digits = code[0] == '#' ? strspn (code + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                              "0123456789+/")
                          : 0;
  padding = digits > 0 ? strspn (code + 1 + digits, "=") : 0;
  if (digits < MIN_DIGITS || digits > MAX_DIGITS || padding > 2
      || code[1 + digits + padding] != '\0')
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_CODE,
                   "This is not a Spark code. A code begins with # and is copied whole from the "
                   "TikTok app.");
      return NULL;
    }
  return g_steal_pointer (&code);
}

gboolean
spark_code_is_sparkbox (const char *code)
{
  return g_str_has_prefix (code, SPARKBOX_PREFIX);
}

char *
spark_code_mask (const char *code)
{
  gsize length = strlen (code);

  if (length < 12)
    return g_strdup ("••••••••");
  return g_strdup_printf ("%.4s••••••••%s", code, code + length - 2);
}
