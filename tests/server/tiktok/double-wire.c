/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "double-private.h"

static void
count (GHashTable *counts, const char *path)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, path));

  g_hash_table_insert (counts, g_strdup (path), GUINT_TO_POINTER (n + 1));
}

static JsonObject *
read_params (SoupServerMessage *message, GHashTable *query)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  JsonObject *params;
  GHashTableIter iter;
  const char *name, *value;

  if (strcmp (soup_server_message_get_method (message), "POST") == 0)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();

      if (!json_parser_load_from_data (parser, body->data, body->length, NULL))
        return json_object_new ();
      return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
    }
  params = json_object_new ();
  if (query != NULL)
    {
      g_hash_table_iter_init (&iter, query);
      while (g_hash_table_iter_next (&iter, (gpointer *)&name, (gpointer *)&value))
        json_object_set_string_member (params, name, value);
    }
  return params;
}

gboolean
fault_is_silent (Fault fault)
{
  return fault == FAULT_TIMEOUT_BEFORE || fault == FAULT_TIMEOUT_AFTER;
}

static gboolean
is_before (Fault fault)
{
  return fault == FAULT_TIMEOUT_BEFORE || fault == FAULT_RESET_BEFORE
         || fault == FAULT_BAD_GATEWAY_BEFORE || fault == FAULT_THROTTLED
         || fault == FAULT_TOKEN_EXPIRED || fault == FAULT_TOKEN_REVOKED
         || fault == FAULT_TROUBLE_BEFORE;
}

static Fault
next_fault (Double *self, const char *path)
{
  if (self->fail_count > 0 && strcmp (path, self->fail_path) == 0)
    {
      self->fail_count--;
      return self->fault;
    }
  if (self->percent > 0 && !g_str_has_prefix (path, "tt_user/")
      && g_rand_int_range (self->rand, 0, 100) < (gint32)self->percent)
    {
      Fault fault = g_rand_int_range (self->rand, 1, N_FAULTS);

      /* A lost consent ends all that could go wrong after it: it is the rarest. */
      if (fault != FAULT_TOKEN_REVOKED || g_rand_int_range (self->rand, 0, 10) == 0)
        return fault;
    }
  return FAULT_NONE;
}

static JsonNode *
bend (JsonNode *node)
{
  JsonNode *other = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (other, json_array_new ());
  return other;
}

static void
bend_all (JsonObject *data)
{
  g_autoptr (GList) names = json_object_get_members (data);

  for (GList *name = names; name != NULL; name = name->next)
    json_object_set_member (data, name->data, bend (json_object_get_member (data, name->data)));
}

static void
send_envelope (SoupServerMessage *message, int code, JsonObject *data, gsize cut)
{
  g_autoptr (JsonObject) envelope = json_object_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_object_set_int_member (envelope, "code", code);
  json_object_set_string_member (envelope, "message", code == 0 ? "OK" : "Not like this.");
  json_object_set_string_member (envelope, "request_id", "202208101819310102510031480D2B9AA4");
  json_object_set_object_member (envelope, "data", json_object_ref (data));
  json_node_set_object (root, envelope);
  text = json_to_string (root, FALSE);
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, text,
                                    strlen (text) - cut);
}

static void
send_fault (Double *self, SoupServerMessage *message, Fault fault, JsonObject *data)
{
  g_autoptr (JsonObject) empty = json_object_new ();
  g_autofree char *large = NULL;

  switch (fault)
    {
    case FAULT_TIMEOUT_BEFORE:
    case FAULT_TIMEOUT_AFTER:
      soup_server_message_pause (message);
      g_ptr_array_add (self->hanging, g_object_ref (message));
      return;
    case FAULT_RESET_BEFORE:
    case FAULT_RESET_AFTER:
      g_socket_shutdown (soup_server_message_get_socket (message), TRUE, TRUE, NULL);
      soup_server_message_set_status (message, 200, NULL);
      return;
    case FAULT_BAD_GATEWAY_BEFORE:
    case FAULT_BAD_GATEWAY_AFTER:
      soup_server_message_set_status (message, 502, NULL);
      soup_server_message_set_response (message, "text/html", SOUP_MEMORY_STATIC,
                                        "<html>Bad Gateway</html>", 24);
      return;
    case FAULT_MALFORMED:
      send_envelope (message, 0, data, 3);
      return;
    case FAULT_OVERSIZED:
      large = g_malloc0 (5 * 1024 * 1024);
      memset (large, ' ', 5 * 1024 * 1024);
      soup_server_message_set_status (message, 200, NULL);
      soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, large,
                                        5 * 1024 * 1024);
      return;
    case FAULT_THROTTLED:
      send_envelope (message, 40100, empty, 0);
      return;
    case FAULT_TOKEN_EXPIRED:
      send_envelope (message, 40102, empty, 0);
      return;
    case FAULT_TOKEN_REVOKED:
      send_envelope (message, 40105, empty, 0);
      return;
    case FAULT_EMPTY_DATA:
      send_envelope (message, 0, empty, 0);
      return;
    case FAULT_WRONG_TYPES:
      bend_all (data);
      send_envelope (message, 0, data, 0);
      return;
    case FAULT_TROUBLE_BEFORE:
    case FAULT_TROUBLE_AFTER:
      send_envelope (message, 50000, empty, 0);
      return;
    case FAULT_NONE:
    case N_FAULTS:
    default:
      g_assert_not_reached ();
    }
}

