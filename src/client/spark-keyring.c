/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-keyring"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>
#include <libsecret/secret.h>

#include "client/spark-keyring-private.h"
#include "model/spark-error.h"

/* How long a person has to answer the keyring's prompt. */
#define TIMEOUT_MS 60000

static const SecretSchema schema = {
  APPLICATION_ID,
  SECRET_SCHEMA_NONE,
  {
      { "kind", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "backend", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
      { NULL, 0 },
  },
};

static guint timeout_ms = TIMEOUT_MS;

void
spark_keyring_set_timeout (guint ms)
{
  timeout_ms = ms;
}

/*
 * One act on the keyring. libsecret's own calls end only with their prompt, some not even when they
 * are cancelled; so the task is answered by whatever comes first, and a call that ends after it
 * finds the act done and does nothing.
 */
typedef struct
{
  /* owned */
  GHashTable *attributes;
  SecretValue *value; /* to store */
  SecretService *service;
  GList *items; /* of SecretItem */
  GSource *timer;
  gulong cancelled_id;

  char *name; /* of what it is about, in turns */
  GAsyncReadyCallback begin;

  SparkSecretKind kind;
  gboolean has_turn;
  gboolean done;
} Act;

/* What is done to one secret follows each other as it was asked for, also when whoever asked does
 * not wait any more: else an older secret could be stored over a newer one. Of names to GQueue of
 * GTask: those that wait while another has its turn. */
static GHashTable *turns;

static void
begin (GTask *task)
{
  Act *act = g_task_get_task_data (task);

  act->has_turn = TRUE;
  secret_service_get (SECRET_SERVICE_OPEN_SESSION, NULL, act->begin, task);
}

static void
wait_for_turn (GTask *task)
{
  Act *act = g_task_get_task_data (task);
  GQueue *waiting;

  if (turns == NULL)
    turns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_queue_free);
  waiting = g_hash_table_lookup (turns, act->name);
  if (waiting != NULL)
    {
      g_queue_push_tail (waiting, task);
      return;
    }
  g_hash_table_insert (turns, g_strdup (act->name), g_queue_new ());
  begin (task);
}

static void
end_turn (Act *act)
{
  GQueue *waiting;
  GTask *next;

  if (!act->has_turn)
    return;
  act->has_turn = FALSE;
  waiting = g_hash_table_lookup (turns, act->name);
  while ((next = g_queue_pop_head (waiting)) != NULL && ((Act *)g_task_get_task_data (next))->done)
    g_object_unref (next);
  if (next != NULL)
    begin (next);
  else
    g_hash_table_remove (turns, act->name);
}

static void
stop_watching (GTask *task, Act *act)
{
  act->done = TRUE;
  if (act->timer != NULL)
    g_source_destroy (act->timer);
  g_clear_pointer (&act->timer, g_source_unref);
  if (act->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), act->cancelled_id);
  act->cancelled_id = 0;
}

static void
act_free (Act *act)
{
  end_turn (act);
  g_free (act->name);
  g_hash_table_unref (act->attributes);
  g_clear_pointer (&act->value, secret_value_unref);
  g_clear_object (&act->service);
  g_list_free_full (act->items, g_object_unref);
  g_free (act);
}

static const char *
name_kind (SparkSecretKind kind)
{
  return kind == SPARK_SECRET_TOKEN ? "token" : "replica-key";
}

static void
return_locked (GTask *task)
{
  g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_KEYRING_LOCKED,
                           "The keyring is locked. Unlock it and try again.");
}

static gboolean
on_timeout_cb (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Act *act = g_task_get_task_data (task);

  stop_watching (task, act);
  return_locked (task);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled_idle_cb (gpointer user_data)
{
  GTask *task = user_data;
  Act *act = g_task_get_task_data (task);

  if (!act->done)
    {
      stop_watching (task, act);
      g_task_return_error_if_cancelled (task);
    }
  return G_SOURCE_REMOVE;
}

static void
on_cancelled_cb (GCancellable *cancellable, GTask *task)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, on_cancelled_idle_cb, g_object_ref (task), g_object_unref);
}

