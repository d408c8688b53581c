/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-batch-words"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-ads-words.h"
#include "app/spark-batch-row.h"
#include "app/spark-batch-words.h"
#include "app/spark-open-access.h"
#include "app/spark-phrases.h"
#include "app/spark-problem.h"
#include "app/spark-terms.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

#define MAX_NAMED 3 /* accounts */

static guint
count_objects (GPtrArray *parts)
{
  guint n = 0;

  for (guint i = 0; i < parts->len; i++)
    n += ((const SparkBatchPart *)g_ptr_array_index (parts, i))->ids->len;
  return n;
}

/* What is chosen is of one list: of videos, or of what brands may do with them. */
static gboolean
are_videos (SparkWindow *window, GPtrArray *parts)
{
  const SparkBatchPart *part = g_ptr_array_index (parts, 0);
  g_autoptr (SparkVideoItem) video
      = spark_replica_get_video (spark_acts_get_replica (window), g_ptr_array_index (part->ids, 0));

  return video != NULL;
}

char *
spark_batch_describe_act (SparkWindow *window, SparkBatchAct act, GPtrArray *parts)
{
  guint n = count_objects (parts);

  switch (act)
    {
    case SPARK_BATCH_ACT_GENERATE:
      return g_strdup_printf (
          ngettext ("Makes a code for %'u video.", "Makes a code for each of %'u videos.", n), n);
    case SPARK_BATCH_ACT_EXTEND:
      if (!are_videos (window, parts))
        return g_strdup_printf (ngettext ("Extends the access of %'u brand to a video.",
                                          "Extends access in %'u cases.", n),
                                n);
      return g_strdup_printf (ngettext ("Adds days to the code of %'u video.",
                                        "Adds days to the codes of %'u videos.", n),
                              n);
    case SPARK_BATCH_ACT_REVOKE:
      return g_strdup_printf (
          ngettext ("Ends the access of %'u brand to a video.", "Ends access in %'u cases.", n), n);
    case SPARK_BATCH_ACT_IMPORT:
    case SPARK_BATCH_ACT_DELETE:
      break;
    }
  g_return_val_if_reached (g_strdup (""));
}

static gboolean
is_tracked (SparkWindow *window, const char *account_id)
{
  g_autoptr (SparkAccountItem) item = spark_acts_get_account (window, account_id);

  return item != NULL && spark_account_item_get (item)->platform == SPARK_PLATFORM_TRACKED;
}

char *
spark_batch_describe_brand (SparkWindow *window, const SparkBrand *brand, GPtrArray *ids)
{
  guint n = spark_open_access_count_videos (spark_acts_get_replica (window), ids);

  return g_strdup_printf (
      /* Translators: TikTok still lets the brand */
      is_tracked (window, brand->account_id)
          ? ngettext ("You say that %s may no longer use %'u video in ads.",
                      "You say that %s may no longer use %'u videos in ads.", n)
          : ngettext ("%s can no longer use %'u video in ads.",
                      "%s can no longer use %'u videos in ads.", n),
      brand->name, n);
}

char *
spark_batch_describe_chosen (GPtrArray *parts, const SparkBatchLeftOut *left_out)
{
  guint n = parts->len;
  guint n_with_code = left_out->n_with_code;
  guint n_refused = left_out->n_refused;
  guint n_ended = left_out->n_ended;
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);

  if (n > 1)
    g_ptr_array_add (
        said, g_strdup_printf (
                  ngettext ("They belong to %'u account.", "They belong to %'u accounts.", n), n));
  if (n_with_code > 0)
    {
      /* Translators: how many have a code, of how many one was to be made for */
      char *sentence = g_strdup_printf (ngettext ("%'u of %'u already has a code.",
                                                  "%'u of %'u already have a code.", n_with_code),
                                        n_with_code, count_objects (parts) + n_with_code);

      g_ptr_array_add (said, sentence);
    }
  if (n_ended > 0)
    g_ptr_array_add (
        said, g_strdup_printf (ngettext ("%'u more that you selected is left out: its access has "
                                         "ended, or is being revoked.",
                                         "%'u more that you selected are left out: their access "
                                         "has ended, or is being revoked.",
                                         n_ended),
                               n_ended));
  if (n_refused > 0)
    g_ptr_array_add (
        said,
        g_strdup_printf (
            ngettext ("%'u more that you selected is left out: your role in its account doesn’t "
                      "allow it.",
                      "%'u more that you selected are left out: your role in their accounts "
                      "doesn’t allow it.",
                      n_refused),
            n_refused));
  g_ptr_array_add (said, NULL);
  return g_strjoinv (" ", (char **)said->pdata);
}

