/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <time.h>

#include "model/spark-quark.h"
#include "model/spark-rules.h"
#include "server/adtools/spark-adtools-private.h"

SPARK_DEFINE_QUARK ("spark-return-error-quark", spark_return_error)

#define ID_DIGITS 20

/* The second, and behind it what tells the request from others. */
static void
make_request_id (SparkRequest *request, char id[SPARK_MAX_TIME + ID_DIGITS])
{
  const char *digits = spark_request_id (request);
  char now[SPARK_MAX_TIME];

  spark_time_write (time (NULL) * G_GINT64_CONSTANT (1000), now);
  for (const char *at = now; *at != '\0'; at++)
    if (g_ascii_isdigit (*at))
      *id++ = *at;
  for (int i = 0; i < ID_DIGITS; i++)
    *id++ = g_ascii_toupper (digits[i]);
  *id = '\0';
}

void
spark_envelope_time (SparkJsonWriter *writer, const char *name, gint64 ms)
{
  g_autoptr (GDateTime) time = ms != 0 ? g_date_time_new_from_unix_utc (ms / 1000) : NULL;
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : NULL;

  spark_json_string (writer, name, text);
}

void
spark_envelope_id (SparkJsonWriter *writer, const char *name, gint64 id)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, id);
  spark_json_string (writer, name, text);
}

/*
 * TikTok does not publish what tt_video answers for a code that cannot be redeemed. The names are
 * those its Ads Manager shows for the same cause; 40002 is its code for a parameter that is wrong.
 */
static const char *
name_of (SparkError code)
{
  static const struct
  {
    SparkError code;
    const char *name;
  } names[] = {
    { SPARK_ERROR_INVALID_CODE, "auth_code_format_error" },
    { SPARK_ERROR_CODE_UNKNOWN, "auth_code_not_found" },
    { SPARK_ERROR_CODE_DELETED, "auth_code_not_found" },
    { SPARK_ERROR_CODE_EXPIRED, "auth_code_expired" },
    { SPARK_ERROR_LINK_EXPIRED, "auth_code_expired" },
    { SPARK_ERROR_VIDEO_NOT_ELIGIBLE, "video_unavailable" },
    { SPARK_ERROR_LINK_USED, "link_used" },
    { SPARK_ERROR_LINK_WITHDRAWN, "link_withdrawn" },
    { SPARK_ERROR_LINK_FOR_OTHER_BRAND, "link_for_other_brand" },
    { SPARK_ERROR_ACCESS_REVOKED, "access_revoked" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].code == code)
      return names[i].name;
  return NULL;
}

static SparkReturn
translate_app (int code)
{
  switch ((SparkAppError)code)
    {
    case SPARK_APP_ERROR_WRONG_APP:
    case SPARK_APP_ERROR_WRONG_CODE:
      return SPARK_RETURN_WRONG_APP;
    case SPARK_APP_ERROR_CODE_ENDED:
      return SPARK_RETURN_CODE_ENDED;
    case SPARK_APP_ERROR_TOKEN_EXPIRED:
      return SPARK_RETURN_TOKEN_EXPIRED;
    case SPARK_APP_ERROR_WRONG_REFRESH:
      return SPARK_RETURN_WRONG_REFRESH;
    case SPARK_APP_ERROR_REFRESH_EXPIRED:
      return SPARK_RETURN_REFRESH_EXPIRED;
    case SPARK_APP_ERROR_WRONG_TOKEN:
    default:
      return SPARK_RETURN_TOKEN_WRONG;
    }
}

SparkReturn
spark_envelope_translate (const GError *error, char **message)
{
  const char *name;

  if (error->domain == SPARK_RETURN_ERROR || error->domain == SPARK_APP_ERROR)
    {
      *message = g_strdup (error->message);
      return error->domain == SPARK_RETURN_ERROR ? (SparkReturn)error->code
                                                 : translate_app (error->code);
    }
  *message = g_strdup ("System error. Please retry in some time.");
  if (error->domain != SPARK_ERROR)
    return SPARK_RETURN_SYSTEM_ERROR;
  name = name_of (error->code);
  if (name != NULL)
    {
      g_free (*message);
      *message = g_strdup_printf ("%s: %s", name, error->message);
      return SPARK_RETURN_INVALID_PARAMETER;
    }
  switch (error->code)
    {
    case SPARK_ERROR_METHOD_NOT_ALLOWED:
      g_free (*message);
      *message = g_strdup ("The request method is not supported.");
      return SPARK_RETURN_WRONG_METHOD;
    case SPARK_ERROR_INVALID_REQUEST:
    case SPARK_ERROR_INVALID_PERIOD:
    case SPARK_ERROR_CODE_EXISTS:
    case SPARK_ERROR_CODE_MISSING:
    case SPARK_ERROR_ADS_RUNNING:
    case SPARK_ERROR_PLATFORM_CANNOT:
    case SPARK_ERROR_PLATFORM_WAITING:
    case SPARK_ERROR_TOO_LARGE:
    case SPARK_ERROR_UNSUPPORTED_MEDIA:
      g_free (*message);
      *message = g_strdup (error->message);
      return SPARK_RETURN_INVALID_PARAMETER;
    case SPARK_ERROR_NOT_FOUND:
      g_free (*message);
      *message = g_strdup ("The object does not exist.");
      return SPARK_RETURN_NOT_FOUND;
    case SPARK_ERROR_TOO_MANY_REQUESTS:
      g_free (*message);
      *message = g_strdup ("Too many requests. Please retry in some time.");
      return SPARK_RETURN_THROTTLED;
    default:
      return SPARK_RETURN_SYSTEM_ERROR;
    }
}

GBytes *
spark_envelope (SparkRequest *request, SparkReturn code, const char *message, const char *data)
{
  g_auto (SparkJsonWriter) writer = { 0 };
  char id[SPARK_MAX_TIME + ID_DIGITS];

  make_request_id (request, id);
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_int (&writer, "code", code);
  spark_json_string (&writer, "message", message);
  spark_json_string (&writer, "request_id", id);
  spark_json_raw (&writer, "data", data != NULL ? data : "{}");
  spark_json_end_object (&writer);
  return spark_json_writer_steal (&writer);
}

GBytes *
spark_envelope_of_error (SparkRequest *request, const GError *error)
{
  g_autofree char *message = NULL;
  SparkReturn code = spark_envelope_translate (error, &message);

  return spark_envelope (request, code, message, NULL);
}

void
spark_envelope_respond (SparkRequest *request, GBytes *body)
{
  spark_request_add_header (request, "X-TT-LOGID", spark_request_id (request));
  spark_request_respond (request, 200, "application/json", body);
}
