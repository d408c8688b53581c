/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-attention-words"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-attention-words.h"
#include "app/spark-event-words.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "app/spark-waiting-words.h"
#include "model/spark-rules.h"

/* Of a brand that is known its name is said, and not that of its ad account. */
static const char *
get_who (const SparkEvent *event)
{
  return event->brand.name != NULL ? event->brand.name : event->actor.name;
}

static char *
describe_refused (SparkAttentionItem *item)
{
  const SparkEvent *event = spark_event_item_get (spark_attention_item_get_event (item));
  SparkLinkItem *link = spark_attention_item_get_link (item);
  const SparkRef *whose = link != NULL ? &spark_link_item_get (link)->brand : NULL;
  const char *who = get_who (event);

  if (who == NULL)
    return g_strdup (_ ("Someone tried to use it. Refused."));
  if (whose != NULL && whose->name != NULL && g_strcmp0 (whose->id, event->brand.id) != 0)
    /* Translators: first who tried, then the brand a link was made for */
    return g_strdup_printf (_ ("%s tried %s’s link. Refused."), who, whose->name);
  if (event->link_id != NULL)
    /* Translators: %s: who tried */
    return g_strdup_printf (_ ("%s tried a link. Refused."), who);
  /* Translators: %s: who tried */
  return g_strdup_printf (_ ("%s tried the code. Refused."), who);
}

static char *
describe_unknown (SparkAttentionItem *item)
{
  SparkGrantItem *grant = spark_attention_item_get_grant (item);
  const SparkRef *guess = spark_attention_get_guess (item);
  g_autofree char *who = grant != NULL ? spark_phrase_brand (spark_grant_item_get (grant))
                                       : g_strdup (_ ("Someone"));

  if (guess != NULL)
    /* Translators: first "Someone" or the name of an ad account, then a brand */
    return g_strdup_printf (_ ("%s used the code. You gave it to %s."), who, guess->name);
  /* Translators: "Someone" or the name of an ad account */
  return g_strdup_printf (_ ("%s used the code. TikTok doesn’t say who it is."), who);
}

static char *
describe_asked (const SparkEvent *event)
{
  const char *who = get_who (event);
  g_autofree char *period = spark_phrase_period (event->detail.days);

  /* Translators: first a brand, then a period, such as "30 days" */
  return g_strdup_printf (_ ("%s asks for %s more"), who != NULL ? who : _ ("Someone"), period);
}

static gint64
get_end (SparkAttentionItem *item)
{
  const SparkGrant *grant = spark_grant_item_get (spark_attention_item_get_grant (item));

  return grant->ends_at != 0 ? grant->ends_at : grant->platform_ends_at;
}

static guint
count_days_since (gint64 ms)
{
  return ms != 0 ? (guint)(MAX (0, spark_time_now () - ms) / SPARK_DAY_MS) : 0;
}

char *
spark_attention_describe (SparkAttentionItem *item, SparkReplica *replica)
{
  SparkGrantItem *grant = spark_attention_item_get_grant (item);
  SparkCodeItem *code = spark_attention_item_get_code (item);
  SparkEventItem *event = spark_attention_item_get_event (item);
  g_autofree char *brand = grant != NULL ? spark_phrase_brand (spark_grant_item_get (grant)) : NULL;
  const char *who;

  switch (spark_attention_item_get_reason (item))
    {
    case SPARK_ATTENTION_REFUSED:
      return event != NULL ? describe_refused (item) : g_strdup ("");
    case SPARK_ATTENTION_ASKED:
      return event != NULL ? describe_asked (spark_event_item_get (event)) : g_strdup ("");
    case SPARK_ATTENTION_ADVERTISER:
      if (event == NULL)
        break;
      who = get_who (spark_event_item_get (event));
      /* Translators: %s: a brand */
      return g_strdup_printf (_ ("New ad account for %s"), who != NULL ? who : _ ("Someone"));
    case SPARK_ATTENTION_WAITING:
      return grant != NULL ? spark_waiting_describe (spark_grant_item_get (grant), replica)
                           : g_strdup ("");
    case SPARK_ATTENTION_UNKNOWN:
      return describe_unknown (item);
    case SPARK_ATTENTION_ENDING:
      if (grant != NULL)
        {
          g_autofree char *distance = spark_phrase_distance (get_end (item));

          /* Translators: first a brand, then "today", "in 5 days" */
          return g_strdup_printf (_ ("%s’s access ends %s"), brand, distance);
        }
      break;
    case SPARK_ATTENTION_UNUSED:
      if (code != NULL)
        {
          guint days = count_days_since (spark_code_item_get (code)->starts_at);

          return g_strdup_printf (ngettext ("Nobody has used the code for %'u day",
                                            "Nobody has used the code for %'u days", days),
                                  days);
        }
      break;
    }
  return g_strdup ("");
}

