/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "model/spark-json.h"
#include "server/module/spark-module.h"
#include "server/platform/tiktok/spark-tiktok-clean.h"
#include "server/platform/tiktok/spark-tiktok-client.h"
#include "server/platform/tiktok/spark-tiktok-network.h"
#include "server/platform/tiktok/spark-tiktok-public.h"

#define PREFIX     "/open_api/v1.3/"
#define TIMEOUT_MS 30000
#define MAX_ANSWER (4 * 1024 * 1024)
/* What is waited after TikTok could not be reached. */
#define UNREACHABLE_MS 5000
/* A secret this short is none, and cutting it out of a sentence would spoil it. */
#define MIN_SECRET 8

struct _SparkTiktokClient
{
  SparkTiktokBudget *budget; /* borrowed */
  gpointer clock_data;       /* borrowed */
  gint64 (*clock) (gpointer data);

  /* owned */
  char *base;
  const SparkTiktokNetwork *network; /* static; NULL: nothing was asked yet */
  SparkTiktokSession *session;       /* NULL as well then */

  SparkTiktokUse use;
  guint timeout_ms;
};

static gint64
monotonic (gpointer data)
{
  return g_get_monotonic_time () / 1000;
}

SparkTiktokClient *
spark_tiktok_client_new (const char *api_url, SparkTiktokBudget *budget)
{
  SparkTiktokClient *self = g_new0 (SparkTiktokClient, 1);

  self->budget = budget;
  self->clock = monotonic;
  self->base = g_strconcat (api_url, PREFIX, NULL);
  self->timeout_ms = TIMEOUT_MS;
  return self;
}

void
spark_tiktok_client_free (SparkTiktokClient *self)
{
  if (self == NULL)
    return;
  if (self->session != NULL)
    self->network->session_free (self->session);
  g_free (self->base);
  g_free (self);
}

void
spark_tiktok_client_set_use (SparkTiktokClient *self, SparkTiktokUse use)
{
  self->use = use;
}

void
spark_tiktok_client_set_timeout (SparkTiktokClient *self, guint ms)
{
  self->timeout_ms = ms;
}

void
spark_tiktok_client_set_clock (SparkTiktokClient *self, gint64 (*now) (gpointer data),
                               gpointer data)
{
  self->clock = now;
  self->clock_data = data;
}

/* --- the request --- */

static char *
value_to_text (JsonNode *node)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return json_to_string (node, FALSE);
}

static char *
build_query (JsonObject *params)
{
  GString *query = g_string_new (NULL);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, params);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      g_autofree char *text = value_to_text (node);

      g_string_append (query, query->len > 0 ? "&" : "?");
      g_string_append_uri_escaped (query, name, NULL, FALSE);
      g_string_append_c (query, '=');
      g_string_append_uri_escaped (query, text, NULL, FALSE);
    }
  return g_string_free (query, FALSE);
}

static GBytes *
build_body (JsonObject *params)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  char *text;

  json_node_set_object (root, params);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static SparkAnswer *
exchange (SparkTiktokClient *self, const SparkTiktokRequest *request, GCancellable *cancellable,
          gboolean *broke, GError **error)
{
  __typeof__ (&spark_tiktok_module_network) find;

  if (self->session == NULL)
    {
      find = spark_module_find ("tiktok", "spark_tiktok_module_network", error);
      if (find == NULL)
        return NULL;
      self->network = find ();
      self->session = self->network->session_new ();
    }
  return self->network->send (self->session, request, cancellable, broke, error);
}

/* --- what came of it --- */

