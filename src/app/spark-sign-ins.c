/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-sign-ins"

#include "config.h"

#include <string.h>

#include <libsecret/secret.h>

#include "app/spark-sign-ins.h"
#include "client/spark-authorizer.h"
#include "client/spark-keyring.h"
#include "model/spark-error.h"

#define KEY            "sign-ins"
#define LIST           "a(sss)"
#define ENTRY          "(&s&s&s)"
#define MAX_INVITATION 4096
/* In no id of a sign-in; a desktop that writes actions as words leaves it as it is. */
#define TARGET_SEPARATOR "-"

static gboolean
is_token (const char *text)
{
  if (*text == '\0')
    return FALSE;
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c))
      return FALSE;
  return TRUE;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_ascii_strcasecmp (host, "localhost") == 0
         || (address != NULL && g_inet_address_get_is_loopback (address));
}

gboolean
spark_invitation_parse (const char *text, char **url, char **token, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  g_autoptr (GUri) uri = NULL;
  g_autofree char *address = NULL;
  const char *fragment, *host, *scheme;

  if (strlen (trimmed) <= MAX_INVITATION)
    uri = g_uri_parse (trimmed, G_URI_FLAGS_NONE, NULL);
  host = uri != NULL ? g_uri_get_host (uri) : NULL;
  scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  fragment = uri != NULL ? g_uri_get_fragment (uri) : NULL;
  if (host == NULL || *host == '\0' || g_uri_get_userinfo (uri) != NULL
      || g_uri_get_query (uri) != NULL
      || !(g_str_equal (scheme, "https") || (g_str_equal (scheme, "http") && is_loopback (host)))
      || (fragment != NULL && !is_token (fragment)))
    {
      g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_INVITATION_MALFORMED,
                           "This is not a whole invitation.");
      return FALSE;
    }
  address = g_uri_join (G_URI_FLAGS_NONE, scheme, NULL, host, g_uri_get_port (uri),
                        g_uri_get_path (uri), NULL, NULL);
  while (g_str_has_suffix (address, "/"))
    address[strlen (address) - 1] = '\0';
  *url = g_steal_pointer (&address);
  *token = g_strdup (fragment);
  return TRUE;
}

/* @name: (out) (transfer full): of the one that was there; "": none was, or had none */
static void
take_out (GSettings *settings, const char *url, const char *account, GVariantBuilder *others,
          char **name)
{
  g_autoptr (GVariant) list = g_settings_get_value (settings, KEY);
  GVariantIter iter;
  const char *other_url, *other_account, *other_name;

  *name = g_strdup ("");
  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, ENTRY, &other_url, &other_account, &other_name))
    if (!g_str_equal (url, other_url) || !g_str_equal (account, other_account))
      g_variant_builder_add (others, "(sss)", other_url, other_account, other_name);
    else
      {
        g_free (*name);
        *name = g_strdup (other_name);
      }
}

void
spark_sign_ins_remove (GSettings *settings, const char *url, const char *account)
{
  g_autofree char *name = NULL;
  GVariantBuilder others;

  g_variant_builder_init (&others, G_VARIANT_TYPE (LIST));
  take_out (settings, url, account, &others, &name);
  g_settings_set_value (settings, KEY, g_variant_builder_end (&others));
}

void
spark_sign_ins_add (GSettings *settings, const char *url, const char *account, const char *name)
{
  g_autoptr (GVariant) rest = NULL;
  g_autofree char *earlier = NULL;
  GVariantBuilder others, all;
  GVariantIter iter;
  GVariant *entry;

  g_variant_builder_init (&others, G_VARIANT_TYPE (LIST));
  take_out (settings, url, account, &others, &earlier);
  rest = g_variant_ref_sink (g_variant_builder_end (&others));
  g_variant_builder_init (&all, G_VARIANT_TYPE (LIST));
  g_variant_builder_add (&all, "(sss)", url, account, name != NULL ? name : earlier);
  g_variant_iter_init (&iter, rest);
  while ((entry = g_variant_iter_next_value (&iter)) != NULL)
    {
      g_variant_builder_add_value (&all, entry);
      g_variant_unref (entry);
    }
  g_settings_set_value (settings, KEY, g_variant_builder_end (&all));
}

