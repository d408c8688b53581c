/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <stdio.h>
#include <string.h>

#include "server/adtools/spark-adtools-private.h"
#include "server/adtools/spark-plain.h"

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
  g_clear_pointer (&call->bearer, spark_bearer_unref);
  g_clear_pointer (&call->answer, g_bytes_unref);
  g_clear_error (&call->refusal);
  spark_json_writer_clear (&call->data);
  g_free (call->message);
  g_free (call->string);
  g_free (call->app);
  g_free (call->holder);
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

/*
 * Who sends many wrong secrets is told to come later, not that they are wrong. It keeps nobody from
 * trying, which their length does: a right one is let in at any time, for others may ask from the
 * same address.
 */
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
  if (call->advertiser != NULL
      && g_strv_contains ((const char *const *)call->bearer->advertisers, call->advertiser))
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
  g_free (call->holder);
  call->holder = g_strdup (token->holder);
  return TRUE;
}

static gboolean
is_over_advertisers (SparkCall *call)
{
  return call->endpoint->auth == SPARK_AUTH_TOKEN || call->endpoint->auth == SPARK_AUTH_ADVERTISER;
}

/* NULL: none that could be right */
static const char *
get_token (SparkCall *call)
{
  const char *token = spark_request_header (call->request, "Access-Token");

  return token != NULL && *token != '\0' && strnlen (token, MAX_TOKEN + 1) <= MAX_TOKEN ? token
                                                                                        : NULL;
}

static gboolean
refuse_expired (SparkCall *call, GError **error)
{
  return call->settings.of[SPARK_SETTING_EXPIRE_TOKENS] != 0
         && !refuse (error, SPARK_RETURN_TOKEN_EXPIRED,
                     "The access token has expired. Refresh it.");
}