static GError *
no_answer (const GError *cause, gboolean broke, gboolean writes)
{
  /* After a time-out it is not known how far it came. */
  gboolean sent = broke || cause->code == SPARK_ERROR_TIMED_OUT
                  || cause->code == SPARK_ERROR_MALFORMED_ANSWER
                  || cause->code == SPARK_ERROR_NOT_SPARKBOX;

  if (cause->code == SPARK_ERROR_INVALID_REQUEST)
    return spark_tiktok_error_new (SPARK_TIKTOK_ERROR_MISCONFIGURED, 0,
                                   "The setting tiktok-api-url is no address.");
  if (cause->code == SPARK_ERROR_UNAVAILABLE)
    return spark_tiktok_error_new (SPARK_TIKTOK_ERROR_MISCONFIGURED, 0, cause->message);
  if (writes && sent)
    return spark_tiktok_error_new (SPARK_TIKTOK_ERROR_UNCERTAIN, UNREACHABLE_MS,
                                   "TikTok did not answer, so it is not known yet whether this was "
                                   "done. It is being looked up.");
  if (cause->code == SPARK_ERROR_TLS)
    return spark_tiktok_error_new (SPARK_TIKTOK_ERROR_UNREACHABLE, UNREACHABLE_MS,
                                   "What answers in TikTok’s place has no certificate that is "
                                   "trusted. Nothing was sent to it.");
  return spark_tiktok_error_new (SPARK_TIKTOK_ERROR_UNREACHABLE, UNREACHABLE_MS,
                                 "TikTok cannot be reached at the moment.");
}

/* An answer that is not one of TikTok's interface: a gateway's page, a redirect, half a body. */
static GError *
strange_answer (guint status, gboolean writes)
{
  g_autofree char *message = NULL;

  if (status >= 300 && status < 500)
    {
      message
          = g_strdup_printf ("TikTok’s address answers with HTTP status %u, which its interface "
                             "never does. Check the setting tiktok-api-url.",
                             status);
      return spark_tiktok_error_new (SPARK_TIKTOK_ERROR_MISCONFIGURED, 0, message);
    }
  message
      = g_strdup_printf (writes ? "TikTok’s answer could not be read (HTTP status %u), so it is "
                                  "not known yet whether this was done. It is being looked up."
                                : "TikTok’s answer could not be read (HTTP status %u).",
                         status);
  return spark_tiktok_error_new (writes ? SPARK_TIKTOK_ERROR_UNCERTAIN
                                        : SPARK_TIKTOK_ERROR_UNREACHABLE,
                                 UNREACHABLE_MS, message);
}

static void
cut (GString *words, const char *secret)
{
  if (secret != NULL && strlen (secret) >= MIN_SECRET)
    g_string_replace (words, secret, "…", 0);
}

/* TikTok's words without what we sent that is nobody's business. */
static char *
redact (const char *words, const char *token, JsonObject *params)
{
  static const char *const secrets[] = { "auth_code",     "original_post_auth_code", "access_token",
                                         "refresh_token", "client_secret",           "secret" };
  GString *text;

  if (words == NULL)
    return NULL;
  text = g_string_new (words);
  cut (text, token);
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    cut (text, spark_tiktok_get_text (params, secrets[i]));
  return g_string_free (text, FALSE);
}

static gboolean
is_throttled (gint64 code)
{
  return code == 40016 || code == 40100 || code == 40133;
}

static GError *
refused (SparkTiktokClient *self, const char *path, const char *token, const char *subject,
         JsonObject *params, JsonObject *envelope, gint64 code, gboolean writes)
{
  const char *request_id = spark_tiktok_get_text (envelope, "request_id");
  g_autofree char *words = redact (spark_tiktok_get_text (envelope, "message"), token, params);
  GError *error = spark_tiktok_error_from_answer (code, words, request_id, writes);

  if (is_throttled (code))
    {
      gint64 wait = spark_tiktok_budget_throttled (self->budget, subject, path, code, words,
                                                   self->clock (self->clock_data),
                                                   g_get_real_time () / 1000);

      spark_tiktok_error_set_wait (error, wait);
    }
  if (error->code == SPARK_TIKTOK_ERROR_UNKNOWN || error->code == SPARK_TIKTOK_ERROR_MISCONFIGURED)
    g_message ("%s: %s", path, error->message);
  else
    g_debug ("%s: %s", path, error->message);
  return error;
}

/* A caption that holds what is no character does not cost the rest of its page. */
static JsonNode *
parse_answer (const char *path, GBytes *body, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  JsonNode *root = spark_json_parse_object (text != NULL ? text : "", length, MAX_ANSWER, NULL);
  g_autofree char *clean = NULL;

  if (root != NULL)
    return root;
  clean = spark_tiktok_clean (text != NULL ? text : "", length);
  /* U+FFFD may be longer than what it stands for. */
  root = spark_json_parse_object (clean, strlen (clean), 3 * MAX_ANSWER, error);
  if (root != NULL)
    g_message ("%s: the answer held what is no character, such as a NUL: U+FFFD stands for it",
               path);
  return root;
}

