/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-context"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-context.h"
#include "app/spark-date-style.h"
#include "app/spark-phrases.h"
#include "app/spark-terms.h"
#include "app/spark-today.h"
#include "model/spark-error.h"

struct _SparkContext
{
  GObject parent_instance;

  /* owned */
  SparkBackend *backend;
  SparkCovers *covers;
  SparkToday *today;
  GListStore *accounts;
  char *account_id;
  char *obstacle;
  GCancellable *asking; /* what the backend connects to; NULL: not asked yet */

  guint days; /* as last told */
  gboolean connects;
};

enum
{
  RESET,
  CHANGED,
  UPDATED,
  NEW_DAY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SparkContext, spark_context, G_TYPE_OBJECT)

/* The replica's list reads its rows anew each time and keeps none of them; what is handed out here
 * stays. */
static void
read_accounts (SparkContext *self)
{
  g_autoptr (GListModel) list = NULL;

  g_list_store_remove_all (self->accounts);
  if (self->backend != NULL)
    list = spark_replica_list_accounts (spark_backend_get_replica (self->backend));
  for (guint i = 0; list != NULL && i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (list, i);

      g_list_store_append (self->accounts, item);
    }
  self->days = spark_context_get_days (self, NULL);
}

static void
on_backend_changed_cb (SparkContext *self, guint kinds)
{
  guint days = spark_context_get_days (self, NULL);

  /* Making a code remembers its terms, which the rows offer next. */
  if (kinds & SPARK_KINDS_ACCOUNT || (kinds & SPARK_KINDS_CODE && self->days != days))
    {
      if (kinds & SPARK_KINDS_ACCOUNT)
        read_accounts (self);
      self->days = days;
      g_signal_emit (self, signals[CHANGED], 0);
    }
  g_signal_emit (self, signals[UPDATED], 0, kinds);
}

