/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-servers-group"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-confirm.h"
#include "app/spark-message-dialog.h"
#include "app/spark-problem.h"
#include "app/spark-servers-group.h"
#include "app/spark-sign-ins.h"
#include "model/spark-error.h"

#define USUAL_DPI (96 * 1024) /* GtkSettings counts 1024ths */

struct _SparkServersGroup
{
  AdwPreferencesGroup parent_instance;

  /* borrowed */
  SparkWindow *window; /* weak */
  SparkDevicesGroup *devices;
  GPtrArray *rows; /* of GtkWidget */

  /* owned */
  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (SparkServersGroup, spark_servers_group, ADW_TYPE_PREFERENCES_GROUP)

/* signing out, which goes on when the preferences are closed meanwhile */

typedef struct
{
  SparkConfirm *confirm;
  GSettings *settings;
  SparkClient *client; /* NULL: the server is not told */
  char *device;
  char *url;
  char *account;
  gboolean untold; /* the server does not know of it */
} SignOut;

static void
sign_out_free (SignOut *out)
{
  g_clear_object (&out->confirm);
  g_clear_object (&out->settings);
  g_clear_object (&out->client);
  g_free (out->device);
  g_free (out->url);
  g_free (out->account);
  g_free (out);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SignOut, sign_out_free)

static gboolean
is_in_use (GSettings *settings, const char *url, const char *account)
{
  g_autofree char *first_url = NULL;
  g_autofree char *first_account = NULL;

  return spark_sign_ins_get_first (settings, &first_url, &first_account)
         && g_str_equal (first_url, url) && g_str_equal (first_account, account);
}

/* What is still open there is the person's to know, and to end from elsewhere. */
static void
say_untold (GtkWindow *parent)
{
  AdwMessageDialog *dialog = spark_message_dialog_new (
      parent, _ ("Signed Out Here Only"),
      _ ("This computer keeps nothing of it any more, but the server could not be told. To end the "
         "sign-in there too, sign this device out in the preferences on another one."));

  adw_message_dialog_add_response (dialog, "close", _ ("_Close"));
  adw_message_dialog_set_default_response (dialog, "close");
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SignOut) out = user_data;
  g_autoptr (GError) error = NULL;
  gboolean in_use = is_in_use (out->settings, out->url, out->account);

  if (!spark_sign_in_forget_finish (result, &error))
    {
      /* The question was closed meanwhile: what is left can be removed again. */
      if (spark_problem_is_cancelled (error))
        return;
      spark_confirm_set_busy (out->confirm, NULL);
      spark_confirm_set_problem (out->confirm, error);
      return;
    }
  spark_sign_ins_remove (out->settings, out->url, out->account);
  if (in_use)
    gtk_widget_activate_action (GTK_WIDGET (spark_confirm_get_window (out->confirm)), "app.retry",
                                NULL);
  if (out->untold)
    {
      GtkWindow *over = gtk_window_get_transient_for (GTK_WINDOW (out->confirm));

      say_untold (over != NULL ? over : GTK_WINDOW (spark_confirm_get_window (out->confirm)));
    }
  gtk_window_destroy (GTK_WINDOW (out->confirm));
}

static void
forget (SignOut *out)
{
  spark_sign_in_forget_async (out->url, out->account, spark_confirm_get_cancellable (out->confirm),
                              on_forgotten_cb, out);
}

static void
on_ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SignOut *out = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);

  if (spark_problem_is_cancelled (error))
    {
      sign_out_free (out);
      return;
    }
  /* A server that cannot be reached must not keep a person from signing out of this computer. What
   * it does not accept or know any more is signed out there already. */
  out->untold = error != NULL && !g_error_matches (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED)
                && !g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  forget (out);
}

static void
on_confirmed_cb (SparkConfirm *confirm, SignOut *known)
{
  SignOut *out = g_new0 (SignOut, 1);

  out->confirm = g_object_ref (confirm);
  out->settings = g_object_ref (known->settings);
  out->url = g_strdup (known->url);
  out->account = g_strdup (known->account);
  spark_confirm_set_busy (confirm, _ ("Signing out…"));
  if (known->client != NULL)
    {
      g_autofree char *path = spark_client_path ("/v1/sign-ins/%s", known->device);

      spark_client_send_async (known->client, "DELETE", path, NULL,
                               spark_confirm_get_cancellable (confirm), on_ended_cb, out);
    }
  else
    forget (out);
}

static void
destroy_known (gpointer data, GClosure *closure)
{
  sign_out_free (data);
}

