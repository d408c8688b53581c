/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-access-page"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-access-acts.h"
#include "app/spark-access-page.h"
#include "app/spark-access-row.h"
#include "app/spark-attention-part.h"
#include "app/spark-attention-row.h"
#include "app/spark-attention-words.h"
#include "app/spark-brand-headings.h"
#include "app/spark-chosen.h"
#include "app/spark-context.h"
#include "app/spark-list-clamp.h"
#include "app/spark-list-row.h"
#include "app/spark-list-top.h"
#include "app/spark-page-search.h"
#include "app/spark-pick-row.h"
#include "app/spark-row-menu.h"
#include "app/spark-tab-stop.h"
#include "app/spark-unmapped.h"
#include "app/spark-whose.h"
#include "app/spark-wrap.h"

#define N_FILTERS (SPARK_ACCESS_ENDED + 1)

/* A row that moves is taken away and added again. */
#define SETTLED_MS 100

struct _SparkAccessPage
{
  AdwBin parent_instance;

  /* template widgets */
  GtkSearchEntry *search_entry;
  GtkWidget *tools;
  GtkStack *stack;
  GtkListView *list_view;
  GtkListView *attention_view;
  AdwStatusPage *empty_page;
  SparkPickBar *pick_bar;
  GtkScrolledWindow *filters;
  GtkToggleButton *pick_button;
  GtkToggleButton *by_brand_button;
  GtkWidget *dismiss_button;
  GtkToggleButton *attention_button;
  GtkToggleButton *all_button;
  GtkToggleButton *ending_button;
  GtkToggleButton *active_button;
  GtkToggleButton *ended_button;

  /* owned */
  SparkBackend *backend;
  SparkGrantList *grants;
  SparkAttentionList *attention;
  GListModel *found;          /* of these, what the search finds */
  GtkFilterListModel *access; /* of what is found, that about access; without it elsewhere */
  SparkPageSearch *search;
  SparkBrandHeadings *headings;
  GSignalGroup *changes; /* of the context */

  SparkAccessFilter filter;
  guint n_attention;
  guint none_id; /* 0: what can be selected is known */
};

enum
{
  PROP_0,
  PROP_N_ATTENTION,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

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

static gboolean
shows_attention (SparkAccessPage *self)
{
  return gtk_toggle_button_get_active (self->attention_button);
}

static gboolean
has_items (gpointer model)
{
  return model != NULL && g_list_model_get_n_items (model) > 0;
}

static void
name_button (GtkToggleButton *button, const char *name, guint count)
{
  /* Translators: a filter and how many rows it shows: "Active 12" */
  g_autofree char *label = g_strdup_printf (_ ("%s %'u"), name, count);

  gtk_button_set_label (GTK_BUTTON (button), label);
}

/* Several of them, which come before all others */
static gboolean
finds_refused (SparkAccessPage *self)
{
  g_autoptr (SparkAttentionItem) second
      = self->found != NULL ? g_list_model_get_item (self->found, 1) : NULL;

  return second != NULL && spark_attention_item_get_reason (second) == SPARK_ATTENTION_REFUSED;
}

static const char *
choose_page (SparkAccessPage *self)
{
  guint all = self->grants != NULL ? spark_grant_list_count (self->grants, SPARK_ACCESS_ALL) : 0;

  if (shows_attention (self))
    {
      if (has_items (self->found))
        return "attention";
      return self->n_attention == 0 ? "calm" : "nothing";
    }
  if (has_items (self->grants))
    return "list";
  return all == 0 && *spark_page_search_get_words (self->search) == '\0' ? "empty" : "nothing";
}

static void
update (SparkAccessPage *self)
{
  guint n_attention
      = self->attention != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->attention)) : 0;
  const char *page;

  for (SparkAccessFilter filter = 0; filter < N_FILTERS; filter++)
    name_button (get_button (self, filter), name_filter (filter),
                 self->grants != NULL ? spark_grant_list_count (self->grants, filter) : 0);
  name_button (self->attention_button, C_ ("access filter", "Needs Attention"),
               self->found != NULL ? g_list_model_get_n_items (self->found) : 0);
  if (self->n_attention != n_attention)
    {
      self->n_attention = n_attention;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ATTENTION]);
    }
  page = choose_page (self);
  gtk_stack_set_visible_child_name (self->stack, page);
  /* What was refused needs attention although nobody has access. */
  gtk_widget_set_visible (self->tools, !g_str_equal (page, "empty") || n_attention > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->by_brand_button), !shows_attention (self));
  /* Only what can be selected is shown then. */
  gtk_widget_set_visible (self->dismiss_button, shows_attention (self) && finds_refused (self)
                                                    && !spark_pick_bar_is_active (self->pick_bar));
}

