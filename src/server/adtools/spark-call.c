/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "server/adtools/spark-adtools-private.h"

#define MAX_BODY  65536
#define MAX_TOKEN 200

/* TikTok's levels: "Rate limits". Beyond the minute's limit an app rests for five minutes. */
static const SparkLimits levels[] = {
  [SPARK_APP_LEVEL_BASIC] = { 10, 600, 864000, 300 },
  [SPARK_APP_LEVEL_ADVANCED] = { 20, 1200, 1728000, 300 },
  [SPARK_APP_LEVEL_PREMIUM] = { 30, 1800, 2592000, 300 },
  [SPARK_APP_LEVEL_ULTIMATE] = { 50, 3000, 4320000, 300 },
};
/* An account holder's, for each endpoint. */
static const SparkLimits creator_limits = { 0, 40, 0, 0 };
/* TikTok gives no figure for an ad account. */
static const SparkLimits advertiser_limits = { 20, 0, 0, 0 };

static void
call_free (SparkCall *call)
{
  g_clear_pointer (&call->root, json_node_unref);
  g_clear_pointer (&call->advertisers, g_array_unref);
  g_clear_pointer (&call->answer, g_bytes_unref);
  g_clear_error (&call->refusal);
  spark_json_writer_clear (&call->data);
  g_free (call->message);
  g_free (call->app);
  g_free (call);
}

/* --- answering --- */

static void
respond (gpointer data)
{
  SparkCall *call = data;

  spark_envelope_respond (call->request, call->answer);
  call_free (call);
}

static void
finish (SparkCall *call, const GError *error)
{
  gint64 latency = call->settings.of[SPARK_SETTING_LATENCY];

  if (error == NULL)
    error = call->refusal;
  if (error != NULL)
    call->answer = spark_envelope_of_error (call->request, error);
  else
    {
      spark_json_end_object (&call->data);
      call->answer
          = spark_envelope (call->request, call->code, call->message != NULL ? call->message : "OK",
                            call->data.text->str);
    }
  if (latency == 0)
    {
      respond (call);
      return;
    }
  if (!call->waiting)
    spark_request_wait (call->request);
  spark_delay_add (call->adtools->delay, (guint)latency, respond, call);
}

void
spark_call_partly (SparkCall *call, gint64 id, const GError *error)
{
  g_autofree char *why = NULL;
  g_autofree char *before = call->message;

  spark_envelope_translate (error, &why);
  call->code = SPARK_RETURN_PARTIAL;
  call->message = before == NULL
                      ? g_strdup_printf ("Partial success. %" G_GINT64_FORMAT ": %s", id, why)
                      : g_strdup_printf ("%s %" G_GINT64_FORMAT ": %s", before, id, why);
}

/* --- who asks --- */

static gboolean
refuse (GError **error, SparkReturn code, const char *message)
{
  g_set_error_literal (error, SPARK_RETURN_ERROR, (int)code, message);
  return FALSE;
}

/* Wrong secrets cost their sender's own bucket, so that guessing is slow. */
static gboolean
slow_down (SparkCall *call, GError *wrong, GError **error)
{
  if (wrong->domain == SPARK_APP_ERROR
      && !spark_throttle_take (call->adtools->guessing, spark_request_peer (call->request),
                               g_get_monotonic_time ()))
    {
      g_error_free (wrong);
      return refuse (error, SPARK_RETURN_THROTTLED,
                     "Too many requests. Please retry in some time.");
    }
  g_propagate_error (error, wrong);
  return FALSE;
}

static gboolean
may_see_advertiser (SparkCall *call, GError **error)
{
  call->advertiser = spark_field_string (call->params, "advertiser_id");
  for (guint i = 0; i < call->advertisers->len; i++)
    if (g_strcmp0 (g_array_index (call->advertisers, SparkTokenAdvertiser, i).id, call->advertiser)
        == 0)
      return TRUE;
  return refuse (error, SPARK_RETURN_NO_PERMISSION,
                 "The access token has no permission for this advertiser_id.");
}

static gboolean
scope_has (const char *scope, const char *wanted)
{
  g_auto (GStrv) parts = g_strsplit (scope, ",", -1);

  return g_strv_contains ((const char *const *)parts, wanted);
}

static gboolean
may_act_for_creator (SparkTx *tx, SparkCall *call, const SparkAccountToken *token, GError **error)
{
  const char *business = spark_field_string (call->params, "business_id");

  if (g_strcmp0 (business, spark_read_open_id (tx, token->account, token->app)) != 0)
    return refuse (error, SPARK_RETURN_NO_PERMISSION,
                   "The access token has no permission for this business_id.");
  if (call->endpoint->scope != NULL && !scope_has (token->scope, call->endpoint->scope))
    {
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_NO_PERMISSION,
                   "The access token lacks the scope %s. Authorize again with it.",
                   call->endpoint->scope);
      return FALSE;
    }
  call->account = token->account;
  return TRUE;
}

