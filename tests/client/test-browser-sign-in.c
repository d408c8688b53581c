/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>
#include <libsecret/secret.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "client/spark-authorizer.h"
#include "client/spark-browser-sign-in.h"
#include "client/spark-client.h"
#include "client/spark-keyring.h"
#include "model/spark-error.h"
#include "test-server.h"
#include "test-wait.h"

/* A person with a browser that does what it is told, and a real server. */

static char *sparkboxd;

typedef struct
{
  char *folder;
  char *database;
  char *url;
  char *account;
  char *invitation;
  GPid server;
  SoupSession *browser;
  SparkBrowserSignIn *sign_in;
  char *address; /* what was opened */
} Fixture;

static char *
run (Fixture *self, const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  int status;

  g_ptr_array_add (argv, sparkboxd);
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (argv, (gpointer)*arguments);
  g_ptr_array_add (argv, (gpointer) "--database");
  g_ptr_array_add (argv, self->database);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  return g_strchomp (output);
}

static void
start_server (Fixture *self)
{
  const char *argv[]
      = { sparkboxd, "serve", "--database", self->database, "--listen", "127.0.0.1:0", NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GIOChannel) channel = NULL;
  int output;

  g_spawn_async_with_pipes (NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                            &self->server, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  channel = g_io_channel_unix_new (output);
  g_io_channel_set_close_on_unref (channel, TRUE);
  g_io_channel_read_line (channel, &line, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (line, "listening on http://"));
  self->url = g_strdup (g_strchomp (line) + strlen ("listening on "));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("sparkbox-XXXXXX", NULL);
  self->database = g_strconcat ("sqlite:", self->folder, "/a.db", NULL);
  self->account = run (self, (const char *const[]){ "account", "add", "Lena", NULL });
  self->invitation = run (self, (const char *const[]){ "invite", self->account, NULL });
  start_server (self);
  self->browser = soup_session_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) folder = NULL;
  const char *name;

  kill (self->server, SIGTERM);
  waitpid (self->server, NULL, 0);
  g_spawn_close_pid (self->server);
  folder = g_dir_open (self->folder, 0, NULL);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->database);
  g_free (self->url);
  g_free (self->account);
  g_free (self->invitation);
  g_free (self->address);
  g_clear_object (&self->browser);
}

static void
open_browser (SparkBrowserSignIn *sign_in, const char *address, gpointer data)
{
  Fixture *self = data;

  self->sign_in = sign_in;
  g_free (self->address);
  self->address = g_strdup (address);
}

/* Where an answer leads; NULL: nowhere. */
static char *
load (Fixture *self, SoupMessage *message, guint *status)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_and_read_async (self->browser, message, G_PRIORITY_DEFAULT, NULL,
                                    test_result_cb, &result);
  test_wait (result != NULL);
  body = soup_session_send_and_read_finish (self->browser, result, &error);
  g_assert_no_error (error);
  *status = soup_message_get_status (message);
  return g_strdup (
      soup_message_headers_get_one (soup_message_get_response_headers (message), "Location"));
}

/* What was opened leads to the server's page, once. */
static void
follow (Fixture *self)
{
  g_autoptr (SoupMessage) first = soup_message_new ("GET", self->address);
  g_autoptr (SoupMessage) second = soup_message_new ("GET", self->address);
  g_autofree char *nowhere = NULL;
  char *where;
  guint status;

  g_assert_null (strstr (self->address, self->invitation));
  where = load (self, first, &status);
  g_assert_cmpuint (status, ==, 303);
  nowhere = load (self, second, &status);
  g_assert_cmpuint (status, ==, 404);
  g_assert_null (nowhere);
  g_free (self->address);
  self->address = where;
}

/* Fills in the form of the page that was opened; gives where it leads. */
static char *
submit (Fixture *self, const char *act, const char *password)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GHashTable) asked = NULL;
  g_autoptr (GHashTable) form = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *fragment = NULL;
  g_autofree char *target = g_strconcat (self->url, "/oauth/authorize", NULL);
  g_autoptr (SoupMessage) message = NULL;
  GHashTableIter iter;
  gpointer name, value;
  char *where;
  guint status;

  follow (self);
  uri = g_uri_parse (self->address, SOUP_HTTP_URI_FLAGS, NULL);
  asked = soup_form_decode (g_uri_get_query (uri));
  fragment = g_uri_unescape_string (g_uri_get_fragment (uri), NULL);
  g_assert_cmpstr (fragment, ==, self->invitation);
  g_hash_table_iter_init (&iter, asked);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_hash_table_insert (form, name, value);
  g_hash_table_insert (form, (gpointer) "name", (gpointer) "Lena");
  g_hash_table_insert (form, (gpointer) "password", (gpointer)password);
  g_hash_table_insert (form, (gpointer) "invitation", fragment);
  g_hash_table_insert (form, (gpointer) "act", (gpointer)act);
  message = soup_message_new_from_encoded_form ("POST", target, soup_form_encode_hash (form));
  where = load (self, message, &status);
  g_assert_cmpuint (status, ==, 303);
  return where;
}