static gboolean
offers_picking (SparkAccessPage *self)
{
  return !shows_attention (self) || spark_attention_part_has_open (G_LIST_MODEL (self->access));
}

static void
update_picking (SparkAccessPage *self)
{
  gboolean offers = offers_picking (self);

  g_clear_handle_id (&self->none_id, g_source_remove);
  if (!offers)
    g_object_set (self->pick_bar, "active", FALSE, NULL);
  /* It goes, and would take the keyboard along. */
  if (!offers && gtk_widget_is_focus (GTK_WIDGET (self->pick_button)))
    gtk_widget_grab_focus (GTK_WIDGET (self->attention_button));
  gtk_widget_set_visible (GTK_WIDGET (self->pick_button), offers);
}

static gboolean
on_none_cb (gpointer page)
{
  SPARK_ACCESS_PAGE (page)->none_id = 0;
  update_picking (page);
  return G_SOURCE_REMOVE;
}

static void
on_access_changed_cb (SparkAccessPage *self)
{
  if (offers_picking (self))
    update_picking (self);
  else if (self->none_id == 0)
    self->none_id = g_timeout_add (SETTLED_MS, on_none_cb, self);
}

/* What is shown is selected from. Only while its view has what it shows else. */
static void
turn_bar (SparkAccessPage *self)
{
  gboolean attention = shows_attention (self);
  GtkListView *view = attention ? self->attention_view : self->list_view;

  gtk_filter_list_model_set_model (self->access, attention ? self->found : NULL);
  spark_pick_bar_turn (self->pick_bar, GTK_WIDGET (view), gtk_list_view_get_model (view),
                       attention ? G_LIST_MODEL (self->access) : G_LIST_MODEL (self->grants));
}

/* Among the filters of one list the selecting goes on. */
static void
follow_filter (SparkAccessPage *self)
{
  gboolean attended = gtk_filter_list_model_get_model (self->access) != NULL;

  if (self->backend == NULL || attended == shows_attention (self))
    return;
  g_object_set (self->pick_bar, "active", FALSE, NULL);
  turn_bar (self);
  update_picking (self);
}

static gboolean
is_found (gpointer item, gpointer user_data)
{
  SparkAccessPage *self = user_data;
  const char *words = spark_page_search_get_words (self->search);
  g_autofree char *title = NULL;
  g_autofree char *video = NULL;
  g_autofree char *whose = NULL;
  g_autofree char *text = NULL;
  const char *id = spark_attention_get_id (item);

  if (*words == '\0')
    return TRUE;
  title = spark_attention_describe (item, spark_backend_get_replica (self->backend));
  video = spark_attention_describe_video (item);
  whose = id != NULL ? spark_whose_words (GTK_WIDGET (self), id) : NULL;
  text = g_strjoin (" ", title, video, whose, NULL);
  return g_str_match_string (words, text, TRUE);
}

static void
find_again (SparkAccessPage *self)
{
  if (self->found != NULL)
    gtk_filter_changed (gtk_filter_list_model_get_filter (GTK_FILTER_LIST_MODEL (self->found)),
                        GTK_FILTER_CHANGE_DIFFERENT);
}

static void
narrow (gpointer page, const char *words)
{
  SparkAccessPage *self = page;

  if (self->grants != NULL)
    spark_grant_list_set_search (self->grants, words);
  find_again (self);
  update (self);
}

