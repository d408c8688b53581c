/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-client"

#include "config.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <sodium.h>
#include <string.h>

#include "client/spark-token-endpoint.h"
#include "model/spark-error.h"

#define CLIENT_ID    "sparkbox"
#define WAIT_SECONDS 600

/* Base64url of 32 random bytes: 43 characters, as RFC 7636 asks of a verifier. */
#define SECRET_LENGTH                                                                              \
  sodium_base64_ENCODED_LEN (crypto_hash_sha256_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)

struct _SparkBrowserSignIn
{
  /* owned */
  SoupServer *server;
  GSource *timer;
  GSource *cancelled;
  char *url;
  char *redirect_uri;
  char *address; /* of the server's page */
  char *code;    /* what the browser brought; NULL: nothing was allowed */

  SparkOpenBrowser open;
  gpointer open_data; /* borrowed */

  char verifier[SECRET_LENGTH];
  char state[SECRET_LENGTH];
  char start[SECRET_LENGTH];
  gboolean led_on; /* the start has been used */
  gboolean came_back;
  gboolean from_elsewhere; /* another server sent the browser back */
};

static void
stop_waiting (SparkBrowserSignIn *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
}

static void
sign_in_free (SparkBrowserSignIn *self)
{
  stop_waiting (self);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_free (self->url);
  g_free (self->redirect_uri);
  g_free (self->address);
  g_free (self->code);
  sodium_memzero (self->verifier, sizeof self->verifier);
  g_free (self);
}

static void
make_secret (char *text)
{
  guint8 random[crypto_hash_sha256_BYTES];

  randombytes_buf (random, sizeof random);
  sodium_bin2base64 (text, SECRET_LENGTH, random, sizeof random,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void
make_challenge (const char *verifier, char *text)
{
  guint8 digest[crypto_hash_sha256_BYTES];

  crypto_hash_sha256 (digest, (const guint8 *)verifier, strlen (verifier));
  sodium_bin2base64 (text, SECRET_LENGTH, digest, sizeof digest,
                     sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void
on_tokens_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  SparkTokenPair *pair = spark_token_endpoint_ask_finish (result, &error);

  if (pair != NULL && g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      SparkBrowserSignIn *self = g_task_get_task_data (task);

      spark_token_endpoint_end (self->url, pair->refresh_token);
      spark_token_pair_free (pair);
      g_task_return_error_if_cancelled (task);
    }
  else if (pair != NULL)
    g_task_return_pointer (task, pair, (GDestroyNotify)spark_token_pair_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* The browser has its page: the server may go, and with it the connection. Takes the task. */
static void
on_answered_cb (SoupServerMessage *message, GTask *task)
{
  SparkBrowserSignIn *self = g_task_get_task_data (task);
  g_autofree char *key = g_uuid_string_random ();
  const char *const members[] = {
    "grant_type",   "authorization_code", "client_id",     CLIENT_ID,      "code", self->code,
    "redirect_uri", self->redirect_uri,   "code_verifier", self->verifier, NULL,
  };

  if (self->code != NULL)
    {
      /* Not cancelled: whether there is a sign-in then could not be known. */
      spark_token_endpoint_ask_async (self->url, members, key, NULL, on_tokens_cb, task);
      return;
    }
  if (self->from_elsewhere)
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_OTHER_SERVER,
                             "Another server than this one signed in. Check the invitation.");
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             "The sign-in was cancelled in the browser.");
  g_object_unref (task);
}

/* The page that is left in the browser. */
static void
say (SoupServerMessage *message, guint status, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  g_autofree char *page
      = g_strdup_printf ("<!doctype html><meta charset=\"utf-8\"><title>Sparkbox</title>"
                         "<meta name=\"viewport\" content=\"width=device-width\">"
                         "<meta name=\"color-scheme\" content=\"light dark\"><p>%s</p>",
                         escaped);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "Content-Security-Policy", "default-src 'none'");
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/html; charset=utf-8", SOUP_MEMORY_COPY, page,
                                    strlen (page));
}

/* A browser's command line can be seen by others on this computer, so what it is opened with serves
 * once and leads on to the page with the invitation. */
static gboolean
lead_on (SparkBrowserSignIn *self, SoupServerMessage *message, const char *path)
{
  if (self->led_on || self->came_back || strlen (path + 1) != strlen (self->start)
      || sodium_memcmp (path + 1, self->start, strlen (self->start)) != 0)
    return FALSE;
  say (message, 303, "");
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                self->address);
  self->led_on = TRUE;
  return TRUE;
}

/* "HOST" or "HOST:PORT" of an address, without the port that its scheme has anyway. (transfer full)
 * (nullable) */
static char *
find_authority (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, SOUP_HTTP_URI_FLAGS, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autofree char *folded = host != NULL ? g_ascii_strdown (host, -1) : NULL;
  int port, usual;

  if (folded == NULL)
    return NULL;
  port = g_uri_get_port (uri);
  usual = strcmp (g_uri_get_scheme (uri), "https") == 0 ? 443 : 80;
  return port < 0 || port == usual ? g_steal_pointer (&folded)
                                   : g_strdup_printf ("%s:%d", folded, port);
}

/*
 * A server that is not to be trusted can send the browser on to one that is, with what this sign-in
 * began with: the person then signs in there, and the code that comes back would be given to the
 * first. So each says which it is (RFC 9207). Not by which scheme: in front of it another may do
 * the encryption.
 */