static guint
visit (Fixture *self, const char *address)
{
  g_autoptr (SoupMessage) message = soup_message_new ("GET", address);
  g_autofree char *where = NULL;
  guint status;

  where = load (self, message, &status);
  g_assert_null (where);
  return status;
}

static void
test_join (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) asked = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkTokenPair) pair = NULL;
  g_autoptr (SparkClient) client = NULL;
  g_autoptr (JsonNode) accounts = NULL;
  g_autofree char *where = NULL;

  spark_browser_sign_in_async (self->url, self->invitation, "Laptop", open_browser, self, NULL,
                               test_result_cb, &result);
  where = submit (self, "join", "correct horse");
  g_assert_cmpuint (visit (self, where), ==, 200);
  test_wait (result != NULL);
  pair = spark_browser_sign_in_finish (result, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (pair->access_token, "sba_"));
  g_assert_true (g_str_has_prefix (pair->refresh_token, "sbr_"));
  g_assert_nonnull (pair->name);
  g_assert_cmpint (pair->expires_at, >, g_get_monotonic_time () + 3000 * G_TIME_SPAN_SECOND);

  client = spark_client_new (self->url, pair->access_token);
  spark_client_send_async (client, "GET", "/v1/accounts", NULL, NULL, test_result_cb, &asked);
  test_wait (asked != NULL);
  accounts = spark_client_send_finish (client, asked, &error);
  g_assert_no_error (error);
}

/* Whether the code was exchanged cannot be known: it is asked for again, as the same request. */
static void
test_lost_answer (Fixture *self, gconstpointer data)
{
  g_autoptr (TestServer) server = test_server_new (NULL);
  g_autofree char *url = g_strconcat (test_server_get_url (server), "/break-once", NULL);
  g_autofree char *where = NULL, *requests = NULL;
  g_auto (GStrv) lines = NULL, words = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SparkTokenPair) pair = NULL;
  g_autoptr (GHashTable) asked = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) error = NULL;

  spark_browser_sign_in_async (url, self->invitation, "Laptop", open_browser, self, NULL,
                               test_result_cb, &result);
  follow (self);
  uri = g_uri_parse (self->address, SOUP_HTTP_URI_FLAGS, NULL);
  asked = soup_form_decode (g_uri_get_query (uri));
  where = g_strdup_printf (
      "%s?code=a&state=%s&iss=%s", (const char *)g_hash_table_lookup (asked, "redirect_uri"),
      (const char *)g_hash_table_lookup (asked, "state"), test_server_get_url (server));
  g_assert_cmpuint (visit (self, where), ==, 200);
  test_wait (result != NULL);
  pair = spark_browser_sign_in_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pair->access_token, ==, "sba_a");

  requests = test_server_get_requests (server);
  lines = g_strsplit (requests, "\n", -1);
  words = g_strsplit (lines[0], " ", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpstr (lines[0], ==, lines[1]);
  g_assert_cmpstr (words[1], ==, "/break-once/oauth/token");
  g_assert_true (g_uuid_string_is_valid (words[2]));
}

static void
on_hostile_asked_cb (SoupServer *server, SoupServerMessage *message, const char *path,
                     GHashTable *query, gpointer asked)
{
  ++*(guint *)asked;
  soup_server_message_set_status (message, 400, NULL);
}

/* The server of the invitation sends the browser on to the real one, where the person has a name:
 * what the real one gives must not come to the other. */
