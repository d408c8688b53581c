/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-acts"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-window-acts-private.h"
#include "client/spark-attention-list.h"

/* Ids of one backend are those of other things at another. */
static void
on_backend_changed_cb (SparkWindow *window, GParamSpec *pspec, AdwToast *toast)
{
  spark_window_dismiss_toast (window, toast);
}

static void
offer_undo (SparkWindow *window, const char *text, GVariant *ids)
{
  AdwToast *toast = spark_acts_toast_new (text);

  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_action_name (toast, "win.restore-refusals");
  adw_toast_set_action_target_value (toast, ids);
  g_signal_connect_object (window, "notify::backend", G_CALLBACK (on_backend_changed_cb), toast, 0);
  spark_window_add_toast (window, toast);
}

/* A request that went by mistake would be missed: that can be undone. */
static void
dismiss_event (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  SparkReplica *replica = spark_acts_get_replica (window);
  const char *const ids[] = { g_variant_get_string (target, NULL), NULL };
  g_autoptr (SparkEventItem) event
      = replica != NULL ? spark_replica_get_event (replica, ids[0]) : NULL;

  if (replica == NULL)
    return;
  spark_replica_dismiss_events (replica, ids);
  if (event != NULL && spark_event_item_get (event)->type == SPARK_EVENT_EXTENSION_REQUESTED)
    offer_undo (window, _ ("Request dismissed"), g_variant_new_strv (ids, 1));
}

/* Of many at once it can be undone: they were hardly read each for itself. */
static void
dismiss_refusals (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  SparkReplica *replica = spark_acts_get_replica (window);
  gsize n = g_variant_n_children (target);
  g_autofree const char **ids = g_variant_get_strv (target, NULL);
  g_autofree char *text = NULL;

  if (replica == NULL || n == 0)
    return;
  spark_replica_dismiss_events (replica, ids);
  text = g_strdup_printf (
      ngettext ("%'u refused attempt dismissed", "%'u refused attempts dismissed", (gulong)n),
      (guint)n);
  offer_undo (window, text, target);
}

static void
restore_refusals (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkReplica *replica = spark_acts_get_replica (SPARK_WINDOW (widget));
  g_autofree const char **ids = g_variant_get_strv (target, NULL);

  if (replica != NULL)
    spark_replica_restore_events (replica, ids);
}

static void
on_confirmed (SparkWindow *window, JsonNode *answer, const GError *error, gpointer user_data)
{
  g_autofree char *text = NULL;

  if (error != NULL)
    {
      spark_acts_toast_problem (window, error);
      return;
    }
  /* Translators: %s: name of a brand */
  text = g_strdup_printf (_ ("This is now %s’s access"), (const char *)user_data);
  spark_acts_toast (window, text);
}

/* Whoever the code was given to used it; the target is the grant, or the code if there is none. */
static void
confirm_brand (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  SparkReplica *replica = spark_acts_get_replica (window);
  const char *id = g_variant_get_string (target, NULL);
  g_autoptr (SparkGrantItem) grant = NULL;
  g_autoptr (SparkCodeItem) code = NULL;
  g_autofree char *path = NULL;
  const SparkRef *brand;

  if (!spark_acts_check (window, action, id))
    return;
  grant = spark_replica_get_grant (replica, id);
  if (grant != NULL && spark_grant_item_get (grant)->code_id != NULL)
    code = spark_replica_get_code (replica, spark_grant_item_get (grant)->code_id);
  else if (grant == NULL)
    code = spark_replica_get_code (replica, id);
  brand = code != NULL ? &spark_code_item_get (code)->copied_for : NULL;
  if (brand == NULL || brand->id == NULL)
    {
      spark_acts_toast (window, _ ("It is no longer there"));
      return;
    }
  if (grant != NULL)
    path = spark_client_path ("/v1/grants/%s", id);
  else
    path = spark_client_path ("/v1/videos/%s/grants", spark_code_item_get (code)->video_id);
  spark_acts_send (window, grant != NULL ? "PATCH" : "POST", path,
                   spark_acts_body_string ("brand", brand->id), on_confirmed,
                   g_strdup (brand->name), g_free);
}

void
spark_window_install_attention_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.dismiss-event", "s", dismiss_event);
  gtk_widget_class_install_action (klass, "win.dismiss-refusals", "as", dismiss_refusals);
  gtk_widget_class_install_action (klass, "win.restore-refusals", "as", restore_refusals);
  gtk_widget_class_install_action (klass, "win.confirm-brand", "s", confirm_brand);
}