/* The token itself; what it is for comes after the parameters are known to be right. */
static gboolean
authenticate (SparkTx *tx, SparkCall *call, SparkAccountToken *creator, GError **error)
{
  const char *token = spark_request_header (call->request, "Access-Token");
  GError *wrong = NULL;
  const char *app = NULL;

  if (call->endpoint->auth == SPARK_AUTH_NONE)
    return TRUE;
  if (token == NULL || *token == '\0')
    return refuse (error, SPARK_RETURN_TOKEN_MISSING,
                   "Access token is null, you should set it in http header with key Access-Token.");
  if (strnlen (token, MAX_TOKEN + 1) > MAX_TOKEN)
    return refuse (error, SPARK_RETURN_TOKEN_WRONG,
                   "Access token is incorrect or has been revoked.");
  if (call->endpoint->auth == SPARK_AUTH_CREATOR)
    {
      if (!spark_read_account_token (tx, token, creator, &wrong))
        return slow_down (call, wrong, error);
      app = creator->app;
    }
  else
    {
      call->advertisers = spark_read_token_advertisers (tx, token, &app, &wrong);
      if (call->advertisers == NULL)
        return slow_down (call, wrong, error);
    }
  call->app = g_strdup (app);
  if (call->settings.of[SPARK_SETTING_EXPIRE_TOKENS] != 0)
    return refuse (error, SPARK_RETURN_TOKEN_EXPIRED, "The access token has expired. Refresh it.");
  return TRUE;
}

/* --- how often --- */

static gboolean
count (SparkCall *call, SparkLimiter *limiter, const char *kind, const char *name,
       const char *endpoint, const SparkLimits *limits, GError **error)
{
  g_autofree char *key = g_strconcat (kind, " ", name, " ", endpoint, NULL);

  switch (spark_limiter_take (limiter, key, limits, g_get_real_time ()))
    {
    case SPARK_LIMIT_NONE:
      return TRUE;
    case SPARK_LIMIT_SECOND:
      if (strcmp (kind, "advertiser") != 0)
        return refuse (error, SPARK_RETURN_THROTTLED, "App reaches the QPS limit.");
      g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_ADVERTISER_THROTTLED,
                   "Advertiser %s reaches the QPS limit: current QPS is more than %u, allowed %u.",
                   name, limits->per_second, limits->per_second);
      return FALSE;
    case SPARK_LIMIT_MINUTE:
    case SPARK_LIMIT_DAY:
    default:
      return refuse (error, SPARK_RETURN_THROTTLED,
                     "Too many requests. Please retry in some time.");
    }
}

static gboolean
is_limited (const SparkLimits *limits)
{
  return limits->per_second > 0 || limits->per_minute > 0 || limits->per_day > 0;
}

/* What a second allows here the other servers of the database allow as well: together no more. */
static gboolean
redeems_rarely (SparkCall *call, const char *name, GError **error)
{
  return spark_throttle_take (call->adtools->redeeming, name, g_get_monotonic_time ())
         || refuse (error, SPARK_RETURN_THROTTLED, "App reaches the QPS limit.");
}

static gboolean
throttle (SparkTx *tx, SparkCall *call, GError **error)
{
  const SparkEndpoint *endpoint = call->endpoint;
  SparkLimiter *limiter = call->adtools->limiter;
  SparkAppLevel level = SPARK_APP_LEVEL_BASIC;
  const char *name = call->app;
  SparkApp app;

  if (endpoint->auth == SPARK_AUTH_NONE)
    return count (call, call->adtools->peers, "peer", spark_request_peer (call->request), "",
                  &levels[level], error);
  if (call->app != NULL && spark_read_app (tx, call->app, &app, NULL))
    level = app.level;
  if (name == NULL)
    name = call->advertisers->len > 0
               ? g_array_index (call->advertisers, SparkTokenAdvertiser, 0).id
               : "";
  if (!count (call, limiter, "app", name, "", &levels[level], error)
      || (is_limited (&endpoint->limits)
          && (!count (call, limiter, "app", name, endpoint->path, &endpoint->limits, error)
              || !redeems_rarely (call, name, error))))
    return FALSE;
  if (call->advertiser != NULL)
    return count (call, limiter, "advertiser", call->advertiser, endpoint->path, &advertiser_limits,
                  error);
  if (endpoint->auth == SPARK_AUTH_CREATOR)
    return count (call, limiter, "creator", spark_field_string (call->params, "business_id"),
                  endpoint->path, &creator_limits, error);
  return TRUE;
}