static char *
detail_refused (const SparkEvent *event)
{
  g_autofree char *moment = spark_format_moment (event->at);
  g_autofree char *when = spark_phrase_beginning (moment);
  g_autofree char *attempts = NULL;
  const char *reason = spark_event_describe_refusal (event->detail.reason);

  if (event->detail.count > 1)
    attempts = g_strdup_printf (
        ngettext ("%'d attempt", "%'d attempts", (gulong)event->detail.count), event->detail.count);
  return spark_phrase_facts ((const char *const[]){ when, attempts != NULL ? attempts : "",
                                                    reason != NULL ? reason : "", NULL });
}

static char *
detail_asked (SparkAttentionItem *item)
{
  SparkGrantItem *grant = spark_attention_item_get_grant (item);
  const SparkEvent *event = spark_event_item_get (spark_attention_item_get_event (item));
  g_autofree char *moment = spark_format_moment (event->at);
  g_autofree char *when = spark_phrase_beginning (moment);
  g_autofree char *day = NULL;
  g_autofree char *end = NULL;

  if (grant != NULL && get_end (item) != 0)
    {
      day = spark_phrase_day (get_end (item));
      /* Translators: %s: a day */
      end = g_strdup_printf (get_end (item) > spark_time_now () ? _ ("Until %s") : _ ("Ended %s"),
                             day);
    }
  return spark_phrase_facts ((const char *const[]){ when, end != NULL ? end : "", NULL });
}

static char *
detail_advertiser (const SparkEvent *event)
{
  g_autofree char *moment = spark_format_moment (event->at);
  g_autofree char *when = spark_phrase_beginning (moment);
  const SparkRef *advertiser = &event->detail.advertiser;
  /* Most are called as their brand is. */
  gboolean named = advertiser->name != NULL && g_strcmp0 (advertiser->name, get_who (event)) != 0;

  return spark_phrase_facts ((const char *const[]){
      when, named ? advertiser->name : "", advertiser->id != NULL ? advertiser->id : "", NULL });
}

static char *
detail_waiting (const SparkGrant *grant)
{
  g_autofree char *day = NULL;

  if (grant->platform_ends_at == 0)
    return g_strdup (_ ("TikTok has not confirmed the end yet"));
  day = spark_phrase_day_and_distance (grant->platform_ends_at);
  /* Translators: %s: a day and how far away it is */
  return g_strdup_printf (_ ("Still open on TikTok until %s"), day);
}

static char *
detail_unknown (SparkAttentionItem *item)
{
  SparkGrantItem *grant = spark_attention_item_get_grant (item);
  SparkCodeItem *code = spark_attention_item_get_code (item);
  g_autofree char *day = NULL;
  gint64 since = 0;

  if (grant != NULL)
    since = spark_grant_item_get (grant)->redeemed_at;
  if (since == 0 && code != NULL)
    since = spark_code_item_get (code)->used_at;
  if (since == 0)
    return g_strdup ("");
  day = spark_phrase_day (since);
  /* Translators: %s: a day */
  return g_strdup_printf (_ ("Since %s"), day);
}

