/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-acts"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-batch-dialog.h"
#include "app/spark-window-acts-private.h"
#include "spark-enum-types.h"

/* The account of a video or grant; (transfer full) (nullable): it is gone */
static char *
get_account_of (SparkReplica *replica, const char *id)
{
  g_autoptr (SparkVideoItem) video = spark_replica_get_video (replica, id);
  g_autoptr (SparkGrantItem) grant = video == NULL ? spark_replica_get_grant (replica, id) : NULL;
  const SparkVideo *view = NULL;

  if (video != NULL)
    view = spark_video_item_get (video);
  else if (grant != NULL)
    view = spark_grant_item_get_video (grant);
  return view != NULL ? g_strdup (view->account_id) : NULL;
}

/* A batch is of one account. */
static gboolean
collect (SparkWindow *window, GVariantIter *ids, GPtrArray *chosen, char **account_id)
{
  const char *id;

  while (g_variant_iter_next (ids, "&s", &id))
    {
      g_autofree char *account = get_account_of (spark_acts_get_replica (window), id);

      if (account == NULL)
        continue;
      if (*account_id == NULL)
        *account_id = g_steal_pointer (&account);
      else if (!g_str_equal (*account_id, account))
        {
          spark_acts_toast (window, _ ("Select rows of one account at a time"));
          return FALSE;
        }
      g_ptr_array_add (chosen, g_strdup (id));
    }
  if (chosen->len == 0)
    spark_acts_toast (window, _ ("It is no longer there"));
  return chosen->len > 0;
}

static void
batch (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (GPtrArray) chosen = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GVariantIter) ids = NULL;
  g_autofree char *account_id = NULL;
  const char *nick;
  int act;

  g_variant_get (target, "(&sas)", &nick, &ids);
  if (!spark_enum_from_string (SPARK_TYPE_BATCH_ACT, nick, &act)
      || !spark_acts_check_online (window))
    return;
  if (g_variant_iter_n_children (ids) > SPARK_BATCH_MAX)
    {
      g_autofree char *text
          = g_strdup_printf (_ ("Select at most %d rows at a time"), SPARK_BATCH_MAX);

      spark_acts_toast (window, text);
      return;
    }
  if (collect (window, ids, chosen, &account_id)
      && spark_acts_check_role (window, account_id,
                                act == SPARK_BATCH_ACT_REVOKE ? SPARK_ROLE_REVOKE
                                                              : SPARK_ROLE_GENERATE))
    gtk_window_present (
        GTK_WINDOW (spark_batch_dialog_new (window, (SparkBatchAct)act, account_id, chosen)));
}

void
spark_window_install_batch_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.batch", "(sas)", batch);
}
