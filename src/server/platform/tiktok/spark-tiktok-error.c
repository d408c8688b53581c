/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include "server/platform/tiktok/spark-tiktok-error.h"

/* TikTok's words are told to people: this many characters of them. */
#define MAX_WORDS 400

/* What is waited when TikTok does not say how long: it never does. */
#define CONFLICT_MS    2000
#define MAINTENANCE_MS 60000
#define TROUBLE_MS     10000
#define THROTTLED_MS   5000

/* The compiler does not see that the macro below asks only of errors that are there. */
#pragma GCC diagnostic ignored "-Wnull-dereference"

typedef SparkTiktokErrorDetail SparkTiktokErrorPrivate;

static void
spark_tiktok_error_private_init (SparkTiktokErrorPrivate *detail)
{
}

static void
spark_tiktok_error_private_copy (const SparkTiktokErrorPrivate *from, SparkTiktokErrorPrivate *to)
{
  *to = *from;
  to->request_id = g_strdup (from->request_id);
}

static void
spark_tiktok_error_private_clear (SparkTiktokErrorPrivate *detail)
{
  g_free (detail->request_id);
}

G_DEFINE_EXTENDED_ERROR (SparkTiktokError, spark_tiktok_error)

typedef struct
{
  gint64 code;
  SparkTiktokError kind;
  gint64 wait_ms;
} Meaning;

static const Meaning meanings[] = {
  { 40000, SPARK_TIKTOK_ERROR_REFUSED, 0 },
  { 40001, SPARK_TIKTOK_ERROR_DENIED, 0 },
  { 40002, SPARK_TIKTOK_ERROR_REFUSED, 0 },
  { 40006, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 }, /* version and parameters do not match */
  { 40007, SPARK_TIKTOK_ERROR_MISSING, 0 },
  { 40008, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 }, /* no such endpoint here */
  { 40009, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 },
  { 40010, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 }, /* the wrong host */
  { 40011, SPARK_TIKTOK_ERROR_REFUSED, 0 },
  { 40013, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 },
  { 40014, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 }, /* not in TikTok's own sandbox */
  { 40016, SPARK_TIKTOK_ERROR_WAIT, THROTTLED_MS },
  /* It was asked before: what came of that is to be read. */
  { 40050, SPARK_TIKTOK_ERROR_UNCERTAIN, CONFLICT_MS },
  { 40051, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 },
  { 40052, SPARK_TIKTOK_ERROR_REFUSED, 0 },
  { 40053, SPARK_TIKTOK_ERROR_MISSING, 0 },
  { 40100, SPARK_TIKTOK_ERROR_WAIT, THROTTLED_MS },
  { 40101, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 }, /* app id and secret; or a bad auth_code */
  { 40102, SPARK_TIKTOK_ERROR_REFRESH, 0 },
  { 40103, SPARK_TIKTOK_ERROR_RECONNECT, 0 },
  { 40104, SPARK_TIKTOK_ERROR_RECONNECT, 0 },
  { 40105, SPARK_TIKTOK_ERROR_RECONNECT, 0 },
  { 40106, SPARK_TIKTOK_ERROR_DENIED, 0 },
  { 40107, SPARK_TIKTOK_ERROR_RECONNECT, 0 },
  { 40108, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 },
  { 40110, SPARK_TIKTOK_ERROR_RECONNECT, 0 }, /* an auth_code that was used or is too old */
  { 40113, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 },
  { 40115, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 },
  { 40117, SPARK_TIKTOK_ERROR_MISCONFIGURED, 0 },
  { 40118, SPARK_TIKTOK_ERROR_DENIED, 0 },
  { 40125, SPARK_TIKTOK_ERROR_DENIED, 0 },
  { 40133, SPARK_TIKTOK_ERROR_WAIT, THROTTLED_MS },
  { 40202, SPARK_TIKTOK_ERROR_WAIT, CONFLICT_MS },
  { 40300, SPARK_TIKTOK_ERROR_MISSING, 0 },
  { 40301, SPARK_TIKTOK_ERROR_DENIED, 0 },
  { 40502, SPARK_TIKTOK_ERROR_REFUSED, 0 },
  { 40700, SPARK_TIKTOK_ERROR_REFUSED, 0 },
  { 60001, SPARK_TIKTOK_ERROR_WAIT, MAINTENANCE_MS },
};

static Meaning
find_meaning (gint64 code, gboolean writes)
{
  for (gsize i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (meanings[i].code == code)
      return meanings[i];
  if (code >= 50000)
    return (Meaning){ code, writes ? SPARK_TIKTOK_ERROR_UNCERTAIN : SPARK_TIKTOK_ERROR_UNREACHABLE,
                      TROUBLE_MS };
  return (Meaning){ code, SPARK_TIKTOK_ERROR_UNKNOWN, 0 };
}

/* What a stranger wrote, as one line of bounded length. */
static char *
tidy (const char *words)
{
  g_autofree char *valid = g_utf8_make_valid (words != NULL ? words : "", -1);
  g_autofree char *short_words
      = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), MAX_WORDS));
  GString *line = g_string_new (NULL);

  for (const char *at = short_words; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      /* Formatting characters could turn the rest of our own sentence around. */
      g_string_append_unichar (
          line, g_unichar_isprint (c) && g_unichar_type (c) != G_UNICODE_FORMAT ? c : ' ');
    }
  g_strstrip (line->str);
  return g_string_free (line, FALSE);
}

GError *
spark_tiktok_error_new (SparkTiktokError kind, gint64 wait_ms, const char *message)
{
  GError *error = g_error_new_literal (SPARK_TIKTOK_ERROR, (int)kind, message);

  spark_tiktok_error_get_private (error)->wait_ms = wait_ms;
  return error;
}

GError *
spark_tiktok_error_from_answer (gint64 code, const char *words, const char *request_id,
                                gboolean writes)
{
  Meaning meaning = find_meaning (code, writes);
  g_autofree char *said = tidy (words);
  g_autofree char *id = request_id != NULL ? tidy (request_id) : NULL;
  g_autofree char *message = NULL;
  GError *error;

  message = g_strdup_printf ("TikTok answered: “%s” (code %" G_GINT64_FORMAT "%s%s).",
                             *said != '\0' ? said : "no reason", code,
                             id != NULL ? ", request " : "", id != NULL ? id : "");
  error = spark_tiktok_error_new (meaning.kind, meaning.wait_ms, message);
  spark_tiktok_error_get_private (error)->code = code;
  spark_tiktok_error_get_private (error)->request_id = g_steal_pointer (&id);
  return error;
}

const SparkTiktokErrorDetail *
spark_tiktok_error_get_detail (const GError *error)
{
  g_return_val_if_fail (error != NULL && error->domain == SPARK_TIKTOK_ERROR, NULL);

  return spark_tiktok_error_get_private (error);
}

gint64
spark_tiktok_error_get_wait (const GError *error)
{
  return error != NULL && error->domain == SPARK_TIKTOK_ERROR
             ? spark_tiktok_error_get_private (error)->wait_ms
             : 0;
}

void
spark_tiktok_error_set_wait (GError *error, gint64 wait_ms)
{
  g_return_if_fail (error->domain == SPARK_TIKTOK_ERROR);

  spark_tiktok_error_get_private (error)->wait_ms = wait_ms;
}

gboolean
spark_tiktok_error_is_passing (const GError *error)
{
  return g_error_matches (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_WAIT)
         || g_error_matches (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_UNREACHABLE)
         || g_error_matches (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_REFRESH);
}