static GTask *
act_new (SparkSecretKind kind, const char *backend_url, const char *account,
         GAsyncReadyCallback begins, gpointer tag, GCancellable *cancellable,
         GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Act *act = g_new0 (Act, 1);

  g_task_set_source_tag (task, tag);
  act->kind = kind;
  act->begin = begins;
  act->name = g_strjoin ("\n", name_kind (kind), backend_url, account, NULL);
  act->attributes = secret_attributes_build (&schema, "kind", name_kind (kind), "backend",
                                             backend_url, "account", account, NULL);
  g_task_set_task_data (task, act, (GDestroyNotify)act_free);
  act->timer = g_timeout_source_new (timeout_ms);
  g_source_set_callback (act->timer, on_timeout_cb, g_object_ref (task), g_object_unref);
  g_source_attach (act->timer, g_main_context_get_thread_default ());
  if (cancellable != NULL)
    act->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled_cb),
                                               g_object_ref (task), g_object_unref);
  return task;
}

static gboolean
is_locked (const GError *error)
{
  g_autofree char *remote = g_dbus_error_get_remote_error (error);

  return g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED)
         || g_strcmp0 (remote, "org.freedesktop.Secret.Error.IsLocked") == 0
         /* the prompt was dismissed */
         || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Nothing of it is under way any more. Whether it was not answered yet; from now on it is, and the
 * caller answers the task. */
static gboolean
end (GTask *task)
{
  Act *act = g_task_get_task_data (task);

  end_turn (act);
  if (act->done)
    return FALSE;
  stop_watching (task, act);
  return TRUE;
}

static void
fail (GTask *task, const GError *error)
{
  if (!end (task))
    return;
  g_debug ("The keyring: %s", error->message);
  /* What was known of the service may be of one that has gone. */
  secret_service_disconnect ();
  if (is_locked (error))
    return_locked (task);
  else
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_KEYRING_MISSING,
                             "There is no keyring that keeps secrets: %s", error->message);
}

/* --- unlocking --- */

typedef void (*Unlocked) (GTask *task, gboolean unlocked);

typedef struct
{
  GTask *task;
  Unlocked then;
} Waiter;

/* Who waits for the one prompt that is open; NULL: none is. A second one would only stand behind
 * it.
 */
static GArray *waiters;

static void
on_unlocked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) served = g_steal_pointer (&waiters);
  GList *unlocked = NULL;
  int n = secret_service_unlock_finish (SECRET_SERVICE (source), result, &unlocked, &error);

  g_list_free_full (unlocked, g_object_unref);
  for (guint i = 0; i < served->len; i++)
    {
      Waiter *waiter = &g_array_index (served, Waiter, i);
      Act *act = g_task_get_task_data (waiter->task);

      if (error != NULL)
        fail (waiter->task, error);
      else if (act->done)
        end_turn (act);
      else
        waiter->then (waiter->task, n > 0);
      g_object_unref (waiter->task);
    }
}

/* Asks the person to unlock the collection of @object, an item or a collection.
 */
static void
unlock (GTask *task, gpointer object, Unlocked then)
{
  Act *act = g_task_get_task_data (task);
  Waiter waiter = { g_object_ref (task), then };
  g_autoptr (GList) objects = NULL;

  if (waiters != NULL)
    {
      g_array_append_val (waiters, waiter);
      return;
    }
  waiters = g_array_new (FALSE, FALSE, sizeof (Waiter));
  g_array_append_val (waiters, waiter);
  objects = g_list_append (NULL, object);
  secret_service_unlock (act->service, objects, NULL, on_unlocked_cb, NULL);
}

/* --- storing --- */

static void
on_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!secret_service_store_finish (SECRET_SERVICE (source), result, &error))
    fail (task, error);
  else if (end (task))
    g_task_return_boolean (task, TRUE);
}

/* What a person reads in the program that shows them their keyring. */
static char *
make_label (const Act *act)
{
  const char *backend = g_hash_table_lookup (act->attributes, "backend");

  if (act->kind == SPARK_SECRET_TOKEN)
    /* Translators: an entry of the keyring; %s: the address of a server */
    return g_strdup_printf (_ ("Sparkbox: sign-in at %s"), backend);
  /* Not a server's: of what is kept on this computer alone. */
  if (strstr (backend, "://") == NULL)
    /* Translators: an entry of the keyring */
    return g_strdup (_ ("Sparkbox: key to the copy on this computer"));
  /* Translators: an entry of the keyring; %s: the address of a server */
  return g_strdup_printf (_ ("Sparkbox: key to the copy of %s on this computer"), backend);
}

static void
store (GTask *task, gboolean unlocked)
{
  Act *act = g_task_get_task_data (task);
  g_autofree char *label = NULL;

  if (!unlocked)
    {
      if (end (task))
        return_locked (task);
      return;
    }
  label = make_label (act);
  secret_service_store (act->service, &schema, act->attributes, SECRET_COLLECTION_DEFAULT, label,
                        act->value, NULL, on_stored_cb, g_object_ref (task));
}

