/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/ledger/spark-ledger.h"
#include "server/store/spark-store-read.h"
#include "server/store/spark-tx.h"

/*
 * seed DATABASE KEY FOLDER ACCOUNTS VIDEOS ADVERTISERS
 *
 * Fills a database for benchmarks: sandbox accounts with so many videos each, all with a code, and
 * ad accounts that every creator knows already. Writes to FOLDER: codes ("STRING ID" a line),
 * advertisers ("ID TOKEN") and tokens ("ACCOUNT TOKEN").
 */

static const SparkActor creator = { SPARK_ACTOR_CREATOR, NULL, "Bench" };

typedef struct
{
  guint videos;
  GPtrArray *advertisers; /* ids */
  GString *codes;
  GString *tokens;
  guint number;
} Seed;

static void
must (gboolean ok, GError *error)
{
  if (ok)
    return;
  fprintf (stderr, "seed: %s\n", error != NULL ? error->message : "failed");
  exit (1);
}

static gboolean
add_advertiser (SparkTx *tx, gpointer data, GError **error)
{
  char **made = data;
  g_autofree char *name = g_strdup_printf ("Brand %s", made[0]);

  g_clear_pointer (&made[1], g_free);
  g_clear_pointer (&made[2], g_free);
  return spark_ledger_add_advertiser (tx, name, &made[1], error)
         && spark_ledger_create_advertiser_token (tx, made[1], &made[2], error);
}

static gboolean
add_video (SparkTx *tx, Seed *seed, const char *account, guint n, GString *codes, GError **error)
{
  g_autofree char *item = g_strdup_printf ("7%09u%09u", seed->number, n);
  g_autofree char *caption = g_strdup_printf (
      "Morning routine number %u with the things I use every day #fyp #routine", n);
  g_autofree char *url = g_strdup_printf ("https://www.tiktok.com/@bench/video/%s", item);
  const SparkVideoFacts facts = {
    .item_id = item,
    .caption = caption,
    .share_url = url,
    .published_at = spark_tx_now (tx) - n * G_GINT64_CONSTANT (3600000),
    .duration_s = 15 + n % 45,
    .visibility = SPARK_VISIBILITY_PUBLIC,
    .total = { 1000 + n, 100 + n, 10 + n, 5 + n },
    .has_cover = TRUE,
  };
  g_autofree char *video = NULL;
  g_autofree char *code = NULL;
  SparkUpsert upsert;
  SparkCode view;

  if (!spark_ledger_upsert_video (tx, &creator, account, &facts, TRUE, &video, &upsert, error)
      || !spark_ledger_generate (tx, &creator, video, 365, &code, error)
      || !spark_read_code (tx, code, TRUE, &view, error))
    return FALSE;
  g_string_append_printf (codes, "%s %s\n", view.code, code);
  return TRUE;
}

/* The creator knows the ad account already, as most do that redeem. */
static gboolean
attach (SparkTx *tx, gint64 account, const char *advertiser, guint n, GError **error)
{
  g_autofree char *name = g_strdup_printf ("Brand %u", n);
  g_autofree char *folded = g_utf8_casefold (name, -1);
  gint64 brand;

  return spark_tx_next_id (tx, account, &brand, error)
         && spark_tx_exec (tx, error, "brand_insert", "iissss", account, brand, name, folded, NULL,
                           folded)
         && spark_tx_touch (tx, account, SPARK_KIND_BRAND, brand, error)
         && spark_tx_exec (tx, error, "brand_advertiser_put", "isii", account, advertiser, brand,
                           (gint64)1);
}

static gboolean
add_account (SparkTx *tx, gpointer data, GError **error)
{
  Seed *seed = data;
  g_autoptr (GString) codes = g_string_new (NULL);
  g_autofree char *account = NULL;
  g_autofree char *id = NULL;
  g_autofree char *token = NULL;
  gint64 number;

  if (!spark_ledger_add_account (tx, &creator, SPARK_PLATFORM_SANDBOX, "Bench", "bench", &account,
                                 error))
    return FALSE;
  number = g_ascii_strtoll (account, NULL, 10);
  for (guint i = 0; i < seed->videos; i++)
    if (!add_video (tx, seed, account, i, codes, error))
      return FALSE;
  for (guint i = 0; i < seed->advertisers->len; i++)
    if (!attach (tx, number, seed->advertisers->pdata[i], i, error))
      return FALSE;
  if (!spark_ledger_create_token (tx, "bench", SPARK_ROLE_OWNER, &number, 1, 0, &id, &token, error))
    return FALSE;
  g_string_append (seed->codes, codes->str);
  g_string_append_printf (seed->tokens, "%s %s\n", account, token);
  return TRUE;
}

static void
save (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GError *error = NULL;

  must (g_file_set_contents (path, text, -1, &error), error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GString) advertisers = g_string_new (NULL);
  Seed seed = { 0 };
  GError *error = NULL;
  SparkStore *store;

  if (argc != 7)
    {
      fprintf (stderr, "usage: seed DATABASE KEY FOLDER ACCOUNTS VIDEOS ADVERTISERS\n");
      return 2;
    }
  store = spark_store_open (argv[1], argv[2], &error);
  must (store != NULL, error);
  seed = (Seed){ .videos = (guint)atoi (argv[5]),
                 .advertisers = g_ptr_array_new_with_free_func (g_free),
                 .codes = g_string_new (NULL),
                 .tokens = g_string_new (NULL) };
  for (int i = 0; i < atoi (argv[6]); i++)
    {
      g_autofree char *name = g_strdup_printf ("%d", i);
      char *made[3] = { name, NULL, NULL };

      must (spark_store_write (store, add_advertiser, made, &error), error);
      g_string_append_printf (advertisers, "%s %s\n", made[1], made[2]);
      g_ptr_array_add (seed.advertisers, made[1]);
      g_free (made[2]);
    }
  for (int i = 0; i < atoi (argv[4]); i++, seed.number++)
    must (spark_store_write (store, add_account, &seed, &error), error);
  spark_store_close (store);
  save (argv[3], "codes", seed.codes->str);
  save (argv[3], "advertisers", advertisers->str);
  save (argv[3], "tokens", seed.tokens->str);
  g_ptr_array_unref (seed.advertisers);
  g_string_free (seed.codes, TRUE);
  g_string_free (seed.tokens, TRUE);
  return 0;
}
