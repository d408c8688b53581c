/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-videos-page"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-facts-popover.h"
#include "app/spark-months-popover.h"
#include "app/spark-page-search.h"
#include "app/spark-pick-bar.h"
#include "app/spark-roles.h"
#include "app/spark-still.h"
#include "app/spark-unmapped.h"
#include "app/spark-videos-page.h"
#include "app/spark-videos-view.h"
#include "app/spark-wrap.h"

struct _SparkVideosPage
{
  AdwBin parent_instance;

  /* template widgets */
  AdwClamp *tools;
  GtkSearchEntry *search_entry;
  GtkMenuButton *filter_button;
  SparkFactsPopover *facts_popover;
  GtkStack *stack;
  AdwStatusPage *empty_page;
  GtkWidget *empty_acts;
  SparkVideosView *view;
  GtkWidget *sort_bin;
  GtkSpinner *spinner;
  SparkPickBar *pick_bar;

  /* owned */
  SparkMonthsPopover *months_popover; /* a child of sort_bin */
  GSimpleActionGroup *actions;
  SparkContext *context;
  SparkVideoList *videos;
  GtkSingleSelection *selection;
  char *selected_id;
  SparkPageSearch *search;

  SparkVideoSort sort;

  guint covers : 1; /* wanted; shown where can_show_covers() */
  guint restoring : 1;
  guint follow : 1;
  guint selecting : 1; /* the selection changes by itself, not by the person */
};

G_DEFINE_FINAL_TYPE (SparkVideosPage, spark_videos_page, ADW_TYPE_BIN)

static gboolean
is_filtered (SparkVideosPage *self)
{
  return *spark_page_search_get_words (self->search) != '\0'
         || spark_facts_popover_get_facts (self->facts_popover) != SPARK_FACT_NONE;
}

static gboolean
has_videos (SparkVideosPage *self)
{
  return self->videos != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->videos)) > 0;
}

static const char *
choose_page (SparkVideosPage *self)
{
  SparkBackend *backend = self->context != NULL ? spark_context_get_backend (self->context) : NULL;

  if (has_videos (self))
    return "list";
  if (backend == NULL)
    return "loading";
  switch (spark_backend_get_status (backend))
    {
    case SPARK_BACKEND_CONNECTING:
    case SPARK_BACKEND_LOADING:
      return is_filtered (self) ? "nothing" : "loading";
    case SPARK_BACKEND_OFFLINE:
    case SPARK_BACKEND_FAILED:
      return is_filtered (self) ? "nothing" : "offline";
    case SPARK_BACKEND_ONLINE:
      break;
    }
  return is_filtered (self) ? "nothing" : "empty";
}

/* Videos of several creators mixed would not be told apart by their covers. */
static gboolean
can_show_covers (SparkVideosPage *self)
{
  return self->context != NULL
         && (spark_context_get_account_id (self->context) != NULL
             || g_list_model_get_n_items (spark_context_get_accounts (self->context)) <= 1);
}

static GSimpleAction *
get_action (SparkVideosPage *self, const char *name)
{
  return G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name));
}

static void
update_actions (SparkVideosPage *self)
{
  GSimpleAction *show_as = get_action (self, "show-as");

  g_simple_action_set_enabled (show_as, can_show_covers (self));
  g_simple_action_set_state (show_as, g_variant_new_string (self->covers ? "covers" : "list"));
  g_simple_action_set_enabled (get_action (self, "jump"), self->sort == SPARK_SORT_DATE);
  spark_videos_view_set_covers (self->view, self->covers && can_show_covers (self));
  adw_clamp_set_maximum_size (self->tools, spark_videos_view_get_maximum_size (self->view));
}

static void
update_page (SparkVideosPage *self)
{
  const char *page = choose_page (self);

  gboolean adds = spark_roles_allow (GTK_WIDGET (self), "win.paste-link", NULL);

  update_actions (self);
  gtk_widget_set_visible (self->empty_acts, adds);
  adw_status_page_set_description (
      self->empty_page,
      adds ? _ ("Paste the link of a video, or import your TikTok data to have them all.")
           : _ ("Your role does not add videos. Whoever invited you can."));
  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_spinner_set_spinning (self->spinner, g_str_equal (page, "loading"));
  gtk_widget_set_visible (GTK_WIDGET (self->tools),
                          g_str_equal (page, "list") || g_str_equal (page, "nothing"));
}

