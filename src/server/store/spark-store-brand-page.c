/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "model/spark-error.h"
#include "server/store/spark-store-read.h"
#include "server/store/spark-tx.h"

#define MAX_TOKEN  200
#define MAX_SEALED 4096

static gboolean
finish (GError *local, GError **error)
{
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

gboolean
spark_read_brand_session (SparkTx *tx, const char *token, SparkAdvertiserFunc func, gpointer data,
                          GError **error)
{
  g_autoptr (GError) local = NULL;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row = NULL;

  if (token != NULL && *token != '\0' && strnlen (token, MAX_TOKEN + 1) <= MAX_TOKEN)
    {
      spark_secrets_hash (token, hash);
      row = spark_tx_row (tx, &local, "brand_session_get", "bi", hash, sizeof hash, tx->now);
    }
  if (row == NULL)
    {
      if (local == NULL)
        g_set_error (&local, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED, "Sign in first.");
      return finish (g_steal_pointer (&local), error);
    }
  spark_statement_reset (row);
  row = spark_tx_select (tx, &local, "brand_session_advertisers", "b", hash, sizeof hash);
  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkAdvertiser view = { spark_statement_text (row, 0), spark_statement_text (row, 1) };

      if (!func (&view, data))
        break;
    }
  if (row != NULL)
    spark_statement_reset (row);
  return finish (g_steal_pointer (&local), error);
}

gboolean
spark_read_brand_posts (SparkTx *tx, const char *advertiser_id, guint page, guint page_size,
                        guint *total, SparkBrandPostFunc func, gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row;
  gint64 count;

  if (!spark_tx_int (tx, error, &count, 0, "advertiser_posts_count", "s", advertiser_id))
    return FALSE;
  *total = (guint)count;
  row = spark_tx_select (tx, &local, "advertiser_posts_list", "sii", advertiser_id,
                         (gint64)page_size, (gint64)(page - 1) * page_size);
  while (row != NULL && spark_statement_step (row, &local))
    {
      gint64 account = spark_statement_int (row, 0);
      SparkBrandPost post = {
        .account_name = spark_tx_keep (tx, spark_statement_text (row, 2)),
        .handle = spark_tx_keep (tx, spark_statement_text (row, 3)),
        .extension_asked_at = spark_statement_int (row, 4),
        .platform = spark_statement_int (row, 5),
      };

      if (!spark_read_grant (tx, spark_tx_keep_id (tx, account, spark_statement_int (row, 1)),
                             &post.grant, &local)
          || !spark_read_video (tx, post.grant.video_id, &post.video, &local)
          || !func (&post, data))
        break;
    }
  if (row != NULL)
    spark_statement_reset (row);
  return finish (g_steal_pointer (&local), error);
}

char *
spark_tx_seal (SparkTx *tx, const char *purpose, const char *text, gint64 until)
{
  g_autofree char *plain = g_strdup_printf ("%s\n%" G_GINT64_FORMAT "\n%s", purpose, until, text);
  g_autoptr (GBytes) box = spark_secrets_encrypt (tx->secrets, plain);
  gsize length, encoded;
  const guint8 *data = g_bytes_get_data (box, &length);
  char *sealed;

  encoded = sodium_base64_encoded_len (length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  sealed = g_malloc (encoded);
  sodium_bin2base64 (sealed, encoded, data, length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return sealed;
}

char *
spark_tx_cover_path (SparkTx *tx, const SparkVideo *video, gint64 life_ms)
{
  g_autofree char *sealed = NULL;

  if (video->cover_url == NULL)
    return NULL;
  sealed = spark_tx_seal (tx, SPARK_SEAL_COVER, video->id, spark_tx_now (tx) + life_ms);
  return g_strconcat ("/cover/", sealed, NULL);
}

char *
spark_tx_unseal (SparkTx *tx, const char *purpose, const char *sealed)
{
  g_autofree guint8 *box = NULL;
  g_autofree char *plain = NULL;
  g_auto (GStrv) parts = NULL;
  gint64 until;
  gsize length;

  if (sealed == NULL || strnlen (sealed, MAX_SEALED + 1) > MAX_SEALED)
    return NULL;
  box = g_malloc (strlen (sealed) + 1);
  if (sodium_base642bin (box, strlen (sealed) + 1, sealed, strlen (sealed), NULL, &length, NULL,
                         sodium_base64_VARIANT_URLSAFE_NO_PADDING)
      != 0)
    return NULL;
  plain = spark_secrets_decrypt (tx->secrets, box, length);
  if (plain == NULL)
    return NULL;
  parts = g_strsplit (plain, "\n", 3);
  if (g_strv_length (parts) != 3 || strcmp (parts[0], purpose) != 0
      || !g_ascii_string_to_signed (parts[1], 10, 0, G_MAXINT64, &until, NULL) || until <= tx->now)
    return NULL;
  return g_strdup (parts[2]);
}