static gboolean
is_of_server (SparkBrowserSignIn *self, const char *issuer)
{
  g_autofree char *wanted = find_authority (self->url);
  g_autofree char *found = issuer != NULL ? find_authority (issuer) : NULL;

  return wanted != NULL && g_strcmp0 (wanted, found) == 0;
}

/* Anybody on this computer can call here: only what knows the state is the answer. */
static void
on_came_back_cb (SoupServer *server, SoupServerMessage *message, const char *path,
                 GHashTable *query, gpointer user_data)
{
  GTask *task = user_data;
  SparkBrowserSignIn *self = g_task_get_task_data (task);
  const char *state = query != NULL ? g_hash_table_lookup (query, "state") : NULL;
  const char *code = query != NULL ? g_hash_table_lookup (query, "code") : NULL;

  if (lead_on (self, message, path))
    return;
  if (state == NULL || strlen (state) != strlen (self->state)
      || sodium_memcmp (state, self->state, strlen (self->state)) != 0 || self->came_back)
    {
      say (message, 404, _ ("There is nothing here."));
      return;
    }
  self->came_back = TRUE;
  self->from_elsewhere = code != NULL && !is_of_server (self, g_hash_table_lookup (query, "iss"));
  self->code = self->from_elsewhere ? NULL : g_strdup (code);
  stop_waiting (self);
  say (message, 200,
       self->code != NULL ? _ ("You are signed in. Go back to Sparkbox; this page can be closed.")
                          : _ ("Nothing was allowed. This page can be closed."));
  g_signal_connect (message, "finished", G_CALLBACK (on_answered_cb), task);
  if (self->code != NULL)
    self->open (self, NULL, self->open_data);
}

static gboolean
on_timeout_cb (gpointer user_data)
{
  GTask *task = user_data;

  stop_waiting (g_task_get_task_data (task));
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                           "Nobody came back from the browser.");
  g_object_unref (task);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  GTask *task = user_data;

  stop_waiting (g_task_get_task_data (task));
  g_task_return_error_if_cancelled (task);
  g_object_unref (task);
  return G_SOURCE_REMOVE;
}

static void
add_member (GString *address, const char *name, const char *value)
{
  g_string_append_printf (address, "&%s=", name);
  g_string_append_uri_escaped (address, value, NULL, FALSE);
}

static char *
make_address (SparkBrowserSignIn *self, const char *invitation, const char *device)
{
  g_autoptr (GString) address = g_string_new (self->url);
  char challenge[SECRET_LENGTH];

  make_challenge (self->verifier, challenge);
  g_string_append (address, "/oauth/authorize?response_type=code&client_id=" CLIENT_ID
                            "&code_challenge_method=S256");
  add_member (address, "redirect_uri", self->redirect_uri);
  add_member (address, "code_challenge", challenge);
  add_member (address, "state", self->state);
  add_member (address, "device", device);
  if (invitation != NULL)
    {
      g_string_append_c (address, '#');
      g_string_append_uri_escaped (address, invitation, NULL, FALSE);
    }
  return g_string_free (g_steal_pointer (&address), FALSE);
}

static gboolean
listen_on_loopback (SparkBrowserSignIn *self, GTask *task, GError **error)
{
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, "/", on_came_back_cb, task, NULL);
  if (!soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, error))
    return FALSE;
  uris = soup_server_get_uris (self->server);
  self->redirect_uri = g_strdup_printf ("http://127.0.0.1:%d/", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return TRUE;
}

void
spark_browser_sign_in_async (const char *url, const char *invitation, const char *device,
                             SparkOpenBrowser open, gpointer open_data, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  SparkBrowserSignIn *self = g_new0 (SparkBrowserSignIn, 1);
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (url != NULL && device != NULL && open != NULL);

  g_task_set_source_tag (task, spark_browser_sign_in_async);
  /* What was given must not be lost to whoever has to end it. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify)sign_in_free);
  self->url = g_strdup (url);
  self->open = open;
  self->open_data = open_data;
  make_secret (self->verifier);
  make_secret (self->state);
  make_secret (self->start);
  if (!listen_on_loopback (self, task, &error))
    {
      g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_OFFLINE,
                               "No port could be opened for the browser to come back to: %s",
                               error->message);
      return;
    }
  self->address = make_address (self, invitation, device);
  address = spark_browser_sign_in_get_address (self);
  self->timer = g_timeout_source_new_seconds (WAIT_SECONDS);
  g_source_set_callback (self->timer, on_timeout_cb, task, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled_cb), task, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }
  /* What waits holds the task: the server's handler, the timer and the cancellable, whichever is
   * first. */
  g_steal_pointer (&task);
  open (self, address, open_data);
}

char *
spark_browser_sign_in_get_address (SparkBrowserSignIn *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (self->led_on)
    make_secret (self->start);
  self->led_on = FALSE;
  return g_strconcat (self->redirect_uri, self->start, NULL);
}

SparkTokenPair *
spark_browser_sign_in_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
spark_browser_sign_in_end (const char *url, const char *refresh_token)
{
  g_return_if_fail (url != NULL && refresh_token != NULL);

  spark_token_endpoint_end (url, refresh_token);
}
