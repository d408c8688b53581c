/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "double.h"

#define DAY_S 86400
#define ADS   100

const char *const fault_names[N_FAULTS] = {
  "none",       "timeout-before", "timeout-after", "reset-before", "reset-after",   "502-before",
  "502-after",  "malformed",      "oversized",     "throttled",    "token-expired", "token-revoked",
  "empty-data", "wrong-types",    "50000-before",  "50000-after",
};

static const char *const brands[DOUBLE_BRANDS] = { "7000000000000000001", "7000000000000000002" };

typedef struct
{
  gboolean on;
  gboolean exists;
  gboolean used;
  char code[80];
  gint64 starts; /* s */
  gint64 ends;
} Post;

typedef struct
{
  gboolean listed;
  gint64 at;     /* s */
  char code[80]; /* with which */
} Binding;

typedef struct
{
  guint brand;
  guint post;
  gboolean enabled;
} Ad;

struct _Double
{
  GMutex lock;
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  SoupServer *server;
  char *url;
  gint64 (*now) (gpointer data);
  gpointer data;

  char *fail_path;
  Fault fault;
  guint fail_count;
  guint percent;
  GRand *rand; /* borrowed */
  gboolean consent;
  GHashTable *asked;
  GHashTable *done;
  GPtrArray *hanging; /* of SoupServerMessage */

  Post posts[DOUBLE_POSTS];
  Binding bindings[DOUBLE_BRANDS][DOUBLE_POSTS];
  Ad ads[ADS];
  guint n_ads;
  guint n_codes;
  guint n_undone;
};

char *
double_item (guint post)
{
  return g_strdup_printf ("71234567890123456%02u", post);
}

const char *
double_brand (guint brand)
{
  return brands[brand];
}

static gint64
now_s (Double *self)
{
  return self->now (self->data) / 1000;
}

static char *
time_text (gint64 s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (s);

  return g_date_time_format (time, "%Y-%m-%d %H:%M:%S");
}

static int
find_post (JsonObject *params)
{
  const char *item = json_object_get_string_member_with_default (params, "item_id", "");

  for (int i = 0; i < DOUBLE_POSTS; i++)
    {
      g_autofree char *known = double_item (i);

      if (strcmp (item, known) == 0)
        return i;
    }
  return -1;
}

static int
find_brand (JsonObject *params)
{
  const char *id = json_object_get_string_member_with_default (params, "advertiser_id", "");

  for (int i = 0; i < DOUBLE_BRANDS; i++)
    if (strcmp (id, brands[i]) == 0)
      return i;
  return -1;
}

/* --- its rules --- */

static void
unbind (Double *self, guint brand, guint post)
{
  self->n_undone += self->bindings[brand][post].listed;
  self->bindings[brand][post].listed = FALSE;
}

static gboolean
is_live (Double *self, const Post *post)
{
  return post->exists && post->ends > now_s (self);
}

/* An access stands as long as ad authorization is on and the time is not over. */
static gboolean
is_bound (Double *self, guint brand, guint post)
{
  return self->bindings[brand][post].listed && self->posts[post].on
         && self->posts[post].ends > now_s (self);
}

static guint
count_ads (Double *self, int brand, guint post)
{
  guint n = 0;

  for (guint i = 0; i < self->n_ads; i++)
    n += (brand < 0 || self->ads[i].brand == (guint)brand) && self->ads[i].post == post
         && self->ads[i].enabled && is_bound (self, self->ads[i].brand, post);
  return n;
}

static void
mint (Double *self, Post *post, gint64 days)
{
  post->exists = TRUE;
  post->used = FALSE;
  post->starts = now_s (self);
  post->ends = post->starts + days * DAY_S;
  g_snprintf (post->code, sizeof post->code,
              "#%06uea2bcde3fUM/ghijEk/L4mOceft5deFRq6za7JsgnAJ8PB9n1XIr1r/5Rw4=", ++self->n_codes);
}

static void
extend (Post *post, gint64 days)
{
  post->ends += days * DAY_S;
}

