/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-sign-in"

#include "config.h"

#include <string.h>

#include "model/spark-json-writer.h"
#include "server/signin/spark-sign-in-private.h"

#define MAX_KEY 200
/* RFC 7636, 4.1 */
#define VERIFIER_MIN 43
#define VERIFIER_MAX 128

typedef struct
{
  SparkSignInFace *face; /* borrowed */
  SparkRequest *request;
  GHashTable *form;
  gboolean refreshes;
  char *key; /* NULL: none */
  SparkTokens tokens;
  GError *refusal;
} Exchange;

static void
exchange_free (Exchange *self)
{
  g_hash_table_unref (self->form);
  g_free (self->key);
  spark_tokens_clear (&self->tokens);
  g_clear_error (&self->refusal);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Exchange, exchange_free)

/* RFC 6749, 5.2 */
static void
refuse (SparkRequest *request, guint status, const char *code, const char *description)
{
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GBytes) body = NULL;

  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "error", code);
  spark_json_string (&writer, "error_description", description);
  spark_json_end_object (&writer);
  body = spark_json_writer_steal (&writer);
  if (status == 429 || status == 503)
    spark_request_add_header (request, "Retry-After", "5");
  spark_request_respond (request, status, "application/json", body);
}

static const char *
member (Exchange *self, const char *name)
{
  const char *value = g_hash_table_lookup (self->form, name);

  return value != NULL ? value : "";
}

static gboolean
run (SparkTx *tx, gpointer data, GError **error)
{
  Exchange *self = data;

  spark_tokens_clear (&self->tokens);
  g_clear_error (&self->refusal);
  if (self->refreshes)
    return spark_ledger_refresh (tx, member (self, "refresh_token"), self->key, &self->tokens,
                                 &self->refusal, error);
  return spark_ledger_exchange (tx, member (self, "code"), member (self, "code_verifier"),
                                member (self, "redirect_uri"), self->key, &self->tokens,
                                &self->refusal, error);
}

static void
done (gpointer data, const GError *error)
{
  g_autoptr (Exchange) self = data;
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GBytes) body = NULL;

  if (error != NULL)
    {
      refuse (self->request, 503, "temporarily_unavailable", error->message);
      return;
    }
  if (self->refusal != NULL)
    {
      refuse (self->request, 400, "invalid_grant", self->refusal->message);
      return;
    }
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "access_token", self->tokens.access);
  spark_json_string (&writer, "token_type", "Bearer");
  spark_json_int (&writer, "expires_in", self->tokens.expires_in);
  spark_json_string (&writer, "refresh_token", self->tokens.refresh);
  if (self->tokens.name != NULL)
    spark_json_string (&writer, "name", self->tokens.name);
  spark_json_end_object (&writer);
  body = spark_json_writer_steal (&writer);
  spark_request_respond (self->request, 200, "application/json", body);
}

static gboolean
is_verifier (const char *text)
{
  gsize length = strlen (text);

  return length >= VERIFIER_MIN && length <= VERIFIER_MAX
         && strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
                == length;
}

/* What is wrong with the request itself; NULL: nothing. @code: (out) */
static const char *
find_fault (Exchange *self, const char **code)
{
  const char *grant_type = member (self, "grant_type");
  const char *client = member (self, "client_id");

  *code = "invalid_client";
  if (strcmp (client, SPARK_CLIENT_ID) != 0)
    return "The client_id is not known here.";
  *code = "invalid_request";
  if (self->key != NULL && (*self->key == '\0' || strlen (self->key) > MAX_KEY))
    return "An Idempotency-Key has 1 to 200 characters.";
  if (strcmp (grant_type, "refresh_token") == 0)
    {
      self->refreshes = TRUE;
      return *member (self, "refresh_token") != '\0' ? NULL : "The refresh_token is missing.";
    }
  if (strcmp (grant_type, "authorization_code") != 0)
    {
      *code = "unsupported_grant_type";
      return "The grant_type is authorization_code or refresh_token.";
    }
  if (*member (self, "code") == '\0')
    return "The code is missing.";
  return is_verifier (member (self, "code_verifier")) ? NULL : "The code_verifier is not valid.";
}

static Exchange *
begin (SparkRequest *request, SparkSignInFace *face)
{
  g_autoptr (GHashTable) form = spark_request_form (request);
  Exchange *self;

  if (!spark_throttle_take (face->tokens, spark_request_peer (request), g_get_monotonic_time ()))
    {
      refuse (request, 429, "temporarily_unavailable", "Too many requests. Wait a few seconds.");
      return NULL;
    }
  if (form == NULL)
    {
      refuse (request, 400, "invalid_request",
              "Send the members as application/x-www-form-urlencoded.");
      return NULL;
    }
  self = g_new0 (Exchange, 1);
  self->face = face;
  self->request = request;
  self->form = g_steal_pointer (&form);
  self->key = g_strdup (spark_request_header (request, "Idempotency-Key"));
  return self;
}

static void
post_token (SparkRequest *request, gpointer data)
{
  g_autoptr (Exchange) self = begin (request, data);
  const char *code, *fault;

  if (self == NULL)
    return;
  fault = find_fault (self, &code);
  if (fault != NULL)
    {
      refuse (request, 400, code, fault);
      return;
    }
  spark_request_wait (request);
  spark_store_submit (self->face->store, run, done, self);
  self = NULL;
}

static gboolean
run_revoke (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_sign_out (tx, member (data, "token"), error);
}

static void
done_revoke (gpointer data, const GError *error)
{
  g_autoptr (Exchange) self = data;

  if (error != NULL)
    refuse (self->request, 503, "temporarily_unavailable", error->message);
  else
    spark_request_respond (self->request, 200, NULL, NULL);
}

/* RFC 7009 */
static void
post_revoke (SparkRequest *request, gpointer data)
{
  g_autoptr (Exchange) self = begin (request, data);

  if (self == NULL)
    return;
  if (*member (self, "token") == '\0')
    {
      refuse (request, 400, "invalid_request", "The token is missing.");
      return;
    }
  spark_request_wait (request);
  spark_store_submit (self->face->store, run_revoke, done_revoke, self);
  self = NULL;
}

const SparkRoute spark_sign_in_token_routes[] = {
  { SPARK_FACE_CREATORS, "POST", "/oauth/token", post_token, SPARK_FORM_MAX, FALSE },
  { SPARK_FACE_CREATORS, "POST", "/oauth/revoke", post_revoke, SPARK_FORM_MAX, FALSE },
};
const gsize spark_sign_in_n_token_routes = G_N_ELEMENTS (spark_sign_in_token_routes);
