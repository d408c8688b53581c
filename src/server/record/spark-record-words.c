/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-record"

#include "config.h"

#include "server/record/spark-record-words.h"
#include "spark-enum-types.h"

#define N_(text) text

/* TRANSLATORS: lines of an access record; {brand}: the name of a brand */
static const struct
{
  SparkEventType type;
  const char *words;
} words[] = {
  { SPARK_EVENT_ACCOUNT_ADDED, N_ ("Account added to Sparkbox") },
  { SPARK_EVENT_VIDEO_ADDED, N_ ("Video added to Sparkbox") },
  { SPARK_EVENT_VIDEOS_IMPORTED, N_ ("Videos imported into Sparkbox") },
  { SPARK_EVENT_CODE_GENERATED, N_ ("Code generated; ad authorization is on") },
  { SPARK_EVENT_CODE_ADDED, N_ ("Code made in the TikTok app noted") },
  { SPARK_EVENT_CODE_COPIED, N_ ("Code copied") },
  { SPARK_EVENT_CODE_USED, N_ ("Code used; TikTok does not say by whom") },
  { SPARK_EVENT_CODE_EXTENDED, N_ ("Code extended") },
  { SPARK_EVENT_CODE_REPLACED, N_ ("Code replaced by another") },
  { SPARK_EVENT_CODE_DELETED, N_ ("Code deleted: nobody new can use it") },
  { SPARK_EVENT_CODE_EXPIRED, N_ ("Code expired") },
  { SPARK_EVENT_AUTHORIZATION_OFF, N_ ("Ad authorization of the video turned off for all") },
  { SPARK_EVENT_LINK_CREATED, N_ ("Link made for {brand}") },
  { SPARK_EVENT_LINK_WITHDRAWN, N_ ("Link for {brand} withdrawn") },
  { SPARK_EVENT_LINK_EXPIRED, N_ ("Link for {brand} expired") },
  { SPARK_EVENT_GRANT_AUTHORIZED, N_ ("{brand} was authorized") },
  { SPARK_EVENT_GRANT_NOTED, N_ ("Noted that {brand} used the code") },
  { SPARK_EVENT_GRANT_ATTRIBUTED, N_ ("Use of the code attributed to {brand}") },
  { SPARK_EVENT_GRANT_EXPIRED, N_ ("Access of {brand} ended as agreed") },
  { SPARK_EVENT_GRANT_REVOKING, N_ ("Revoke of the access of {brand} begun") },
  { SPARK_EVENT_GRANT_REVOKED, N_ ("Access of {brand} revoked, and read back") },
  { SPARK_EVENT_GRANT_END_NOTED, N_ ("Noted that the access of {brand} has ended") },
  { SPARK_EVENT_GRANT_GIVEN_AGAIN, N_ ("{brand} was given access again") },
  { SPARK_EVENT_GRANT_EXTENDED, N_ ("Access of {brand} extended") },
  { SPARK_EVENT_GRANT_UNBOUND, N_ ("{brand} gave up its access") },
  { SPARK_EVENT_REDEMPTION_REFUSED, N_ ("{brand} tried to use it and was refused") },
  { SPARK_EVENT_ADVERTISER_NEW, N_ ("New ad account for {brand}") },
  { SPARK_EVENT_ADVERTISER_CONFIRMED, N_ ("Ad account of {brand} confirmed") },
  { SPARK_EVENT_ADVERTISER_REFUSED, N_ ("Ad account for {brand} refused") },
  { SPARK_EVENT_BRAND_ADDED, N_ ("{brand} added to the brands") },
  { SPARK_EVENT_BRAND_CHANGED, N_ ("What is noted of {brand} changed") },
  { SPARK_EVENT_EXTENSION_REQUESTED, N_ ("{brand} asked for an extension") },
  { SPARK_EVENT_AD_STARTED, N_ ("{brand} started a Spark Ad") },
  { SPARK_EVENT_AD_STOPPED, N_ ("A Spark Ad of {brand} stopped") },
  { SPARK_EVENT_PLATFORM_REFUSED, N_ ("TikTok refused what the creator asked for") },
  { SPARK_EVENT_ACCOUNT_CONNECTED, N_ ("Account connected to TikTok") },
  { SPARK_EVENT_ACCOUNT_DISCONNECTED, N_ ("Account disconnected from TikTok") },
  { SPARK_EVENT_CONNECTION_LOST, N_ ("The connection to TikTok was lost") },
};

