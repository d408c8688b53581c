/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <libsecret/secret.h>

#include "app/spark-sign-ins.h"
#include "fake-backend.h"
#include "model/spark-error.h"

struct _SparkBackend
{
  GObject parent_instance;
  char *id;
  SparkClient *client;
  SparkReplica *replica;
  SparkBackendStatus status;
};

G_DEFINE_FINAL_TYPE (SparkBackend, spark_backend, G_TYPE_OBJECT)

static GString *sent;
static GError *keyring_error;
static gboolean keyring_slow;
static GTask *slow; /* a store that is under way */

void
fake_reset (void)
{
  if (sent == NULL)
    sent = g_string_new (NULL);
  g_string_truncate (sent, 0);
  g_clear_error (&keyring_error);
  keyring_slow = FALSE;
  fake_client_reset ();
}

void
fake_note (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (sent, format, args);
  va_end (args);
}

const char *
fake_sent (void)
{
  return sent->str;
}

/* SparkBackend */

static void
spark_backend_finalize (GObject *object)
{
  SparkBackend *self = SPARK_BACKEND (object);

  g_free (self->id);
  g_clear_object (&self->client);
  g_clear_object (&self->replica);
  G_OBJECT_CLASS (spark_backend_parent_class)->finalize (object);
}

static void
spark_backend_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_int (value, (int)SPARK_BACKEND (object)->status);
}

static void
spark_backend_class_init (SparkBackendClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_backend_finalize;
  G_OBJECT_CLASS (klass)->get_property = spark_backend_get_property;
  g_object_class_install_property (
      G_OBJECT_CLASS (klass), 1,
      g_param_spec_int ("status", NULL, NULL, 0, SPARK_BACKEND_FAILED, 0, G_PARAM_READABLE));
  g_signal_new ("changed", SPARK_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_UINT);
  g_signal_new ("events", SPARK_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_STRV);
}

static void
spark_backend_init (SparkBackend *self)
{
  self->replica = g_object_new (SPARK_TYPE_REPLICA, NULL);
  self->status = SPARK_BACKEND_ONLINE;
}

SparkBackend *
fake_backend_new (void)
{
  g_autoptr (SparkClient) client = fake_client_new ();

  return spark_backend_new (SPARK_SIGN_IN_PRIVATE, client, NULL, NULL);
}

SparkBackend *
spark_backend_new (const char *id, SparkClient *client, GBytes *replica_key, GError **error)
{
  SparkBackend *self = g_object_new (SPARK_TYPE_BACKEND, NULL);

  self->id = g_strdup (id);
  self->client = g_object_ref (client);
  return self;
}

void
fake_backend_set_status (SparkBackend *self, SparkBackendStatus status)
{
  self->status = status;
  g_object_notify (G_OBJECT (self), "status");
}

void
spark_backend_start (SparkBackend *self)
{
  fake_note ("start\n");
}

void
spark_backend_post_later (SparkBackend *self, const char *path, const char *body)
{
  fake_note ("LATER POST %s %s\n", path, body);
}

SparkBackendStatus
spark_backend_get_status (SparkBackend *self)
{
  return self->status;
}

gint64
spark_backend_get_fresh_at (SparkBackend *self)
{
  return 0;
}

const GError *
spark_backend_get_problem (SparkBackend *self)
{
  return NULL;
}

SparkClient *
spark_backend_get_client (SparkBackend *self)
{
  return self->client;
}

SparkReplica *
spark_backend_get_replica (SparkBackend *self)
{
  return self->replica;
}

const char *
spark_backend_get_id (SparkBackend *self)
{
  return self->id;
}

gboolean
spark_backend_is_private (SparkBackend *self)
{
  return FALSE;
}

/* keyring */

void
fake_set_keyring (GError *error)
{
  g_clear_error (&keyring_error);
  keyring_error = error;
}

void
fake_slow_keyring (void)
{
  keyring_slow = TRUE;
}

gboolean
fake_end_slow_keyring (void)
{
  if (slow == NULL)
    return FALSE;
  g_task_return_boolean (slow, TRUE);
  g_clear_object (&slow);
  return TRUE;
}

void
spark_keyring_store_async (SparkSecretKind kind, const char *backend_url, const char *account,
                           const char *secret, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  fake_note ("store %s %s %s\n", backend_url, account, secret);
  if (keyring_error != NULL)
    g_task_return_error (task, g_error_copy (keyring_error));
  else if (keyring_slow)
    slow = g_steal_pointer (&task);
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
spark_keyring_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
spark_keyring_lookup_async (SparkSecretKind kind, const char *backend_url, const char *account,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_return_pointer (task, NULL, NULL);
}

char *
spark_keyring_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
spark_keyring_replica_key_async (const char *backend_url, const char *account,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_return_pointer (task, g_bytes_new_static ("key", 3), (GDestroyNotify)g_bytes_unref);
}

GBytes *
spark_keyring_replica_key_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
spark_keyring_clear_async (SparkSecretKind kind, const char *backend_url, const char *account,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  fake_note ("clear %s %s %s\n", kind == SPARK_SECRET_TOKEN ? "token" : "replica-key", backend_url,
             account);
  if (keyring_error != NULL)
    g_task_return_error (task, g_error_copy (keyring_error));
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
spark_keyring_clear_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
spark_replica_delete (const char *id)
{
  fake_note ("delete replica %s\n", id);
}

SparkReplica *
spark_replica_open (const char *id, GBytes *key, GError **error)
{
  g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_REPLICA, "There is no copy.");
  return NULL;
}