static GtkWidget *
get_view (gpointer page)
{
  SparkAccessPage *self = page;

  if (shows_attention (self))
    return has_items (self->found) ? GTK_WIDGET (self->attention_view) : NULL;
  return has_items (self->grants) ? GTK_WIDGET (self->list_view) : NULL;
}

/* Whose something is may have another name now. */
static void
on_context_changed_cb (SparkAccessPage *self)
{
  spark_brand_headings_update (self->headings);
  spark_pick_bar_update (self->pick_bar);
  if (*spark_page_search_get_words (self->search) != '\0')
    find_again (self);
}

static void
on_filter_toggled_cb (SparkAccessPage *self, GtkToggleButton *button)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  for (SparkAccessFilter filter = 0; filter < N_FILTERS; filter++)
    if (get_button (self, filter) == button)
      self->filter = filter;
  follow_filter (self);
  spark_page_search_keep_filter (self->search,
                                 shows_attention (self) ? N_FILTERS : self->filter);
  if (self->grants != NULL)
    spark_grant_list_set_filter (self->grants, self->filter);
  update (self);
}

/* Those that are found, before all others */
static void
on_dismiss_cb (SparkAccessPage *self)
{
  GVariantBuilder ids = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("as"));

  for (guint i = 0; i < g_list_model_get_n_items (self->found); i++)
    {
      g_autoptr (SparkAttentionItem) item = g_list_model_get_item (self->found, i);
      SparkEventItem *event = spark_attention_item_get_event (item);

      if (spark_attention_item_get_reason (item) != SPARK_ATTENTION_REFUSED)
        break;
      if (event != NULL)
        g_variant_builder_add (&ids, "s", spark_event_item_get (event)->id);
    }
  /* The button goes, and would take the keyboard along. */
  gtk_widget_grab_focus (GTK_WIDGET (self->attention_button));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.dismiss-refusals", "as", &ids);
}

static void
on_by_brand_cb (SparkAccessPage *self)
{
  gboolean by_brand = gtk_toggle_button_get_active (self->by_brand_button);

  if (self->grants != NULL)
    spark_grant_list_set_by_brand (self->grants, by_brand);
  spark_brand_headings_set_shown (self->headings, by_brand);
}

static void
on_show_all_cb (SparkAccessPage *self)
{
  spark_page_search_set_words (self->search, "");
  spark_access_page_set_filter (self, SPARK_ACCESS_ALL);
}

static void
on_activate_cb (SparkAccessPage *self, guint position)
{
  g_autoptr (SparkGrantItem) item = g_list_model_get_item (G_LIST_MODEL (self->grants), position);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (spark_pick_bar_is_active (self->pick_bar))
    spark_pick_bar_toggle (self->pick_bar, position);
  else if (item != NULL && root != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-video", "s",
                                spark_grant_item_get (item)->video_id);
}

static void
on_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, SparkAccessPage *self)
{
  SparkAccessRow *row = spark_access_row_new ();

  spark_pick_row_wrap (self->pick_bar, list_item, GTK_WIDGET (row),
                       spark_access_row_get_acts (row));
}

static void
on_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, SparkAccessPage *self)
{
  spark_access_row_set_item (spark_pick_row_get (list_item), gtk_list_item_get_item (list_item));
  spark_brand_headings_bind (self->headings, list_item);
}

static void
on_unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  spark_access_row_set_item (spark_pick_row_get (list_item), NULL);
}

static void
fill_menu (GtkWidget *row, GMenu *menu, gpointer user_data)
{
  spark_brand_headings_fill_menu (SPARK_ACCESS_PAGE (user_data)->headings, row, menu);
}

static void
on_attention_activate_cb (SparkAccessPage *self, guint position)
{
  g_autoptr (SparkAttentionItem) item = g_list_model_get_item (self->found, position);
  SparkVideoItem *video = item != NULL ? spark_attention_item_get_video (item) : NULL;

  if (spark_pick_bar_is_active (self->pick_bar))
    spark_pick_bar_toggle (self->pick_bar, position);
  else if (video != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-video", "s",
                                spark_video_item_get (video)->id);
}

