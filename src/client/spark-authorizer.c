/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-client"

#include "config.h"

#include "client/spark-authorizer.h"
#include "client/spark-keyring.h"
#include "client/spark-token-endpoint.h"
#include "model/spark-error.h"

#define CLIENT_ID      "sparkbox"
#define REFRESH_PREFIX "sbr_"
/* A request that begins shortly before the end would arrive after it. */
#define EARLY_US (60 * G_TIME_SPAN_SECOND)

struct _SparkAuthorizer
{
  GObject parent_instance;

  /* owned */
  char *header;
  char *url; /* NULL: a token that stays */
  char *account;
  char *refresh_token;
  char *key;          /* of the request that uses it; again the same when its answer was lost */
  GPtrArray *waiting; /* of GTask; NULL: nothing is being renewed */
  GError *ended;      /* the sign-in is over */

  gint64 expires_at;      /* monotonic, µs */
  gint64 expires_at_real; /* the same by the clock that goes on while the computer sleeps */
};

G_DEFINE_FINAL_TYPE (SparkAuthorizer, spark_authorizer, G_TYPE_OBJECT)

/* Of "URL\nACCOUNT" to SparkAuthorizer, not owned. */
static GHashTable *sign_ins;

static char *
make_name (const char *url, const char *account)
{
  return g_strconcat (url, "\n", account, NULL);
}

/* Until the person signs in again. */
static gboolean
is_current (SparkAuthorizer *self)
{
  g_autofree char *name = make_name (self->url, self->account);

  return g_hash_table_lookup (sign_ins, name) == self;
}

static void
spark_authorizer_finalize (GObject *object)
{
  SparkAuthorizer *self = SPARK_AUTHORIZER (object);

  if (self->url != NULL)
    {
      g_autofree char *name = make_name (self->url, self->account);

      if (is_current (self))
        g_hash_table_remove (sign_ins, name);
    }
  g_free (self->header);
  g_free (self->url);
  g_free (self->account);
  g_free (self->refresh_token);
  g_free (self->key);
  g_clear_error (&self->ended);

  G_OBJECT_CLASS (spark_authorizer_parent_class)->finalize (object);
}

static void
spark_authorizer_class_init (SparkAuthorizerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_authorizer_finalize;
}

static void
spark_authorizer_init (SparkAuthorizer *self)
{
}

gboolean
spark_authorizer_is_sign_in (const char *secret)
{
  return g_str_has_prefix (secret, REFRESH_PREFIX);
}

SparkAuthorizer *
spark_authorizer_new_token (const char *token)
{
  SparkAuthorizer *self = g_object_new (SPARK_TYPE_AUTHORIZER, NULL);

  self->header = token != NULL ? g_strconcat ("Bearer ", token, NULL) : NULL;
  return self;
}

static void
take_pair (SparkAuthorizer *self, const SparkTokenPair *pair)
{
  g_free (self->header);
  g_free (self->refresh_token);
  self->header = g_strconcat ("Bearer ", pair->access_token, NULL);
  self->refresh_token = g_strdup (pair->refresh_token);
  g_clear_pointer (&self->key, g_free);
  self->expires_at = pair->expires_at;
  self->expires_at_real = g_get_real_time () + pair->expires_at - g_get_monotonic_time ();
  g_clear_error (&self->ended);
}

SparkAuthorizer *
spark_authorizer_new_sign_in (const char *url, const char *account, const char *refresh_token)
{
  SparkAuthorizer *self = g_object_new (SPARK_TYPE_AUTHORIZER, NULL);

  if (sign_ins == NULL)
    sign_ins = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->url = g_strdup (url);
  self->account = g_strdup (account);
  self->refresh_token = g_strdup (refresh_token);
  return self;
}

SparkAuthorizer *
spark_authorizer_get_sign_in (const char *url, const char *account, const char *refresh_token)
{
  g_autofree char *name = make_name (url, account);
  SparkAuthorizer *self = sign_ins != NULL ? g_hash_table_lookup (sign_ins, name) : NULL;

  if (self != NULL)
    return g_object_ref (self);
  self = spark_authorizer_new_sign_in (url, account, refresh_token);
  g_hash_table_insert (sign_ins, g_steal_pointer (&name), self);
  return self;
}