gboolean
spark_sign_ins_get (GSettings *settings, guint index, char **url, char **account)
{
  g_autoptr (GVariant) list = g_settings_get_value (settings, KEY);

  if (index >= g_variant_n_children (list))
    return FALSE;
  g_variant_get_child (list, index, "(sss)", url, account, NULL);
  return TRUE;
}

char *
spark_sign_ins_get_whose (GSettings *settings, guint index)
{
  g_autoptr (GVariant) list = g_settings_get_value (settings, KEY);
  char *name = NULL;

  if (index < g_variant_n_children (list))
    g_variant_get_child (list, index, "(sss)", NULL, NULL, &name);
  return name;
}

/* (transfer full) */
static char *
get_host (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return g_strdup (uri != NULL && g_uri_get_host (uri) != NULL ? g_uri_get_host (uri) : url);
}

char *
spark_sign_ins_describe (GSettings *settings, guint index)
{
  g_autoptr (GVariant) list = g_settings_get_value (settings, KEY);
  g_autofree char *host = NULL;
  const char *url, *account, *name, *other_url, *other_account, *other_name;
  gboolean elsewhere = FALSE, several = FALSE;
  guint n_namesakes = 0, n_before = 0;
  GVariantIter iter;
  GString *text;

  if (index >= g_variant_n_children (list))
    return NULL;
  g_variant_get_child (list, index, ENTRY, &url, &account, &name);
  host = get_host (url);
  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, ENTRY, &other_url, &other_account, &other_name))
    if (!g_str_equal (url, other_url))
      {
        g_autofree char *other_host = get_host (other_url);

        elsewhere |= g_str_equal (host, other_host);
      }
    else if (!g_str_equal (account, other_account))
      {
        several = TRUE;
        if (g_str_equal (name, other_name))
          {
            n_namesakes++;
            n_before += strcmp (other_account, account) < 0;
          }
      }
  text = g_string_new (elsewhere ? url : host);
  if (several && *name != '\0')
    g_string_append_printf (text, " · %s", name);
  /* Whichever of them was used last. */
  if (n_namesakes > 0)
    g_string_append_printf (text, " (%u)", n_before + 1);
  return g_string_free (text, FALSE);
}

gboolean
spark_sign_ins_contains (GSettings *settings, const char *url, const char *account)
{
  g_autoptr (GVariant) list = g_settings_get_value (settings, KEY);
  GVariantIter iter;
  const char *other_url, *other_account;

  g_variant_iter_init (&iter, list);
  while (g_variant_iter_next (&iter, ENTRY, &other_url, &other_account, NULL))
    if (g_str_equal (url, other_url) && g_str_equal (account, other_account))
      return TRUE;
  return FALSE;
}

char *
spark_sign_in_name (const char *url, const char *account)
{
  return g_strconcat (url, "\n", account, NULL);
}

gboolean
spark_sign_in_parse_name (const char *name, char **url, char **account)
{
  const char *end = strchr (name, '\n');

  if (end == NULL)
    return FALSE;
  *url = g_strndup (name, (gsize)(end - name));
  *account = g_strdup (end + 1);
  return TRUE;
}

char *
spark_sign_in_id (const char *url, const char *account)
{
  g_autofree char *name = spark_sign_in_name (url, account);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);
}

gboolean
spark_sign_ins_get_first (GSettings *settings, char **url, char **account)
{
  return !g_settings_get_boolean (settings, "use-private")
         && spark_sign_ins_get (settings, 0, url, account);
}

char *
spark_sign_ins_get_first_id (GSettings *settings)
{
  g_autofree char *url = NULL;
  g_autofree char *account = NULL;

  return spark_sign_ins_get_first (settings, &url, &account) ? spark_sign_in_id (url, account)
                                                             : g_strdup (SPARK_SIGN_IN_PRIVATE);
}

char *
spark_sign_in_target (const char *sign_in, const char *id)
{
  return g_strconcat (sign_in, TARGET_SEPARATOR, id, NULL);
}

gboolean
spark_sign_in_parse_target (const char *target, char **sign_in, char **id)
{
  const char *end = strstr (target, TARGET_SEPARATOR);

  if (end == NULL)
    return FALSE;
  *sign_in = g_strndup (target, (gsize)(end - target));
  *id = g_strdup (end + strlen (TARGET_SEPARATOR));
  return TRUE;
}

