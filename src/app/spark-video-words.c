/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-video-words"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "app/spark-roles.h"
#include "app/spark-video-words.h"
#include "model/spark-rules.h"

#define ENDING_MS  (14 * SPARK_DAY_MS)
#define EXPIRED_MS (30 * SPARK_DAY_MS)

static gboolean
is_live (const SparkVideo *video)
{
  return video->authorization.state == SPARK_AUTHORIZATION_READY
         || video->authorization.state == SPARK_AUTHORIZATION_IN_USE;
}

static gboolean
is_stopped (const SparkVideo *video)
{
  return !video->eligible || spark_blockers_stop (video->blockers);
}

SparkVideoAct
spark_video_get_act (const SparkVideo *video, const SparkAccount *account)
{
  if (account == NULL || !spark_roles_may (account, "win.generate"))
    return SPARK_VIDEO_ACT_NONE;
  if (is_live (video))
    return SPARK_VIDEO_ACT_COPY;
  if (video->authorization.state == SPARK_AUTHORIZATION_PENDING || is_stopped (video))
    return SPARK_VIDEO_ACT_NONE;
  return account->platform == SPARK_PLATFORM_TRACKED ? SPARK_VIDEO_ACT_ADD_CODE
                                                     : SPARK_VIDEO_ACT_GENERATE;
}

gboolean
spark_video_has_code (const SparkVideo *video)
{
  gint64 end = video->authorization.ends_at;

  return (is_live (video) || video->authorization.state == SPARK_AUTHORIZATION_PENDING)
         && (end == 0 || end > spark_time_now ());
}

char *
spark_video_describe_chip (const SparkVideo *video, const char **style)
{
  gint64 end = video->authorization.ends_at;
  gint64 now = spark_time_now ();
  guint grants = video->authorization.grants;

  if (is_stopped (video))
    {
      *style = "error";
      return g_strdup (C_ ("video", "Problem"));
    }
  if (is_live (video) && end > now && end - now < ENDING_MS)
    {
      g_autofree char *distance = spark_phrase_distance (end);

      *style = "warning";
      /* Translators: %s: "today", "tomorrow" or "in 5 days" */
      return g_strdup_printf (C_ ("video", "Ends %s"), distance);
    }
  switch (video->authorization.state)
    {
    case SPARK_AUTHORIZATION_IN_USE:
      *style = "success";
      if (grants == 0)
        return g_strdup (C_ ("video", "In use"));
      /* Translators: %u: number of brands */
      return g_strdup_printf (ngettext ("In use by %'u", "In use by %'u", grants), grants);
    case SPARK_AUTHORIZATION_READY:
      *style = "accent";
      return g_strdup (C_ ("video", "Code ready"));
    case SPARK_AUTHORIZATION_PENDING:
      *style = "dim";
      return g_strdup (C_ ("video", "Waiting for TikTok"));
    case SPARK_AUTHORIZATION_EXPIRED:
      *style = "dim";
      return end != 0 && now - end < EXPIRED_MS ? g_strdup (C_ ("video", "Expired")) : NULL;
    case SPARK_AUTHORIZATION_OFF:
      return NULL;
    }
  return NULL;
}

/* A count in short is spoken as the thousands it shows: "7.2K" is no seven of anything. */
static gulong
plural_of (gint64 count)
{
  return count < 1000 ? (gulong)count : 1000;
}

char *
spark_video_describe_facts (const SparkVideo *video)
{
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func (g_free);

  if (video->published_at != 0)
    g_ptr_array_add (facts, spark_phrase_day (video->published_at));
  if (video->total.views >= 0)
    {
      g_autofree char *count = spark_format_count (video->total.views);

      /* Translators: %s: a count in short: "1.2K" */
      g_ptr_array_add (
          facts, g_strdup_printf (ngettext ("%s view", "%s views", plural_of (video->total.views)),
                                  count));
    }
  if (video->total.likes >= 0)
    {
      g_autofree char *count = spark_format_count (video->total.likes);

      /* Translators: %s: a count in short: "1.2K" */
      g_ptr_array_add (
          facts, g_strdup_printf (ngettext ("%s like", "%s likes", plural_of (video->total.likes)),
                                  count));
    }
  g_ptr_array_add (facts, NULL);
  return spark_phrase_facts ((const char *const *)facts->pdata);
}

char *
spark_video_describe_paid_views (gint64 views)
{
  g_autofree char *count = spark_format_count (views);

  /* Translators: %s: a count in short: "1.2K". What the ads of one brand won */
  return g_strdup_printf (ngettext ("%s view from ads", "%s views from ads", plural_of (views)),
                          count);
}

char *
spark_video_describe_terms (guint days)
{
  g_autofree char *period = spark_phrase_period (days);
  g_autofree char *day = spark_phrase_day (spark_time_now () + days * SPARK_DAY_MS);

  /* Translators: first a period, then a day: "30 days, until Wed 23 Dec" */
  return g_strdup_printf (_ ("%s, until %s"), period, day);
}

char **
spark_video_describe_problems (const SparkVideo *video)
{
  static const struct
  {
    SparkBlockers blocker;
    const char *sentence;
  } problems[] = {
    { SPARK_BLOCKER_DELETED, N_ ("The video was deleted on TikTok.") },
    { SPARK_BLOCKER_REMOVED, N_ ("TikTok’s moderators removed the video.") },
    { SPARK_BLOCKER_PRIVATE,
      N_ ("Only you or your friends can see the video. Make it public in the TikTok app.") },
    { SPARK_BLOCKER_UNDER_REVIEW,
      N_ ("TikTok is still reviewing the video. Try again when it is public.") },
    { SPARK_BLOCKER_STORY, N_ ("Stories can’t be used as Spark Ads.") },
    { SPARK_BLOCKER_SOUND, N_ ("Its sound is not cleared for advertising.") },
    { SPARK_BLOCKER_DUET, N_ ("It is a duet: the brand needs the other creator’s code too.") },
    { SPARK_BLOCKER_STITCH, N_ ("It is a stitch: the brand needs the other creator’s code too.") },
  };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (problems); i++)
    if (video->blockers & problems[i].blocker)
      g_strv_builder_add (builder, _ (problems[i].sentence));
  if (!video->eligible && !spark_blockers_stop (video->blockers))
    g_strv_builder_add (builder, _ ("TikTok does not accept the video for Spark Ads now."));
  return g_strv_builder_end (builder);
}
