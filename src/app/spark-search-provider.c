/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-search-provider"

#include "config.h"

#include "app/spark-phrases.h"
#include "app/spark-search-provider.h"
#include "app/spark-sign-ins.h"
#include "app/spark-video-words.h"

#define MAX_RESULTS 20
#define MAX_SEARCH  200 /* bytes */
#define LINGER_S    10

struct _SparkSearchProvider
{
  GObject parent_instance;

  /* borrowed */
  GApplication *application; /* owns us */

  /* owned */
  GDBusConnection *connection;
  GDBusNodeInfo *info;
  guint object_id;
  guint linger_id; /* the application is held meanwhile */
};

G_DEFINE_FINAL_TYPE (SparkSearchProvider, spark_search_provider, G_TYPE_OBJECT)

static const char *introspection
    = "<node><interface name='org.gnome.Shell.SearchProvider2'>"
      "<method name='GetInitialResultSet'><arg type='as' direction='in'/>"
      "<arg type='as' direction='out'/></method>"
      "<method name='GetSubsearchResultSet'><arg type='as' direction='in'/>"
      "<arg type='as' direction='in'/><arg type='as' direction='out'/></method>"
      "<method name='GetResultMetas'><arg type='as' direction='in'/>"
      "<arg type='aa{sv}' direction='out'/></method>"
      "<method name='ActivateResult'><arg type='s' direction='in'/><arg type='as' direction='in'/>"
      "<arg type='u' direction='in'/></method>"
      "<method name='LaunchSearch'><arg type='as' direction='in'/><arg type='u' direction='in'/>"
      "</method></interface></node>";

/* NULL: there is nothing on this computer yet. @sign_in: (out) (transfer full): whose it is */
static SparkReplica *
open_copy (char **sign_in)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);

  *sign_in = spark_sign_ins_get_first_id (settings);
  return spark_sign_ins_open_copy (settings, NULL, NULL);
}

/* (transfer full) (nullable): NULL: it is of another sign-in, or not there */
static SparkVideoItem *
get_video (SparkReplica *replica, const char *sign_in, const char *result)
{
  g_autofree char *of = NULL;
  g_autofree char *id = NULL;

  return spark_sign_in_parse_target (result, &of, &id) && g_str_equal (of, sign_in)
             ? spark_replica_get_video (replica, id)
             : NULL;
}

static GVariant *
find (const char *const *terms)
{
  g_autofree char *sign_in = NULL;
  g_autoptr (SparkReplica) replica = open_copy (&sign_in);
  g_autofree char *search = g_strjoinv (" ", (char **)terms);
  GVariantBuilder ids;

  g_variant_builder_init (&ids, G_VARIANT_TYPE ("as"));
  if (replica != NULL && *search != '\0' && strlen (search) <= MAX_SEARCH)
    {
      g_autoptr (SparkVideoList) videos = spark_video_list_new (replica, NULL);
      guint n_videos;

      spark_video_list_set_search (videos, search);
      n_videos = g_list_model_get_n_items (G_LIST_MODEL (videos));
      for (guint i = 0; i < MIN (n_videos, MAX_RESULTS); i++)
        {
          g_autoptr (SparkVideoItem) item = g_list_model_get_item (G_LIST_MODEL (videos), i);

          g_variant_builder_add_value (
              &ids, g_variant_new_take_string (
                        spark_sign_in_target (sign_in, spark_video_item_get (item)->id)));
        }
    }
  return g_variant_new ("(as)", &ids);
}

static GVariant *
describe (const char *const *ids)
{
  g_autofree char *sign_in = NULL;
  g_autoptr (SparkReplica) replica = open_copy (&sign_in);
  g_autoptr (GIcon) icon = g_themed_icon_new (APPLICATION_ID);
  g_autoptr (GVariant) serialized = g_icon_serialize (icon);
  GVariantBuilder metas;

  g_variant_builder_init (&metas, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; replica != NULL && ids[i] != NULL && i < MAX_RESULTS; i++)
    {
      g_autoptr (SparkVideoItem) item = get_video (replica, sign_in, ids[i]);
      g_autofree char *name = NULL;
      g_autofree char *state = NULL;
      const char *style;

      if (item == NULL)
        continue;
      name = spark_phrase_video (spark_video_item_get (item));
      state = spark_video_describe_chip (spark_video_item_get (item), &style);
      if (state == NULL)
        state = spark_video_describe_facts (spark_video_item_get (item));
      g_variant_builder_open (&metas, G_VARIANT_TYPE ("a{sv}"));
      g_variant_builder_add (&metas, "{sv}", "id", g_variant_new_string (ids[i]));
      g_variant_builder_add (&metas, "{sv}", "name", g_variant_new_string (name));
      g_variant_builder_add (&metas, "{sv}", "description", g_variant_new_string (state));
      g_variant_builder_add (&metas, "{sv}", "icon", serialized);
      g_variant_builder_close (&metas);
    }
  return g_variant_new ("(aa{sv})", &metas);
}

