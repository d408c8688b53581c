/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-devices-group"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-devices-group.h"
#include "app/spark-format.h"
#include "app/spark-problem.h"
#include "model/spark-error.h"
#include "model/spark-json.h"

#define MAX_DEVICES 200

struct _SparkDevicesGroup
{
  AdwPreferencesGroup parent_instance;

  /* borrowed */
  GtkWidget *problem_row; /* above the devices; shown while something failed */
  GtkWidget *retry_button;

  /* owned */
  SparkBackend *backend;
  GPtrArray *rows; /* of GtkWidget, borrowed from the group */
  char *current;
  GHashTable *ending; /* ids of the sign-ins that are being ended */
  char *problem_id;   /* (nullable): the sign-in that did not end; NULL: they were not loaded */
  GCancellable *cancellable;
  GCancellable *loading;

  gboolean leads; /* what the person pressed goes away: the keyboard goes on here afterwards */
};

G_DEFINE_FINAL_TYPE (SparkDevicesGroup, spark_devices_group, ADW_TYPE_PREFERENCES_GROUP)

static void
tell (SparkDevicesGroup *self, const char *text)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (ADW_IS_PREFERENCES_WINDOW (root))
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (root), adw_toast_new (text));
}

static GtkWidget *
get_button (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "button");
}

static const char *
get_id (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), "id");
}

/* (nullable): its row's */
static GtkWidget *
find_button (SparkDevicesGroup *self, const char *id)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *button = get_button (g_ptr_array_index (self->rows, i));

      if (button != NULL && g_str_equal (get_id (button), id))
        return button;
    }
  return NULL;
}

static void
set_ending (SparkDevicesGroup *self, const char *id, gboolean ending)
{
  GtkWidget *button = find_button (self, id);

  if (button != NULL)
    gtk_widget_set_sensitive (button, !ending);
}

static void
clear_devices (SparkDevicesGroup *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->current, g_free);
}

static void
update_visible (SparkDevicesGroup *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self),
                          self->rows->len > 0 || gtk_widget_get_visible (self->problem_row));
}

/* @error: (nullable); @id: (nullable): the sign-in that could not be ended */
static void
set_problem (SparkDevicesGroup *self, const GError *error, const char *id)
{
  g_autofree char *old = g_steal_pointer (&self->problem_id);

  self->problem_id = g_strdup (id);
  gtk_widget_set_sensitive (self->retry_button, TRUE);
  if (error != NULL)
    {
      const char *sentence = spark_problem_sentence (error);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->problem_row),
                                     spark_problem_title (error));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->problem_row), sentence);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->retry_button),
                                      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence, -1);
    }
  gtk_widget_set_visible (self->problem_row, error != NULL);
  update_visible (self);
}

static void
lead (SparkDevicesGroup *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  gboolean leads = self->leads;

  self->leads = FALSE;
  if (!leads || root == NULL || gtk_root_get_focus (root) != NULL
      || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (gtk_widget_get_visible (self->problem_row))
    gtk_widget_grab_focus (self->retry_button);
  else
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
}

/* signing out */

typedef struct
{
  SparkDevicesGroup *group;
  char *id;
} Ending;

static void
ending_free (Ending *ending)
{
  g_object_unref (ending->group);
  g_free (ending->id);
  g_free (ending);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ending, ending_free)

static void load (SparkDevicesGroup *self);

static void
on_ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Ending) ending = user_data;
  SparkDevicesGroup *self = ending->group;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);

  if (spark_problem_is_cancelled (error))
    return;
  set_ending (self, ending->id, FALSE);
  g_hash_table_remove (self->ending, ending->id);
  if (error == NULL || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      tell (self, error != NULL ? spark_problem_sentence (error) : _ ("Signed out there"));
      if (self->problem_id == NULL || g_str_equal (self->problem_id, ending->id))
        set_problem (self, NULL, NULL);
    }
  else
    {
      set_problem (self, error, ending->id);
      lead (self);
    }
  /* Also after a failure: it may be done all the same. */
  load (self);
}

static void
sign_out (SparkDevicesGroup *self, const char *id)
{
  g_autofree char *path = spark_client_path ("/v1/sign-ins/%s", id);
  Ending *ending = g_new0 (Ending, 1);

  ending->group = g_object_ref (self);
  ending->id = g_strdup (id);
  self->leads = TRUE;
  g_hash_table_add (self->ending, g_strdup (id));
  set_ending (self, id, TRUE);
  spark_client_send_async (spark_backend_get_client (self->backend), "DELETE", path, NULL,
                           self->cancellable, on_ended_cb, ending);
}

static void
on_sign_out_cb (SparkDevicesGroup *self, GtkButton *button)
{
  sign_out (self, get_id (GTK_WIDGET (button)));
}

static void
on_retry_cb (SparkDevicesGroup *self)
{
  self->leads = TRUE;
  gtk_widget_set_sensitive (self->retry_button, FALSE);
  if (self->problem_id != NULL)
    sign_out (self, self->problem_id);
  else
    load (self);
}

/* the devices */