SparkReplica *
spark_sign_ins_open_copy (GSettings *settings, GBytes *key, GError **error)
{
  g_autofree char *id = spark_sign_ins_get_first_id (settings);

  return spark_replica_open (id, key, error);
}

typedef struct
{
  char *url;
  char *account;
  SparkAuthorizer *authorizer; /* NULL until the token is looked up */
} Open;

static void
open_free (Open *open)
{
  g_free (open->url);
  g_free (open->account);
  g_clear_object (&open->authorizer);
  g_free (open);
}

/* Of an Open. (transfer full) */
static GTask *
begin (const char *url, const char *account, gpointer source_tag, GCancellable *cancellable,
       GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Open *open = g_new0 (Open, 1);

  g_task_set_source_tag (task, source_tag);
  open->url = g_strdup (url);
  open->account = g_strdup (account);
  g_task_set_task_data (task, open, (GDestroyNotify)open_free);
  return task;
}

static void
on_replica_key_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Open *open = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) key = spark_keyring_replica_key_finish (result, &error);
  g_autoptr (SparkClient) client = NULL;
  g_autofree char *id = NULL;
  SparkBackend *backend;

  if (key == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  id = spark_sign_in_id (open->url, open->account);
  client = spark_client_new_authorized (open->url, open->authorizer);
  backend = spark_backend_new (id, client, key, &error);
  if (backend != NULL)
    g_task_return_pointer (task, backend, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_token_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Open *open = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  char *secret = spark_keyring_lookup_finish (result, &error);

  if (secret != NULL)
    open->authorizer = spark_authorizer_is_sign_in (secret)
                           ? spark_authorizer_get_sign_in (open->url, open->account, secret)
                           : spark_authorizer_new_token (secret);
  secret_password_free (secret);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (open->authorizer == NULL)
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED,
                             "The keyring has no token for this server.");
  else
    {
      GCancellable *cancellable = g_task_get_cancellable (task);

      spark_keyring_replica_key_async (open->url, open->account, cancellable, on_replica_key_cb,
                                       g_steal_pointer (&task));
    }
}

void
spark_sign_in_open_async (const char *url, const char *account, SparkAuthorizer *authorizer,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task
      = begin (url, account, spark_sign_in_open_async, cancellable, callback, user_data);
  Open *open = g_task_get_task_data (task);

  open->authorizer = authorizer != NULL ? g_object_ref (authorizer) : NULL;
  if (authorizer != NULL)
    spark_keyring_replica_key_async (url, account, cancellable, on_replica_key_cb,
                                     g_steal_pointer (&task));
  else
    spark_keyring_lookup_async (SPARK_SECRET_TOKEN, url, account, cancellable, on_token_cb,
                                g_steal_pointer (&task));
}

SparkBackend *
spark_sign_in_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_key_cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Open *open = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  if (!spark_keyring_clear_finish (result, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  id = spark_sign_in_id (open->url, open->account);
  spark_replica_delete (id);
  g_task_return_boolean (task, TRUE);
}

static void
on_token_cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Open *open = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;

  if (!spark_keyring_clear_finish (result, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    spark_keyring_clear_async (SPARK_SECRET_REPLICA_KEY, open->url, open->account, cancellable,
                               on_key_cleared_cb, g_steal_pointer (&task));
}

void
spark_sign_in_forget_async (const char *url, const char *account, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task
      = begin (url, account, spark_sign_in_forget_async, cancellable, callback, user_data);

  spark_keyring_clear_async (SPARK_SECRET_TOKEN, url, account, cancellable, on_token_cleared_cb,
                             g_steal_pointer (&task));
}

gboolean
spark_sign_in_forget_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_message ("The keyring could not be left as it was: %s", error->message);
}

void
spark_sign_in_undo (GSettings *settings, const char *url, const char *account, const char *earlier)
{
  if (spark_authorizer_keep_sign_in (url, account))
    return;
  if (earlier != NULL)
    spark_keyring_store_async (SPARK_SECRET_TOKEN, url, account, earlier, NULL, on_undone_cb, NULL);
  else if (spark_sign_ins_contains (settings, url, account))
    spark_keyring_clear_async (SPARK_SECRET_TOKEN, url, account, NULL, on_undone_cb, NULL);
  else
    spark_sign_in_forget_async (url, account, NULL, on_undone_cb, NULL);
}