/* A changed row is another item to the selection, which then loses it. */
static void
restore_selection (SparkVideosPage *self)
{
  guint position = GTK_INVALID_LIST_POSITION;

  if (self->selected_id != NULL)
    position = spark_video_list_find (self->videos, self->selected_id);
  self->selecting = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->selecting = FALSE;
}

static void
on_items_changed_cb (SparkVideosPage *self)
{
  restore_selection (self);
  update_page (self);
}

static void
on_selected_cb (SparkVideosPage *self)
{
  SparkVideoItem *item;

  if (self->selecting)
    return;
  item = gtk_single_selection_get_selected_item (self->selection);
  if (item == NULL || g_strcmp0 (self->selected_id, spark_video_item_get (item)->id) == 0)
    return;
  g_free (self->selected_id);
  self->selected_id = g_strdup (spark_video_item_get (item)->id);
  if (self->follow)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-video", "s", self->selected_id);
}

static void
narrow (gpointer page, const char *words)
{
  SparkVideosPage *self = page;

  if (self->videos != NULL)
    spark_video_list_set_search (self->videos, words);
  update_page (self);
}

static GtkWidget *
get_view (gpointer page)
{
  SparkVideosPage *self = page;

  return has_videos (self) ? spark_videos_view_get_view (self->view) : NULL;
}

static const char *const sorts[] = {
  [SPARK_SORT_DATE] = "date",
  [SPARK_SORT_VIEWS] = "views",
  [SPARK_SORT_END] = "end",
  [SPARK_SORT_BRANDS] = "brands",
};

/* how each account was looked at last */

#define VIEW_FORMAT "(buuu)"

static char *
get_view_setting (SparkVideosPage *self)
{
  const char *account_id = spark_context_get_account_id (self->context);

  return g_strconcat ("videos-view", account_id != NULL ? "." : NULL, account_id, NULL);
}

static void
save_view (SparkVideosPage *self)
{
  SparkReplica *replica = self->context != NULL ? spark_context_get_replica (self->context) : NULL;
  g_autoptr (GVariant) view = NULL;
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;

  if (replica == NULL || self->restoring)
    return;
  view = g_variant_ref_sink (
      g_variant_new (VIEW_FORMAT, self->covers, (guint)self->sort,
                     (guint)spark_facts_popover_get_facts (self->facts_popover),
                     spark_facts_popover_get_days (self->facts_popover)));
  name = get_view_setting (self);
  text = g_variant_print (view, FALSE);
  spark_replica_set_setting (replica, name, text);
}

static void
restore_view (SparkVideosPage *self, SparkReplica *replica)
{
  g_autofree char *name = get_view_setting (self);
  g_autofree char *text = spark_replica_get_setting (replica, name);
  g_autoptr (GVariant) view
      = text != NULL ? g_variant_parse (G_VARIANT_TYPE (VIEW_FORMAT), text, NULL, NULL, NULL)
                     : NULL;
  gboolean covers = FALSE;
  guint sort = SPARK_SORT_DATE;
  guint facts = SPARK_FACT_NONE;
  guint days = SPARK_ENDING_DAYS;

  if (view != NULL)
    g_variant_get (view, VIEW_FORMAT, &covers, &sort, &facts, &days);
  self->restoring = TRUE;
  self->covers = !!covers;
  self->sort = sort < G_N_ELEMENTS (sorts) ? sort : SPARK_SORT_DATE;
  g_simple_action_set_state (get_action (self, "sort"), g_variant_new_string (sorts[self->sort]));
  spark_facts_popover_set (self->facts_popover, facts, days);
  self->restoring = FALSE;
}

static guint
count_bits (SparkFacts facts)
{
  guint n = 0;

  for (guint bits = facts; bits != 0; bits &= bits - 1)
    n++;
  return n;
}

static void
on_facts_changed_cb (SparkVideosPage *self)
{
  SparkFacts facts = spark_facts_popover_get_facts (self->facts_popover);
  g_autofree char *label = NULL;

  if (facts != SPARK_FACT_NONE)
    /* Translators: %u: how many filters are on */
    label = g_strdup_printf (_ ("Filter (%u)"), count_bits (facts));
  gtk_menu_button_set_label (self->filter_button, label != NULL ? label : _ ("Filter"));
  if (self->videos != NULL)
    spark_video_list_set_facts (self->videos, facts,
                                spark_facts_popover_get_days (self->facts_popover));
  save_view (self);
  update_page (self);
}

