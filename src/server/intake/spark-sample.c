/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-intake"

#include "config.h"

#include "server/intake/spark-sample-history.h"
#include "server/intake/spark-sample-private.h"

/* Rows of the first transaction, whose statements are yet to be prepared; how many follow depends on how
 * long it took. */
#define ROWS 8

const SparkActor spark_sample_creator = { SPARK_ACTOR_CREATOR, NULL, NULL, NULL };

static void
sample_init (SparkSample *sample, guint videos)
{
  *sample = (SparkSample){ .n = videos, .pace = { .rows = ROWS } };
  sample->videos = g_new0 (char *, videos);
  sample->codes = g_new0 (char *, videos);
  sample->links = g_new0 (char *, videos);
  sample->grants = g_new0 (char *, videos);
  sample->ads = g_array_new (FALSE, FALSE, sizeof (SparkAdKey));
}

static void
sample_clear (SparkSample *sample)
{
  if (sample->n == 0)
    return;
  for (guint i = 0; i < sample->n; i++)
    {
      g_free (sample->videos[i]);
      g_free (sample->codes[i]);
      g_free (sample->links[i]);
      g_free (sample->grants[i]);
    }
  for (guint i = 0; i < SPARK_SAMPLE_BRANDS; i++)
    g_free (sample->advertisers[i]);
  for (guint i = 0; i < 3 * sample->kept.n; i++)
    g_free (sample->kept.ids[i]);
  g_free (sample->kept.ids);
  g_free (sample->videos);
  g_free (sample->codes);
  g_free (sample->links);
  g_free (sample->grants);
  g_free (sample->account);
  g_array_unref (sample->ads);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkSample, sample_clear)

void
spark_sample_travel (SparkSample *sample, double ago)
{
  spark_tx_set_now (sample->tx, sample->now - (gint64)(ago * SPARK_DAY_MS));
}

/* The oldest first. */
static gboolean
add_videos (SparkSample *sample, GError **error)
{
  for (guint i = sample->end; i-- > sample->first;)
    {
      double ago = spark_sample_published_ago (i, sample->n);
      gint64 published_at = (sample->now - (gint64)(ago * SPARK_DAY_MS)) / 1000 * 1000;
      g_autofree char *caption = spark_sample_caption (i);
      /* As at TikTok, the upper half of an id is the second of its making. */
      g_autofree char *item_id = g_strdup_printf (
          "%" G_GINT64_FORMAT, ((published_at / 1000) << 32) | (guint32)((i + 1) * 40503u));
      g_autofree char *share_url
          = g_strdup_printf ("https://www.tiktok.com/@sparkbox.sample/video/%s", item_id);
      SparkVideoFacts facts = {
        .item_id = item_id, .caption = caption, .share_url = share_url, .published_at = published_at
      };
      SparkUpsert upsert;

      spark_sample_facts (i, &facts);
      g_clear_pointer (&sample->videos[i], g_free);
      spark_sample_travel (sample, ago);
      if (!spark_ledger_upsert_video (sample->tx, &spark_sample_creator, sample->account, &facts,
                                      TRUE, &sample->videos[i], &upsert, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
begin (SparkSample *sample, GError **error)
{
  sample->now = spark_tx_now (sample->tx);
  g_clear_pointer (&sample->account, g_free);
  spark_sample_travel (sample, spark_sample_published_ago (sample->n, sample->n));
  return spark_ledger_add_account (sample->tx, &spark_sample_creator, SPARK_PLATFORM_SANDBOX,
                                   "Sample", "sparkbox.sample", &sample->account, error)
         && spark_ledger_close_for_now (sample->tx, sample->account, sample->now + SPARK_MAKING_MS,
                                        error);
}

static gboolean
keep_history (SparkSample *sample, GError **error)
{
  spark_tx_set_now (sample->tx, sample->now);
  for (guint i = sample->first; i < sample->end; i++)
    if (!spark_sample_keep_history (sample->tx, sample->videos[i], error))
      return FALSE;
  return TRUE;
}

/* --- in portions --- */

typedef struct
{
  SparkSample *sample;
  gboolean (*part) (SparkSample *sample, GError **error);
} Part;

static gboolean
run_part (SparkTx *tx, gpointer data, GError **error)
{
  Part *part = data;
  SparkSample *sample = part->sample;

  sample->tx = tx;
  return (part->part == begin
          || spark_ledger_close_for_now (tx, sample->account, spark_tx_now (tx) + SPARK_MAKING_MS,
                                         error))
         && part->part (sample, error);
}

static gboolean
write_part (SparkStore *store, SparkSample *sample, gboolean (*part) (SparkSample *, GError **),
            GError **error)
{
  SparkPace pace = sample->pace;
  gboolean ok = spark_store_write_paced (store, run_part, &(Part){ sample, part }, &pace, error);

  sample->pace = pace;
  return ok;
}

static gboolean
write_videos (SparkStore *store, SparkSample *sample, gboolean (*part) (SparkSample *, GError **),
              GError **error)
{
  sample->pace.rows = ROWS;
  for (sample->end = sample->n; sample->end > 0; sample->end = sample->first)
    {
      sample->first = sample->end > sample->pace.rows ? sample->end - sample->pace.rows : 0;
      if (!write_part (store, sample, part, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_steps (SparkStore *store, SparkSample *sample, GError **error)
{
  if (!write_part (store, sample, spark_sample_begin_steps, error))
    return FALSE;
  sample->pace.rows = 1; /* each may be a day of all ads */
  for (spark_sample_keep_steps (sample); !sample->steps_taken; spark_sample_keep_steps (sample))
    if (!write_part (store, sample, spark_sample_take_steps, error))
      return FALSE;
  return TRUE;
}

static gboolean
run_take_back (SparkTx *tx, gpointer account, GError **error)
{
  return spark_ledger_delete_account (tx, &spark_sample_creator, account, error);
}

gboolean
spark_sample_make (SparkStore *store, guint videos, char **id, GError **error)
{
  g_auto (SparkSample) sample = { 0 };

  g_return_val_if_fail (videos > 0 && videos <= SPARK_SAMPLE_MAX_VIDEOS, FALSE);
  sample_init (&sample, videos);
  if (!write_part (store, &sample, begin, error))
    return FALSE;
  if (!write_videos (store, &sample, add_videos, error) || !write_steps (store, &sample, error)
      || !write_videos (store, &sample, keep_history, error))
    {
      spark_store_write (store, run_take_back, sample.account, NULL);
      return FALSE;
    }
  *id = g_steal_pointer (&sample.account);
  return TRUE;
}

static gboolean
run_open (SparkTx *tx, gpointer account, GError **error)
{
  return spark_ledger_open_account (tx, account, error);
}

gboolean
spark_sample_write (SparkStore *store, guint videos, char **id, GError **error)
{
  g_autofree char *account = NULL;

  if (!spark_sample_make (store, videos, &account, error)
      || !spark_store_write (store, run_open, account, error))
    return FALSE;
  *id = g_steal_pointer (&account);
  return TRUE;
}
