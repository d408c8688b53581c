/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-access-page"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-access-page.h"
#include "app/spark-access-row.h"
#include "app/spark-list-top.h"
#include "app/spark-unmapped.h"
#include "app/spark-window-paste.h"

#define N_FILTERS (SPARK_ACCESS_ENDED + 1)

struct _SparkAccessPage
{
  AdwBin parent_instance;

  /* template widgets */
  GtkSearchEntry *search_entry;
  GtkWidget *tools;
  GtkStack *stack;
  GtkListView *list_view;
  AdwStatusPage *empty_page;
  GtkToggleButton *all_button;
  GtkToggleButton *ending_button;
  GtkToggleButton *active_button;
  GtkToggleButton *ended_button;

  /* owned */
  SparkBackend *backend;
  SparkGrantList *grants;

  SparkAccessFilter filter;
};

G_DEFINE_FINAL_TYPE (SparkAccessPage, spark_access_page, ADW_TYPE_BIN)

static const char *
name_filter (SparkAccessFilter filter)
{
  switch (filter)
    {
    case SPARK_ACCESS_ALL:
      return C_ ("access filter", "All");
    case SPARK_ACCESS_ENDING:
      return C_ ("access filter", "Ends in 30 Days");
    case SPARK_ACCESS_ACTIVE:
      return C_ ("access filter", "Active");
    case SPARK_ACCESS_ENDED:
      return C_ ("access filter", "Ended");
    }
  return "";
}

static GtkToggleButton *
get_button (SparkAccessPage *self, SparkAccessFilter filter)
{
  GtkToggleButton *buttons[N_FILTERS]
      = { self->all_button, self->ending_button, self->active_button, self->ended_button };

  return buttons[filter];
}

static void
update (SparkAccessPage *self)
{
  guint all = self->grants != NULL ? spark_grant_list_count (self->grants, SPARK_ACCESS_ALL) : 0;
  const char *search = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  const char *page = "list";

  for (SparkAccessFilter filter = 0; filter < N_FILTERS; filter++)
    {
      guint count = self->grants != NULL ? spark_grant_list_count (self->grants, filter) : 0;
      /* Translators: a filter and how many rows it shows: "Active 12" */
      g_autofree char *label = g_strdup_printf (_ ("%s %u"), name_filter (filter), count);

      gtk_button_set_label (GTK_BUTTON (get_button (self, filter)), label);
    }
  if (self->grants == NULL || g_list_model_get_n_items (G_LIST_MODEL (self->grants)) == 0)
    page = all == 0 && *search == '\0' ? "empty" : "nothing";
  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_widget_set_visible (self->tools, !g_str_equal (page, "empty"));
}

static void
on_search_changed_cb (SparkAccessPage *self)
{
  if (self->grants != NULL)
    spark_grant_list_set_search (self->grants,
                                 gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  update (self);
}

static void
on_filter_toggled_cb (SparkAccessPage *self, GtkToggleButton *button)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  for (SparkAccessFilter filter = 0; filter < N_FILTERS; filter++)
    if (get_button (self, filter) == button)
      self->filter = filter;
  if (self->grants != NULL)
    spark_grant_list_set_filter (self->grants, self->filter);
  update (self);
}

static void
on_show_all_cb (SparkAccessPage *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  spark_access_page_set_filter (self, SPARK_ACCESS_ALL);
}

static void
on_activate_cb (SparkAccessPage *self, guint position)
{
  g_autoptr (SparkGrantItem) item = g_list_model_get_item (G_LIST_MODEL (self->grants), position);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (item != NULL && root != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-video", "s",
                                spark_grant_item_get (item)->video_id);
}

static void
on_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  gtk_list_item_set_child (list_item, GTK_WIDGET (spark_access_row_new ()));
}

static void
on_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  spark_access_row_set_item (SPARK_ACCESS_ROW (gtk_list_item_get_child (list_item)),
                             gtk_list_item_get_item (list_item));
}

static void
on_unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  spark_access_row_set_item (SPARK_ACCESS_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
spark_access_page_dispose (GObject *object)
{
  SparkAccessPage *self = SPARK_ACCESS_PAGE (object);

  if (self->grants != NULL)
    g_signal_handlers_disconnect_by_data (self->grants, self);
  g_clear_object (&self->grants);
  g_clear_object (&self->backend);

  G_OBJECT_CLASS (spark_access_page_parent_class)->dispose (object);
}

static void
spark_access_page_class_init (SparkAccessPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_access_page_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-access-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, tools);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, empty_page);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, all_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, ending_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, active_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, ended_button);
  gtk_widget_class_bind_template_callback (widget_class, on_search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_show_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_activate_cb);
}

static void
spark_access_page_init (SparkAccessPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide_pages (self->stack);
  spark_paste_watch (self->search_entry);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind_cb), NULL);
  gtk_list_view_set_factory (self->list_view, factory);
  update (self);
}

GtkWidget *
spark_access_page_new (void)
{
  return g_object_new (SPARK_TYPE_ACCESS_PAGE, NULL);
}

void
spark_access_page_set_backend (SparkAccessPage *self, SparkBackend *backend, const char *account_id)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  g_return_if_fail (SPARK_IS_ACCESS_PAGE (self));

  if (self->grants != NULL)
    g_signal_handlers_disconnect_by_data (self->grants, self);
  gtk_list_view_set_model (self->list_view, NULL);
  g_clear_object (&self->grants);
  g_set_object (&self->backend, backend);
  if (backend != NULL)
    {
      self->grants = spark_grant_list_new (spark_backend_get_replica (backend), account_id, NULL);
      spark_grant_list_set_filter (self->grants, self->filter);
      spark_grant_list_set_search (self->grants,
                                   gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
      g_signal_connect_object (self->grants, "items-changed", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
      selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->grants)));
      gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));
      spark_list_keep_top (self->list_view, G_LIST_MODEL (selection));
    }
  update (self);
}

void
spark_access_page_set_filter (SparkAccessPage *self, SparkAccessFilter filter)
{
  g_return_if_fail (SPARK_IS_ACCESS_PAGE (self));

  gtk_toggle_button_set_active (get_button (self, filter), TRUE);
}

void
spark_access_page_focus_search (SparkAccessPage *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
spark_access_page_capture_keys (SparkAccessPage *self, GtkWidget *widget)
{
  g_return_if_fail (SPARK_IS_ACCESS_PAGE (self));

  gtk_search_entry_set_key_capture_widget (self->search_entry, widget);
}
