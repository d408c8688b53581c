/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-access-row"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-access-row.h"
#include "app/spark-act-button.h"
#include "app/spark-format.h"
#include "app/spark-list-row.h"
#include "app/spark-open-access.h"
#include "app/spark-phrases.h"
#include "app/spark-roles.h"
#include "app/spark-row-menu.h"
#include "app/spark-video-words.h"
#include "app/spark-waiting-words.h"
#include "app/spark-whose.h"
#include "app/spark-window.h"
#include "app/spark-wrap.h"
#include "model/spark-rules.h"

#define SOON_MS     (14 * SPARK_DAY_MS)
#define TITLE_CHARS 5

struct _SparkAccessRow
{
  AdwBin parent_instance;

  /* template widgets */
  GtkLabel *brand_label;
  GtkButton *brand_button;
  GtkLabel *brand_button_label;
  GtkLabel *chip;
  GtkLabel *video_label;
  GtkLabel *until_label;
  GtkLabel *source_label;
  GtkWidget *acts;
  GtkButton *who_button;
  GtkButton *act_button;

  /* owned */
  SparkGrantItem *item;
  GSignalGroup *changes; /* of the context */

  guint hides_video : 1;
  guint hides_brand : 1;
  guint leads_to_video : 1;
};

G_DEFINE_FINAL_TYPE (SparkAccessRow, spark_access_row, ADW_TYPE_BIN)

static gint64
get_end (const SparkGrant *grant)
{
  if (grant->ends_at == 0)
    return grant->platform_ends_at;
  if (grant->platform_ends_at == 0)
    return grant->ends_at;
  return MIN (grant->ends_at, grant->platform_ends_at);
}

static const char *
describe_state (const SparkGrant *grant, const char **style)
{
  gint64 end = get_end (grant);

  *style = "dim";
  switch (grant->state)
    {
    case SPARK_GRANT_STATE_PENDING:
      return C_ ("access", "Pending");
    case SPARK_GRANT_STATE_AUTHORIZED:
      if (end != 0 && end - spark_time_now () < SOON_MS)
        {
          *style = "warning";
          return C_ ("access", "Ends soon");
        }
      *style = "success";
      return C_ ("access", "Active");
    case SPARK_GRANT_STATE_EXPIRED:
      return C_ ("access", "Expired");
    case SPARK_GRANT_STATE_REVOKING:
      *style = "warning";
      return C_ ("access", "Revoking");
    case SPARK_GRANT_STATE_REVOKED:
      return C_ ("access", "Revoked");
    case SPARK_GRANT_STATE_UNBOUND:
      /* Translators: the brand itself gave up its access */
      return C_ ("access", "Left");
    case SPARK_GRANT_STATE_FAILED:
      *style = "error";
      return C_ ("access", "Failed");
    }
  return "";
}

/* When it ends or ended, as far as it is known; (transfer full), "" where its end never came: it
 * failed, or the brand gave it back before. Where nothing was @read_back, the moment of a revoke is
 * what proves it. */
static char *
describe_end (const SparkGrant *grant, gboolean read_back)
{
  gint64 end = get_end (grant);
  g_autofree char *day = NULL;

  if (grant->state == SPARK_GRANT_STATE_REVOKING && grant->platform_ends_at != 0)
    {
      day = spark_phrase_day_and_distance (grant->platform_ends_at);
      /* Translators: %s: a day and how far away it is */
      return g_strdup_printf (_ ("Still open on TikTok until %s"), day);
    }
  if (grant->state == SPARK_GRANT_STATE_REVOKED && grant->revoked_at != 0)
    {
      day = read_back ? spark_phrase_day_and_distance (grant->revoked_at)
                      : spark_phrase_day_and_moment (grant->revoked_at);
      /* Translators: %s: a day and how far away it is */
      return g_strdup_printf (_ ("Revoked %s"), day);
    }
  if (end == 0)
    return g_strdup (_ ("No end known"));
  if (!spark_open_access_is_active (grant) && end > spark_time_now ())
    return g_strdup ("");
  day = spark_phrase_day_and_distance (end);
  if (spark_open_access_is_active (grant) && end > spark_time_now ())
    /* Translators: %s: a day and how far away it is */
    return g_strdup_printf (_ ("Until %s"), day);
  /* Translators: %s: a day and how far away it is */
  return g_strdup_printf (_ ("Ended %s"), day);
}

