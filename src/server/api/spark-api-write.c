/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "server/api/spark-api-private.h"

#define MAX_KEY 200

static void
write_free (SparkApiWrite *write)
{
  if (write->running_key != NULL)
    {
      pthread_mutex_lock (&write->api->running_lock);
      g_hash_table_remove (write->api->running, write->running_key);
      pthread_mutex_unlock (&write->api->running_lock);
    }
  spark_caller_clear (&write->caller);
  g_clear_pointer (&write->body, json_node_unref);
  g_free (write->made);
  g_free (write->prepared);
  g_clear_pointer (&write->found, g_array_unref);
  g_free (write->running_key);
  spark_json_writer_clear (&write->writer);
  g_free (write);
}

static gboolean
check_role (SparkApiWrite *write, GError **error)
{
  const SparkApiAct *act = write->act;

  if (act->checks_id)
    return spark_access_check (&write->caller, write->id, act->role, error);
  return act->personal || spark_access_check_any (&write->caller, act->role, error);
}

static gboolean
check_again (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  return write->caller.all
         || (spark_access_look_again (tx, &write->caller, error) && check_role (write, error));
}

/* In the transaction: does it, and renders what is then there, so that the answer is of this
 * moment. */
static gboolean
run (SparkTx *tx, gpointer data, GError **error)
{
  SparkApiWrite *write = data;
  const char *key = spark_request_header (write->request, "Idempotency-Key");

  /* What an earlier run left. */
  g_clear_pointer (&write->made, g_free);
  write->has_answer = FALSE;
  spark_json_writer_clear (&write->writer);
  spark_json_writer_init (&write->writer);

  if (!check_again (tx, write, error))
    return FALSE;
  if (key != NULL
      && !spark_ledger_idempotency_find (tx, write->caller.id, key, write->body_hash, &write->made,
                                         &write->status, error))
    return FALSE;
  if (write->made == NULL)
    {
      write->status = write->act->status;
      if (!write->act->run (tx, write, error))
        return FALSE;
      if (key != NULL
          && !spark_ledger_idempotency_keep (tx, write->caller.id, key, write->body_hash,
                                             write->made != NULL ? write->made : "", write->status,
                                             error))
        return FALSE;
    }
  if (write->act->render == NULL || write->made == NULL || *write->made == '\0')
    return TRUE;
  /* What was made with the same key before may be of an account that was taken away since. */
  if (!write->act->unowned
      && !spark_access_check (&write->caller, write->made, SPARK_ROLE_VIEW, error))
    return FALSE;
  write->has_answer = TRUE;
  return write->act->render (write->api, tx, &write->caller, write->made, &write->writer, error);
}

static void
done (gpointer data, const GError *error)
{
  SparkApiWrite *write = data;
  SparkRequest *request = write->request;
  guint status = write->status;
  g_autoptr (GBytes) body = NULL;

  if (error == NULL && write->act->after != NULL)
    write->act->after (write->api);
  if (error == NULL && write->has_answer)
    body = spark_json_writer_steal (&write->writer);
  write_free (write);
  if (error != NULL)
    spark_api_refuse (request, error);
  else if (body != NULL)
    spark_request_respond (request, status, "application/json", body);
  else
    spark_request_respond (request, status, NULL, NULL);
}

/* With or without a charset; JSON has only one. */
static gboolean
is_json (const char *type)
{
  gsize length = strcspn (type, "; \t");

  return length == strlen ("application/json")
         && g_ascii_strncasecmp (type, "application/json", length) == 0;
}

static gboolean
parse_body (SparkApiWrite *write, GError **error)
{
  const char *type = spark_request_header (write->request, "Content-Type");
  gsize length;
  const char *text = g_bytes_get_data (spark_request_body (write->request), &length);

  crypto_generichash (write->body_hash, sizeof write->body_hash, (const guint8 *)text, length, NULL,
                      0);
  if (length == 0)
    {
      if (!write->act->needs_body)
        return TRUE;
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "The request needs a JSON object as its body.");
      return FALSE;
    }
  if (type != NULL && !is_json (type))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNSUPPORTED_MEDIA,
                   "Send the body as application/json.");
      return FALSE;
    }
  write->body = spark_json_parse_object (
      text, length, write->act->max_body != 0 ? write->act->max_body : SPARK_API_MAX_BODY, error);
  if (write->body == NULL)
    return FALSE;
  write->object = json_node_get_object (write->body);
  return TRUE;
}

