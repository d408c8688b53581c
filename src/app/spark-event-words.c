/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-event-words"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-event-words.h"
#include "app/spark-phrases.h"

static const char *
get_brand (const SparkEvent *event)
{
  if (event->brand.name != NULL)
    return event->brand.name;
  if (event->actor.kind == SPARK_ACTOR_BRAND && event->actor.name != NULL)
    return event->actor.name;
  if (event->detail.advertiser.name != NULL)
    return event->detail.advertiser.name;
  /* Translators: a brand that is not known by name */
  return _ ("Someone");
}

/* What only one brand's name completes; NULL for the types that are said otherwise. */
static const char *
get_brand_format (SparkEventType type)
{
  static const struct
  {
    SparkEventType type;
    const char *format;
  } formats[] = {
    /* Translators: in all of these, %s: name of a brand, or "Someone" */
    { SPARK_EVENT_LINK_CREATED, N_ ("Link made for %s") },
    { SPARK_EVENT_LINK_WITHDRAWN, N_ ("Link for %s withdrawn") },
    { SPARK_EVENT_LINK_EXPIRED, N_ ("Link for %s expired") },
    { SPARK_EVENT_GRANT_AUTHORIZED, N_ ("%s used the code") },
    { SPARK_EVENT_GRANT_EXPIRED, N_ ("Access of %s ended") },
    { SPARK_EVENT_GRANT_REVOKING, N_ ("Revoke of %s’s access begun") },
    { SPARK_EVENT_GRANT_REVOKED, N_ ("Access of %s revoked") },
    { SPARK_EVENT_GRANT_GIVEN_AGAIN, N_ ("%s got access again") },
    { SPARK_EVENT_GRANT_EXTENDED, N_ ("Access of %s extended") },
    { SPARK_EVENT_GRANT_UNBOUND, N_ ("%s gave up its access") },
    { SPARK_EVENT_REDEMPTION_REFUSED, N_ ("%s tried to use it and was refused") },
    { SPARK_EVENT_ADVERTISER_NEW, N_ ("New ad account for %s") },
    { SPARK_EVENT_BRAND_ADDED, N_ ("%s added to your brands") },
    { SPARK_EVENT_BRAND_CHANGED, N_ ("%s changed") },
    { SPARK_EVENT_EXTENSION_REQUESTED, N_ ("%s asks you to extend") },
    { SPARK_EVENT_AD_STARTED, N_ ("%s started a Spark Ad") },
    { SPARK_EVENT_AD_STOPPED, N_ ("A Spark Ad of %s stopped") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].type == type)
      return _ (formats[i].format);
  return NULL;
}

/* (transfer full) (nullable): whose doing it is, where that is known by name */
static char *
name_actor (const SparkEvent *event)
{
  if (event->actor.kind == SPARK_ACTOR_SYSTEM)
    return NULL;
  if (event->actor.name != NULL)
    return spark_phrase_name (event->actor.name);
  /* Translators: whoever acts for the creator and is not known by name: begins a sentence, and
   * stands where a person’s name does */
  return event->actor.kind == SPARK_ACTOR_CREATOR ? g_strdup (_ ("The creator’s side")) : NULL;
}

/* What the creator's side says of a brand; NULL for the types that are something else. */
static char *
describe_said (const SparkEvent *event, const char *brand)
{
  static const struct
  {
    SparkEventType type;
    const char *yours;
    const char *format;
  } formats[] = {
    /* Translators: in all of these, %s: name of a brand, or "Someone"; where there are two, the
     * first one is the name of a person */
    { SPARK_EVENT_GRANT_NOTED, N_ ("You noted that %s used the code"),
      N_ ("%s noted that %s used the code") },
    { SPARK_EVENT_GRANT_ATTRIBUTED, N_ ("You said that it was %s"), N_ ("%s said that it was %s") },
    { SPARK_EVENT_GRANT_END_NOTED, N_ ("You noted that the access of %s has ended"),
      N_ ("%s noted that the access of %s has ended") },
    { SPARK_EVENT_ADVERTISER_CONFIRMED, N_ ("You confirmed the ad account of %s"),
      N_ ("%s confirmed the ad account of %s") },
    { SPARK_EVENT_ADVERTISER_REFUSED, N_ ("You refused the ad account for %s"),
      N_ ("%s refused the ad account for %s") },
  };
  g_autofree char *who = event->actor.you ? NULL : name_actor (event);

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].type == event->type)
      {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        return who != NULL ? g_strdup_printf (_ (formats[i].format), who, brand)
                           : g_strdup_printf (_ (formats[i].yours), brand);
#pragma GCC diagnostic pop
      }
  return NULL;
}

static char *
describe_platform_refused (const SparkEvent *event)
{
  g_autofree char *who = name_actor (event);

  if (event->actor.you)
    return g_strdup (_ ("TikTok refused what you asked for"));
  if (who == NULL || event->actor.name == NULL)
    return g_strdup (_ ("TikTok refused what was asked for"));
  /* Translators: %s: name of a person or brand */
  return g_strdup_printf (_ ("TikTok refused what %s asked for"), who);
}

