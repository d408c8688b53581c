/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-brands"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-batch-dialog.h"
#include "app/spark-brand-edit-dialog.h"
#include "app/spark-confirm.h"
#include "app/spark-open-access.h"
#include "app/spark-window-acts-private.h"

/* What a brand's page offers to do. */

static SparkBrandItem *
get_brand (SparkWindow *window, const char *id)
{
  SparkReplica *replica = spark_acts_get_replica (window);
  SparkBrandItem *item = replica != NULL ? spark_replica_get_brand (replica, id) : NULL;

  if (item == NULL)
    spark_acts_toast (window, _ ("It is no longer there"));
  return item;
}

static void
show_brand (GtkWidget *widget, const char *action, GVariant *target)
{
  spark_window_show_brand (SPARK_WINDOW (widget), g_variant_get_string (target, NULL));
}

static void
edit_brand (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkBrandItem) brand = get_brand (window, g_variant_get_string (target, NULL));

  if (brand != NULL && spark_acts_check (window, action, g_variant_get_string (target, NULL)))
    gtk_window_present (GTK_WINDOW (spark_brand_edit_dialog_new (window, brand)));
}

/* --- ad accounts --- */

static char *
make_path (GVariant *target, const char *act)
{
  const char *brand, *advertiser;

  g_variant_get (target, "(&s&s)", &brand, &advertiser);
  return spark_client_path ("/v1/brands/%s/advertisers/%s/%s", brand, advertiser, act);
}

static void
on_confirmed (SparkWindow *window, JsonNode *answer, const GError *error, gpointer user_data)
{
  if (error != NULL)
    spark_acts_toast_problem (window, error);
  else
    spark_acts_toast (window, _ ("Ad account confirmed"));
}

static void
confirm_advertiser (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autofree char *path = make_path (target, "confirm");
  const char *brand, *advertiser;

  g_variant_get (target, "(&s&s)", &brand, &advertiser);
  if (spark_acts_check (window, action, brand))
    spark_acts_send (window, "POST", path, g_bytes_new_static ("{}", 2), on_confirmed, NULL, NULL);
}

static void
on_refused (SparkWindow *window, JsonNode *answer, gpointer user_data)
{
  spark_acts_toast (window, _ ("Ad account refused, and its access revoked"));
}

static void
on_refuse_confirmed_cb (SparkConfirm *confirm, GVariant *target)
{
  g_autofree char *path = make_path (target, "refuse");

  spark_confirm_send (confirm, "POST", path, g_bytes_new_static ("{}", 2), _ ("Refusing…"),
                      on_refused, NULL, NULL);
}

static void
refuse_advertiser (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  const char *id, *advertiser;
  g_autoptr (SparkBrandItem) brand = NULL;
  g_autofree char *body = NULL;
  SparkConfirm *confirm;

  g_variant_get (target, "(&s&s)", &id, &advertiser);
  brand = get_brand (window, id);
  if (brand == NULL || !spark_acts_check (window, action, id))
    return;
  /* Translators: first the number of an ad account, then a brand */
  body = g_strdup_printf (_ ("Ad account %s is not %s’s. What it redeemed is revoked, and it is "
                             "refused from now on."),
                          advertiser, spark_brand_item_get (brand)->name);
  confirm = spark_confirm_new (window, _ ("Refuse the Ad Account?"), body, _ ("_Refuse"),
                               ADW_RESPONSE_DESTRUCTIVE);
  spark_confirm_add_whose (confirm, id);
  spark_confirm_ask (confirm, G_CALLBACK (on_refuse_confirmed_cb), g_variant_ref (target),
                     (GDestroyNotify)g_variant_unref);
}

/* --- revoke all --- */

static void
revoke_brand (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  const char *id = g_variant_get_string (target, NULL);
  g_autoptr (SparkBrandItem) brand = get_brand (window, id);
  g_autoptr (SparkGrantList) grants = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  if (brand == NULL || !spark_acts_check (window, action, id))
    return;
  /* All are meant, also those that have yet to come. */
  if (spark_backend_get_status (spark_window_get_backend (window)) != SPARK_BACKEND_ONLINE)
    {
      spark_acts_toast (window, _ ("Still connecting. Try again in a moment."));
      return;
    }
  grants = spark_grant_list_new_of_brand (spark_acts_get_replica (window), id);
  spark_open_access_add_ids (grants, ids);
  if (ids->len == 0)
    {
      spark_acts_toast (window, _ ("This access has already ended"));
      return;
    }
  /* The button stays for what is left. */
  if (ids->len > SPARK_BATCH_MAX)
    g_ptr_array_set_size (ids, SPARK_BATCH_MAX);
  gtk_window_present (
      GTK_WINDOW (spark_batch_dialog_new_of_brand (window, spark_brand_item_get (brand), ids)));
}

void
spark_window_install_brand_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.show-brand", "s", show_brand);
  gtk_widget_class_install_action (klass, "win.edit-brand", "s", edit_brand);
  gtk_widget_class_install_action (klass, "win.revoke-brand", "s", revoke_brand);
  gtk_widget_class_install_action (klass, "win.confirm-advertiser", "(ss)", confirm_advertiser);
  gtk_widget_class_install_action (klass, "win.refuse-advertiser", "(ss)", refuse_advertiser);
}
