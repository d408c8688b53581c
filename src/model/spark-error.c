/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include "model/spark-enums.h"
#include "model/spark-error.h"
#include "model/spark-json-writer.h"
#include "model/spark-json.h"
#include "model/spark-quark.h"
#include "spark-enum-types.h"

/* A problem document is a few hundred bytes; anything much longer is not one. */
#define MAX_PROBLEM 65536

SPARK_DEFINE_QUARK ("spark-error-quark", spark_error)

static const struct
{
  SparkError code;
  guint status;
  const char *title;
} errors[] = {
  { SPARK_ERROR_INVALID_REQUEST, 400, "The request is not valid" },
  { SPARK_ERROR_UNAUTHORIZED, 401, "Sign in first" },
  { SPARK_ERROR_FORBIDDEN, 403, "Your role does not allow this" },
  { SPARK_ERROR_NOT_FOUND, 404, "There is no such thing" },
  { SPARK_ERROR_METHOD_NOT_ALLOWED, 405, "This method is not possible here" },
  { SPARK_ERROR_CODE_EXISTS, 409, "The video has a code already" },
  { SPARK_ERROR_CODE_EXPIRED, 409, "The code has expired" },
  { SPARK_ERROR_CODE_DELETED, 409, "The code has been deleted" },
  { SPARK_ERROR_CODE_UNKNOWN, 404, "There is no such code" },
  { SPARK_ERROR_CODE_MISSING, 409, "The video has no code" },
  { SPARK_ERROR_LINK_EXPIRED, 409, "The link has expired" },
  { SPARK_ERROR_LINK_WITHDRAWN, 409, "The link has been withdrawn" },
  { SPARK_ERROR_LINK_USED, 409, "The link has been used" },
  { SPARK_ERROR_LINK_FOR_OTHER_BRAND, 409, "The link was made for another brand" },
  { SPARK_ERROR_ACCESS_REVOKED, 409, "The creator has revoked this access" },
  { SPARK_ERROR_VIDEO_NOT_ELIGIBLE, 409, "The video cannot be used for a Spark Ad" },
  { SPARK_ERROR_ADS_RUNNING, 409, "An ad is running with this video" },
  { SPARK_ERROR_PLATFORM_CANNOT, 409, "This platform does not allow it" },
  { SPARK_ERROR_PLATFORM_WAITING, 409, "TikTok has not done the last change yet" },
  { SPARK_ERROR_NOT_CONNECTED, 409, "The account is not connected to TikTok" },
  { SPARK_ERROR_BRANDS_CANNOT_REACH, 409, "Brands cannot reach this backend" },
  { SPARK_ERROR_GRANT_ENDED, 409, "This access has ended already" },
  { SPARK_ERROR_GRANT_NOT_REVOKED, 409, "This access was not revoked" },
  { SPARK_ERROR_BRAND_EXISTS, 409, "There is a brand of this name" },
  { SPARK_ERROR_IDEMPOTENCY_RUNNING, 409, "The first request is still running" },
  { SPARK_ERROR_RESYNC, 410, "Load everything again" },
  { SPARK_ERROR_TOO_LARGE, 413, "The request is too large" },
  { SPARK_ERROR_UNSUPPORTED_MEDIA, 415, "This type of content is not understood" },
  { SPARK_ERROR_IDEMPOTENCY_MISMATCH, 422, "The key was used for another request" },
  { SPARK_ERROR_INVALID_PERIOD, 422, "This authorization period is not possible" },
  { SPARK_ERROR_INVALID_CODE, 422, "This is not a Spark code" },
  { SPARK_ERROR_INVALID_LINK, 422, "This is not a link to a TikTok video" },
  { SPARK_ERROR_IMPORT_IS_TXT, 422, "The export is in TXT form" },
  { SPARK_ERROR_IMPORT_MALFORMED, 422, "The export cannot be read" },
  { SPARK_ERROR_TOO_MANY_REQUESTS, 429, "Too many requests" },
  { SPARK_ERROR_INTERNAL, 500, "Something went wrong on the backend" },
  { SPARK_ERROR_UNAVAILABLE, 503, "The backend cannot do this right now" },
};