static int
use (Double *self, int brand, const char *code)
{
  for (guint i = 0; i < DOUBLE_POSTS; i++)
    if (self->posts[i].exists && strcmp (self->posts[i].code, code) == 0)
      {
        Binding *binding = &self->bindings[brand][i];

        if (!is_live (self, &self->posts[i]) || is_bound (self, brand, i))
          return 40002;
        binding->listed = TRUE;
        binding->at = now_s (self);
        g_strlcpy (binding->code, code, sizeof binding->code);
        self->posts[i].used = TRUE;
        return 0;
      }
  return 40002;
}

static void
write_post (const Post *post, int number, JsonObject *data)
{
  g_autofree char *item = double_item (number);
  g_autofree char *starts = time_text (post->starts);
  g_autofree char *ends = time_text (post->ends);

  json_object_set_string_member (data, "item_id", item);
  json_object_set_string_member (data, "auth_code", post->code);
  json_object_set_string_member (data, "auth_code_start_time", starts);
  json_object_set_string_member (data, "auth_code_end_time", ends);
  json_object_set_int_member (data, "authorization_days", (post->ends - post->starts) / DAY_S);
}

static int
setting (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int i = find_post (params);
  gint64 days = json_object_get_int_member_with_default (params, "authorization_days", 30);
  Post *post;

  if (i < 0 || !json_object_has_member (params, "is_ad_promotable"))
    return 40002;
  post = &self->posts[i];
  if (!json_object_get_boolean_member (params, "is_ad_promotable"))
    {
      if (count_ads (self, -1, i) > 0)
        return 40002;
      *done = post->on;
      post->on = post->exists = FALSE;
      for (guint b = 0; b < DOUBLE_BRANDS; b++)
        unbind (self, b, i);
      return 0;
    }
  *done = TRUE;
  post->on = TRUE;
  if (!is_live (self, post))
    mint (self, post, days);
  else
    extend (post, days);
  write_post (post, i, data);
  return 0;
}

static int
authorize (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int i = find_post (params);
  gint64 days = json_object_get_int_member_with_default (params, "authorization_days", 30);
  Post *post;

  if (i < 0 || !self->posts[i].on)
    return 40002;
  post = &self->posts[i];
  *done = TRUE;
  if (!post->exists)
    mint (self, post, days);
  else
    extend (post, days);
  write_post (post, i, data);
  return 0;
}

static int
status (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int i = find_post (params);
  const Post *post;

  if (i < 0 || !self->posts[i].exists)
    return 40002;
  post = &self->posts[i];
  write_post (post, i, data);
  json_object_set_string_member (data, "auth_code_status",
                                 post->ends <= now_s (self) ? "EXPIRED"
                                 : post->used               ? "IN_USE"
                                                            : "NOT_USED");
  return 0;
}

static int
delete_code (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int i = find_post (params);

  if (i < 0 || !self->posts[i].exists || count_ads (self, -1, i) > 0)
    return 40002;
  *done = TRUE;
  self->posts[i].exists = FALSE;
  json_object_set_string_member (data, "auth_code_status", "DELETED");
  return 0;
}

static int
tt_authorize (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int code = use (self, find_brand (params),
                  json_object_get_string_member_with_default (params, "auth_code", ""));

  *done = code == 0;
  return code;
}

static void
write_page (JsonObject *data, JsonArray *list)
{
  JsonObject *info = json_object_new ();

  json_object_set_int_member (info, "page", 1);
  json_object_set_int_member (info, "total_page", json_array_get_length (list) > 0);
  json_object_set_array_member (data, "list", list);
  json_object_set_object_member (data, "page_info", info);
}