/* All that the shell had no room for. */
static void
launch (SparkSearchProvider *self, const char *const *terms)
{
  g_autofree char *search = g_strjoinv (" ", (char **)terms);

  if (*search != '\0' && strlen (search) <= MAX_SEARCH)
    {
      g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
      g_autofree char *sign_in = spark_sign_ins_get_first_id (settings);

      g_action_group_activate_action (
          G_ACTION_GROUP (self->application), "search-videos",
          g_variant_new_take_string (spark_sign_in_target (sign_in, search)));
    }
  else
    g_application_activate (self->application);
}

static gboolean
on_lingered_cb (gpointer user_data)
{
  SparkSearchProvider *self = user_data;

  self->linger_id = 0;
  g_application_release (self->application);
  return G_SOURCE_REMOVE;
}

static void
linger (SparkSearchProvider *self)
{
  if (self->linger_id == 0)
    g_application_hold (self->application);
  else
    g_source_remove (self->linger_id);
  self->linger_id = g_timeout_add_seconds (LINGER_S, on_lingered_cb, self);
}

static void
on_call_cb (GDBusConnection *connection, const char *sender, const char *path,
            const char *interface, const char *method, GVariant *parameters,
            GDBusMethodInvocation *invocation, gpointer user_data)
{
  SparkSearchProvider *self = user_data;
  g_autofree const char **words = NULL;
  GVariant *answer = NULL;

  linger (self);
  if (g_str_equal (method, "GetInitialResultSet"))
    {
      g_variant_get (parameters, "(^a&s)", &words);
      answer = find (words);
    }
  else if (g_str_equal (method, "GetSubsearchResultSet"))
    {
      g_variant_get (parameters, "(@as^a&s)", NULL, &words);
      answer = find (words);
    }
  else if (g_str_equal (method, "GetResultMetas"))
    {
      g_variant_get (parameters, "(^a&s)", &words);
      answer = describe (words);
    }
  else if (g_str_equal (method, "ActivateResult"))
    {
      const char *id;

      g_variant_get (parameters, "(&s@asu)", &id, NULL, NULL);
      g_action_group_activate_action (G_ACTION_GROUP (self->application), "show-video",
                                      g_variant_new_string (id));
    }
  else
    {
      g_variant_get (parameters, "(^a&su)", &words, NULL);
      launch (self, words);
    }
  g_dbus_method_invocation_return_value (invocation, answer);
}

static const GDBusInterfaceVTable vtable = { on_call_cb, NULL, NULL, { 0 } };

static void
spark_search_provider_dispose (GObject *object)
{
  SparkSearchProvider *self = SPARK_SEARCH_PROVIDER (object);

  g_clear_handle_id (&self->linger_id, g_source_remove);
  if (self->object_id != 0)
    g_dbus_connection_unregister_object (self->connection, self->object_id);
  self->object_id = 0;
  g_clear_object (&self->connection);
  g_clear_pointer (&self->info, g_dbus_node_info_unref);

  G_OBJECT_CLASS (spark_search_provider_parent_class)->dispose (object);
}

static void
spark_search_provider_class_init (SparkSearchProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = spark_search_provider_dispose;
}

static void
spark_search_provider_init (SparkSearchProvider *self)
{
}

SparkSearchProvider *
spark_search_provider_new (GApplication *application)
{
  SparkSearchProvider *self = g_object_new (SPARK_TYPE_SEARCH_PROVIDER, NULL);

  self->application = application;
  return self;
}

gboolean
spark_search_provider_export (SparkSearchProvider *self, GDBusConnection *connection,
                              const char *path, GError **error)
{
  g_autofree char *own_path = g_strconcat (path, "/SearchProvider", NULL);

  g_return_val_if_fail (SPARK_IS_SEARCH_PROVIDER (self) && self->object_id == 0, FALSE);

  self->info = g_dbus_node_info_new_for_xml (introspection, NULL);
  self->object_id = g_dbus_connection_register_object (
      connection, own_path, self->info->interfaces[0], &vtable, self, NULL, error);
  if (self->object_id == 0)
    return FALSE;
  self->connection = g_object_ref (connection);
  return TRUE;
}