const char *
spark_authorizer_get_header (SparkAuthorizer *self)
{
  return self->header;
}

gboolean
spark_authorizer_is_ready (SparkAuthorizer *self)
{
  return self->url == NULL
         || (self->header != NULL && g_get_monotonic_time () + EARLY_US < self->expires_at
             && g_get_real_time () + EARLY_US < self->expires_at_real);
}

/* @error: (nullable) */
static void
answer_waiting (SparkAuthorizer *self, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  for (guint i = 0; i < waiting->len; i++)
    if (error != NULL)
      g_task_return_error (waiting->pdata[i], g_error_copy (error));
    else
      g_task_return_boolean (waiting->pdata[i], TRUE);
}

/* It goes on working until the program ends; then the person signs in again. */
static void
finish_keeping (GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;

  if (!spark_keyring_store_finish (result, &error))
    g_message ("The renewed sign-in could not be kept: %s", error->message);
}

static void
on_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkAuthorizer) self = user_data;

  finish_keeping (result);
  answer_waiting (self, NULL);
}

static void
on_kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  finish_keeping (result);
}

static void
keep (SparkAuthorizer *self)
{
  spark_keyring_store_async (SPARK_SECRET_TOKEN, self->url, self->account, self->refresh_token,
                             NULL, on_kept_cb, NULL);
}

void
spark_authorizer_take_place (SparkAuthorizer *self)
{
  g_autofree char *name = NULL;
  gboolean was_other;

  g_return_if_fail (SPARK_IS_AUTHORIZER (self));

  if (self->url == NULL)
    return;
  name = make_name (self->url, self->account);
  was_other = g_hash_table_contains (sign_ins, name) && !is_current (self);
  g_hash_table_replace (sign_ins, g_steal_pointer (&name), self);
  /* What that one renewed meanwhile may have been stored over it, or is about to be. */
  if (was_other)
    keep (self);
}

gboolean
spark_authorizer_keep_sign_in (const char *url, const char *account)
{
  g_autofree char *name = make_name (url, account);
  SparkAuthorizer *self = sign_ins != NULL ? g_hash_table_lookup (sign_ins, name) : NULL;

  if (self != NULL)
    keep (self);
  return self != NULL;
}

static void
on_renewed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkAuthorizer) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkTokenPair) pair = spark_token_endpoint_ask_finish (result, &error);

  if (pair == NULL)
    {
      if (g_error_matches (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED))
        self->ended = g_error_copy (error);
      answer_waiting (self, error);
      return;
    }
  take_pair (self, pair);
  if (!is_current (self))
    {
      answer_waiting (self, NULL);
      return;
    }
  spark_keyring_store_async (SPARK_SECRET_TOKEN, self->url, self->account, self->refresh_token,
                             NULL, on_stored_cb, g_object_ref (self));
}

void
spark_authorizer_renew_async (SparkAuthorizer *self, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  const char *const members[] = {
    "grant_type",    "refresh_token",     "client_id", CLIENT_ID,
    "refresh_token", self->refresh_token, NULL,
  };

  g_task_set_source_tag (task, spark_authorizer_renew_async);
  if (self->url == NULL || self->ended != NULL)
    {
      if (self->ended != NULL)
        g_task_return_error (task, g_error_copy (self->ended));
      else
        g_task_return_boolean (task, TRUE);
      g_object_unref (task);
      return;
    }
  if (self->waiting != NULL)
    {
      g_ptr_array_add (self->waiting, task);
      return;
    }
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->waiting, task);
  /* Whoever gave up waiting must not stop it for the others, so nothing cancels it. */
  if (self->key == NULL)
    self->key = g_uuid_string_random ();
  spark_token_endpoint_ask_async (self->url, members, self->key, NULL, on_renewed_cb,
                                  g_object_ref (self));
}

gboolean
spark_authorizer_renew_finish (SparkAuthorizer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
