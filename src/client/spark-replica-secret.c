/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include <sodium.h>

#include "client/spark-replica-secret.h"

#define SECRET_TYPE "(smsms)"
#define OVERHEAD    (crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)

GBytes *
spark_secret_seal (GBytes *key, const char *id, const char *first, const char *second)
{
  g_autoptr (GVariant) inside = g_variant_ref_sink (g_variant_new (SECRET_TYPE, id, first, second));
  gsize length = g_variant_get_size (inside);
  guint8 *sealed = g_malloc (length + OVERHEAD);

  g_assert (g_bytes_get_size (key) == crypto_secretbox_KEYBYTES);
  randombytes_buf (sealed, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy (sealed + crypto_secretbox_NONCEBYTES, g_variant_get_data (inside), length,
                         sealed, g_bytes_get_data (key, NULL));
  sodium_memzero ((gpointer)g_variant_get_data (inside), length);
  return g_bytes_new_take (sealed, length + OVERHEAD);
}

gboolean
spark_secret_open (GBytes *key, const char *id, const void *data, gsize length, char **first,
                   char **second)
{
  g_autoptr (GVariant) inside = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const guint8 *sealed = data;
  const char *found;
  guint8 *opened;

  *first = *second = NULL;
  if (key == NULL || data == NULL || length <= OVERHEAD)
    return FALSE;
  opened = g_malloc (length - OVERHEAD);
  bytes = g_bytes_new_take (opened, length - OVERHEAD);
  if (crypto_secretbox_open_easy (opened, sealed + crypto_secretbox_NONCEBYTES,
                                  length - crypto_secretbox_NONCEBYTES, sealed,
                                  g_bytes_get_data (key, NULL))
      != 0)
    return FALSE;
  inside
      = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (SECRET_TYPE), bytes, FALSE));
  g_variant_get_child (inside, 0, "&s", &found);
  if (!g_str_equal (found, id))
    return FALSE;
  g_variant_get (inside, "(&smsms)", &found, first, second);
  return TRUE;
}