static const DoubleEndpoint *
find_endpoint (const char *path)
{
  const struct
  {
    const DoubleEndpoint *endpoints;
    gsize n;
  } faces[] = {
    { double_oauth_endpoints, double_n_oauth_endpoints },
    { double_post_endpoints, double_n_post_endpoints },
    { double_tt_video_endpoints, double_n_tt_video_endpoints },
    { double_ad_endpoints, double_n_ad_endpoints },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (faces); i++)
    for (gsize k = 0; k < faces[i].n; k++)
      if (strcmp (faces[i].endpoints[k].path, path) == 0)
        return &faces[i].endpoints[k];
  return NULL;
}

/* What is recorded, or nothing yet. */
static JsonObject *
new_data (Double *self, const char *path)
{
  const char *text = g_hash_table_lookup (self->recorded, path);
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;

  return node != NULL ? json_node_dup_object (node) : json_object_new ();
}

static int
answer_recorded (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  return 0;
}

static const DoubleEndpoint recorded = { NULL, answer_recorded };

static void
answer (Double *self, SoupServerMessage *message, const char *path, JsonObject *params)
{
  g_autoptr (JsonObject) data = new_data (self, path);
  Fault fault = next_fault (self, path);
  const DoubleEndpoint *endpoint;
  gboolean done = FALSE;
  int code = 40008;

  count (self->asked, path);
  endpoint = g_hash_table_contains (self->recorded, path) ? &recorded : find_endpoint (path);
  if (endpoint != NULL && !is_before (fault))
    code = endpoint->answer (self, params, data, &done);
  if (done)
    count (self->done, path);
  /* What is refused is told as it is. */
  if (fault != FAULT_NONE && (is_before (fault) || code == 0))
    send_fault (self, message, fault, data);
  else
    send_envelope (message, code, data, 0);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  Double *self = user_data;
  g_autoptr (JsonObject) params = read_params (message, query);

  pthread_mutex_lock (&self->lock);
  answer (self, message, path + strlen ("/open_api/v1.3/"), params);
  pthread_mutex_unlock (&self->lock);
}

static gpointer
run (gpointer data)
{
  Double *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

Double *
double_new (gint64 (*now) (gpointer data), gpointer data)
{
  Double *self = g_new0 (Double, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  pthread_mutex_init (&self->lock, NULL);
  self->now = now;
  self->data = data;
  self->consent = self->brand_consent = TRUE;
  self->recorded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->hanging = g_ptr_array_new_with_free_func (g_object_unref);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_main_context_push_thread_default (self->context);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  g_main_context_pop_thread_default (self->context);
  self->thread = g_thread_new ("double", run, self);
  return self;
}

void
double_free (Double *self)
{
  g_main_loop_quit (self->loop);
  g_thread_join (self->thread);
  g_main_context_push_thread_default (self->context);
  soup_server_disconnect (self->server);
  g_ptr_array_unref (self->hanging);
  g_object_unref (self->server);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_hash_table_unref (self->recorded);
  g_hash_table_unref (self->asked);
  g_hash_table_unref (self->done);
  pthread_mutex_destroy (&self->lock);
  g_free (self->fail_path);
  g_free (self->url);
  g_free (self);
}

const char *
double_url (Double *self)
{
  return self->url;
}