static int
tt_list (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  const char *keyword = json_object_get_string_member_with_default (params, "keyword", NULL);
  JsonArray *list = json_array_new ();
  int brand = find_brand (params);

  for (guint i = 0; i < DOUBLE_POSTS; i++)
    {
      JsonObject *entry, *item, *auth;
      g_autofree char *id = double_item (i);
      g_autofree char *ends = time_text (self->posts[i].ends);
      g_autofree char *at = time_text (self->bindings[brand][i].at);

      if (!self->bindings[brand][i].listed || (keyword != NULL && strcmp (keyword, id) != 0))
        continue;
      entry = json_object_new ();
      item = json_object_new ();
      auth = json_object_new ();
      json_object_set_string_member (item, "item_id", id);
      json_object_set_string_member (item, "auth_code", self->bindings[brand][i].code);
      json_object_set_string_member (auth, "ad_auth_status",
                                     is_bound (self, brand, i) ? "AUTHORIZED" : "EXPIRED");
      json_object_set_string_member (auth, "invite_start_time", at);
      json_object_set_string_member (auth, "auth_end_time", ends);
      json_object_set_object_member (entry, "item_info", item);
      json_object_set_object_member (entry, "auth_info", auth);
      json_array_add_object_element (list, entry);
    }
  write_page (data, list);
  return 0;
}

/* Documented for what has ended; while an ad runs it is refused. */
static int
tt_unbind (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int brand = find_brand (params), i = find_post (params);

  if (i < 0 || !self->bindings[brand][i].listed || count_ads (self, brand, i) > 0)
    return 40002;
  *done = TRUE;
  unbind (self, brand, i);
  return 0;
}

static int
ad_get (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  JsonArray *list = json_array_new ();
  int brand = find_brand (params);

  for (guint i = 0; i < self->n_ads; i++)
    {
      g_autofree char *id = g_strdup_printf ("180000000000%04u", i);
      g_autofree char *item = double_item (self->ads[i].post);
      JsonObject *ad;

      if (self->ads[i].brand != (guint)brand)
        continue;
      ad = json_object_new ();
      json_object_set_string_member (ad, "ad_id", id);
      json_object_set_string_member (ad, "tiktok_item_id", item);
      json_object_set_string_member (ad, "operation_status",
                                     self->ads[i].enabled ? "ENABLE" : "DISABLE");
      json_array_add_object_element (list, ad);
    }
  write_page (data, list);
  return 0;
}

static int
ad_update (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  JsonArray *ids = json_object_get_array_member (params, "ad_ids");

  for (guint i = 0; i < json_array_get_length (ids); i++)
    {
      guint number = (guint)g_ascii_strtoull (
          json_array_get_string_element (ids, i) + strlen ("180000000000"), NULL, 10);

      if (number < self->n_ads)
        self->ads[number].enabled = FALSE;
    }
  *done = TRUE;
  return 0;
}

static int
refresh (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  if (!self->consent)
    return 40103;
  json_object_set_string_member (data, "access_token", "act.a-token-of-the-creator");
  json_object_set_string_member (data, "refresh_token", "rft.a-token-of-the-creator");
  json_object_set_string_member (data, "open_id", "creator");
  json_object_set_string_member (data, "scope", "biz.spark.auth,video.list");
  json_object_set_int_member (data, "expires_in", 86400 * 365);
  json_object_set_int_member (data, "refresh_token_expires_in", 86400 * 365);
  return 0;
}

static const struct
{
  const char *path;
  int (*answer) (Double *self, JsonObject *params, JsonObject *data, gboolean *done);
} endpoints[] = {
  { "business/post/authorize/setting/", setting },
  { "business/post/authorize/status/", status },
  { "business/post/authorize/delete/", delete_code },
  { "business/post/authorize/", authorize },
  { "tt_video/authorize/", tt_authorize },
  { "tt_video/list/", tt_list },
  { "tt_video/unbind/", tt_unbind },
  { "ad/status/update/", ad_update },
  { "ad/get/", ad_get },
  { "tt_user/oauth2/refresh_token/", refresh },
};

/* --- on the wire --- */

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