/* (nullable) */
static SparkReplica *
get_replica (SparkAccessRow *self)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));
  SparkBackend *backend
      = SPARK_IS_WINDOW (window) ? spark_window_get_backend (SPARK_WINDOW (window)) : NULL;

  return backend != NULL ? spark_backend_get_replica (backend) : NULL;
}

/* What a revoke waits for until it is confirmed, before anything else of its end; (transfer full)
 */
static char *
describe_wait_and_end (SparkAccessRow *self, const SparkGrant *grant, gboolean read_back)
{
  g_autofree char *end = describe_end (grant, read_back);
  g_autofree char *waiting = NULL;

  if (grant->state != SPARK_GRANT_STATE_REVOKING)
    return g_steal_pointer (&end);
  waiting = spark_waiting_describe (grant, get_replica (self));
  return get_end (grant) != 0 ? spark_phrase_facts_of (waiting, end) : g_steal_pointer (&waiting);
}

/* TikTok ends an access after it is asked, and says so only when it is asked about it: what is
 * revoked before its time was read back. */
static gboolean
is_read_back (SparkAccessRow *self, const SparkGrant *grant)
{
  SparkReplica *replica = get_replica (self);
  g_autofree char *account_id = spark_roles_get_account_id (grant->id);
  g_autoptr (SparkAccountItem) account = NULL;

  if (replica == NULL || grant->state != SPARK_GRANT_STATE_REVOKED || grant->revoked_at == 0
      || (grant->platform_ends_at != 0 && grant->revoked_at >= grant->platform_ends_at))
    return FALSE;
  account = spark_replica_get_account (replica, account_id);
  return account != NULL && spark_account_item_get (account)->platform == SPARK_PLATFORM_TIKTOK;
}

/* Whose it is, since when, how it is known, what its ads won, the end on TikTok where that is
 * another one, and when TikTok confirmed a revoke; (transfer full) */
static char *
describe_facts (const SparkGrant *grant, const char *whose, gboolean read_back)
{
  g_autofree char *since = grant->redeemed_at != 0 ? spark_phrase_day (grant->redeemed_at) : NULL;
  g_autoptr (GPtrArray) facts = g_ptr_array_new_with_free_func (g_free);

  if (whose != NULL)
    g_ptr_array_add (facts, g_strdup (whose));
  if (since != NULL)
    /* Translators: %s: a day */
    g_ptr_array_add (facts, g_strdup_printf (_ ("Since %s"), since));
  g_ptr_array_add (facts, g_strdup (spark_phrase_source (grant->source)));
  if (grant->paid.views > 0)
    g_ptr_array_add (facts, spark_video_describe_paid_views (grant->paid.views));
  if (grant->state == SPARK_GRANT_STATE_AUTHORIZED && grant->ends_at != 0
      && grant->platform_ends_at > grant->ends_at)
    {
      g_autofree char *day = spark_phrase_day (grant->platform_ends_at);

      /* Translators: %s: a day, after that on which ends what was agreed with a brand */
      g_ptr_array_add (facts, g_strdup_printf (_ ("on TikTok until %s"), day));
    }
  if (read_back)
    {
      g_autofree char *moment = spark_format_moment (grant->revoked_at);

      /* Translators: %s: when, such as "today, 14:02" */
      g_ptr_array_add (facts, g_strdup_printf (_ ("Confirmed by TikTok: %s"), moment));
    }
  g_ptr_array_add (facts, NULL);
  return spark_phrase_facts ((const char *const *)facts->pdata);
}

static void
set_act (SparkAccessRow *self, const char *label, const char *action, const char *id,
         const char *name)
{
  gtk_widget_set_visible (GTK_WIDGET (self->act_button),
                          label != NULL && spark_roles_allow (GTK_WIDGET (self), action, id));
  if (label == NULL)
    return;
  gtk_button_set_label (self->act_button, label);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->act_button), "s", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->act_button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->act_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

/* The list's own widget around the row is what a screen reader stops at. */
static void
name_row (SparkAccessRow *self, const char *brand, const char *caption, const char *state,
          const char *end, const char *whose)
{
  g_autofree char *name = NULL;
  g_autofree char *named = NULL;

  if (*end == '\0')
    /* Translators: a brand, a video’s caption, the state of the brand’s access */
    name = g_strdup_printf (C_ ("name of a row", "%s, %s, %s"), brand, caption, state);
  else
    /* Translators: a brand, a video’s caption, the state of the brand’s access, its end */
    name = g_strdup_printf (C_ ("name of a row", "%s, %s, %s, %s"), brand, caption, state, end);
  if (whose != NULL)
    named = g_strdup_printf (C_ ("name of a row", "%s, %s"), name, whose);
  spark_list_row_set_name (GTK_WIDGET (self), named != NULL ? named : name);
}