static void
on_attention_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item,
                       SparkAccessPage *self)
{
  SparkAttentionRow *row = spark_attention_row_new ();

  spark_pick_row_wrap (self->pick_bar, list_item, GTK_WIDGET (row),
                       spark_attention_row_get_acts (row));
}

static void
on_attention_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  spark_attention_row_set_item (spark_pick_row_get (list_item), gtk_list_item_get_item (list_item));
}

static void
on_attention_unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  spark_attention_row_set_item (spark_pick_row_get (list_item), NULL);
}

static void
drop_lists (SparkAccessPage *self)
{
  spark_brand_headings_set_model (self->headings, NULL);
  spark_pick_bar_set_model (self->pick_bar, NULL, NULL);
  gtk_list_view_set_model (self->list_view, NULL);
  gtk_list_view_set_model (self->attention_view, NULL);
  gtk_filter_list_model_set_model (self->access, NULL);
  g_clear_handle_id (&self->none_id, g_source_remove);
  if (self->grants != NULL)
    g_signal_handlers_disconnect_by_data (self->grants, self);
  if (self->found != NULL)
    g_signal_handlers_disconnect_by_data (self->found, self);
  g_clear_object (&self->grants);
  g_clear_object (&self->found);
  g_clear_object (&self->attention);
  g_clear_object (&self->backend);
}

static void
spark_access_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SparkAccessPage *self = SPARK_ACCESS_PAGE (object);

  switch (prop_id)
    {
    case PROP_N_ATTENTION:
      g_value_set_uint (value, self->n_attention);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_access_page_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (spark_access_page_parent_class)->root (widget);
  spark_whose_follow (widget, SPARK_ACCESS_PAGE (widget)->changes);
}

static void
spark_access_page_unroot (GtkWidget *widget)
{
  g_signal_group_set_target (SPARK_ACCESS_PAGE (widget)->changes, NULL);
  GTK_WIDGET_CLASS (spark_access_page_parent_class)->unroot (widget);
}

static void
spark_access_page_dispose (GObject *object)
{
  SparkAccessPage *self = SPARK_ACCESS_PAGE (object);

  if (self->list_view != NULL)
    drop_lists (self);
  g_clear_pointer (&self->search, spark_page_search_free);
  g_clear_pointer (&self->headings, spark_brand_headings_free);
  g_clear_object (&self->changes);
  g_clear_object (&self->access);

  G_OBJECT_CLASS (spark_access_page_parent_class)->dispose (object);
}

static void
spark_access_page_class_init (SparkAccessPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_access_page_dispose;
  G_OBJECT_CLASS (klass)->get_property = spark_access_page_get_property;
  widget_class->root = spark_access_page_root;
  widget_class->unroot = spark_access_page_unroot;
  properties[PROP_N_ATTENTION] = g_param_spec_uint ("n-attention", NULL, NULL, 0, G_MAXUINT, 0,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);

  g_type_ensure (SPARK_TYPE_PICK_BAR);
  g_type_ensure (SPARK_TYPE_LIST_CLAMP);
  g_type_ensure (SPARK_TYPE_TAB_STOP);
  g_type_ensure (SPARK_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-access-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, tools);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, list_view);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, attention_view);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, empty_page);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, pick_bar);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, filters);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, pick_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, by_brand_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, dismiss_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, attention_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, all_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, ending_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, active_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAccessPage, ended_button);
  gtk_widget_class_bind_template_callback (widget_class, on_filter_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_show_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_attention_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_by_brand_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_dismiss_cb);
}