static void
answer (Double *self, SoupServerMessage *message, const char *path, JsonObject *params)
{
  g_autoptr (JsonObject) data = json_object_new ();
  Fault fault = next_fault (self, path);
  gboolean done = FALSE;
  int code = 40008;

  count (self->asked, path);
  for (guint i = 0; i < G_N_ELEMENTS (endpoints) && !is_before (fault); i++)
    if (strcmp (endpoints[i].path, path) == 0)
      {
        code = endpoints[i].answer (self, params, data, &done);
        break;
      }
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

  g_mutex_lock (&self->lock);
  answer (self, message, path + strlen ("/open_api/v1.3/"), params);
  g_mutex_unlock (&self->lock);
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

  g_mutex_init (&self->lock);
  self->now = now;
  self->data = data;
  self->consent = TRUE;
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
  g_hash_table_unref (self->asked);
  g_hash_table_unref (self->done);
  g_mutex_clear (&self->lock);
  g_free (self->fail_path);
  g_free (self->url);
  g_free (self);
}

const char *
double_url (Double *self)
{
  return self->url;
}

void
double_fail (Double *self, const char *path, Fault fault, guint n)
{
  g_mutex_lock (&self->lock);
  g_free (self->fail_path);
  self->fail_path = g_strdup (path);
  self->fault = fault;
  self->fail_count = n;
  g_mutex_unlock (&self->lock);
}

void
double_fail_at_random (Double *self, guint percent, GRand *rand)
{
  g_mutex_lock (&self->lock);
  self->percent = percent;
  self->rand = rand;
  g_mutex_unlock (&self->lock);
}

static guint
read_count (Double *self, GHashTable *counts, const char *path)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, path));
  g_mutex_unlock (&self->lock);
  return n;
}

guint
double_asked (Double *self, const char *path)
{
  return read_count (self, self->asked, path);
}

guint
double_done (Double *self, const char *path)
{
  return read_count (self, self->done, path);
}

guint
double_undone (Double *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->n_undone;
  g_mutex_unlock (&self->lock);
  return n;
}

void
double_set_consent (Double *self, gboolean given)
{
  g_mutex_lock (&self->lock);
  self->consent = given;
  g_mutex_unlock (&self->lock);
}

void
double_use (Double *self, guint brand, guint post)
{
  g_mutex_lock (&self->lock);
  if (self->posts[post].exists)
    use (self, (int)brand, self->posts[post].code);
  g_mutex_unlock (&self->lock);
}

void
double_give_up (Double *self, guint brand, guint post)
{
  g_mutex_lock (&self->lock);
  if (count_ads (self, (int)brand, post) == 0)
    unbind (self, brand, post);
  g_mutex_unlock (&self->lock);
}

void
double_start_ad (Double *self, guint brand, guint post)
{
  g_mutex_lock (&self->lock);
  if (is_bound (self, brand, post) && self->n_ads < ADS)
    self->ads[self->n_ads++] = (Ad){ brand, post, TRUE };
  g_mutex_unlock (&self->lock);
}

void
double_stop_ads (Double *self, guint brand)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->n_ads; i++)
    if (self->ads[i].brand == brand)
      self->ads[i].enabled = FALSE;
  g_mutex_unlock (&self->lock);
}

void
double_extend (Double *self, guint post, guint days)
{
  g_mutex_lock (&self->lock);
  if (is_live (self, &self->posts[post]))
    extend (&self->posts[post], days);
  g_mutex_unlock (&self->lock);
}

void
double_delete (Double *self, guint post)
{
  g_mutex_lock (&self->lock);
  if (count_ads (self, -1, post) == 0)
    self->posts[post].exists = FALSE;
  g_mutex_unlock (&self->lock);
}

DoublePost
double_post (Double *self, guint post)
{
  DoublePost view = { 0 };

  g_mutex_lock (&self->lock);
  view.exists = self->posts[post].exists;
  view.used = self->posts[post].used;
  view.ends_at = self->posts[post].ends * 1000;
  g_strlcpy (view.code, self->posts[post].code, sizeof view.code);
  g_mutex_unlock (&self->lock);
  return view;
}

gboolean
double_is_bound (Double *self, guint brand, guint post)
{
  gboolean bound;

  g_mutex_lock (&self->lock);
  bound = is_bound (self, brand, post);
  g_mutex_unlock (&self->lock);
  return bound;
}

guint
double_ads (Double *self, guint brand, guint post)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = count_ads (self, (int)brand, post);
  g_mutex_unlock (&self->lock);
  return n;
}