static void
test_other_server (Fixture *self, gconstpointer data)
{
  g_autoptr (SoupServer) hostile = soup_server_new (NULL, NULL);
  g_autofree char *real = g_strdup (self->url);
  g_autofree char *where = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SparkTokenPair) pair = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;
  guint asked = 0;

  soup_server_add_handler (hostile, "/", on_hostile_asked_cb, &asked, NULL);
  g_assert_true (soup_server_listen_local (hostile, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (hostile);
  g_free (self->url);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);

  spark_browser_sign_in_async (self->url, self->invitation, "Laptop", open_browser, self, NULL,
                               test_result_cb, &result);
  g_free (self->url);
  self->url = g_steal_pointer (&real);
  where = submit (self, "join", "correct horse");
  g_assert_cmpuint (visit (self, where), ==, 200);
  test_wait (result != NULL);
  pair = spark_browser_sign_in_finish (result, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_OTHER_SERVER);
  g_assert_cmpuint (asked, ==, 0);
}

static gboolean
renew (SparkAuthorizer *authorizer, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  spark_authorizer_renew_async (authorizer, NULL, test_result_cb, &result);
  test_wait (result != NULL);
  return spark_authorizer_renew_finish (authorizer, result, error);
}

static SparkTokenPair *
sign_in (Fixture *self, const char *act)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *where = NULL;
  SparkTokenPair *pair;

  spark_browser_sign_in_async (self->url, self->invitation, "Laptop", open_browser, self, NULL,
                               test_result_cb, &result);
  where = submit (self, act, "correct horse");
  g_assert_cmpuint (visit (self, where), ==, 200);
  test_wait (result != NULL);
  pair = spark_browser_sign_in_finish (result, &error);
  g_assert_no_error (error);
  return pair;
}

static JsonNode *
ask (SparkAuthorizer *authorizer, Fixture *self, const char *method, const char *path,
     GError **error)
{
  g_autoptr (SparkClient) client = spark_client_new_authorized (self->url, authorizer);
  g_autoptr (GAsyncResult) result = NULL;

  spark_client_send_async (client, method, path, NULL, NULL, test_result_cb, &result);
  test_wait (result != NULL);
  return spark_client_send_finish (client, result, error);
}

static void
check_accepted (SparkAuthorizer *authorizer, Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = ask (authorizer, self, "GET", "/v1/accounts", &error);

  g_assert_no_error (error);
}

/* As from another device. */
static void
end_elsewhere (SparkAuthorizer *authorizer, Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) all = ask (authorizer, self, "GET", "/v1/sign-ins", &error);
  g_autoptr (JsonNode) nothing = NULL;
  g_autofree char *path = NULL;
  JsonArray *items;

  g_assert_no_error (error);
  items = json_object_get_array_member (json_node_get_object (all), "items");
  path = g_strconcat (
      "/v1/sign-ins/",
      json_object_get_string_member (json_array_get_object_element (items, 0), "id"), NULL);
  nothing = ask (authorizer, self, "DELETE", path, &error);
  g_assert_no_error (error);
  g_clear_pointer (&nothing, json_node_unref);
  nothing = ask (authorizer, self, "GET", "/v1/accounts", &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
}

