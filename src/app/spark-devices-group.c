/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-devices-group"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-devices-group.h"
#include "app/spark-format.h"
#include "app/spark-problem.h"
#include "model/spark-json.h"

#define MAX_DEVICES 200

struct _SparkDevicesGroup
{
  AdwPreferencesGroup parent_instance;

  /* owned */
  SparkBackend *backend;
  GPtrArray *rows; /* of GtkWidget, borrowed from the group */
  char *current;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (SparkDevicesGroup, spark_devices_group, ADW_TYPE_PREFERENCES_GROUP)

static void
tell (SparkDevicesGroup *self, const char *text)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (ADW_IS_PREFERENCES_WINDOW (root))
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (root), adw_toast_new (text));
}

static void
clear (SparkDevicesGroup *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->current, g_free);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void load (SparkDevicesGroup *self);

static void
on_ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkDevicesGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);

  if (spark_problem_is_cancelled (error))
    return;
  tell (self, error != NULL ? spark_problem_sentence (error) : _ ("Signed out there"));
  /* Also after a refusal: it may have been gone already. */
  load (self);
}

static void
on_sign_out_cb (SparkDevicesGroup *self, GtkButton *button)
{
  const char *id = g_object_get_data (G_OBJECT (button), "id");
  g_autofree char *path = spark_client_path ("/v1/sign-ins/%s", id);

  gtk_widget_set_sensitive (GTK_WIDGET (button), FALSE);
  spark_client_send_async (spark_backend_get_client (self->backend), "DELETE", path, NULL,
                           self->cancellable, on_ended_cb, g_object_ref (self));
}

static void
add_device (SparkDevicesGroup *self, JsonObject *device)
{
  const char *id, *name = NULL;
  GtkWidget *row;
  gboolean current = FALSE;
  gint64 used_at = 0;

  if (!spark_json_get_string (device, "id", &id, NULL))
    return;
  spark_json_find_string (device, "device", &name, NULL);
  spark_json_find_bool (device, "current", FALSE, &current, NULL);
  spark_json_find_time (device, "used_at", &used_at, NULL);
  if (used_at == 0)
    spark_json_find_time (device, "created_at", &used_at, NULL);

  row = adw_action_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 name != NULL && *name != '\0' ? name : _ ("Unnamed Device"));
  if (current)
    {
      g_free (self->current);
      self->current = g_strdup (id);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("This device"));
    }
  else
    {
      /* Translators: on the row of a device */
      GtkWidget *button = gtk_button_new_with_label (_ ("Sign Out"));
      g_autofree char *label = NULL;

      if (used_at != 0)
        {
          g_autofree char *moment = spark_format_moment (used_at);
          /* Translators: %s: a moment, such as "Today, 14:02" */
          g_autofree char *text = g_strdup_printf (_ ("Last used: %s"), moment);

          adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
        }
      /* Translators: %s: the name of a device */
      label = g_strdup_printf (_ ("Sign out on %s"),
                               adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      -1);
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_object_set_data_full (G_OBJECT (button), "id", g_strdup (id), g_free);
      g_signal_connect_object (button, "clicked", G_CALLBACK (on_sign_out_cb), self,
                               G_CONNECT_SWAPPED);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
    }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static void
on_devices_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkDevicesGroup) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);
  JsonArray *items = NULL;

  if (spark_problem_is_cancelled (error))
    return;
  clear (self);
  /* Offline, or a server that has no such thing: there is nothing to show. */
  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer)
      || !spark_json_find_array (json_node_get_object (answer), "items", &items, NULL)
      || items == NULL)
    return;
  for (guint i = 0; i < MIN (json_array_get_length (items), MAX_DEVICES); i++)
    {
      JsonNode *node = json_array_get_element (items, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        add_device (self, json_node_get_object (node));
    }
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
}

static void
load (SparkDevicesGroup *self)
{
  spark_client_send_async (spark_backend_get_client (self->backend), "GET", "/v1/sign-ins", NULL,
                           self->cancellable, on_devices_cb, g_object_ref (self));
}

void
spark_devices_group_set_backend (SparkDevicesGroup *self, SparkBackend *backend)
{
  g_return_if_fail (SPARK_IS_DEVICES_GROUP (self));

  g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, NULL);
  g_set_object (&self->backend, backend);
  clear (self);
  if (backend == NULL || spark_backend_is_private (backend))
    return;
  self->cancellable = g_cancellable_new ();
  load (self);
}

const char *
spark_devices_group_get_current (SparkDevicesGroup *self)
{
  g_return_val_if_fail (SPARK_IS_DEVICES_GROUP (self), NULL);

  return self->current;
}

static void
spark_devices_group_dispose (GObject *object)
{
  SparkDevicesGroup *self = SPARK_DEVICES_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->backend);

  G_OBJECT_CLASS (spark_devices_group_parent_class)->dispose (object);
}

static void
spark_devices_group_finalize (GObject *object)
{
  SparkDevicesGroup *self = SPARK_DEVICES_GROUP (object);

  g_ptr_array_unref (self->rows);
  g_free (self->current);

  G_OBJECT_CLASS (spark_devices_group_parent_class)->finalize (object);
}

static void
spark_devices_group_class_init (SparkDevicesGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = spark_devices_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = spark_devices_group_finalize;
}

static void
spark_devices_group_init (SparkDevicesGroup *self)
{
  self->rows = g_ptr_array_new ();
}