/* How @part is called among others */
static const char *
get_name (const SparkBatchPart *part)
{
  return part->name != NULL ? part->name : part->account_id;
}

/* (transfer full): as many as can be read at a glance, and how many more there are */
static char *
join_names (GPtrArray *names)
{
  guint n = names->len <= MAX_NAMED ? names->len : MAX_NAMED - 1;
  guint others = names->len - n;
  char *joined = g_strdup (g_ptr_array_index (names, 0));

  for (guint i = 1; i < n; i++)
    {
      g_autofree char *before = joined;

      /* Translators: both are names of accounts: "Ada, Ben" */
      joined = g_strdup_printf (C_ ("names", "%s, %s"), before,
                                (const char *)g_ptr_array_index (names, i));
    }
  if (others > 0)
    {
      g_autofree char *before = joined;

      /* Translators: names of accounts, and how many more there are: "Ada, Ben and 12 more" */
      joined = g_strdup_printf (ngettext ("%s and %'u more", "%s and %'u more", others), before,
                                others);
    }
  return joined;
}

/* (transfer full) (nullable): there are none */
static char *
name_accounts (SparkWindow *window, GPtrArray *parts, gboolean tracked)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < parts->len; i++)
    {
      const SparkBatchPart *part = g_ptr_array_index (parts, i);

      if (is_tracked (window, part->account_id) == tracked)
        g_ptr_array_add (names, (gpointer)get_name (part));
    }
  return names->len > 0 ? join_names (names) : NULL;
}

/* @accounts: named where there are others */
static char *
say_of (const char *accounts, gboolean others, const char *sentences)
{
  /* Translators: names of accounts, then whole sentences about them */
  return others
             ? g_strdup_printf (C_ ("accounts and what holds there", "%s: %s"), accounts, sentences)
             : g_strdup (sentences);
}

/* What holds for all, where Sparkbox does it, and where it only notes it. @all and @done are
 * (nullable). */
static char *
describe_kinds (SparkWindow *window, GPtrArray *parts, const char *all, const char *done,
                const char *noted)
{
  g_autofree char *doing = name_accounts (window, parts, FALSE);
  g_autofree char *noting = name_accounts (window, parts, TRUE);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  if (all != NULL)
    g_ptr_array_add (lines, g_strdup (all));
  if (doing != NULL && done != NULL)
    g_ptr_array_add (lines, say_of (doing, noting != NULL, done));
  if (noting != NULL)
    g_ptr_array_add (lines, say_of (noting, doing != NULL, noted));
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **)lines->pdata);
}

/* What a revoke stops and what it leaves, where Sparkbox does it. (transfer full) */
static char *
describe_revoke (const SparkBatchFacts *facts)
{
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  char *paused = spark_ads_describe_end ((int)MIN (facts->ads_paused, G_MAXINT), TRUE);
  char *asked = spark_ads_describe_end ((int)MIN (facts->ads_asked, G_MAXINT), FALSE);

  if (paused != NULL)
    g_ptr_array_add (said, paused);
  if (asked != NULL)
    g_ptr_array_add (said, asked);
  if (facts->ads_unknown || !facts->complete)
    g_ptr_array_add (said,
                     g_strdup (_ ("Ads that run on it are stopped as far as TikTok allows.")));
  g_ptr_array_add (said, g_strdup (_ ("The codes themselves still work for others who have them. "
                                      "Views and likes that ads brought stay.")));
  g_ptr_array_add (said, NULL);
  return g_strjoinv (" ", (char **)said->pdata);
}

char *
spark_batch_describe_ends (const SparkBatchFacts *facts, guint days)
{
  gint64 now = spark_time_now ();
  gint64 first = MAX (now, facts->first_end) + days * SPARK_DAY_MS;
  gint64 last = MAX (now, facts->last_end) + days * SPARK_DAY_MS;
  g_autofree char *first_day = NULL;
  g_autofree char *last_day = NULL;

  if (facts->first_end == 0)
    return NULL;
  first_day = spark_phrase_day (first);
  last_day = spark_phrase_day (last);
  if (g_str_equal (first_day, last_day))
    return spark_phrase_full_day_and_distance (first);
  /* Translators: both are days, of the first and of the last of several ends */
  return g_strdup_printf (_ ("Between %s and %s"), first_day, last_day);
}