/* TRANSLATORS: how an access stands */
static const char *const states[] = {
  [SPARK_GRANT_STATE_PENDING] = N_ ("pending"),
  [SPARK_GRANT_STATE_AUTHORIZED] = N_ ("authorized"),
  [SPARK_GRANT_STATE_EXPIRED] = N_ ("expired"),
  [SPARK_GRANT_STATE_REVOKING] = N_ ("being revoked"),
  [SPARK_GRANT_STATE_REVOKED] = N_ ("revoked"),
  [SPARK_GRANT_STATE_UNBOUND] = N_ ("given up by the brand"),
  [SPARK_GRANT_STATE_FAILED] = N_ ("failed"),
};

/* TRANSLATORS: how Sparkbox knows of an access */
static const char *const sources[] = {
  [SPARK_GRANT_SOURCE_REDEEMED] = N_ ("redeemed through Sparkbox"),
  [SPARK_GRANT_SOURCE_SEEN] = N_ ("seen in the brand’s ad account"),
  [SPARK_GRANT_SOURCE_NOTED] = N_ ("noted by the creator"),
};

/* TRANSLATORS: the days of the week, as short as they stand before a date */
static const char *const days[]
    = { N_ ("Mon"), N_ ("Tue"), N_ ("Wed"), N_ ("Thu"), N_ ("Fri"), N_ ("Sat"), N_ ("Sun") };
/* TRANSLATORS: the months, as short as they stand in a date */
static const char *const months[]
    = { N_ ("Jan"), N_ ("Feb"), N_ ("Mar"), N_ ("Apr"), N_ ("May"), N_ ("Jun"),
        N_ ("Jul"), N_ ("Aug"), N_ ("Sep"), N_ ("Oct"), N_ ("Nov"), N_ ("Dec") };

char *
spark_record_format_time (const SparkLanguage *language, gint64 ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (ms / 1000);
  g_autofree char *day = g_strdup_printf ("%d", g_date_time_get_day_of_month (time));
  g_autofree char *year = g_strdup_printf ("%d", g_date_time_get_year (time));
  g_autofree char *clock = g_date_time_format (time, "%H:%M");

  /* TRANSLATORS: a moment: Wed 25 Nov 2026, 16:43 UTC */
  return spark_language_fill (
      language, N_ ("{weekday} {day} {month} {year}, {time} UTC"), "weekday",
      spark_language_get (language, days[g_date_time_get_day_of_week (time) - 1]), "day", day,
      "month", spark_language_get (language, months[g_date_time_get_month (time) - 1]), "year",
      year, "time", clock, NULL);
}

/* Behind what @text says so far. */
static void
append (GString *text, const SparkLanguage *language, const char *message, const char *name,
        const char *value)
{
  g_autofree char *more = spark_language_fill (language, message, name, value, NULL);

  g_string_append (text, more);
}

static void
append_time (GString *text, const SparkLanguage *language, const char *message, gint64 ms)
{
  g_autofree char *time = ms > 0 ? spark_record_format_time (language, ms) : NULL;

  if (time != NULL)
    append (text, language, message, "time", time);
}

static char *
describe_type (const SparkLanguage *language, const SparkEvent *event)
{
  const char *brand = event->brand.name != NULL               ? event->brand.name
                      : event->detail.advertiser.name != NULL ? event->detail.advertiser.name
                                                              : NULL;

  if (brand == NULL)
    /* TRANSLATORS: stands for a brand that is not known by name */
    brand = spark_language_get (language, N_ ("somebody"));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (words[i].type == event->type)
      {
        g_autofree char *text
            = spark_language_fill (language, words[i].words, "brand", brand, NULL);
        g_autofree char *name = spark_language_isolate (language, brand);

        if (strstr (words[i].words, "{brand}") != NULL || event->brand.name == NULL)
          return g_steal_pointer (&text);
        return g_strdup_printf ("%s (%s)", text, name);
      }
  return g_strdup (spark_enum_to_string (SPARK_TYPE_EVENT_TYPE, (int)event->type));
}