/* The window keeps what has ended until the person has signed in again. */
static void
test_again_after_the_end (Fixture *self, gconstpointer data)
{
  g_autoptr (SparkAuthorizer) ended = spark_authorizer_get_sign_in (self->url, "1", "sbr_ended");
  g_autoptr (SparkAuthorizer) again = NULL;
  g_autoptr (SparkAuthorizer) found = NULL;
  g_autoptr (SparkTokenPair) pair = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (renew (ended, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_clear_error (&error);

  pair = sign_in (self, "join");
  again = spark_authorizer_new_sign_in (self->url, "1", pair->refresh_token);
  spark_authorizer_take_place (again);
  check_accepted (again, self);

  /* The keyring may still hold what was used up. */
  g_clear_object (&ended);
  found = spark_authorizer_get_sign_in (self->url, "1", pair->refresh_token);
  g_assert_true (found == again);
}

/* Ended elsewhere, long before its access token would have been renewed. */
static void
test_again_after_an_end_elsewhere (Fixture *self, gconstpointer data)
{
  g_autoptr (SparkTokenPair) first = sign_in (self, "join");
  g_autoptr (SparkAuthorizer) held
      = spark_authorizer_new_sign_in (self->url, "1", first->refresh_token);
  g_autoptr (SparkAuthorizer) again = NULL;
  g_autoptr (SparkTokenPair) second = NULL;

  end_elsewhere (held, self);
  g_free (self->invitation);
  self->invitation = run (self, (const char *const[]){ "invite", self->account, NULL });
  second = sign_in (self, "sign-in");
  again = spark_authorizer_new_sign_in (self->url, "1", second->refresh_token);
  spark_authorizer_take_place (again);
  check_accepted (again, self);
}

static void
store (Fixture *self, const char *secret)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  spark_keyring_store_async (SPARK_SECRET_TOKEN, self->url, "1", secret, NULL, test_result_cb,
                             &result);
  test_wait (result != NULL);
  spark_keyring_store_finish (result, &error);
  g_assert_no_error (error);
}

static char *
kept (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *secret, *copy;

  spark_keyring_lookup_async (SPARK_SECRET_TOKEN, self->url, "1", NULL, test_result_cb, &result);
  test_wait (result != NULL);
  secret = spark_keyring_lookup_finish (result, &error);
  g_assert_no_error (error);
  copy = g_strdup (secret);
  secret_password_free (secret);
  return copy;
}

/* What was signed in before renews itself meanwhile: whatever comes first, the keyring has the new
 * one in the end; and the old one's, where nothing comes of the new. */
static void
test_again_while_it_renews (Fixture *self, gconstpointer data)
{
  g_autoptr (SparkTokenPair) first = sign_in (self, "join");

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (SparkAuthorizer) held
          = spark_authorizer_get_sign_in (self->url, "1", first->refresh_token);
      g_autoptr (SparkAuthorizer) again = NULL;
      g_autoptr (SparkTokenPair) second = NULL;
      g_autoptr (GAsyncResult) renewed = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *secret = NULL;

      g_free (self->invitation);
      self->invitation = run (self, (const char *const[]){ "invite", self->account, NULL });
      second = sign_in (self, "sign-in");
      again = spark_authorizer_new_sign_in (self->url, "1", second->refresh_token);
      spark_authorizer_renew_async (held, NULL, test_result_cb, &renewed);
      if (i == 0)
        test_wait (renewed != NULL);
      store (self, second->refresh_token);
      if (i == 1)
        test_wait (renewed != NULL);
      if (i < 2)
        spark_authorizer_take_place (again);
      test_wait (renewed != NULL);
      g_assert_true (spark_authorizer_renew_finish (held, renewed, &error));
      if (i == 2)
        g_assert_true (spark_authorizer_keep_sign_in (self->url, "1"));
      secret = kept (self);
      if (i < 2)
        g_assert_cmpstr (secret, ==, second->refresh_token);
      else
        g_assert_cmpstr (secret, !=, second->refresh_token);
      spark_token_pair_free (g_steal_pointer (&first));
      first = g_steal_pointer (&second);
    }
}

static gboolean
has_ended (Fixture *self, const char *refresh_token)
{
  g_autoptr (SparkAuthorizer) authorizer
      = spark_authorizer_new_sign_in (self->url, "1", refresh_token);
  g_autoptr (GError) error = NULL;

  return !renew (authorizer, &error)
         && g_error_matches (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
}

/* Nobody will use what was given: it is no sign-in of the person any more. */
static void
test_ended_unused (Fixture *self, gconstpointer data)
{
  g_autoptr (SparkTokenPair) pair = sign_in (self, "join");
  g_autoptr (SparkClient) client = spark_client_new (self->url, pair->access_token);
  gboolean ended = FALSE;

  spark_browser_sign_in_end (self->url, pair->refresh_token);
  while (!ended)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) answer = NULL;

      spark_client_send_async (client, "GET", "/v1/sign-ins", NULL, NULL, test_result_cb, &result);
      test_wait (result != NULL);
      answer = spark_client_send_finish (client, result, &error);
      ended = g_error_matches (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
    }
  g_assert_true (has_ended (self, pair->refresh_token));
}

/* Cancelled when the browser has come back already, while the tokens are asked for. */
static void
test_cancelled_late (Fixture *self, gconstpointer data)
{
  g_autoptr (SparkTokenPair) other = sign_in (self, "join");
  g_autoptr (SparkAuthorizer) authorizer
      = spark_authorizer_new_sign_in (self->url, "1", other->refresh_token);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *where = NULL;
  SparkTokenPair *pair;
  guint n;

  g_free (self->invitation);
  self->invitation = run (self, (const char *const[]){ "invite", self->account, NULL });
  spark_browser_sign_in_async (self->url, self->invitation, "Laptop", open_browser, self,
                               cancellable, test_result_cb, &result);
  where = submit (self, "sign-in", "correct horse");
  g_assert_cmpuint (visit (self, where), ==, 200);
  g_cancellable_cancel (cancellable);
  test_wait (result != NULL);
  pair = spark_browser_sign_in_finish (result, &error);
  if (pair != NULL)
    spark_browser_sign_in_end (self->url, pair->refresh_token);
  else
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  spark_token_pair_free (pair);
  do
    {
      g_autoptr (GError) local = NULL;
      g_autoptr (JsonNode) all = ask (authorizer, self, "GET", "/v1/sign-ins", &local);

      g_assert_no_error (local);
      n = json_array_get_length (
          json_object_get_array_member (json_node_get_object (all), "items"));
    }
  while (n > 1);
}

