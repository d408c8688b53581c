/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/http/spark-http-private.h"

#define FORM_TYPE "application/x-www-form-urlencoded"

static void
make_id (char *id)
{
  static const char digits[] = "0123456789abcdef";
  /* Made for many at once: a system call for each would cost more than the rest of this. */
  static __thread guint8 pool[16 * 64];
  static __thread gsize left = 0;
  const guint8 *random;

  if (left == 0)
    {
      guint8 seed[randombytes_SEEDBYTES];

      randombytes_buf (seed, sizeof seed);
      randombytes_buf_deterministic (pool, sizeof pool, seed);
      left = sizeof pool;
    }
  left -= 16;
  random = pool + left;
  for (gsize i = 0; i < 16; i++)
    {
      id[2 * i] = digits[random[i] >> 4];
      id[2 * i + 1] = digits[random[i] & 15];
    }
  id[32] = '\0';
}

SparkRequest *
spark_request_new (struct MHD_Connection *connection)
{
  SparkRequest *request = g_new0 (SparkRequest, 1);

  request->connection = connection;
  request->body_fd = -1;
  request->started = g_get_monotonic_time ();
  make_id (request->id);
  pthread_mutex_init (&request->lock, NULL);
  return request;
}

void
spark_request_free (SparkRequest *request)
{
  if (request->destroy != NULL)
    request->destroy (request->data);
  g_free (request->path);
  g_free (request->names);
  g_clear_pointer (&request->query, g_hash_table_unref);
  g_clear_pointer (&request->body, g_byte_array_unref);
  g_clear_pointer (&request->body_bytes, g_bytes_unref);
  if (request->body_fd >= 0)
    close (request->body_fd);
  g_clear_error (&request->refused);
  g_free (request->client);
  g_clear_pointer (&request->headers, g_ptr_array_unref);
  g_free (request->answer.content_type);
  g_clear_pointer (&request->answer.body, g_bytes_unref);
  if (request->feed != NULL)
    MHD_destroy_response (request->feed);
  pthread_mutex_destroy (&request->lock);
  g_free (request);
}

/* --- reading --- */

const char *
spark_request_method (SparkRequest *request)
{
  return request->method;
}

const char *
spark_request_path (SparkRequest *request)
{
  return request->path;
}

const char *
spark_request_param (SparkRequest *request, guint index)
{
  return index < request->n_params ? request->params[index] : NULL;
}

const char *
spark_request_query (SparkRequest *request, const char *name)
{
  return request->query != NULL ? g_hash_table_lookup (request->query, name) : NULL;
}

const char *
spark_request_header (SparkRequest *request, const char *name)
{
  return MHD_lookup_connection_value (request->connection, MHD_HEADER_KIND, name);
}

GBytes *
spark_request_body (SparkRequest *request)
{
  if (request->body_bytes == NULL)
    request->body_bytes = request->body != NULL
                              ? g_bytes_new_static (request->body->data, request->body->len)
                              : g_bytes_new (NULL, 0);
  return request->body_bytes;
}

GHashTable *
spark_request_form (SparkRequest *request)
{
  const char *type = spark_request_header (request, MHD_HTTP_HEADER_CONTENT_TYPE);
  gsize length;
  const char *text = g_bytes_get_data (spark_request_body (request), &length);
  g_autoptr (GHashTable) form = NULL;
  GHashTableIter iter;
  gpointer name, value;

  if (type == NULL || g_ascii_strncasecmp (type, FORM_TYPE, strlen (FORM_TYPE)) != 0)
    return NULL;
  form = g_uri_parse_params (text != NULL ? text : "", (gssize)length, "&", G_URI_PARAMS_WWW_FORM,
                             NULL);
  if (form == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, form);
  while (g_hash_table_iter_next (&iter, &name, &value))
    if (!g_utf8_validate (name, -1, NULL) || !g_utf8_validate (value, -1, NULL))
      return NULL;
  return g_steal_pointer (&form);
}

int
spark_request_body_fd (SparkRequest *request)
{
  return request->body_fd;
}

const char *
spark_request_cookie (SparkRequest *request, const char *name)
{
  return MHD_lookup_connection_value (request->connection, MHD_COOKIE_KIND, name);
}

const char *
spark_request_bearer (SparkRequest *request)
{
  return request->bearer;
}

const char *
spark_request_id (SparkRequest *request)
{
  return request->id;
}

