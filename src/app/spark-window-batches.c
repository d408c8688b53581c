/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-acts"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-batch-dialog.h"
#include "app/spark-open-access.h"
#include "app/spark-roles.h"
#include "app/spark-video-words.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-rules.h"
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

static gboolean
check_number (SparkWindow *window, gsize n)
{
  g_autofree char *text = NULL;

  if (n <= SPARK_BATCH_MAX)
    return TRUE;
  text = g_strdup_printf (_ ("Select at most %'d rows at a time"), SPARK_BATCH_MAX);
  spark_acts_toast (window, text);
  return FALSE;
}

/* To revoke is an act on access: a video stands for all that is still open to it. */
static void
choose_open (SparkReplica *replica, const SparkVideo *video, GPtrArray *chosen)
{
  g_autoptr (SparkGrantList) grants = spark_grant_list_new (replica, video->account_id, video->id);

  spark_open_access_add_ids (grants, chosen);
}

/* What may be done, of what there still is. */
typedef struct
{
  GPtrArray *ids;
  char *account_id; /* of the first that was looked at; NULL: nothing is there */
  char *refused_id; /* of the first at which it may not be done */
  gboolean several; /* accounts */
  SparkBatchLeftOut left_out;
} Chosen;

static void
chosen_clear (Chosen *chosen)
{
  g_clear_pointer (&chosen->ids, g_ptr_array_unref);
  g_clear_pointer (&chosen->account_id, g_free);
  g_clear_pointer (&chosen->refused_id, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Chosen, chosen_clear)

/* Whether an extension changes anything for it: what is over stays so, and what is being taken away
 * would only stay open longer. Of what is not known here the backend says. */
static gboolean
goes_on (SparkReplica *replica, const char *grant_id)
{
  g_autoptr (SparkGrantItem) item = spark_replica_get_grant (replica, grant_id);
  const SparkGrant *grant = item != NULL ? spark_grant_item_get (item) : NULL;

  return grant == NULL
         || ((grant->state == SPARK_GRANT_STATE_AUTHORIZED
              || grant->state == SPARK_GRANT_STATE_PENDING)
             && (grant->ends_at == 0 || grant->ends_at > spark_time_now ()));
}

static void
choose (SparkReplica *replica, SparkBatchAct act, const char *id, Chosen *chosen)
{
  g_autoptr (SparkVideoItem) item = spark_replica_get_video (replica, id);
  const SparkVideo *video = item != NULL ? spark_video_item_get (item) : NULL;

  if (act == SPARK_BATCH_ACT_REVOKE && video != NULL)
    choose_open (replica, video, chosen->ids);
  else if (act == SPARK_BATCH_ACT_GENERATE && video != NULL && spark_video_has_code (video))
    chosen->left_out.n_with_code++;
  else if (act == SPARK_BATCH_ACT_EXTEND && video == NULL && !goes_on (replica, id))
    chosen->left_out.n_ended++;
  else
    g_ptr_array_add (chosen->ids, g_strdup (id));
}

static void
collect (SparkWindow *window, SparkBatchAct act, GVariantIter *ids, Chosen *chosen)
{
  const char *id;

  chosen->ids = g_ptr_array_new_with_free_func (g_free);
  while (g_variant_iter_next (ids, "&s", &id))
    {
      g_autofree char *account = get_account_of (spark_acts_get_replica (window), id);

      if (account == NULL)
        continue;
      if (chosen->account_id == NULL)
        chosen->account_id = g_strdup (account);
      chosen->several |= !g_str_equal (chosen->account_id, account);
      if (spark_roles_allow (GTK_WIDGET (window), spark_roles_of_batch (act), account))
        choose (spark_acts_get_replica (window), act, id, chosen);
      else if (chosen->left_out.n_refused++ == 0)
        chosen->refused_id = g_steal_pointer (&account);
    }
}

/* Why nothing is left of what was chosen */
static const char *
describe_nothing (const SparkBatchLeftOut *left_out)
{
  if (left_out->n_with_code > 0)
    return ngettext ("The selected video already has a code",
                     "All selected videos already have a code", left_out->n_with_code);
  if (left_out->n_ended > 0)
    return ngettext ("The selected access has ended, or is being revoked",
                     "All selected access has ended, or is being revoked", left_out->n_ended);
  return _ ("No brand has access to what is selected");
}

static gboolean
check_chosen (SparkWindow *window, SparkBatchAct act, const Chosen *chosen)
{
  if (chosen->account_id == NULL)
    {
      spark_acts_toast (window, _ ("It is no longer there"));
      return FALSE;
    }
  if (chosen->ids->len == 0 && chosen->left_out.n_refused > 0
      && !spark_acts_check_role (window, spark_roles_of_batch (act), chosen->refused_id))
    return FALSE;
  if (chosen->ids->len == 0)
    {
      spark_acts_toast (window, describe_nothing (&chosen->left_out));
      return FALSE;
    }
  return check_number (window, chosen->ids->len)
         /* Revoking goes through the ad accounts of brands; the dialog says so. Of several accounts
          * each that is not connected answers for itself. */
         && (act == SPARK_BATCH_ACT_REVOKE || chosen->several
             || spark_acts_check_connected (window, chosen->account_id));
}

static void
batch (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_auto (Chosen) chosen = { 0 };
  g_autoptr (GVariantIter) ids = NULL;
  const char *nick;
  int act;

  g_variant_get (target, "(&sas)", &nick, &ids);
  if (!spark_enum_from_string (SPARK_TYPE_BATCH_ACT, nick, &act)
      || !spark_acts_check_online (window)
      || !check_number (window, g_variant_iter_n_children (ids)))
    return;
  collect (window, (SparkBatchAct)act, ids, &chosen);
  if (check_chosen (window, (SparkBatchAct)act, &chosen))
    gtk_window_present (GTK_WINDOW (
        spark_batch_dialog_new (window, (SparkBatchAct)act, chosen.ids, &chosen.left_out)));
}

void
spark_window_install_batch_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.batch", "(sas)", batch);
}