static gboolean
happens (gint64 percent)
{
  return percent > 0 && randombytes_uniform (100) < percent;
}

static gboolean
fault (SparkCall *call, GError **error)
{
  if (happens (call->settings.of[SPARK_SETTING_THROTTLE]))
    return refuse (error, SPARK_RETURN_THROTTLED, "Too many requests. Please retry in some time.");
  if (happens (call->settings.of[SPARK_SETTING_ERRORS]))
    return refuse (error, SPARK_RETURN_SYSTEM_ERROR, "System error. Please retry in some time.");
  return TRUE;
}

/* --- a call --- */

static gboolean
is_post (SparkCall *call)
{
  return strcmp (call->endpoint->method, "POST") == 0;
}

static gboolean
parse (SparkCall *call, GError **error)
{
  GBytes *body = spark_request_body (call->request);
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  call->root = is_post (call)
                   ? spark_json_parse_object (text, length, MAX_BODY, error)
                   : spark_fields_from_query (call->endpoint->fields, call->request, error);
  if (call->root == NULL)
    return FALSE;
  call->params = json_node_get_object (call->root);
  return TRUE;
}

static gboolean
answer (SparkTx *tx, SparkCall *call, GError **error)
{
  gboolean ok;

  call->tx = tx;
  ok = call->endpoint->run (tx, call, error);
  call->tx = NULL;
  return ok;
}

/* What is read of any call's sender, which may be far away, is asked for at once. */
static void
expect_token (SparkTx *tx, SparkCall *call)
{
  const char *token = spark_request_header (call->request, "Access-Token");

  if ((call->endpoint->auth == SPARK_AUTH_TOKEN || call->endpoint->auth == SPARK_AUTH_ADVERTISER)
      && token != NULL && strnlen (token, MAX_TOKEN + 1) <= MAX_TOKEN)
    spark_expect_token_advertisers (tx, token);
}

/* In one snapshot: what the sandbox was told, who asks, what for; and a GET's answer. */
static gboolean
enter (SparkTx *tx, SparkCall *call, GError **error)
{
  SparkAccountToken creator = { 0 };

  expect_token (tx, call);
  if (!spark_read_settings (tx, &call->settings, error) || !fault (call, error)
      || !authenticate (tx, call, &creator, error) || !parse (call, error)
      || !spark_fields_check (call->endpoint->fields, call->params, error)
      || (call->endpoint->auth == SPARK_AUTH_ADVERTISER && !may_see_advertiser (call, error))
      || (call->endpoint->auth == SPARK_AUTH_CREATOR
          && !may_act_for_creator (tx, call, &creator, error))
      || !throttle (tx, call, error))
    return FALSE;
  return is_post (call) || answer (tx, call, error);
}

static gboolean
run (SparkTx *tx, gpointer data, GError **error)
{
  SparkCall *call = data;

  /* It may be run again from its start. */
  g_string_assign (call->data.text, "{");
  call->data.comma = FALSE;
  call->code = SPARK_RETURN_OK;
  g_clear_pointer (&call->message, g_free);
  g_clear_error (&call->refusal);
  return answer (tx, call, error);
}

static void
done (gpointer data, const GError *error)
{
  SparkCall *call = data;

  if (error != NULL && error->domain == SPARK_APP_ERROR)
    {
      GError *slowed = NULL;

      slow_down (call, g_error_copy (error), &slowed);
      finish (call, slowed);
      g_error_free (slowed);
      return;
    }
  finish (call, error);
}

void
spark_call_begin (SparkRequest *request, SparkAdtools *adtools, const SparkEndpoint *endpoint)
{
  SparkCall *call = g_new0 (SparkCall, 1);
  g_autoptr (GError) error = NULL;
  SparkTx *tx;

  call->adtools = adtools;
  call->request = request;
  call->endpoint = endpoint;
  spark_json_writer_init (&call->data);
  spark_json_begin_object (&call->data, NULL);

  tx = spark_store_read_begin (adtools->store, &error);
  if (tx != NULL)
    {
      enter (tx, call, &error);
      /* Its views end with the snapshot. */
      g_clear_pointer (&call->advertisers, g_array_unref);
      spark_store_read_end (tx);
    }
  if (error != NULL || !is_post (call))
    {
      finish (call, error);
      return;
    }
  call->waiting = TRUE;
  spark_request_wait (request);
  spark_store_submit (adtools->store, run, done, call);
}