char *
spark_batch_describe_others (const SparkBatchFacts *facts)
{
  if (facts->n_others == 0)
    return NULL;
  /* Translators: a case is what one brand may do with one video */
  return g_strdup_printf (
      ngettext ("The same codes give access in %'u more case, which is extended with them.",
                "The same codes give access in %'u more cases, which are extended with them.",
                facts->n_others),
      facts->n_others);
}

char *
spark_batch_describe_consequence (SparkWindow *window, SparkBatchAct act, GPtrArray *parts,
                                  const SparkBatchFacts *facts)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *revoke = NULL;

  switch (act)
    {
    case SPARK_BATCH_ACT_GENERATE:
      error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT, "");
      return describe_kinds (
          window, parts,
          _ ("Generating turns on ad authorization: brands you give a code to can run that video "
             "as a Spark Ad, and while it is on you can’t make the video private or edit its "
             "caption. Videos that have a code already are left as they are."),
          NULL, spark_problem_sentence (error));
    case SPARK_BATCH_ACT_EXTEND:
      return describe_kinds (
          window, parts,
          are_videos (window, parts)
              ? _ ("The period belongs to the video: what is longer for one brand is longer for "
                   "every brand that uses it.")
              : _ ("The period belongs to the video: what is longer for one brand is longer for "
                   "every brand that uses it. A video that is in several of these cases is "
                   "extended once."),
          NULL, spark_terms_get_extension_by_hand ());
    case SPARK_BATCH_ACT_REVOKE:
      revoke = describe_revoke (facts);
      return describe_kinds (
          window, parts, NULL, revoke,
          _ ("Sparkbox notes it. To end it on TikTok, ask the brand to remove the video, or turn "
             "off ad authorization in the TikTok app."));
    case SPARK_BATCH_ACT_IMPORT:
    case SPARK_BATCH_ACT_DELETE:
      break;
    }
  g_return_val_if_reached (g_strdup (""));
}

char *
spark_batch_describe_disconnected (SparkWindow *window, GPtrArray *parts)
{
  char *sentence = NULL;

  for (guint i = 0; i < parts->len && sentence == NULL; i++)
    {
      const SparkBatchPart *part = g_ptr_array_index (parts, i);

      sentence = spark_acts_describe_disconnected (window, part->account_id);
    }
  return sentence;
}

/* @number: (transfer full) */
static void
add_number (char **text, char *number)
{
  g_autofree char *before = *text;
  g_autofree char *owned_number = number;

  /* Translators: both are numbers of things: "12 done, 2 failed" */
  *text = g_strdup_printf (C_ ("numbers", "%s, %s"), before, owned_number);
}

char *
spark_batch_describe_progress (const SparkBatch *sum)
{
  guint done = sum->done - MIN (sum->done, sum->failed + sum->skipped);
  char *text;

  if (sum->state == SPARK_BATCH_STATE_RUNNING || sum->state == SPARK_BATCH_STATE_FAILED)
    /* Translators: how many are done of how many */
    text = g_strdup_printf (_ ("%'u of %'u done"), done, sum->total);
  else if (sum->state == SPARK_BATCH_STATE_STOPPED)
    /* Translators: how many are done of how many */
    text = g_strdup_printf (_ ("Stopped: %'u of %'u done"), done, sum->total);
  else
    text = g_strdup_printf (ngettext ("%'u done", "%'u done", done), done);
  if (sum->failed > 0)
    add_number (&text,
                g_strdup_printf (ngettext ("%'u failed", "%'u failed", sum->failed), sum->failed));
  if (sum->skipped > 0)
    add_number (&text, g_strdup_printf (ngettext ("%'u already has a code",
                                                  "%'u already have a code", sum->skipped),
                                        sum->skipped));
  if (sum->state == SPARK_BATCH_STATE_STOPPED && sum->total > sum->done)
    add_number (&text, g_strdup_printf (ngettext ("%'u not begun", "%'u not begun",
                                                  sum->total - sum->done),
                                        sum->total - sum->done));
  return text;
}

char *
spark_batch_describe_failures (GPtrArray *parts)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < parts->len; i++)
    {
      const SparkBatchPart *part = g_ptr_array_index (parts, i);

      if (part->is_shown && !part->is_next && part->refusal == NULL && part->batch_id != NULL
          && part->state == SPARK_BATCH_STATE_FAILED)
        g_ptr_array_add (lines, say_of (get_name (part), parts->len > 1,
                                        spark_batch_describe_problem (part->problem)));
    }
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **)lines->pdata);
}