char *
spark_attention_describe_detail (SparkAttentionItem *item)
{
  SparkGrantItem *grant = spark_attention_item_get_grant (item);
  SparkCodeItem *code = spark_attention_item_get_code (item);
  SparkEventItem *event = spark_attention_item_get_event (item);
  g_autofree char *day = NULL;

  switch (spark_attention_item_get_reason (item))
    {
    case SPARK_ATTENTION_REFUSED:
      return event != NULL ? detail_refused (spark_event_item_get (event)) : g_strdup ("");
    case SPARK_ATTENTION_ASKED:
      return event != NULL ? detail_asked (item) : g_strdup ("");
    case SPARK_ATTENTION_ADVERTISER:
      return event != NULL ? detail_advertiser (spark_event_item_get (event)) : g_strdup ("");
    case SPARK_ATTENTION_WAITING:
      return grant != NULL ? detail_waiting (spark_grant_item_get (grant)) : g_strdup ("");
    case SPARK_ATTENTION_UNKNOWN:
      return detail_unknown (item);
    case SPARK_ATTENTION_ENDING:
      if (grant == NULL)
        break;
      day = spark_phrase_day (get_end (item));
      /* Translators: %s: a day */
      return g_strdup_printf (_ ("Until %s"), day);
    case SPARK_ATTENTION_UNUSED:
      if (code == NULL)
        break;
      if (spark_code_item_get (code)->copied_for.name != NULL)
        {
          day = spark_phrase_distance (spark_code_item_get (code)->copied_at);
          /* Translators: first a brand, then "today", "2 days ago" */
          return g_strdup_printf (_ ("Copied for %s %s"),
                                  spark_code_item_get (code)->copied_for.name, day);
        }
      day = spark_phrase_day (spark_code_item_get (code)->ends_at);
      /* Translators: %s: a day */
      return g_strdup_printf (_ ("Works until %s"), day);
    }
  return g_strdup ("");
}

char *
spark_attention_describe_video (SparkAttentionItem *item)
{
  SparkVideoItem *video = spark_attention_item_get_video (item);

  return video != NULL ? spark_phrase_video (spark_video_item_get (video)) : g_strdup ("");
}

const char *
spark_attention_get_id (SparkAttentionItem *item)
{
  SparkVideoItem *video = spark_attention_item_get_video (item);
  SparkGrantItem *grant = spark_attention_item_get_grant (item);
  SparkCodeItem *code = spark_attention_item_get_code (item);
  SparkEventItem *event = spark_attention_item_get_event (item);

  if (video != NULL)
    return spark_video_item_get (video)->id;
  if (grant != NULL)
    return spark_grant_item_get (grant)->id;
  if (code != NULL)
    return spark_code_item_get (code)->id;
  return event != NULL ? spark_event_item_get (event)->id : NULL;
}

const SparkRef *
spark_attention_get_guess (SparkAttentionItem *item)
{
  SparkCodeItem *code = spark_attention_item_get_code (item);
  const SparkRef *guess = code != NULL ? &spark_code_item_get (code)->copied_for : NULL;

  return spark_attention_item_get_reason (item) == SPARK_ATTENTION_UNKNOWN && guess != NULL
                 && guess->id != NULL && guess->name != NULL
             ? guess
             : NULL;
}

const char *
spark_attention_get_icon_name (SparkAttention reason)
{
  switch (reason)
    {
    case SPARK_ATTENTION_REFUSED:
      return "action-unavailable-symbolic";
    case SPARK_ATTENTION_ASKED:
      return "appointment-new-symbolic";
    case SPARK_ATTENTION_ADVERTISER:
      return "contact-new-symbolic";
    case SPARK_ATTENTION_WAITING:
      return "media-playback-pause-symbolic";
    case SPARK_ATTENTION_UNKNOWN:
      return "avatar-default-symbolic";
    case SPARK_ATTENTION_ENDING:
      return "x-office-calendar-symbolic";
    case SPARK_ATTENTION_UNUSED:
      return "document-open-recent-symbolic";
    }
  return "dialog-warning-symbolic";
}