guint
spark_error_http_status (SparkError code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    if (errors[i].code == code)
      return errors[i].status;
  return 0;
}

const char *
spark_error_title (SparkError code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    if (errors[i].code == code)
      return errors[i].title;
  return "";
}

static SparkError
code_for_status (guint status)
{
  switch (status)
    {
    case 401:
      return SPARK_ERROR_UNAUTHORIZED;
    case 403:
      return SPARK_ERROR_FORBIDDEN;
    case 404:
      return SPARK_ERROR_NOT_FOUND;
    case 405:
      return SPARK_ERROR_METHOD_NOT_ALLOWED;
    case 410:
      return SPARK_ERROR_RESYNC;
    case 413:
      return SPARK_ERROR_TOO_LARGE;
    case 415:
      return SPARK_ERROR_UNSUPPORTED_MEDIA;
    case 429:
      return SPARK_ERROR_TOO_MANY_REQUESTS;
    case 502:
    case 503:
    case 504:
      return SPARK_ERROR_UNAVAILABLE;
    default:
      return status >= 400 && status < 500 ? SPARK_ERROR_INVALID_REQUEST : SPARK_ERROR_INTERNAL;
    }
}

GError *
spark_error_from_problem (guint http_status, GBytes *body)
{
  g_autoptr (JsonNode) root = NULL;
  SparkError code = code_for_status (http_status);
  const char *detail = NULL;

  if (body != NULL)
    {
      gsize length;
      const char *text = g_bytes_get_data (body, &length);

      root = spark_json_parse_object (text != NULL ? text : "", length, MAX_PROBLEM, NULL);
    }
  if (root != NULL)
    {
      JsonObject *object = json_node_get_object (root);
      const char *nick = NULL;
      int value;

      spark_json_find_string (object, "code", &nick, NULL);
      /* Only what /v1 can say: a server must not be able to claim a locked keyring. */
      if (spark_enum_from_string (SPARK_TYPE_ERROR, nick, &value)
          && spark_error_http_status (value) != 0)
        code = value;
      spark_json_find_string (object, "detail", &detail, NULL);
    }
  return g_error_new (SPARK_ERROR, code, "%s",
                      detail != NULL && *detail != '\0' ? detail : spark_error_title (code));
}

GBytes *
spark_error_to_problem (const GError *error, const char *request_id, guint *status)
{
  g_auto (SparkJsonWriter) writer = { 0 };
  SparkError code = SPARK_ERROR_INTERNAL;
  const char *detail = NULL;

  if (error->domain == SPARK_ERROR && spark_error_http_status (error->code) != 0)
    {
      code = error->code;
      detail = error->message;
    }
  *status = spark_error_http_status (code);

  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "type", "about:blank");
  spark_json_string (&writer, "title", spark_error_title (code));
  spark_json_int (&writer, "status", *status);
  spark_json_enum (&writer, "code", SPARK_TYPE_ERROR, code);
  if (detail != NULL)
    spark_json_string (&writer, "detail", detail);
  if (request_id != NULL)
    spark_json_string (&writer, "request_id", request_id);
  spark_json_end_object (&writer);
  return spark_json_writer_steal (&writer);
}

void
spark_error_log (const char *domain, const char *what, const GError *error)
{
  gboolean ours = error->domain == SPARK_ERROR;
  gboolean outside = !ours || error->code == SPARK_ERROR_UNAVAILABLE;

  g_log_structured (domain, outside ? G_LOG_LEVEL_MESSAGE : G_LOG_LEVEL_WARNING, "SPARK_PROBLEM",
                    ours ? spark_enum_to_string (SPARK_TYPE_ERROR, error->code)
                         : g_quark_to_string (error->domain),
                    "MESSAGE", "%s: %s", what, error->message);
}
