/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "model/spark-error.h"
#include "model/spark-objects.h"

#define MAX_LENGTH 65536

/*
 * The JSON of /v1, as an application reads it: the first byte says which object it is. What can be
 * read can be written, and read again.
 */

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return 0;
}

#define OBJECT(name, Type)                                                                         \
  static gboolean read_##name (JsonObject *object, SparkJsonWriter *writer)                        \
  {                                                                                                \
    Type view;                                                                                     \
    g_autoptr (GError) error = NULL;                                                               \
                                                                                                   \
    if (spark_##name##_read (&view, object, &error))                                               \
      {                                                                                            \
        spark_##name##_write (&view, writer);                                                      \
        return TRUE;                                                                               \
      }                                                                                            \
    g_assert (error != NULL && error->domain == SPARK_ERROR);                                      \
    return FALSE;                                                                                  \
  }

OBJECT (account, SparkAccount)
OBJECT (video, SparkVideo)
OBJECT (code, SparkCode)
OBJECT (link, SparkLink)
OBJECT (grant, SparkGrant)
OBJECT (event, SparkEvent)
OBJECT (batch, SparkBatch)
OBJECT (revocation, SparkRevocation)

static gboolean
read_brand (JsonObject *object, SparkJsonWriter *writer)
{
  g_auto (SparkBrandStorage) storage = { 0 };
  g_autoptr (GError) error = NULL;
  SparkBrand brand;

  if (!spark_brand_read (&brand, &storage, object, &error))
    return FALSE;
  spark_brand_write (&brand, writer);
  return TRUE;
}

static gboolean
read_change (JsonObject *object, SparkJsonWriter *writer)
{
  g_autoptr (GError) error = NULL;
  SparkChange change;

  if (spark_change_read (&change, object, &error))
    g_assert (change.id != NULL && change.account_id != NULL);
  return FALSE;
}

static gboolean (*const readers[]) (JsonObject *object, SparkJsonWriter *writer)
    = { read_account, read_video, read_code,       read_link,  read_grant,
        read_event,   read_batch, read_revocation, read_brand, read_change };

static GBytes *
read_once (guint kind, const char *text, gsize length)
{
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = spark_json_parse_object (text, length, MAX_LENGTH, &error);

  spark_json_writer_init (&writer);
  if (node == NULL)
    {
      g_assert (error != NULL && error->domain == SPARK_ERROR);
      return NULL;
    }
  return readers[kind](json_node_get_object (node), &writer) ? spark_json_writer_steal (&writer)
                                                             : NULL;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) problem = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  guint kind;

  if (size == 0)
    return 0;
  problem = g_bytes_new_static (data + 1, size - 1);
  error = spark_error_from_problem (400 + data[0], problem);
  g_assert (error->domain == SPARK_ERROR && error->message != NULL);

  kind = data[0] % G_N_ELEMENTS (readers);
  first = read_once (kind, (const char *)data + 1, size - 1);
  if (first == NULL || g_bytes_get_size (first) > MAX_LENGTH)
    return 0;
  second = read_once (kind, g_bytes_get_data (first, NULL), g_bytes_get_size (first));
  g_assert (second != NULL && g_bytes_equal (first, second));
  return 0;
}