static void
on_collection_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Act *act = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SecretCollection) collection = secret_collection_for_alias_finish (result, &error);

  if (error != NULL)
    fail (task, error);
  else if (act->done)
    end_turn (act);
  else if (collection != NULL && secret_collection_get_locked (collection))
    unlock (task, collection, store);
  else
    store (task, TRUE);
}

static void
on_service_for_store_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Act *act = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  act->service = secret_service_get_finish (result, &error);
  if (act->service == NULL)
    fail (task, error);
  else
    secret_collection_for_alias (act->service, SECRET_COLLECTION_DEFAULT, SECRET_COLLECTION_NONE,
                                 NULL, on_collection_cb, g_object_ref (task));
}

void
spark_keyring_store_async (SparkSecretKind kind, const char *backend_url, const char *account,
                           const char *secret, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Act *act;

  g_return_if_fail (backend_url != NULL && account != NULL && secret != NULL);

  task = act_new (kind, backend_url, account, on_service_for_store_cb, spark_keyring_store_async,
                  cancellable, callback, user_data);
  act = g_task_get_task_data (task);
  act->value = secret_value_new (secret, -1, "text/plain");
  wait_for_turn (task);
}

gboolean
spark_keyring_store_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- looking up --- */

static void
return_secret (GTask *task, SecretItem *item)
{
  SecretValue *value = secret_item_get_secret (item);
  gsize length;

  if (!end (task))
    {
      g_clear_pointer (&value, secret_value_unref);
      return;
    }
  g_task_return_pointer (task,
                         value != NULL ? secret_value_unref_to_password (value, &length) : NULL,
                         (GDestroyNotify)secret_password_free);
}

static void
on_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!secret_item_load_secret_finish (SECRET_ITEM (source), result, &error))
    fail (task, error);
  else
    return_secret (task, SECRET_ITEM (source));
}

static void
load (GTask *task, gboolean unlocked)
{
  Act *act = g_task_get_task_data (task);

  if (unlocked)
    secret_item_load_secret (act->items->data, NULL, on_loaded_cb, g_object_ref (task));
  else if (end (task))
    return_locked (task);
}

static void
on_searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Act *act = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  act->items = secret_service_search_finish (SECRET_SERVICE (source), result, &error);
  if (error != NULL)
    fail (task, error);
  else if (act->done)
    end_turn (act);
  else if (act->items == NULL)
    {
      if (end (task))
        g_task_return_pointer (task, NULL, NULL);
    }
  else if (secret_item_get_locked (act->items->data))
    unlock (task, act->items->data, load);
  else
    load (task, TRUE);
}

static void
on_service_for_lookup_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Act *act = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  act->service = secret_service_get_finish (result, &error);
  if (act->service == NULL)
    fail (task, error);
  else
    /* Not by secret_password_lookup(), for which a locked secret and none are the same. */
    secret_service_search (act->service, &schema, act->attributes, SECRET_SEARCH_ALL, NULL,
                           on_searched_cb, g_object_ref (task));
}

void
spark_keyring_lookup_async (SparkSecretKind kind, const char *backend_url, const char *account,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task;

  g_return_if_fail (backend_url != NULL && account != NULL);

  task = act_new (kind, backend_url, account, on_service_for_lookup_cb, spark_keyring_lookup_async,
                  cancellable, callback, user_data);
  wait_for_turn (task);
}

char *
spark_keyring_lookup_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- clearing --- */

static void
on_cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* Nothing to clear is no error. */
  secret_service_clear_finish (SECRET_SERVICE (source), result, &error);
  if (error != NULL)
    fail (task, error);
  else if (end (task))
    g_task_return_boolean (task, TRUE);
}

static void
on_service_for_clear_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Act *act = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  act->service = secret_service_get_finish (result, &error);
  if (act->service == NULL)
    fail (task, error);
  else
    secret_service_clear (act->service, &schema, act->attributes, NULL, on_cleared_cb,
                          g_object_ref (task));
}

void
spark_keyring_clear_async (SparkSecretKind kind, const char *backend_url, const char *account,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  GTask *task;

  g_return_if_fail (backend_url != NULL && account != NULL);

  task = act_new (kind, backend_url, account, on_service_for_clear_cb, spark_keyring_clear_async,
                  cancellable, callback, user_data);
  wait_for_turn (task);
}

gboolean
spark_keyring_clear_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
