/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "model/spark-error.h"
#include "model/spark-json.h"
#include "server/platform/tiktok/spark-tiktok-clean.h"
#include "server/platform/tiktok/spark-tiktok-client.h"

#define MAX_LENGTH 65536

/* An answer of TikTok's, byte for byte: cleaned where it has to be, and read. */

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return 0;
}

static void
read_value (JsonObject *object, const char *name)
{
  const char *text = spark_tiktok_get_text (object, name);
  JsonObject *inner = spark_tiktok_get_object (object, name);
  JsonArray *array = spark_tiktok_get_array (object, name);

  g_assert (text == NULL || (*text != '\0' && g_utf8_validate (text, -1, NULL)));
  g_assert ((text != NULL) + (inner != NULL) + (array != NULL) <= 1);
  g_assert (text != NULL || spark_tiktok_get_time (object, name) == 0);
  spark_tiktok_get_int (object, name, 0);
}

static void
read_object (JsonObject *object)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *at = names; at != NULL; at = at->next)
    {
      JsonObject *inner = spark_tiktok_get_object (object, at->data);

      read_value (object, at->data);
      if (inner != NULL)
        read_object (inner);
    }
}

static void
read_envelope (JsonObject *envelope)
{
  gint64 code = spark_tiktok_get_int (envelope, "code", 1);
  g_autoptr (GError) error
      = spark_tiktok_error_from_answer (code, spark_tiktok_get_text (envelope, "message"),
                                        spark_tiktok_get_text (envelope, "request_id"), TRUE);

  g_assert (error->domain == SPARK_TIKTOK_ERROR && g_utf8_validate (error->message, -1, NULL));
  g_assert (strpbrk (error->message, "\r\n") == NULL);
  read_object (envelope);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *)data;
  g_autofree char *clean = spark_tiktok_clean (text, size);
  g_autofree char *again = spark_tiktok_clean (clean, strlen (clean));
  g_autoptr (JsonNode) as_it_is = spark_json_parse_object (text, size, MAX_LENGTH, NULL);
  g_autoptr (JsonNode) cleaned
      = spark_json_parse_object (clean, strlen (clean), 3 * MAX_LENGTH, NULL);

  g_assert (g_utf8_validate (clean, -1, NULL) && strlen (clean) <= 3 * size);
  g_assert_cmpstr (again, ==, clean);
  if (as_it_is != NULL)
    g_assert (cleaned != NULL && strlen (clean) == size && memcmp (clean, text, size) == 0);
  if (cleaned != NULL)
    read_envelope (json_node_get_object (cleaned));
  return 0;
}