/* Less of it would not tell which it is: the acts go below then. */
static void
set_title (GtkLabel *label, const char *title)
{
  gtk_label_set_label (label, title);
  gtk_label_set_width_chars (label, MIN ((int)g_utf8_strlen (title, -1), TITLE_CHARS));
}

/* A row of a list box is stopped at only where nothing in it is: its menu is for all. */
static void
set_focusable (SparkAccessRow *self)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));

  if (GTK_IS_LIST_BOX_ROW (row))
    gtk_widget_set_focusable (row, !gtk_widget_get_visible (GTK_WIDGET (self->brand_button))
                                       && !gtk_widget_get_visible (GTK_WIDGET (self->who_button))
                                       && !gtk_widget_get_visible (GTK_WIDGET (self->act_button)));
}

/* The keyboard of a button that goes looks for a place at once: here, before it is known what stays.
 */
static void
hold_keyboard (SparkAccessRow *self)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));

  if (GTK_IS_LIST_BOX_ROW (row))
    gtk_widget_set_focusable (row, TRUE);
}

static void
update (SparkAccessRow *self)
{
  const SparkGrant *grant = spark_grant_item_get (self->item);
  g_autofree char *brand = spark_phrase_brand (grant);
  g_autofree char *caption = spark_phrase_video (spark_grant_item_get_video (self->item));
  gboolean read_back = is_read_back (self, grant);
  g_autofree char *end = describe_wait_and_end (self, grant, read_back);
  g_autofree char *whose = self->hides_video ? NULL : spark_whose (GTK_WIDGET (self), grant->id);
  g_autofree char *source = describe_facts (grant, whose, read_back);
  g_autofree char *name = NULL;
  g_autofree char *who_name = NULL;
  const char *style;
  gboolean anonymous = grant->brand.id == NULL;
  /* The video is what tells it from others below the same brand then. */
  gboolean below_brand = self->hides_brand && !anonymous;
  gboolean leads = below_brand ? self->leads_to_video : !anonymous;
  const char *title = below_brand ? caption : brand;

  hold_keyboard (self);
  set_title (self->brand_label, title);
  set_title (self->brand_button_label, title);
  gtk_widget_set_visible (GTK_WIDGET (self->brand_label), !leads);
  gtk_widget_set_visible (GTK_WIDGET (self->brand_button), leads);
  gtk_widget_set_visible (GTK_WIDGET (self->video_label), !self->hides_video && !below_brand);
  if (leads)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->brand_button), "s",
                                        below_brand ? grant->video_id : grant->brand.id);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->brand_button),
                                      below_brand ? "win.show-video" : "win.show-brand");
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->brand_button),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
    }
  gtk_label_set_label (self->video_label, caption);
  gtk_label_set_label (self->until_label, end);
  gtk_widget_set_visible (GTK_WIDGET (self->until_label), *end != '\0');
  gtk_label_set_label (self->chip, describe_state (grant, &style));
  gtk_widget_set_css_classes (GTK_WIDGET (self->chip),
                              (const char *[]){ "spark-chip", "caption", style, NULL });
  gtk_label_set_label (self->source_label, source);
  name_row (self, brand, caption, gtk_label_get_label (self->chip), end, whose);

  gtk_widget_set_visible (
      GTK_WIDGET (self->who_button),
      anonymous && spark_roles_allow (GTK_WIDGET (self), "win.attribute-grant", grant->id));
  if (anonymous)
    {
      /* Translators: %s: a video’s caption */
      who_name = g_strdup_printf (_ ("Say who used %s…"), caption);
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->who_button), "s", grant->id);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->who_button), "win.attribute-grant");
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->who_button),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, who_name, -1);
    }
  if (grant->state == SPARK_GRANT_STATE_REVOKING)
    {
      /* Translators: first a brand, then a video’s caption */
      name = g_strdup_printf (_ ("What ending the access of %s to %s waits for…"), brand, caption);
      set_act (self, _ ("Waiting…"), "win.show-waiting", grant->id, name);
    }
  else if (spark_open_access_is (grant))
    {
      /* Translators: first a brand, then a video’s caption */
      name = g_strdup_printf (_ ("Revoke access of %s to %s…"), brand, caption);
      set_act (self, _ ("Revoke…"), "win.revoke", grant->id, name);
    }
  else if (grant->state == SPARK_GRANT_STATE_REVOKED)
    {
      /* Translators: first a brand, then a video’s caption */
      name = g_strdup_printf (_ ("Give %s access to %s again…"), brand, caption);
      set_act (self, _ ("Give Again…"), "win.give-again", grant->id, name);
    }
  else
    set_act (self, NULL, NULL, NULL, NULL);
  set_focusable (self);
}

