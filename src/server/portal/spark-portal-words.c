/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-portal"

#include "config.h"

#include "server/portal/spark-portal-private.h"

#define N_(text) text
#define HOUR_MS  (G_GINT64_CONSTANT (3600) * 1000)
#define COVER_MS SPARK_DAY_MS

typedef struct
{
  SparkError code;
  const char *title;
  const char *advice;
  const char *tiktok; /* what Ads Manager shows for the same cause; NULL: it has no such case */
} Words;

static const Words words[] = {
  /* TRANSLATORS: why a code or link cannot be redeemed, and what to do */
  { SPARK_ERROR_CODE_UNKNOWN, N_ ("The code is incorrect"),
    N_ ("Check it with the creator, and copy all of it, from the # to the end. A code that TikTok "
        "made is applied for in Ads Manager, not here."),
    "auth_code_not_found" },
  { SPARK_ERROR_INVALID_CODE, N_ ("This is not a Spark code"),
    N_ ("A code begins with # and has about 65 characters without spaces. Copy it again, all of "
        "it."),
    "auth_code_format_error (4013)" },
  { SPARK_ERROR_CODE_EXPIRED, N_ ("The authorization has expired"),
    N_ ("Ask the creator to extend it. The code stays the same."), "auth_code_expired (4025)" },
  { SPARK_ERROR_CODE_DELETED, N_ ("The code has been deleted"),
    N_ ("Ask the creator for a new one."), "auth_code_not_found" },
  { SPARK_ERROR_VIDEO_NOT_ELIGIBLE, N_ ("The video is unavailable"),
    N_ ("It was deleted, is not public, or may not be used in ads. Ask the creator about it."),
    "video_unavailable (4002)" },
  { SPARK_ERROR_LINK_EXPIRED, N_ ("This link has expired"), N_ ("Ask the creator for a new one."),
    NULL },
  { SPARK_ERROR_LINK_WITHDRAWN, N_ ("The creator has withdrawn this link"),
    N_ ("Ask the creator for a new one."), NULL },
  { SPARK_ERROR_LINK_USED, N_ ("This link has been used"),
    N_ ("A link is for one ad account, once. If a colleague used it, let them invite you; "
        "otherwise ask the creator for a new one."),
    NULL },
  { SPARK_ERROR_LINK_FOR_OTHER_BRAND, N_ ("This link was made for another brand"),
    N_ ("The creator knows your ad account as another brand. Ask the creator for a link of your "
        "own."),
    NULL },
  { SPARK_ERROR_ACCESS_REVOKED, N_ ("The creator has revoked this access"),
    N_ ("Only the creator can give it again. Ask them about it."), NULL },

  /* TRANSLATORS: what else can go wrong on a page */
  { SPARK_ERROR_UNAUTHORIZED, N_ ("This invitation does not work any more"),
    N_ ("It was used, or it is older than a week. Ask for a new one."), NULL },
  { SPARK_ERROR_FORBIDDEN, N_ ("This form is too old"),
    N_ ("Go back, load the page again, and allow it to keep a cookie, which the form needs."),
    NULL },
  { SPARK_ERROR_NOT_FOUND, N_ ("There is nothing here"),
    N_ ("The address may be mistyped, or what it showed was removed."), NULL },
  { SPARK_ERROR_METHOD_NOT_ALLOWED, N_ ("There is nothing here"),
    N_ ("The address may be mistyped, or what it showed was removed."), NULL },
  { SPARK_ERROR_INVALID_REQUEST, N_ ("Something is missing"),
    N_ ("Go back and fill in the form again."), NULL },
  { SPARK_ERROR_TOO_LARGE, N_ ("This is too long"),
    N_ ("Go back and paste only the code or the link."), NULL },
  { SPARK_ERROR_INVALID_PERIOD, N_ ("Something is missing"),
    N_ ("Go back and fill in the form again."), NULL },
  { SPARK_ERROR_GRANT_ENDED, N_ ("This access was ended"), N_ ("Ask the creator for a new link."),
    NULL },
  { SPARK_ERROR_PLATFORM_CANNOT, N_ ("This ad account is not connected"),
    N_ ("Connect it, or ask the creator for the code itself and use it in TikTok Ads Manager."),
    NULL },
  { SPARK_ERROR_PLATFORM_WAITING, N_ ("TikTok has not made the code yet"),
    N_ ("Try again in a minute."), NULL },
  { SPARK_ERROR_TOO_MANY_REQUESTS, N_ ("That was often"),
    N_ ("Wait a little, then try again. A creator can be asked to extend once a day."), NULL },
};

static const Words unavailable
    = { SPARK_ERROR_UNAVAILABLE, N_ ("Sparkbox does not work at the moment"),
        N_ ("Nothing was changed. Try again in a minute."), NULL };

void
spark_words_for_error (const SparkLanguage *language, const GError *error, JsonObject *object)
{
  const Words *found = &unavailable;

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (error->domain == SPARK_ERROR && (int)words[i].code == error->code)
      found = &words[i];
  json_object_set_string_member (object, "title", spark_language_get (language, found->title));
  json_object_set_string_member (object, "advice", spark_language_get (language, found->advice));
  if (found->tiktok != NULL)
    json_object_set_string_member (object, "tiktok", found->tiktok);
}

void
spark_words_set_time (JsonObject *object, const char *name, gint64 ms)
{
  g_autoptr (GDateTime) time = ms != 0 ? g_date_time_new_from_unix_utc (ms / 1000) : NULL;
  g_autofree char *iso = NULL, *text = NULL, *iso_name = NULL, *text_name = NULL;

  if (time == NULL)
    return;
  iso = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
  text = g_date_time_format (time, "%Y-%m-%d %H:%M UTC");
  iso_name = g_strconcat (name, "_iso", NULL);
  text_name = g_strconcat (name, "_text", NULL);
  json_object_set_string_member (object, iso_name, iso);
  json_object_set_string_member (object, text_name, text);
}

char *
spark_words_days_left (const SparkLanguage *language, gint64 until, gint64 now)
{
  gint64 left = until - now;

  if (left <= 0)
    return g_strdup ("");
  if (left < SPARK_DAY_MS)
    return spark_language_count (language, "{n} hour left", "{n} hours left",
                                 (guint64)((left + HOUR_MS - 1) / HOUR_MS));
  return spark_language_count (language, "{n} day left", "{n} days left",
                               (guint64)(left / SPARK_DAY_MS));
}

void
spark_words_set_video (SparkTx *tx, JsonObject *object, const SparkVideo *video, const char *handle,
                       const char *account_name)
{
  g_autofree char *cover = spark_tx_cover_path (tx, video, COVER_MS);
  g_autofree char *creator = handle != NULL ? g_strconcat ("@", handle, NULL) : NULL;

  json_object_set_string_member (object, "creator", creator != NULL ? creator : account_name);
  json_object_set_string_member (object, "caption", video->caption != NULL ? video->caption : "");
  if (cover != NULL)
    json_object_set_string_member (object, "cover", cover);
}