gboolean
spark_api_check_key (const char *key, GError **error)
{
  if (*key != '\0' && strlen (key) <= MAX_KEY)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "An Idempotency-Key has 1 to %d characters.", MAX_KEY);
  return FALSE;
}

/* Method and path are part of what was asked: one key for two addresses is two requests. */
static gboolean
claim_key (SparkApiWrite *write, GError **error)
{
  const char *key = spark_request_header (write->request, "Idempotency-Key");
  const char *method = spark_request_method (write->request);
  const char *path = spark_request_path (write->request);
  crypto_generichash_state state;
  gboolean first;

  if (key == NULL)
    return TRUE;
  if (!spark_api_check_key (key, error))
    return FALSE;
  crypto_generichash_init (&state, NULL, 0, sizeof write->body_hash);
  crypto_generichash_update (&state, (const guint8 *)method, strlen (method) + 1);
  crypto_generichash_update (&state, (const guint8 *)path, strlen (path) + 1);
  crypto_generichash_update (&state, write->body_hash, sizeof write->body_hash);
  crypto_generichash_final (&state, write->body_hash, sizeof write->body_hash);

  write->running_key = g_strconcat (write->caller.id, "\n", key, NULL);
  pthread_mutex_lock (&write->api->running_lock);
  /* Adding a key that is there would put this one in the place of the first request's. */
  first = !g_hash_table_contains (write->api->running, write->running_key);
  if (first)
    g_hash_table_add (write->api->running, write->running_key);
  pthread_mutex_unlock (&write->api->running_lock);
  if (first)
    return TRUE;
  g_clear_pointer (&write->running_key, g_free);
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_IDEMPOTENCY_RUNNING,
               "The first request with this Idempotency-Key is still running.");
  return FALSE;
}

static gboolean
authenticate (SparkApiWrite *write, GError **error)
{
  SparkTx *tx = spark_store_read_begin (write->api->store, error);
  gboolean ok;

  if (tx == NULL)
    return FALSE;
  ok = spark_access_authenticate (tx, write->request, &write->caller, error);
  spark_store_read_end (tx);
  return ok;
}

void
spark_api_write (SparkApi *api, SparkRequest *request, const SparkApiAct *act)
{
  SparkApiWrite *write = g_new0 (SparkApiWrite, 1);
  g_autoptr (GError) error = NULL;

  write->api = api;
  write->request = request;
  write->act = act;
  write->id = spark_request_param (request, 0);
  write->second = spark_request_param (request, 1);
  spark_json_writer_init (&write->writer);
  if (!authenticate (write, &error) || !check_role (write, &error) || !parse_body (write, &error)
      || !claim_key (write, &error))
    {
      write_free (write);
      spark_api_refuse (request, error);
      return;
    }
  write->actor = spark_caller_actor (&write->caller);
  spark_request_wait (request);
  if (act->start != NULL)
    act->start (write);
  else
    spark_store_submit (api->store, run, done, write);
}

void
spark_api_write_go_on (SparkApiWrite *write, const GError *error)
{
  if (error != NULL)
    done (write, error);
  else
    spark_store_submit (write->api->store, run, done, write);
}

static gboolean
find_made (SparkTx *tx, gpointer data, GError **error)
{
  SparkApiWrite *write = data;
  const char *key = spark_request_header (write->request, "Idempotency-Key");

  g_clear_pointer (&write->made, g_free);
  return spark_ledger_idempotency_find (tx, write->caller.id, key, write->body_hash, &write->made,
                                        &write->status, error);
}

gboolean
spark_api_write_is_repeated (SparkApiWrite *write, gboolean *repeated, GError **error)
{
  *repeated = FALSE;
  if (spark_request_header (write->request, "Idempotency-Key") == NULL)
    return TRUE;
  if (!spark_store_write (write->api->store, find_made, write, error))
    return FALSE;
  *repeated = write->made != NULL;
  return TRUE;
}