static void
on_connects_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkContext) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);
  gboolean connects = FALSE;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* One that does not know the question connects to nothing; any other may answer later. */
  if (error != NULL && !g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    g_clear_object (&self->asking);
  if (answer != NULL)
    spark_json_find_bool (json_node_get_object (answer), "tiktok", FALSE, &connects, NULL);
  if (self->connects == connects)
    return;
  self->connects = connects;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Once a backend, when it can be asked. */
static void
ask_connects (SparkContext *self)
{
  if (self->asking != NULL || self->backend == NULL
      || spark_backend_get_status (self->backend) != SPARK_BACKEND_ONLINE)
    return;
  self->asking = g_cancellable_new ();
  spark_client_send_async (spark_backend_get_client (self->backend), "GET", "/v1/connect", NULL,
                           self->asking, on_connects_cb, g_object_ref (self));
}

static void
on_status_cb (SparkContext *self)
{
  ask_connects (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_day_turned_cb (SparkContext *self)
{
  if (self->backend != NULL)
    spark_replica_pass_time (spark_backend_get_replica (self->backend));
  g_signal_emit (self, signals[NEW_DAY], 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
drop_backend (SparkContext *self)
{
  if (self->backend != NULL)
    g_signal_handlers_disconnect_by_data (self->backend, self);
  g_clear_object (&self->backend);
  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  self->connects = FALSE;
}

static void
spark_context_dispose (GObject *object)
{
  SparkContext *self = SPARK_CONTEXT (object);

  drop_backend (self);
  g_clear_object (&self->accounts);
  g_clear_object (&self->covers);
  if (self->today != NULL)
    g_signal_handlers_disconnect_by_data (self->today, self);
  g_clear_object (&self->today);
  g_clear_pointer (&self->account_id, g_free);
  g_clear_pointer (&self->obstacle, g_free);

  G_OBJECT_CLASS (spark_context_parent_class)->dispose (object);
}

static void
spark_context_class_init (SparkContextClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = spark_context_dispose;

  signals[RESET] = g_signal_new ("reset", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  signals[UPDATED] = g_signal_new ("updated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[NEW_DAY] = g_signal_new ("new-day", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
spark_context_init (SparkContext *self)
{
  self->covers = spark_covers_new ();
  self->today = spark_today_new ();
  g_signal_connect_swapped (self->today, "turned", G_CALLBACK (on_day_turned_cb), self);
  /* A new day is what makes all that tells a time say it anew. */
  spark_date_style_follow (G_OBJECT (self), G_CALLBACK (on_day_turned_cb));
  self->accounts = g_list_store_new (SPARK_TYPE_ACCOUNT_ITEM);
  read_accounts (self);
}

SparkContext *
spark_context_new (void)
{
  return g_object_new (SPARK_TYPE_CONTEXT, NULL);
}

void
spark_context_set (SparkContext *self, SparkBackend *backend, const char *account_id)
{
  g_return_if_fail (SPARK_IS_CONTEXT (self));

  if (self->backend == backend && g_strcmp0 (self->account_id, account_id) == 0)
    return;
  if (self->backend != backend)
    {
      drop_backend (self);
      if (backend != NULL)
        {
          self->backend = g_object_ref (backend);
          g_signal_connect_swapped (backend, "changed", G_CALLBACK (on_backend_changed_cb), self);
          g_signal_connect_swapped (backend, "notify::status", G_CALLBACK (on_status_cb), self);
        }
      read_accounts (self);
      ask_connects (self);
    }
  if (self->account_id != account_id)
    {
      g_free (self->account_id);
      self->account_id = g_strdup (account_id);
    }
  g_signal_emit (self, signals[RESET], 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
spark_context_look_at_day (SparkContext *self)
{
  g_return_if_fail (SPARK_IS_CONTEXT (self));

  spark_today_look (self->today);
}

SparkBackend *
spark_context_get_backend (SparkContext *self)
{
  return self->backend;
}

SparkReplica *
spark_context_get_replica (SparkContext *self)
{
  return self->backend != NULL ? spark_backend_get_replica (self->backend) : NULL;
}

SparkClient *
spark_context_get_client (SparkContext *self)
{
  return self->backend != NULL ? spark_backend_get_client (self->backend) : NULL;
}

const char *
spark_context_get_account_id (SparkContext *self)
{
  return self->account_id;
}

SparkCovers *
spark_context_get_covers (SparkContext *self)
{
  return self->covers;
}

GListModel *
spark_context_get_accounts (SparkContext *self)
{
  return G_LIST_MODEL (self->accounts);
}

const SparkAccount *
spark_context_get_account (SparkContext *self, const char *id)
{
  GListModel *accounts = G_LIST_MODEL (self->accounts);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);

      if (g_strcmp0 (spark_account_item_get (item)->id, id) == 0)
        return spark_account_item_get (item);
    }
  return NULL;
}

static const char *
describe_platform (SparkPlatformKind platform)
{
  switch (platform)
    {
    case SPARK_PLATFORM_SANDBOX:
      return C_ ("account", "sample data");
    case SPARK_PLATFORM_TIKTOK:
      return "TikTok";
    case SPARK_PLATFORM_TRACKED:
    default:
      return C_ ("account", "not connected");
    }
}

/* Among those of its name, which are counted in @n_namesakes. NULL: nothing but a number tells it
 * from each of them. (transfer full) */
static char *
tell_apart (SparkContext *self, const SparkAccount *account, guint *n_namesakes)
{
  gboolean has_handle = account->handle != NULL, has_platform = TRUE;

  *n_namesakes = 0;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
      const SparkAccount *other = spark_account_item_get (item);

      if (g_strcmp0 (other->id, account->id) == 0 || g_strcmp0 (other->name, account->name) != 0)
        continue;
      (*n_namesakes)++;
      has_handle = has_handle && g_strcmp0 (other->handle, account->handle) != 0;
      has_platform = has_platform && other->platform != account->platform;
    }
  if (has_handle)
    return g_strconcat ("@", account->handle, NULL);
  return has_platform ? g_strdup (describe_platform (account->platform)) : NULL;
}

/* Among those of its name that have a number too: whoever reads of a third looks for a second.
 * (transfer full) */
static char *
number_account (SparkContext *self, const SparkAccount *account)
{
  guint number = 1;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);
      const SparkAccount *other = spark_account_item_get (item);
      g_autofree char *apart = NULL;
      guint n_namesakes;

      if (g_strcmp0 (other->id, account->id) == 0)
        break;
      if (g_strcmp0 (other->name, account->name) != 0)
        continue;
      apart = tell_apart (self, other, &n_namesakes);
      number += apart == NULL;
    }
  return g_strdup_printf ("%u", number);
}

char *
spark_context_name_account (SparkContext *self, const SparkAccount *account)
{
  g_autofree char *name = spark_phrase_name (account->name);
  g_autofree char *apart = NULL;
  guint n_namesakes;

  apart = tell_apart (self, account, &n_namesakes);
  if (n_namesakes == 0)
    return g_steal_pointer (&name);
  if (apart == NULL)
    apart = number_account (self, account);
  return spark_phrase_facts ((const char *const[]){ name, apart, NULL });
}

char *
spark_context_describe_whose (SparkContext *self, const char *id)
{
  const SparkAccount *account;

  if (g_strcmp0 (self->account_id, id) == 0
      || g_list_model_get_n_items (G_LIST_MODEL (self->accounts)) < 2)
    return NULL;
  account = spark_context_get_account (self, id);
  return account != NULL && account->name != NULL ? spark_context_name_account (self, account)
                                                  : NULL;
}

guint
spark_context_get_days (SparkContext *self, const SparkAccount *account)
{
  if (self->backend == NULL)
    return 0;
  return spark_terms_get_days (spark_context_get_replica (self), account, NULL);
}

gboolean
spark_context_get_connects (SparkContext *self)
{
  return self->connects;
}

const char *
spark_context_get_obstacle (SparkContext *self)
{
  return self->obstacle;
}

void
spark_context_set_obstacle (SparkContext *self, const char *obstacle)
{
  g_return_if_fail (SPARK_IS_CONTEXT (self));

  if (g_strcmp0 (self->obstacle, obstacle) == 0)
    return;
  g_free (self->obstacle);
  self->obstacle = g_strdup (obstacle);
  g_signal_emit (self, signals[CHANGED], 0);
}