/* The token itself; what it is for comes after the parameters are known to be right. */
static gboolean
authenticate (SparkTx *tx, SparkCall *call, SparkAccountToken *creator, GError **error)
{
  const char *token = spark_request_header (call->request, "Access-Token");
  GError *wrong = NULL;
  const char *name = NULL;
  SparkApp app;

  if (call->endpoint->auth == SPARK_AUTH_NONE)
    return TRUE;
  if (token == NULL || *token == '\0')
    return refuse (error, SPARK_RETURN_TOKEN_MISSING,
                   "Access token is null, you should set it in http header with key Access-Token.");
  if (get_token (call) == NULL)
    return refuse (error, SPARK_RETURN_TOKEN_WRONG,
                   "Access token is incorrect or has been revoked.");
  if (call->endpoint->auth == SPARK_AUTH_CREATOR)
    {
      if (!spark_read_account_token (tx, token, creator, &wrong))
        return slow_down (call, wrong, error);
      name = creator->app;
    }
  else
    {
      call->advertisers = spark_read_token_advertisers (tx, token, &name, &wrong);
      if (call->advertisers == NULL)
        return slow_down (call, wrong, error);
    }
  call->app = g_strdup (name);
  if (name != NULL && spark_read_app (tx, name, &app, NULL))
    call->level = app.level;
  if (call->advertisers != NULL)
    {
      call->bearer = spark_bearer_new (name, call->level, call->advertisers);
      spark_bearers_learn (call->adtools->bearers, call->hash, call->bearer);
    }
  return !refuse_expired (call, error);
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
throttle (SparkCall *call, GError **error)
{
  const SparkEndpoint *endpoint = call->endpoint;
  SparkLimiter *limiter = call->adtools->limiter;
  const char *name = call->app;

  if (endpoint->auth == SPARK_AUTH_NONE)
    return count (call, call->adtools->peers, "peer", spark_request_peer (call->request), "",
                  &levels[call->level], error);
  if (name == NULL)
    name = call->bearer->advertisers[0] != NULL ? call->bearer->advertisers[0] : "";
  if (!count (call, limiter, "app", name, "", &levels[call->level], error)
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

/*
 * Meets @percent of all calls, a given one each time or never: a call may be looked at more than
 * once. The random part of the request's id that is taken is @which.
 */
static gboolean
is_met (SparkCall *call, guint which, gint64 percent)
{
  guint drawn;

  return percent > 0
         && sscanf (spark_request_id (call->request) + 8 * which, "%8x", &drawn) == 1
         && drawn % 100 < percent;
}

static gboolean
fault (SparkCall *call, GError **error)
{
  if (is_met (call, 0, call->settings.of[SPARK_SETTING_THROTTLE]))
    return refuse (error, SPARK_RETURN_THROTTLED, "Too many requests. Please retry in some time.");
  if (is_met (call, 1, call->settings.of[SPARK_SETTING_ERRORS]))
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

  g_clear_pointer (&call->root, json_node_unref);
  if (!is_post (call))
    call->root = spark_fields_from_query (call->endpoint->fields, call->request, error);
  else if (length > MAX_BODY || (call->root = spark_plain_parse (text, length)) == NULL)
    call->root = spark_json_parse_object (text, length, MAX_BODY, error);
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

/* In one snapshot: what the sandbox was told, who asks, what for; and a GET's answer. */
static gboolean
enter (SparkTx *tx, SparkCall *call, GError **error)
{
  SparkAccountToken creator = { 0 };

  /* What is read of any call's sender, which may be far away, is asked for at once. */
  if (is_over_advertisers (call) && get_token (call) != NULL)
    spark_expect_token_advertisers (tx, get_token (call));
  if (!spark_read_settings (tx, &call->settings, error) || !fault (call, error)
      || !authenticate (tx, call, &creator, error) || !parse (call, error)
      || !spark_fields_check (call->endpoint->fields, call->params, error)
      || (call->endpoint->auth == SPARK_AUTH_ADVERTISER && !may_see_advertiser (call, error))
      || (call->endpoint->auth == SPARK_AUTH_CREATOR
          && !may_act_for_creator (tx, call, &creator, error))
      || !throttle (call, error))
    return FALSE;
  return is_post (call) || answer (tx, call, error);
}

/* TRUE: a POST that has nothing to find out before it is written, or has come too often: @error */
static gboolean
enter_known (SparkCall *call, GError **error)
{
  if (!is_post (call) || call->endpoint->auth != SPARK_AUTH_ADVERTISER || get_token (call) == NULL)
    return FALSE;
  call->bearer = spark_bearers_find (call->adtools->bearers, call->hash);
  /* Whatever is wrong with it, enter() says so. */
  if (call->bearer == NULL || !parse (call, NULL)
      || !spark_fields_check (call->endpoint->fields, call->params, NULL)
      || !may_see_advertiser (call, NULL))
    {
      g_clear_pointer (&call->bearer, spark_bearer_unref);
      call->advertiser = NULL;
      return FALSE;
    }
  call->app = g_strdup (call->bearer->app);
  call->level = call->bearer->level;
  throttle (call, error);
  return TRUE;
}

static gboolean
check_creator_again (SparkTx *tx, SparkCall *call, GError **error)
{
  SparkAccountToken creator;

  return spark_read_account_token (tx, spark_request_header (call->request, "Access-Token"),
                                   &creator, error)
         && may_act_for_creator (tx, call, &creator, error);
}

/* What it asks for is there when it is run again, or was forgotten: then it is found step by step. */
static gboolean
begin (SparkTx *tx, SparkCall *call, GError **error)
{
  gboolean begun = call->begun;

  call->begun = TRUE;
  return begun || call->endpoint->begin == NULL || call->endpoint->begin (tx, call, error);
}

/* Where it is written: what was known before may be so no more. */
static gboolean
check_again (SparkTx *tx, SparkCall *call, GError **error)
{
  if (call->endpoint->auth == SPARK_AUTH_CREATOR)
    return check_creator_again (tx, call, error);
  if (call->endpoint->auth != SPARK_AUTH_ADVERTISER)
    return TRUE;
  if (begin (tx, call, error) && spark_read_settings (tx, &call->settings, error)
      && fault (call, error) && !refuse_expired (call, error)
      && spark_check_token_right (tx, call->hash, call->advertiser, error))
    return TRUE;
  spark_expect_token_right (tx, call->hash, call->advertiser);
  if (call->endpoint->expect != NULL)
    call->endpoint->expect (tx, call);
  return FALSE;
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
  return check_again (tx, call, error) && answer (tx, call, error);
}

static void
done (gpointer data, const GError *error)
{
  SparkCall *call = data;

  if (error != NULL && error->domain == SPARK_APP_ERROR)
    {
      GError *slowed = NULL;

      spark_bearers_forget (call->adtools->bearers, call->hash);
      slow_down (call, g_error_copy (error), &slowed);
      finish (call, slowed);
      g_error_free (slowed);
      return;
    }
  finish (call, error);
}

static void
look_up (SparkCall *call, GError **error)
{
  SparkTx *tx = spark_store_read_begin (call->adtools->store, error);

  if (tx == NULL)
    return;
  enter (tx, call, error);
  /* Its views end with the snapshot. */
  g_clear_pointer (&call->advertisers, g_array_unref);
  spark_store_read_end (tx);
}

void
spark_call_begin (SparkRequest *request, SparkAdtools *adtools, const SparkEndpoint *endpoint)
{
  SparkCall *call = g_new0 (SparkCall, 1);
  g_autoptr (GError) error = NULL;

  call->adtools = adtools;
  call->request = request;
  call->endpoint = endpoint;
  spark_json_writer_init (&call->data);
  spark_json_begin_object (&call->data, NULL);

  if (is_over_advertisers (call) && get_token (call) != NULL)
    spark_secrets_hash (get_token (call), call->hash);

  if (!enter_known (call, &error))
    look_up (call, &error);
  if (error != NULL || !is_post (call))
    {
      finish (call, error);
      return;
    }
  call->waiting = TRUE;
  spark_request_wait (request);
  spark_store_submit (adtools->store, run, done, call);
}