/* Nothing of the device at hand, which is in use. */
static void
tell_used (GtkWidget *row)
{
  const gint64 *used_at = g_object_get_data (G_OBJECT (row), "used-at");
  g_autofree char *moment = NULL;
  g_autofree char *text = NULL;

  if (used_at == NULL || *used_at == 0)
    return;
  moment = spark_format_moment (*used_at);
  /* Translators: %s: a moment, such as "today, 14:02" */
  text = g_strdup_printf (_ ("Last used: %s"), moment);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
}

void
spark_devices_group_turn_day (SparkDevicesGroup *self)
{
  g_return_if_fail (SPARK_IS_DEVICES_GROUP (self));

  g_ptr_array_foreach (self->rows, (GFunc)(void (*) (void))tell_used, NULL);
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

      g_object_set_data_full (G_OBJECT (row), "used-at", g_memdup2 (&used_at, sizeof used_at),
                              g_free);
      tell_used (row);
      /* Translators: %s: the name of a device */
      label = g_strdup_printf (_ ("Sign out on %s"),
                               adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      -1);
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      g_object_set_data_full (G_OBJECT (button), "id", g_strdup (id), g_free);
      g_signal_connect_object (button, "clicked", G_CALLBACK (on_sign_out_cb), self,
                               G_CONNECT_SWAPPED);
      gtk_widget_set_sensitive (button, !g_hash_table_contains (self->ending, id));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
      g_object_set_data (G_OBJECT (row), "button", button);
    }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static JsonArray *
read_devices (JsonNode *answer, GError **error)
{
  JsonArray *items = NULL;

  if (answer != NULL && JSON_NODE_HOLDS_OBJECT (answer)
      && spark_json_find_array (json_node_get_object (answer), "items", &items, NULL)
      && items != NULL)
    return items;
  g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                       "The backend’s sign-ins cannot be read.");
  return NULL;
}

static void
show_devices (SparkDevicesGroup *self, JsonArray *items)
{
  clear_devices (self);
  for (guint i = 0; i < MIN (json_array_get_length (items), MAX_DEVICES); i++)
    {
      JsonNode *node = json_array_get_element (items, i);

      if (JSON_NODE_HOLDS_OBJECT (node))
        add_device (self, json_node_get_object (node));
    }
  /* What could not be done still can: it stays to be said. */
  if (self->problem_id == NULL || find_button (self, self->problem_id) == NULL)
    set_problem (self, NULL, NULL);
  update_visible (self);
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
  if (error == NULL)
    items = read_devices (answer, &error);
  if (items != NULL)
    show_devices (self, items);
  else if (g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      /* A server that has no such thing. */
      clear_devices (self);
      set_problem (self, NULL, NULL);
    }
  else if (self->problem_id == NULL)
    set_problem (self, error, NULL);
  lead (self);
}

static void
load (SparkDevicesGroup *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  spark_client_send_async (spark_backend_get_client (self->backend), "GET", "/v1/sign-ins", NULL,
                           self->loading, on_devices_cb, g_object_ref (self));
}

static void
on_status_cb (SparkDevicesGroup *self)
{
  if (spark_backend_get_status (self->backend) != SPARK_BACKEND_ONLINE
      || !gtk_widget_get_visible (self->problem_row))
    return;
  /* Its button can be pressed again. */
  g_clear_pointer (&self->problem_id, g_free);
  load (self);
}

static void
stop (SparkDevicesGroup *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_hash_table_remove_all (self->ending);
  if (self->backend != NULL)
    g_signal_handlers_disconnect_by_data (self->backend, self);
  g_clear_object (&self->backend);
}

void
spark_devices_group_set_backend (SparkDevicesGroup *self, SparkBackend *backend)
{
  g_return_if_fail (SPARK_IS_DEVICES_GROUP (self));

  stop (self);
  clear_devices (self);
  set_problem (self, NULL, NULL);
  if (backend == NULL || spark_backend_is_private (backend))
    return;
  self->backend = g_object_ref (backend);
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (backend, "notify::status", G_CALLBACK (on_status_cb), self,
                           G_CONNECT_SWAPPED);
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
  stop (SPARK_DEVICES_GROUP (object));

  G_OBJECT_CLASS (spark_devices_group_parent_class)->dispose (object);
}

static void
spark_devices_group_finalize (GObject *object)
{
  SparkDevicesGroup *self = SPARK_DEVICES_GROUP (object);

  g_ptr_array_unref (self->rows);
  g_free (self->current);
  g_free (self->problem_id);
  g_hash_table_unref (self->ending);

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
  self->ending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->problem_row = adw_action_row_new ();
  self->retry_button = gtk_button_new_with_mnemonic (_ ("_Try Again"));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->problem_row), FALSE);
  adw_action_row_set_icon_name (ADW_ACTION_ROW (self->problem_row), "dialog-warning-symbolic");
  gtk_widget_set_valign (self->retry_button, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->retry_button, "clicked", G_CALLBACK (on_retry_cb), self,
                           G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->problem_row), self->retry_button);
  gtk_widget_hide (self->problem_row);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->problem_row);
}