static void
on_sort_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  SparkVideosPage *self = user_data;
  const char *name = g_variant_get_string (state, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sorts); i++)
    if (g_str_equal (name, sorts[i]))
      {
        self->sort = i;
        g_simple_action_set_state (action, state);
        if (self->videos != NULL)
          spark_video_list_set_sort (self->videos, self->sort);
        save_view (self);
        update_actions (self);
      }
}

static void
on_show_as_cb (GSimpleAction *action, GVariant *state, gpointer user_data)
{
  SparkVideosPage *self = user_data;

  self->covers = g_str_equal (g_variant_get_string (state, NULL), "covers");
  save_view (self);
  update_actions (self);
}

static void
on_jump_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  SparkVideosPage *self = user_data;

  if (self->videos == NULL || !gtk_widget_get_visible (GTK_WIDGET (self->tools)))
    return;
  gtk_popover_popup (GTK_POPOVER (self->months_popover));
}

static void
on_month_chosen_cb (SparkVideosPage *self, guint position)
{
  spark_videos_view_jump_to (self->view, position);
}

static void
add_actions (SparkVideosPage *self)
{
  static const GActionEntry entries[] = {
    { "sort", NULL, "s", "'date'", on_sort_cb },
    { "show-as", NULL, "s", "'list'", on_show_as_cb },
    { "jump", on_jump_cb, NULL, NULL, NULL },
  };

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "videos", G_ACTION_GROUP (self->actions));
}

static void
on_show_all_cb (SparkVideosPage *self)
{
  spark_page_search_set_words (self->search, "");
  spark_facts_popover_clear (self->facts_popover);
  spark_page_search_focus (self->search);
}

static void
drop_model (SparkVideosPage *self)
{
  spark_videos_view_set_model (self->view, NULL, NULL);
  if (self->videos != NULL)
    g_signal_handlers_disconnect_by_data (self->videos, self);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  spark_facts_popover_set_list (self->facts_popover, NULL);
  spark_months_popover_set_list (self->months_popover, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->videos);
}

static void
on_reset_cb (SparkVideosPage *self)
{
  SparkReplica *replica = spark_context_get_replica (self->context);

  drop_model (self);
  g_clear_pointer (&self->selected_id, g_free);
  if (replica != NULL)
    {
      restore_view (self, replica);
      spark_page_search_turn (self->search, spark_context_get_backend (self->context),
                              spark_context_get_account_id (self->context), 0);
      self->videos = spark_video_list_new (replica, spark_context_get_account_id (self->context));
      spark_video_list_set_search (self->videos, spark_page_search_get_words (self->search));
      spark_video_list_set_facts (self->videos, spark_facts_popover_get_facts (self->facts_popover),
                                  spark_facts_popover_get_days (self->facts_popover));
      spark_video_list_set_sort (self->videos, self->sort);
      spark_facts_popover_set_list (self->facts_popover, self->videos);
      spark_months_popover_set_list (self->months_popover, self->videos);
      self->selection = gtk_single_selection_new (NULL);
      gtk_single_selection_set_autoselect (self->selection, FALSE);
      gtk_single_selection_set_can_unselect (self->selection, TRUE);
      gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->videos));
      gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
      g_signal_connect_swapped (self->selection, "notify::selected-item",
                                G_CALLBACK (on_selected_cb), self);
      /* After the selection has seen it. */
      g_signal_connect_swapped (self->videos, "items-changed", G_CALLBACK (on_items_changed_cb),
                                self);
      spark_videos_view_set_model (self->view, GTK_SELECTION_MODEL (self->selection),
                                   G_LIST_MODEL (self->videos));
    }
  update_page (self);
}

static void
spark_videos_page_dispose (GObject *object)
{
  SparkVideosPage *self = SPARK_VIDEOS_PAGE (object);

  if (self->months_popover != NULL)
    {
      drop_model (self);
      g_clear_pointer ((GtkWidget **)&self->months_popover, gtk_widget_unparent);
    }
  if (self->context != NULL)
    g_signal_handlers_disconnect_by_data (self->context, self);
  g_clear_object (&self->context);
  g_clear_object (&self->actions);
  g_clear_pointer (&self->search, spark_page_search_free);
  g_clear_pointer (&self->selected_id, g_free);

  G_OBJECT_CLASS (spark_videos_page_parent_class)->dispose (object);
}