static void
refill (SparkAccessRow *self)
{
  if (self->item != NULL)
    update (self);
}

/* Only the window knows whose it is and what may be done. */
static void
spark_access_row_root (GtkWidget *widget)
{
  SparkAccessRow *self = SPARK_ACCESS_ROW (widget);

  GTK_WIDGET_CLASS (spark_access_row_parent_class)->root (widget);
  spark_whose_follow (widget, self->changes);
  refill (self);
}

static void
spark_access_row_unroot (GtkWidget *widget)
{
  g_signal_group_set_target (SPARK_ACCESS_ROW (widget)->changes, NULL);
  GTK_WIDGET_CLASS (spark_access_row_parent_class)->unroot (widget);
}

static void
spark_access_row_dispose (GObject *object)
{
  g_clear_object (&SPARK_ACCESS_ROW (object)->item);
  G_OBJECT_CLASS (spark_access_row_parent_class)->dispose (object);
}

static void
spark_access_row_finalize (GObject *object)
{
  g_object_unref (SPARK_ACCESS_ROW (object)->changes);
  G_OBJECT_CLASS (spark_access_row_parent_class)->finalize (object);
}

static void
spark_access_row_class_init (SparkAccessRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_access_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = spark_access_row_finalize;
  widget_class->root = spark_access_row_root;
  widget_class->unroot = spark_access_row_unroot;
  g_type_ensure (SPARK_TYPE_WRAP);
  g_type_ensure (SPARK_TYPE_ACT_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-access-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkAccessRow, brand_label);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessRow, brand_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessRow, brand_button_label);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessRow, chip);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessRow, video_label);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessRow, until_label);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessRow, source_label);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessRow, acts);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessRow, who_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessRow, act_button);
}

static void
spark_access_row_init (SparkAccessRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->changes = g_signal_group_new (SPARK_TYPE_CONTEXT);
  g_signal_group_connect_swapped (self->changes, "changed", G_CALLBACK (refill), self);
}

SparkAccessRow *
spark_access_row_new (void)
{
  return g_object_new (SPARK_TYPE_ACCESS_ROW, NULL);
}

void
spark_access_row_set_item (SparkAccessRow *self, SparkGrantItem *item)
{
  g_return_if_fail (SPARK_IS_ACCESS_ROW (self));

  if (g_set_object (&self->item, item) && item != NULL)
    update (self);
}

void
spark_access_row_hide_video (SparkAccessRow *self)
{
  g_return_if_fail (SPARK_IS_ACCESS_ROW (self));

  self->hides_video = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->video_label), FALSE);
}

void
spark_access_row_lead_to_video (SparkAccessRow *self)
{
  g_return_if_fail (SPARK_IS_ACCESS_ROW (self));

  self->leads_to_video = TRUE;
  spark_access_row_set_hides_brand (self, TRUE);
}

void
spark_access_row_set_hides_brand (SparkAccessRow *self, gboolean hides_brand)
{
  g_return_if_fail (SPARK_IS_ACCESS_ROW (self));

  if (self->hides_brand == !!hides_brand)
    return;
  self->hides_brand = !!hides_brand;
  refill (self);
}

static SparkAccessRow *
find_below (GtkWidget *widget)
{
  SparkAccessRow *found = SPARK_IS_ACCESS_ROW (widget) ? SPARK_ACCESS_ROW (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); found == NULL && child != NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_below (child);
  return found;
}

void
spark_access_row_fill_menu (GtkWidget *row, GMenu *menu, gpointer user_data)
{
  SparkAccessRow *self = find_below (row);

  spark_row_menu_append_buttons (menu, row);
  if (self != NULL && self->item != NULL)
    spark_row_menu_append (menu, _ ("Access _Record…"), "win.record-grant",
                           spark_grant_item_get (self->item)->id);
}

GtkWidget *
spark_access_row_get_acts (SparkAccessRow *self)
{
  g_return_val_if_fail (SPARK_IS_ACCESS_ROW (self), NULL);

  return self->acts;
}