static const char *
get_plain (SparkEventType type)
{
  static const struct
  {
    SparkEventType type;
    const char *text;
  } texts[] = {
    { SPARK_EVENT_ACCOUNT_ADDED, N_ ("Account added") },
    { SPARK_EVENT_VIDEO_ADDED, N_ ("Video added") },
    { SPARK_EVENT_VIDEOS_IMPORTED, N_ ("Videos imported") },
    { SPARK_EVENT_CODE_GENERATED, N_ ("Code generated") },
    { SPARK_EVENT_CODE_ADDED, N_ ("TikTok code added") },
    { SPARK_EVENT_CODE_USED, N_ ("Code used; TikTok doesn’t say by whom") },
    { SPARK_EVENT_CODE_EXTENDED, N_ ("Code extended") },
    { SPARK_EVENT_CODE_REPLACED, N_ ("Code replaced") },
    { SPARK_EVENT_CODE_DELETED, N_ ("Code deleted") },
    { SPARK_EVENT_CODE_EXPIRED, N_ ("Code expired") },
    { SPARK_EVENT_AUTHORIZATION_OFF, N_ ("Ad authorization turned off") },
    { SPARK_EVENT_ACCOUNT_CONNECTED, N_ ("Connected to TikTok") },
    { SPARK_EVENT_ACCOUNT_DISCONNECTED, N_ ("Disconnected from TikTok") },
    { SPARK_EVENT_CONNECTION_LOST, N_ ("The connection to TikTok was lost") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i].type == type)
      return _ (texts[i].text);
  return NULL;
}

char *
spark_event_describe (const SparkEvent *event)
{
  const char *format = get_brand_format (event->type);
  g_autofree char *brand = spark_phrase_name (get_brand (event));
  g_autofree char *said = describe_said (event, brand);
  const char *plain;

  if (said != NULL)
    return g_steal_pointer (&said);
  if (event->type == SPARK_EVENT_PLATFORM_REFUSED)
    return describe_platform_refused (event);
  if (event->type == SPARK_EVENT_CODE_COPIED)
    return event->brand.name != NULL
               /* Translators: %s: name of a brand */
               ? g_strdup_printf (_ ("Code copied for %s"), event->brand.name)
               : g_strdup (_ ("Code copied"));
  if (event->type == SPARK_EVENT_CODE_USED && event->brand.name != NULL)
    format = get_brand_format (SPARK_EVENT_GRANT_AUTHORIZED);
  if (format != NULL)
    {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      return g_strdup_printf (format, brand);
#pragma GCC diagnostic pop
    }
  plain = get_plain (event->type);
  /* A newer server may tell of what this version does not know. */
  return g_strdup (plain != NULL ? plain : _ ("Something changed"));
}