static void
on_sign_out_cb (SparkServersGroup *self, GtkButton *button)
{
  g_autoptr (SignOut) known = g_new0 (SignOut, 1);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  SparkBackend *backend;
  SparkConfirm *confirm;
  g_autofree char *heading = NULL;

  if (self->window == NULL
      || !spark_sign_in_parse_name (g_object_get_data (G_OBJECT (button), "name"), &known->url,
                                    &known->account))
    return;
  known->settings = g_object_ref (self->settings);
  known->device = g_strdup (spark_devices_group_get_current (self->devices));
  backend = spark_window_get_backend (self->window);
  if (known->device != NULL && backend != NULL
      && is_in_use (self->settings, known->url, known->account))
    known->client = g_object_ref (spark_backend_get_client (backend));
  /* Translators: %s: a server and, where there are several, whose sign-in: "host · Mia" */
  heading = g_strdup_printf (_ ("Sign Out of %s?"),
                             (const char *)g_object_get_data (G_OBJECT (button), "described"));
  confirm = spark_confirm_new (self->window, heading,
                               _ ("What is kept of it on this computer is removed. Nothing changes "
                                  "on the server: codes and access go on."),
                               _ ("Sign _Out"), ADW_RESPONSE_DESTRUCTIVE);
  gtk_window_set_transient_for (GTK_WINDOW (confirm), GTK_WINDOW (root));
  g_signal_connect_data (confirm, "confirmed", G_CALLBACK (on_confirmed_cb),
                         g_steal_pointer (&known), destroy_known, 0);
  gtk_window_present (GTK_WINDOW (confirm));
}

/* Beside its button an address in large letters would be a column of a few of them. */
static void
give_lines (SparkServersGroup *self)
{
  int dpi;
  gboolean large;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  large = dpi > USUAL_DPI;
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      GtkWidget *header = gtk_list_box_row_get_child (GTK_LIST_BOX_ROW (row));
      GtkWidget *button = g_object_get_data (G_OBJECT (row), "button");

      if (button == NULL || !GTK_IS_BOX (header))
        continue;
      gtk_orientable_set_orientation (GTK_ORIENTABLE (header), large ? GTK_ORIENTATION_VERTICAL
                                                                     : GTK_ORIENTATION_HORIZONTAL);
      gtk_widget_set_margin_bottom (button, large ? 9 : 0);
    }
}

static void
add_row (SparkServersGroup *self, GtkWidget *row)
{
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), row);
  g_ptr_array_add (self->rows, row);
}

static void
add_server (SparkServersGroup *self, guint index, const char *url, const char *account)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Sign Out…"));
  g_autofree char *described = spark_sign_ins_describe (self->settings, index);
  /* Translators: %s: a server and, where there are several, whose sign-in: "host · Mia" */
  g_autofree char *label = g_strdup_printf (_ ("Sign out of %s"), described);
  g_autofree char *whose = spark_sign_ins_get_whose (self->settings, index);
  g_autoptr (GString) subtitle = g_string_new (whose);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), url);
  if (is_in_use (self->settings, url, account))
    g_string_append_printf (subtitle, "%s%s", subtitle->len > 0 ? " · " : "", _ ("In use"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "name", spark_sign_in_name (url, account), g_free);
  g_object_set_data_full (G_OBJECT (button), "described", g_steal_pointer (&described), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_sign_out_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  g_object_set_data (G_OBJECT (row), "button", button);
  add_row (self, row);
}

static void
clear (SparkServersGroup *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

static void
fill (SparkServersGroup *self)
{
  clear (self);
  for (guint i = 0;; i++)
    {
      g_autofree char *url = NULL;
      g_autofree char *account = NULL;

      if (!spark_sign_ins_get (self->settings, i, &url, &account))
        break;
      add_server (self, i, url, account);
    }
  if (self->rows->len == 0)
    {
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("No Server Joined"));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                                   _ ("Your codes are kept on this computer only"));
      add_row (self, row);
    }
  give_lines (self);
}

static void
spark_servers_group_dispose (GObject *object)
{
  SparkServersGroup *self = SPARK_SERVERS_GROUP (object);

  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (spark_servers_group_parent_class)->dispose (object);
}

static void
spark_servers_group_finalize (GObject *object)
{
  g_ptr_array_unref (SPARK_SERVERS_GROUP (object)->rows);

  G_OBJECT_CLASS (spark_servers_group_parent_class)->finalize (object);
}

static void
spark_servers_group_class_init (SparkServersGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = spark_servers_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = spark_servers_group_finalize;
}

static void
spark_servers_group_init (SparkServersGroup *self)
{
  self->rows = g_ptr_array_new ();
}

void
spark_servers_group_set_up (SparkServersGroup *self, SparkWindow *window, GSettings *settings,
                            SparkDevicesGroup *devices)
{
  g_return_if_fail (SPARK_IS_SERVERS_GROUP (self) && self->settings == NULL);

  g_set_weak_pointer (&self->window, window);
  self->settings = g_object_ref (settings);
  self->devices = devices;
  g_signal_connect_object (settings, "changed::sign-ins", G_CALLBACK (fill), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::use-private", G_CALLBACK (fill), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (gtk_widget_get_settings (GTK_WIDGET (self)), "notify::gtk-xft-dpi",
                           G_CALLBACK (give_lines), self, G_CONNECT_SWAPPED);
  fill (self);
}

void
spark_servers_group_stop (SparkServersGroup *self)
{
  g_return_if_fail (SPARK_IS_SERVERS_GROUP (self));

  if (self->settings == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->settings);
  g_clear_weak_pointer (&self->window);
  clear (self);
}
