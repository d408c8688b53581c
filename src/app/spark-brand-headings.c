/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-brand-headings"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-access-row.h"
#include "app/spark-act-button.h"
#include "app/spark-brand-headings.h"
#include "app/spark-button-name.h"
#include "app/spark-phrases.h"
#include "app/spark-pick-row.h"
#include "app/spark-row-menu.h"
#include "app/spark-whose.h"

struct _SparkBrandHeadings
{
  GtkListView *view;  /* borrowed */
  GListModel *grants; /* owned */

  gboolean shown;
  guint update_id;
};

static gboolean
begins_brand (SparkBrandHeadings *self, guint position, const SparkGrant *grant)
{
  g_autoptr (SparkGrantItem) before = NULL;

  if (position == 0)
    return TRUE;
  before = g_list_model_get_item (self->grants, position - 1);
  return g_strcmp0 (spark_grant_item_get (before)->brand.id, grant->brand.id) != 0;
}

static GtkWidget *
add_button (GtkBox *head)
{
  GtkWidget *button = spark_act_button_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "spark-brand");
  gtk_box_append (head, button);
  return button;
}

/* The rows say it to screen readers. */
static GtkWidget *
add_label (GtkBox *head)
{
  /* Translators: above what is used by nobody knows whom */
  GtkWidget *label = gtk_label_new (_ ("Brand Unknown"));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "heading");
  gtk_accessible_update_state (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (head, label);
  return label;
}

/* Another account may know a brand of the same name. */
static void
name_button (SparkBrandHeadings *self, GtkButton *button, const SparkGrant *grant)
{
  g_autofree char *brand = spark_phrase_brand (grant);
  g_autofree char *whose = spark_whose (GTK_WIDGET (self->view), grant->brand.id);
  g_autofree char *name = spark_phrase_facts_of (brand, whose);

  gtk_label_set_label (GTK_LABEL (gtk_button_get_child (button)), name);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", grant->brand.id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.show-brand");
  spark_button_name_set (button, name);
}

static void
fill_head (SparkBrandHeadings *self, GtkWidget *head, const SparkGrant *grant)
{
  gboolean known = grant->brand.id != NULL;
  GtkWidget *button = gtk_widget_get_first_child (head);
  GtkWidget *label = gtk_widget_get_last_child (head);

  if (button == NULL)
    {
      gtk_widget_add_css_class (head, "spark-brand-heading");
      button = add_button (GTK_BOX (head));
      label = add_label (GTK_BOX (head));
    }
  if (known)
    name_button (self, GTK_BUTTON (button), grant);
  gtk_widget_set_visible (button, known);
  gtk_widget_set_visible (label, !known);
}

static void
set_heading (SparkBrandHeadings *self, GtkListItem *list_item)
{
  SparkGrantItem *item = gtk_list_item_get_item (list_item);
  const SparkGrant *grant = item != NULL ? spark_grant_item_get (item) : NULL;
  gboolean shown = self->shown && self->grants != NULL && grant != NULL;
  gboolean begins = shown && begins_brand (self, gtk_list_item_get_position (list_item), grant);
  /* All have the box, so that none loses the keyboard when it becomes the first. */
  GtkWidget *head
      = shown ? spark_pick_row_get_head (list_item) : spark_pick_row_find_head (list_item);

  if (begins)
    fill_head (self, head, grant);
  if (head != NULL)
    gtk_widget_set_visible (head, begins);
  spark_access_row_set_hides_brand (spark_pick_row_get (list_item), self->shown);
}

void
spark_brand_headings_update (SparkBrandHeadings *self)
{
  g_return_if_fail (self != NULL);

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->view)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      GtkListItem *list_item = spark_pick_row_get_list_item (row);

      if (list_item != NULL)
        set_heading (self, list_item);
    }
}

static gboolean
on_update_cb (gpointer data)
{
  SparkBrandHeadings *self = data;

  self->update_id = 0;
  spark_brand_headings_update (self);
  return G_SOURCE_REMOVE;
}

/* A row that comes before another takes the heading from above it; positions are right afterwards,
 * before the next frame. */
static void
on_items_changed_cb (SparkBrandHeadings *self)
{
  if (self->shown && self->update_id == 0)
    self->update_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_update_cb, self, NULL);
}

SparkBrandHeadings *
spark_brand_headings_new (GtkListView *view)
{
  SparkBrandHeadings *self = g_new0 (SparkBrandHeadings, 1);

  self->view = view;
  return self;
}

void
spark_brand_headings_free (SparkBrandHeadings *self)
{
  spark_brand_headings_set_model (self, NULL);
  g_free (self);
}

void
spark_brand_headings_set_model (SparkBrandHeadings *self, GListModel *grants)
{
  g_return_if_fail (self != NULL);

  g_clear_handle_id (&self->update_id, g_source_remove);
  if (self->grants != NULL)
    g_signal_handlers_disconnect_by_data (self->grants, self);
  g_set_object (&self->grants, grants);
  if (grants != NULL)
    g_signal_connect_swapped (grants, "items-changed", G_CALLBACK (on_items_changed_cb), self);
}

void
spark_brand_headings_set_shown (SparkBrandHeadings *self, gboolean shown)
{
  g_return_if_fail (self != NULL);

  self->shown = !!shown;
  if (self->shown)
    gtk_widget_add_css_class (GTK_WIDGET (self->view), "spark-grouped");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->view), "spark-grouped");
  spark_brand_headings_update (self);
}

void
spark_brand_headings_bind (SparkBrandHeadings *self, GtkListItem *list_item)
{
  g_return_if_fail (self != NULL);

  if (self->shown)
    set_heading (self, list_item);
}

void
spark_brand_headings_fill_menu (SparkBrandHeadings *self, GtkWidget *row, GMenu *menu)
{
  GtkListItem *list_item = spark_pick_row_get_list_item (row);
  GtkWidget *head = spark_pick_row_find_head (list_item);
  SparkGrantItem *item = gtk_list_item_get_item (list_item);

  if (self->shown && item != NULL && spark_grant_item_get (item)->brand.id != NULL
      && (head == NULL || !gtk_widget_get_visible (head)))
    {
      g_autofree char *brand = spark_phrase_brand (spark_grant_item_get (item));

      spark_row_menu_append_name (menu, brand, "win.show-brand",
                                  spark_grant_item_get (item)->brand.id);
    }
  spark_access_row_fill_menu (row, menu, NULL);
}