const char *
spark_event_describe_refusal (const char *reason)
{
  static const struct
  {
    const char *nick;
    const char *text;
  } reasons[] = {
    { "access_revoked", N_ ("Its access was revoked") },
    { "code_deleted", N_ ("The code was deleted") },
    { "code_expired", N_ ("The code has ended") },
    { "link_for_other_brand", N_ ("The link was made for another brand") },
    { "link_expired", N_ ("The link has ended") },
    { "link_withdrawn", N_ ("The link was withdrawn") },
    { "link_used", N_ ("The link was used before") },
    { "platform_cannot", N_ ("TikTok allows this only in its own app") },
    { "platform_waiting", N_ ("TikTok had not made the code yet") },
    { "video_not_eligible", N_ ("The video can’t be used in ads") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_strcmp0 (reason, reasons[i].nick) == 0)
      return _ (reasons[i].text);
  return NULL;
}

static char *
describe_refused (const SparkEvent *event)
{
  const char *reason = spark_event_describe_refusal (event->detail.reason);
  g_autofree char *attempts = NULL;

  if (event->detail.count > 1)
    attempts = g_strdup_printf (
        ngettext ("%'d attempt", "%'d attempts", (gulong)event->detail.count), event->detail.count);
  return spark_phrase_facts ((const char *const[]){ attempts != NULL ? attempts : "",
                                                    reason != NULL ? reason : "", NULL });
}

static char *
describe_ended (const SparkEvent *event)
{
  const char *text = event->detail.note;

  if (event->type == SPARK_EVENT_GRANT_REVOKED && event->actor.kind == SPARK_ACTOR_CREATOR
      && event->detail.reason != NULL)
    text = event->detail.reason;
  return g_strdup (text != NULL ? text : "");
}

/* Many an ad account has the name of its brand, which is told already. */
static char *
describe_advertiser (const SparkEvent *event)
{
  const SparkRef *advertiser = &event->detail.advertiser;
  const char *text = advertiser->name;

  if (text == NULL || g_strcmp0 (text, event->brand.name) == 0)
    text = advertiser->id;
  return g_strdup (text != NULL ? text : "");
}

char *
spark_event_describe_detail (const SparkEvent *event)
{
  g_autofree char *period
      = event->detail.days > 0 ? spark_phrase_period (event->detail.days) : NULL;
  g_autofree char *day
      = event->detail.ends_at > 0 ? spark_phrase_day (event->detail.ends_at) : NULL;

  /* When it would have ended is no longer when it ends. */
  if (event->type == SPARK_EVENT_GRANT_REVOKED || event->type == SPARK_EVENT_GRANT_END_NOTED
      || event->type == SPARK_EVENT_GRANT_UNBOUND)
    return describe_ended (event);
  if (event->type == SPARK_EVENT_CODE_EXTENDED && period != NULL && day != NULL)
    /* Translators: first a period, then a day: "30 days more, until Wed 23 Dec" */
    return g_strdup_printf (_ ("%s more, until %s"), period, day);
  if (event->type == SPARK_EVENT_EXTENSION_REQUESTED && period != NULL)
    /* Translators: %s: a period: "By 30 days" */
    return g_strdup_printf (_ ("By %s"), period);
  if (period != NULL && day != NULL)
    /* Translators: first a period, then a day: "30 days, until Wed 23 Dec" */
    return g_strdup_printf (_ ("%s, until %s"), period, day);
  if (day != NULL)
    /* Translators: %s: a day */
    return g_strdup_printf (_ ("Until %s"), day);
  if (event->type == SPARK_EVENT_REDEMPTION_REFUSED)
    return describe_refused (event);
  if (event->type == SPARK_EVENT_ADVERTISER_NEW)
    return describe_advertiser (event);
  return g_strdup (event->detail.note != NULL ? event->detail.note : "");
}

static char *
describe_creator (const SparkEvent *event)
{
  const char *from = event->actor.from;
  g_autofree char *who = event->actor.you ? NULL : name_actor (event);

  if (who == NULL)
    /* Translators: %s: name of the device or app that was used */
    return from != NULL ? g_strdup_printf (_ ("You, from %s"), from) : g_strdup (_ ("You"));
  if (from == NULL)
    return g_steal_pointer (&who);
  /* Translators: name of a person, then of the device or app that was used: "Ben, from Laptop" */
  return g_strdup_printf (_ ("%s, from %s"), who, from);
}

char *
spark_event_describe_actor (const SparkEvent *event)
{
  switch (event->actor.kind)
    {
    case SPARK_ACTOR_CREATOR:
      return describe_creator (event);
    case SPARK_ACTOR_BRAND:
      return g_strdup (event->actor.name != NULL ? event->actor.name : get_brand (event));
    case SPARK_ACTOR_SYSTEM:
      /* Translators: what happened by itself, such as the end of an authorization */
      return g_strdup (_ ("Sparkbox, by itself"));
    }
  return g_strdup ("");
}

const char *
spark_event_get_icon_name (SparkEventType type)
{
  switch ((int)type)
    {
    case SPARK_EVENT_CODE_GENERATED:
    case SPARK_EVENT_CODE_ADDED:
    case SPARK_EVENT_LINK_CREATED:
    case SPARK_EVENT_BRAND_ADDED:
      return "list-add-symbolic";
    case SPARK_EVENT_CODE_COPIED:
      return "edit-copy-symbolic";
    case SPARK_EVENT_CODE_USED:
    case SPARK_EVENT_GRANT_AUTHORIZED:
    case SPARK_EVENT_GRANT_NOTED:
    case SPARK_EVENT_GRANT_ATTRIBUTED:
    case SPARK_EVENT_GRANT_GIVEN_AGAIN:
    case SPARK_EVENT_ADVERTISER_CONFIRMED:
      return "emblem-ok-symbolic";
    case SPARK_EVENT_CODE_EXTENDED:
    case SPARK_EVENT_CODE_REPLACED:
    case SPARK_EVENT_GRANT_EXTENDED:
      return "view-refresh-symbolic";
    case SPARK_EVENT_CODE_DELETED:
    case SPARK_EVENT_LINK_WITHDRAWN:
      return "user-trash-symbolic";
    case SPARK_EVENT_CODE_EXPIRED:
    case SPARK_EVENT_LINK_EXPIRED:
    case SPARK_EVENT_GRANT_EXPIRED:
      return "alarm-symbolic";
    case SPARK_EVENT_AUTHORIZATION_OFF:
    case SPARK_EVENT_GRANT_REVOKING:
    case SPARK_EVENT_GRANT_REVOKED:
    case SPARK_EVENT_GRANT_END_NOTED:
    case SPARK_EVENT_GRANT_UNBOUND:
      return "process-stop-symbolic";
    case SPARK_EVENT_REDEMPTION_REFUSED:
    case SPARK_EVENT_PLATFORM_REFUSED:
    case SPARK_EVENT_ADVERTISER_REFUSED:
      return "action-unavailable-symbolic";
    case SPARK_EVENT_ADVERTISER_NEW:
      return "contact-new-symbolic";
    case SPARK_EVENT_EXTENSION_REQUESTED:
      return "appointment-new-symbolic";
    case SPARK_EVENT_VIDEO_ADDED:
    case SPARK_EVENT_VIDEOS_IMPORTED:
      return "video-x-generic-symbolic";
    default:
      return "avatar-default-symbolic";
    }
}