static void
spark_videos_page_class_init (SparkVideosPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_videos_page_dispose;
  g_type_ensure (SPARK_TYPE_FACTS_POPOVER);
  g_type_ensure (SPARK_TYPE_PICK_BAR);
  g_type_ensure (SPARK_TYPE_STILL);
  g_type_ensure (SPARK_TYPE_VIDEOS_VIEW);
  g_type_ensure (SPARK_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-videos-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkVideosPage, tools);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosPage, filter_button);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosPage, facts_popover);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosPage, empty_page);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosPage, empty_acts);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosPage, view);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosPage, sort_bin);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, SparkVideosPage, pick_bar);
  gtk_widget_class_bind_template_callback (widget_class, on_facts_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_show_all_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_j, GDK_CONTROL_MASK, "videos.jump",
                                       NULL);
}

static void
spark_videos_page_init (SparkVideosPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  add_actions (self);
  self->months_popover = g_object_new (SPARK_TYPE_MONTHS_POPOVER, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->months_popover), self->sort_bin);
  g_signal_connect_swapped (self->months_popover, "chosen", G_CALLBACK (on_month_chosen_cb), self);
  spark_unmapped_hide_pages (self->stack);
  self->search = spark_page_search_new (self->search_entry, narrow, get_view, self, NULL);
  spark_pick_bar_add_act (self->pick_bar, _ ("_Generate…"), SPARK_BATCH_ACT_GENERATE);
  spark_pick_bar_add_act (self->pick_bar, _ ("_Extend…"), SPARK_BATCH_ACT_EXTEND);
  spark_pick_bar_add_act (self->pick_bar, _ ("_Revoke…"), SPARK_BATCH_ACT_REVOKE);
  spark_pick_bar_add_action (self->pick_bar, "document-save-symbolic", _ ("Export…"),
                             "win.export-selected");
  update_page (self);
}

void
spark_videos_page_set_context (SparkVideosPage *self, SparkContext *context)
{
  g_return_if_fail (SPARK_IS_VIDEOS_PAGE (self));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  spark_videos_view_set_up (self->view, context, self->pick_bar);
  g_signal_connect_swapped (context, "reset", G_CALLBACK (on_reset_cb), self);
  g_signal_connect_swapped (context, "changed", G_CALLBACK (update_page), self);
  /* It may go before the page, and the context after it. */
  g_signal_connect_object (context, "changed", G_CALLBACK (spark_pick_bar_update), self->pick_bar,
                           G_CONNECT_SWAPPED);
  on_reset_cb (self);
}

SparkPageSearch *
spark_videos_page_get_search (SparkVideosPage *self)
{
  g_return_val_if_fail (SPARK_IS_VIDEOS_PAGE (self), NULL);

  return self->search;
}

void
spark_videos_page_search (SparkVideosPage *self, const char *terms)
{
  g_return_if_fail (SPARK_IS_VIDEOS_PAGE (self));

  spark_facts_popover_clear (self->facts_popover);
  spark_page_search_set_words (self->search, terms);
  spark_page_search_focus (self->search);
}

void
spark_videos_page_select (SparkVideosPage *self, const char *id)
{
  g_return_if_fail (SPARK_IS_VIDEOS_PAGE (self));

  if (self->selection == NULL)
    return;
  if (g_strcmp0 (self->selected_id, id) != 0)
    {
      g_free (self->selected_id);
      self->selected_id = g_strdup (id);
      restore_selection (self);
      if (gtk_single_selection_get_selected (self->selection) != GTK_INVALID_LIST_POSITION)
        spark_videos_view_scroll_to (self->view,
                                     gtk_single_selection_get_selected (self->selection));
    }
}

const char *
spark_videos_page_get_selected (SparkVideosPage *self)
{
  g_return_val_if_fail (SPARK_IS_VIDEOS_PAGE (self), NULL);

  return self->selected_id;
}

SparkVideoList *
spark_videos_page_get_filtered (SparkVideosPage *self)
{
  g_return_val_if_fail (SPARK_IS_VIDEOS_PAGE (self), NULL);

  return is_filtered (self) ? self->videos : NULL;
}

void
spark_videos_page_set_follow (SparkVideosPage *self, gboolean follow)
{
  g_return_if_fail (SPARK_IS_VIDEOS_PAGE (self));

  self->follow = !!follow;
}