static void
spark_access_page_init (SparkAccessPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkListItemFactory) attention = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->access = spark_attention_part_new ();
  g_signal_connect_object (self->access, "items-changed", G_CALLBACK (on_access_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->pick_bar, "notify::active", G_CALLBACK (update), self);
  spark_unmapped_hide_pages (self->stack);
  self->search = spark_page_search_new (self->search_entry, narrow, get_view, self, "access");
  self->headings = spark_brand_headings_new (self->list_view);
  self->changes = g_signal_group_new (SPARK_TYPE_CONTEXT);
  g_signal_group_connect_swapped (self->changes, "changed", G_CALLBACK (on_context_changed_cb),
                                  self);
  /* What ends soon is counted also where it is not shown. */
  g_signal_group_connect_swapped (self->changes, "new-day", G_CALLBACK (update), self);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup_cb), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind_cb), NULL);
  gtk_list_view_set_factory (self->list_view, factory);
  spark_chosen_keep_in_view (self->filters);
  spark_access_acts_add (self->pick_bar, GTK_WIDGET (self->list_view));
  g_signal_connect (attention, "setup", G_CALLBACK (on_attention_setup_cb), self);
  g_signal_connect (attention, "bind", G_CALLBACK (on_attention_bind_cb), NULL);
  g_signal_connect (attention, "unbind", G_CALLBACK (on_attention_unbind_cb), NULL);
  gtk_list_view_set_factory (self->attention_view, attention);
  spark_row_menu_attach (GTK_WIDGET (self->list_view), fill_menu, self);
  spark_row_menu_attach (GTK_WIDGET (self->attention_view), NULL, NULL);
  update (self);
}

GtkWidget *
spark_access_page_new (void)
{
  return g_object_new (SPARK_TYPE_ACCESS_PAGE, NULL);
}

static void
fill_grants (SparkAccessPage *self, const char *account_id)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  self->grants = spark_grant_list_new (spark_backend_get_replica (self->backend), account_id, NULL);
  spark_grant_list_set_filter (self->grants, self->filter);
  spark_grant_list_set_by_brand (self->grants,
                                 gtk_toggle_button_get_active (self->by_brand_button));
  spark_grant_list_set_search (self->grants, spark_page_search_get_words (self->search));
  g_signal_connect_swapped (self->grants, "items-changed", G_CALLBACK (update), self);
  selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->grants)));
  spark_brand_headings_set_model (self->headings, G_LIST_MODEL (self->grants));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));
  spark_list_keep_top (GTK_WIDGET (self->list_view), G_LIST_MODEL (selection));
}

static void
fill_attention (SparkAccessPage *self, const char *account_id)
{
  g_autoptr (GtkNoSelection) selection = NULL;

  self->attention
      = spark_attention_list_new (spark_backend_get_replica (self->backend), account_id);
  self->found = G_LIST_MODEL (
      gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->attention)),
                                 GTK_FILTER (gtk_custom_filter_new (is_found, self, NULL))));
  g_signal_connect_swapped (self->found, "items-changed", G_CALLBACK (update), self);
  selection = gtk_no_selection_new (g_object_ref (self->found));
  gtk_list_view_set_model (self->attention_view, GTK_SELECTION_MODEL (selection));
  spark_list_keep_top (GTK_WIDGET (self->attention_view), G_LIST_MODEL (selection));
}

void
spark_access_page_set_backend (SparkAccessPage *self, SparkBackend *backend, const char *account_id)
{
  guint filter;

  g_return_if_fail (SPARK_IS_ACCESS_PAGE (self));

  drop_lists (self);
  filter = spark_page_search_turn (self->search, backend, account_id,
                                   shows_attention (self) ? N_FILTERS : self->filter);
  if (filter < N_FILTERS)
    spark_access_page_set_filter (self, filter);
  else
    spark_access_page_show_attention (self);
  /* The list that is left has no model yet that it could lose. */
  turn_bar (self);
  if (backend != NULL)
    {
      self->backend = g_object_ref (backend);
      fill_grants (self, account_id);
      fill_attention (self, account_id);
      turn_bar (self);
    }
  update_picking (self);
  update (self);
}

void
spark_access_page_set_filter (SparkAccessPage *self, SparkAccessFilter filter)
{
  g_return_if_fail (SPARK_IS_ACCESS_PAGE (self));

  gtk_toggle_button_set_active (get_button (self, filter), TRUE);
}

void
spark_access_page_show_attention (SparkAccessPage *self)
{
  g_return_if_fail (SPARK_IS_ACCESS_PAGE (self));

  gtk_toggle_button_set_active (self->attention_button, TRUE);
}

SparkPageSearch *
spark_access_page_get_search (SparkAccessPage *self)
{
  g_return_val_if_fail (SPARK_IS_ACCESS_PAGE (self), NULL);

  return self->search;
}