void
spark_request_set_data (SparkRequest *request, gpointer data, GDestroyNotify destroy)
{
  if (request->destroy != NULL)
    request->destroy (request->data);
  request->data = data;
  request->destroy = destroy;
}

gpointer
spark_request_data (SparkRequest *request)
{
  return request->data;
}

/* --- answering --- */

void
spark_request_add_header (SparkRequest *request, const char *name, const char *value)
{
  if (request->headers == NULL)
    request->headers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (request->headers, g_strdup (name));
  g_ptr_array_add (request->headers, g_strdup (value));
}

void
spark_request_add_page_headers (SparkRequest *request, const char *policy)
{
  static const char *const headers[][2] = {
    { "Referrer-Policy", "no-referrer" },
    { "X-Frame-Options", "DENY" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
  };

  spark_request_add_header (request, "Content-Security-Policy", policy);
  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    spark_request_add_header (request, headers[i][0], headers[i][1]);
}

void
spark_request_wait (SparkRequest *request)
{
  SparkHttp *http = request->listener->http;

  pthread_mutex_lock (&http->lock);
  http->waiting++;
  pthread_mutex_unlock (&http->lock);
  request->waits = TRUE;
  pthread_mutex_lock (&request->lock);
  request->suspended = TRUE;
  MHD_suspend_connection (request->connection);
  pthread_mutex_unlock (&request->lock);
}

static void
take_answer (SparkRequest *request, guint status, const char *content_type, GBytes *body)
{
  g_assert (!request->has_answer);
  request->answer.status = status;
  request->answer.content_type = g_strdup (content_type);
  request->answer.body = body != NULL ? g_bytes_ref (body) : NULL;
  request->has_answer = TRUE;
}

void
spark_request_respond (SparkRequest *request, guint status, const char *content_type, GBytes *body)
{
  SparkLoop *loop = request->loop;
  gboolean resume;

  if (!request->waits)
    {
      take_answer (request, status, content_type, body);
      return;
    }
  pthread_mutex_lock (&request->lock);
  take_answer (request, status, content_type, body);
  /* Within the lock: once it is free, the request may be answered and gone. */
  resume = request->suspended;
  request->suspended = FALSE;
  if (resume)
    MHD_resume_connection (request->connection);
  pthread_mutex_unlock (&request->lock);

  if (resume)
    spark_loop_answered (loop);
}

void
spark_request_dispatch (SparkRequest *request)
{
  if (request->refused == NULL)
    request->entry->route.handler (request, request->entry->data);
  else
    spark_router_refuse (request->listener->http, request, request->refused);
}

static void
unref_body (void *body)
{
  g_bytes_unref (body);
}

enum MHD_Result
spark_request_queue_answer (SparkRequest *request)
{
  gsize length = 0;
  gconstpointer data
      = request->answer.body != NULL ? g_bytes_get_data (request->answer.body, &length) : NULL;
  struct MHD_Response *response;
  enum MHD_Result result;

  if (request->feed != NULL)
    response = g_steal_pointer (&request->feed);
  else
    {
      response = request->answer.body != NULL
                     ? MHD_create_response_from_buffer_with_free_callback_cls (
                         length, (void *)data, unref_body, g_bytes_ref (request->answer.body))
                     : MHD_create_response_from_buffer (0, (void *)"", MHD_RESPMEM_PERSISTENT);
      MHD_add_response_header (response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    }
  if (request->answer.content_type != NULL)
    MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, request->answer.content_type);
  MHD_add_response_header (response, "X-Content-Type-Options", "nosniff");
  MHD_add_response_header (response, "X-Request-Id", request->id);
  /* Browsers look at it only in what came by https. */
  if (spark_request_is_https (request))
    MHD_add_response_header (response, "Strict-Transport-Security", "max-age=31536000");
  if (request->last || atomic_load (&request->listener->http->stopping))
    MHD_add_response_header (response, MHD_HTTP_HEADER_CONNECTION, "close");
  for (guint i = 0; request->headers != NULL && i + 1 < request->headers->len; i += 2)
    MHD_add_response_header (response, request->headers->pdata[i], request->headers->pdata[i + 1]);
  if (!spark_request_is_unix (request))
    request->untaken
        = spark_untaken_add (request->listener->http, spark_request_peer (request), length);
  result = MHD_queue_response (request->connection, request->answer.status, response);
  spark_request_told (request);
  MHD_destroy_response (response);
  return result;
}