static JsonObject *
read_answer (SparkTiktokClient *self, const char *path, const char *token, const char *subject,
             JsonObject *params, const SparkAnswer *answer, gboolean writes, GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) problem = NULL;
  JsonObject *envelope, *data = NULL;
  gint64 code;

  if (answer->status == 429)
    {
      gint64 wait = spark_tiktok_budget_throttled (self->budget, subject, path, 429, NULL,
                                                   self->clock (self->clock_data),
                                                   g_get_real_time () / 1000);

      g_propagate_error (error, spark_tiktok_error_new (SPARK_TIKTOK_ERROR_WAIT, wait,
                                                        "TikTok asks to wait a little."));
      return NULL;
    }
  if (answer->status == 200)
    root = parse_answer (path, answer->body, &problem);
  envelope = root != NULL ? json_node_get_object (root) : NULL;
  if (envelope == NULL || !spark_json_get_int (envelope, "code", &code, &problem)
      || !spark_json_find_object (envelope, "data", &data, &problem))
    {
      if (problem != NULL)
        g_message ("%s: TikTok’s answer could not be read: %s", path, problem->message);
      g_propagate_error (error, strange_answer (answer->status, writes));
      return NULL;
    }
  if (code != 0 && code != 20001)
    {
      g_propagate_error (error,
                         refused (self, path, token, subject, params, envelope, code, writes));
      return NULL;
    }
  spark_tiktok_budget_answered (self->budget, subject, path);
  return data != NULL ? json_object_ref (data) : json_object_new ();
}

JsonObject *
spark_tiktok_client_call (SparkTiktokClient *self, const char *method, const char *path,
                          const char *token, const char *subject, JsonObject *params,
                          GCancellable *cancellable, GError **error)
{
  gboolean writes = strcmp (method, "GET") != 0;
  g_autofree char *query = writes ? g_strdup ("") : build_query (params);
  g_autofree char *url = g_strconcat (self->base, path, query, NULL);
  g_autoptr (GBytes) body = writes ? build_body (params) : NULL;
  SparkTiktokRequest request = {
    .method = method,
    .url = url,
    .token = token,
    .body = body,
    .max_body = MAX_ANSWER,
    .timeout_ms = self->timeout_ms,
  };
  g_autoptr (SparkAnswer) answer = NULL;
  g_autoptr (GError) local = NULL;
  gboolean broke = FALSE;
  gint64 wait;

  g_return_val_if_fail (g_str_has_suffix (path, "/"), NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  wait = spark_tiktok_budget_take (self->budget, self->use, subject, path,
                                   self->clock (self->clock_data));
  if (wait > 0)
    {
      g_propagate_error (error,
                         spark_tiktok_error_new (SPARK_TIKTOK_ERROR_WAIT, wait,
                                                 "TikTok allows no more requests at the moment."));
      return NULL;
    }
  answer = exchange (self, &request, cancellable, &broke, &local);
  if (answer != NULL)
    return read_answer (self, path, token, subject, params, answer, writes, error);
  if (local->domain != SPARK_ERROR)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    g_propagate_error (error, no_answer (local, broke, writes));
  return NULL;
}

/* Whether @url leads to where TikTok is asked anyway. */
static gboolean
is_own_host (SparkTiktokClient *self, const char *url)
{
  g_autoptr (GUri) own = g_uri_parse (self->base, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GUri) other = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return own != NULL && other != NULL
         && g_strcmp0 (g_uri_get_host (own), g_uri_get_host (other)) == 0
         && g_uri_get_port (own) == g_uri_get_port (other);
}

GBytes *
spark_tiktok_client_fetch (SparkTiktokClient *self, const char *url, gboolean public_only,
                           gsize max_body, guint timeout_ms, GCancellable *cancellable)
{
  SparkTiktokRequest request = {
    .method = "GET",
    .url = url,
    .max_body = max_body,
    .timeout_ms = timeout_ms,
    .admits = public_only && !is_own_host (self, url) ? spark_tiktok_is_public : NULL,
  };
  g_autoptr (SparkAnswer) answer = exchange (self, &request, cancellable, NULL, NULL);

  return answer != NULL && answer->status == 200 ? g_bytes_ref (answer->body) : NULL;
}
