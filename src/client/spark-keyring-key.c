/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-keyring"

#include "config.h"

#include <libsecret/secret.h>
#include <sodium.h>
#include <string.h>

#include "client/spark-keyring.h"

#define KEY_BYTES 32

typedef struct
{
  char *backend_url;
  char *account;
  GBytes *key;
} ReplicaKey;

static void
replica_key_free (ReplicaKey *self)
{
  g_free (self->backend_url);
  g_free (self->account);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_free (self);
}

static void
wipe (gpointer data)
{
  sodium_memzero (data, KEY_BYTES);
  g_free (data);
}

static GBytes *
read_key (const char *text)
{
  guint8 *bytes = g_malloc (KEY_BYTES);
  gsize length;

  if (sodium_base642bin (bytes, KEY_BYTES, text, strlen (text), NULL, &length, NULL,
                         sodium_base64_VARIANT_ORIGINAL)
          == 0
      && length == KEY_BYTES)
    return g_bytes_new_with_free_func (bytes, KEY_BYTES, wipe, bytes);
  wipe (bytes);
  return NULL;
}

static void
on_key_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ReplicaKey *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (spark_keyring_store_finish (result, &error))
    g_task_return_pointer (task, g_bytes_ref (self->key), (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_key_looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ReplicaKey *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GError) error = NULL;
  char *secret = spark_keyring_lookup_finish (result, &error);
  char text[sodium_base64_ENCODED_LEN (KEY_BYTES, sodium_base64_VARIANT_ORIGINAL)];
  guint8 *bytes;

  if (error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  self->key = secret != NULL ? read_key (secret) : NULL;
  secret_password_free (secret);
  if (self->key != NULL)
    {
      g_task_return_pointer (task, g_bytes_ref (self->key), (GDestroyNotify)g_bytes_unref);
      return;
    }
  bytes = g_malloc (KEY_BYTES);
  randombytes_buf (bytes, KEY_BYTES);
  self->key = g_bytes_new_with_free_func (bytes, KEY_BYTES, wipe, bytes);
  sodium_bin2base64 (text, sizeof text, bytes, KEY_BYTES, sodium_base64_VARIANT_ORIGINAL);
  spark_keyring_store_async (SPARK_SECRET_REPLICA_KEY, self->backend_url, self->account, text,
                             cancellable, on_key_stored_cb, g_steal_pointer (&task));
  sodium_memzero (text, sizeof text);
}

void
spark_keyring_replica_key_async (const char *backend_url, const char *account,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task;
  ReplicaKey *self;

  g_return_if_fail (backend_url != NULL && account != NULL);

  if (sodium_init () < 0)
    g_error ("libsodium cannot be used on this computer");
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, spark_keyring_replica_key_async);
  self = g_new0 (ReplicaKey, 1);
  self->backend_url = g_strdup (backend_url);
  self->account = g_strdup (account);
  g_task_set_task_data (task, self, (GDestroyNotify)replica_key_free);
  spark_keyring_lookup_async (SPARK_SECRET_REPLICA_KEY, backend_url, account, cancellable,
                              on_key_looked_up_cb, task);
}

GBytes *
spark_keyring_replica_key_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