/* What Sparkbox writes down as a reason is one of these; everything else is a person’s own words. */
static const char *
describe_reason (const SparkLanguage *language, const char *reason)
{
  static const struct
  {
    const char *nick;
    const char *words;
  } reasons[] = {
    /* TRANSLATORS: why a brand’s attempt was refused or an access ended */
    { "access_revoked", N_ ("Its access was revoked") },
    { "ads_running", N_ ("An ad of the brand runs with the video") },
    { "authorization_expired", N_ ("The authorization has ended") },
    { "code_deleted", N_ ("The code was deleted") },
    { "code_expired", N_ ("The code has ended") },
    { "link_expired", N_ ("The link has ended") },
    { "link_for_other_brand", N_ ("The link was made for another brand") },
    { "link_used", N_ ("The link was used before") },
    { "link_withdrawn", N_ ("The link was withdrawn") },
    { "platform_cannot", N_ ("TikTok allows this only in its own app") },
    { "platform_waiting", N_ ("TikTok had not made the code yet") },
    { "video_not_eligible", N_ ("The video can’t be used in ads") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_str_equal (reason, reasons[i].nick))
      return spark_language_get (language, reasons[i].words);
  return reason;
}

char *
spark_record_describe_event (const SparkLanguage *language, const SparkEvent *event)
{
  g_autofree char *type = describe_type (language, event);
  g_autoptr (GString) text = g_string_new (type);

  /* TRANSLATORS: more about a line of the record; each goes on behind the words before it */
  if (event->detail.advertiser.id != NULL)
    append (text, language, N_ (", ad account {id}"), "id", event->detail.advertiser.id);
  if (event->detail.days > 0)
    {
      g_autofree char *period
          = spark_language_count (language, ", {n} day", ", {n} days", event->detail.days);

      g_string_append (text, period);
    }
  append_time (text, language, N_ (", until {time}"), event->detail.ends_at);
  if (event->detail.count > 1)
    {
      g_autofree char *times = spark_language_count (language, ", {n} time", ", {n} times",
                                                     (guint64)event->detail.count);

      g_string_append (text, times);
    }
  if (event->detail.reason != NULL && *event->detail.reason != '\0')
    append (text, language, N_ (". Reason: {reason}"), "reason",
            event->actor.kind == SPARK_ACTOR_CREATOR
                ? event->detail.reason
                : describe_reason (language, event->detail.reason));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
spark_record_describe_actor (const SparkLanguage *language, const SparkEvent *event)
{
  /* TRANSLATORS: who recorded a line */
  const char *kind = event->actor.kind == SPARK_ACTOR_CREATOR ? N_ ("the creator’s side")
                     : event->actor.kind == SPARK_ACTOR_BRAND ? N_ ("the brand")
                                                              : N_ ("Sparkbox, by itself");
  const char *who = event->actor.name != NULL ? event->actor.name : event->actor.from;
  g_autofree char *name = NULL;

  kind = spark_language_get (language, kind);
  if (who == NULL || event->actor.kind == SPARK_ACTOR_SYSTEM)
    return g_strdup (kind);
  if (event->actor.name != NULL && event->actor.from != NULL)
    /* TRANSLATORS: a person, and the device or app that was used: Ben, from Laptop */
    name = spark_language_fill (language, N_ ("{name}, from {device}"), "name", who, "device",
                                event->actor.from, NULL);
  else
    name = spark_language_isolate (language, who);
  return g_strdup_printf ("%s (%s)", name, kind);
}

char *
spark_record_describe_grant (const SparkLanguage *language, const SparkGrant *grant)
{
  const char *brand = grant->brand.name != NULL ? grant->brand.name : grant->advertiser.name;
  g_autofree char *name = spark_language_isolate (
      language, brand != NULL ? brand : spark_language_get (language, N_ ("Unknown brand")));
  g_autoptr (GString) text = g_string_new (name);

  if (grant->advertiser.id != NULL)
    append (text, language, N_ (", ad account {id}"), "id", grant->advertiser.id);
  g_string_append_printf (text, ": %s (%s)", spark_language_get (language, states[grant->state]),
                          spark_language_get (language, sources[grant->source]));
  append_time (text, language, N_ (", since {time}"), grant->redeemed_at);
  append_time (text, language, N_ (", agreed until {time}"), grant->ends_at);
  append_time (text, language, N_ (", open on the platform until {time}"), grant->platform_ends_at);
  append_time (text, language, N_ (", revoked {time}"), grant->revoked_at);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
spark_record_describe_subject (const SparkLanguage *language, const char *brand,
                               const char *caption, const char *item_id)
{
  const char *whose
      = brand != NULL ? brand : spark_language_get (language, N_ ("Unknown brand"));

  /* TRANSLATORS: what a record is about */
  if (caption != NULL && *caption != '\0')
    return spark_language_fill (language, N_ ("Access of {brand} to “{caption}” ({id})"), "brand",
                                whose, "caption", caption, "id", item_id, NULL);
  if (caption != NULL)
    return spark_language_fill (language, N_ ("Access of {brand} to video {id}"), "brand", whose,
                                "id", item_id, NULL);
  if (brand != NULL)
    return spark_language_fill (language, N_ ("All access of {brand}"), "brand", brand, NULL);
  return g_strdup (spark_language_get (language, N_ ("All access")));
}