/* The redirect with another state, as an attacker on this computer would make it. */
static void
test_other_state (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *where = NULL;
  g_autofree char *forged = NULL;

  spark_browser_sign_in_async (self->url, self->invitation, "Laptop", open_browser, self,
                               cancellable, test_result_cb, &result);
  where = submit (self, "join", "correct horse");
  *strchr (where, '?') = '\0';
  forged = g_strconcat (where, "?code=sbc_stolen&state=guessed", NULL);
  g_assert_cmpuint (visit (self, forged), ==, 404);
  g_assert_null (result);
  g_cancellable_cancel (cancellable);
  test_wait (result != NULL);
  g_assert_null (spark_browser_sign_in_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A browser that was closed, and another: each address leads on once, and the sign-in is the same.
 */
static void
test_opened_again (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkTokenPair) pair = NULL;
  g_autofree char *unused = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *where = NULL;

  spark_browser_sign_in_async (self->url, self->invitation, "Laptop", open_browser, self, NULL,
                               test_result_cb, &result);
  first = g_strdup (self->address);
  unused = spark_browser_sign_in_get_address (self->sign_in);
  g_assert_cmpstr (unused, ==, first);
  follow (self);

  second = spark_browser_sign_in_get_address (self->sign_in);
  g_assert_cmpstr (second, !=, first);
  g_assert_cmpuint (visit (self, first), ==, 404);
  open_browser (self->sign_in, second, self);
  where = submit (self, "join", "correct horse");
  g_assert_cmpuint (visit (self, where), ==, 200);
  test_wait (result != NULL);
  pair = spark_browser_sign_in_finish (result, &error);
  g_assert_no_error (error);
}

/* While the server gives the tokens, however long it takes, no address begins anew. */
static void
test_opened_late (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkTokenPair) pair = NULL;
  g_autofree char *another = NULL;
  g_autofree char *where = NULL;

  spark_browser_sign_in_async (self->url, self->invitation, "Laptop", open_browser, self, NULL,
                               test_result_cb, &result);
  where = submit (self, "join", "correct horse");
  another = spark_browser_sign_in_get_address (self->sign_in);
  kill (self->server, SIGSTOP);
  g_assert_cmpuint (visit (self, where), ==, 200);
  g_assert_null (self->address);
  g_assert_cmpuint (visit (self, another), ==, 404);
  g_assert_null (result);
  kill (self->server, SIGCONT);
  test_wait (result != NULL);
  pair = spark_browser_sign_in_finish (result, &error);
  g_assert_no_error (error);
}

static void
test_cancelled_there (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *where = NULL;

  spark_browser_sign_in_async (self->url, self->invitation, "Laptop", open_browser, self, NULL,
                               test_result_cb, &result);
  where = submit (self, "cancel", "correct horse");
  g_assert_cmpuint (visit (self, where), ==, 200);
  /* There is nothing to ask the server for. */
  g_assert_nonnull (self->address);
  test_wait (result != NULL);
  g_assert_null (spark_browser_sign_in_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define add(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sparkboxd = argv[1];
  add ("/client/browser-sign-in/join", test_join);
  add ("/client/browser-sign-in/lost-answer", test_lost_answer);
  add ("/client/browser-sign-in/again-after-the-end", test_again_after_the_end);
  add ("/client/browser-sign-in/again-after-an-end-elsewhere", test_again_after_an_end_elsewhere);
  add ("/client/browser-sign-in/again-while-it-renews", test_again_while_it_renews);
  add ("/client/browser-sign-in/ended-unused", test_ended_unused);
  add ("/client/browser-sign-in/cancelled-late", test_cancelled_late);
  add ("/client/browser-sign-in/other-state", test_other_state);
  add ("/client/browser-sign-in/other-server", test_other_server);
  add ("/client/browser-sign-in/opened-again", test_opened_again);
  add ("/client/browser-sign-in/opened-late", test_opened_late);
  add ("/client/browser-sign-in/cancelled-there", test_cancelled_there);
  return g_test_run ();
}
