/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-brand-page"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-access-acts.h"
#include "app/spark-access-row.h"
#include "app/spark-brand-page.h"
#include "app/spark-format.h"
#include "app/spark-history-group.h"
#include "app/spark-list-row.h"
#include "app/spark-open-access.h"
#include "app/spark-phrases.h"
#include "app/spark-pick-box-row.h"
#include "app/spark-roles.h"
#include "app/spark-row-menu.h"
#include "app/spark-unmapped.h"
#include "app/spark-wrap.h"

/* Of the others who deal with the brand: they stand above all else. */
#define FIRST_OTHERS 3

struct _SparkBrandPage
{
  AdwBin parent_instance;

  /* template widgets */
  GtkScrolledWindow *scrolled_window;
  GtkLabel *name_label;
  GtkLabel *facts_label;
  GtkWidget *others_group;
  GtkListBox *others_list;
  GtkButton *more_others_button;
  GtkButton *edit_button;
  GtkButton *record_button;
  AdwPreferencesGroup *deal_group;
  AdwActionRow *fee_row;
  AdwActionRow *end_row;
  AdwActionRow *notes_row;
  GtkWidget *accounts_group;
  GtkListBox *accounts_list;
  GtkToggleButton *pick_access_button;
  GtkButton *revoke_all_button;
  GtkListBox *access_list;
  GtkWidget *access_placeholder;
  SparkHistoryGroup *history_group;
  GtkWidget *close_button;
  SparkPickBar *pick_bar;

  /* owned */
  SparkContext *context;
  SparkBrandItem *brand;
  SparkGrantList *grants;
  GtkSliceListModel *others; /* of SparkBrandItem; NULL: one account is shown */
};

enum
{
  PROP_0,
  PROP_CLOSABLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SparkBrandPage, spark_brand_page, ADW_TYPE_BIN)

/* --- what is known of it --- */

/* Also what is pending: the brand itself only has a number without it. (transfer full) */
static char *
describe_use (const SparkBrand *brand, SparkGrantList *grants)
{
  guint n = spark_grant_list_count (grants, SPARK_ACCESS_ACTIVE);
  g_autofree char *videos
      = g_strdup_printf (ngettext ("%'u video", "%'u videos", brand->videos), brand->videos);
  g_autofree char *active
      = n > 0 ? g_strdup_printf (ngettext ("access to %'u now", "access to %'u now", n), n)
              : g_strdup (_ ("no access now"));

  return spark_phrase_facts_of (videos, active);
}

/* A brand is of one account: a namesake that another creator has is none of this.
 * @whose: (nullable); (transfer full) */
static char *
describe_facts (const SparkBrand *brand, SparkGrantList *grants, const char *whose)
{
  g_autofree char *use = describe_use (brand, grants);
  g_autofree char *moment
      = brand->last_activity_at != 0 ? spark_format_moment (brand->last_activity_at) : NULL;
  g_autofree char *last = NULL;

  /* Translators: %s: when, such as "today, 14:02" */
  last = moment != NULL ? g_strdup_printf (_ ("last active: %s"), moment) : g_strdup ("");
  return spark_phrase_facts ((const char *const[]){ whose != NULL ? whose : "", use, last, NULL });
}

/* (transfer full) */
static char *
describe_fee (const SparkDeal *deal)
{
  g_autofree char *amount = NULL;

  if (deal->fee < 0)
    return g_strdup (deal->paid ? _ ("Paid") : _ ("No fee noted"));
  amount = spark_format_money (deal->fee, deal->currency);
  /* Translators: %s: an amount of money */
  return g_strdup_printf (deal->paid ? _ ("%s, paid") : _ ("%s, not paid yet"), amount);
}

static void
update_deal (SparkBrandPage *self, const SparkBrand *brand)
{
  const SparkDeal *deal = brand->deal;
  g_autofree char *fee = deal != NULL ? describe_fee (deal) : g_strdup (_ ("No deal noted"));
  g_autofree char *end = deal != NULL && deal->ends_at != 0
                             ? spark_phrase_day_and_distance (deal->ends_at)
                             : g_strdup (_ ("No end noted"));

  adw_action_row_set_subtitle (self->fee_row, fee);
  adw_action_row_set_subtitle (self->end_row, end);
  adw_action_row_set_subtitle (self->notes_row, brand->notes != NULL ? brand->notes : "");
  gtk_widget_set_visible (GTK_WIDGET (self->end_row), deal != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->notes_row),
                          brand->notes != NULL && *brand->notes != '\0');
}

/* --- ad accounts --- */

static GtkWidget *
create_act (const char *label, const char *name, const char *action, const char *brand,
            const char *advertiser)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", brand, advertiser);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

/* The number of an account and what is to be known of it: with what may be done beside them while
 * the number has room there. */
static GtkWidget *
create_words (const char *advertiser, gboolean fresh)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", advertiser, "xalign", 0.0, "wrap", TRUE,
                                   "wrap-mode", PANGO_WRAP_CHAR, "width-chars", 16, NULL);

  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (words), label);
  if (fresh)
    {
      label = g_object_new (GTK_TYPE_LABEL, "label", _ ("New to you. It redeemed for this brand."),
                            "xalign", 0.0, "wrap", TRUE, NULL);
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
      gtk_box_append (GTK_BOX (words), label);
    }
  return words;
}

static void
add_account (SparkBrandPage *self, const SparkBrand *brand, const char *advertiser, gboolean fresh)
{
  const SparkAccount *account = spark_context_get_account (self->context, brand->account_id);
  GtkWidget *row = g_object_new (ADW_TYPE_PREFERENCES_ROW, "use-markup", FALSE, "title", advertiser,
                                 "activatable", FALSE, NULL);
  GtkWidget *wrap = g_object_new (SPARK_TYPE_WRAP, "spacing", 12, NULL);
  GtkWidget *acts;
  g_autofree char *confirm_name = NULL;
  g_autofree char *refuse_name = NULL;

  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, advertiser,
                                  -1);
  gtk_widget_add_css_class (wrap, "spark-account");
  gtk_widget_set_parent (create_words (advertiser, fresh), wrap);
  if (fresh)
    {
      /* Translators: %s: number of an ad account */
      confirm_name = g_strdup_printf (_ ("Confirm ad account %s"), advertiser);
      /* Translators: %s: number of an ad account */
      refuse_name = g_strdup_printf (_ ("Refuse ad account %s…"), advertiser);
      acts = g_object_new (SPARK_TYPE_WRAP, "spacing", 6, "valign", GTK_ALIGN_CENTER, NULL);
      if (spark_roles_may (account, "win.confirm-advertiser"))
        gtk_widget_set_parent (create_act (_ ("Confirm"), confirm_name, "win.confirm-advertiser",
                                           brand->id, advertiser),
                               acts);
      if (spark_roles_may (account, "win.refuse-advertiser"))
        gtk_widget_set_parent (
            create_act (_ ("Refuse…"), refuse_name, "win.refuse-advertiser", brand->id, advertiser),
            acts);
      gtk_widget_set_parent (acts, wrap);
    }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), wrap);
  gtk_list_box_append (self->accounts_list, row);
}

static void
update_accounts (SparkBrandPage *self, const SparkBrand *brand)
{
  const char *const *ids = brand->advertiser_ids;
  const char *const *fresh = brand->new_advertiser_ids;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->accounts_list))) != NULL)
    gtk_list_box_remove (self->accounts_list, child);
  for (gsize i = 0; fresh != NULL && fresh[i] != NULL; i++)
    add_account (self, brand, fresh[i], TRUE);
  for (gsize i = 0; ids != NULL && ids[i] != NULL; i++)
    if (fresh == NULL || !g_strv_contains (fresh, ids[i]))
      add_account (self, brand, ids[i], FALSE);
  gtk_widget_set_visible (self->accounts_group,
                          gtk_widget_get_first_child (GTK_WIDGET (self->accounts_list)) != NULL);
}

/* --- who else deals with it --- */

static GtkWidget *
create_other (gpointer item, gpointer user_data)
{
  SparkBrandPage *self = user_data;
  const SparkBrand *brand = spark_brand_item_get (item);
  g_autofree char *whose = spark_context_describe_whose (self->context, brand->account_id);
  g_autoptr (SparkGrantList) grants
      = spark_grant_list_new_of_brand (spark_context_get_replica (self->context), brand->id);
  g_autofree char *use = describe_use (brand, grants);
  GtkWidget *row
      = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", whose != NULL ? whose : "",
                      "subtitle", use, "activatable", TRUE, NULL);
  GtkWidget *image = g_object_new (GTK_TYPE_IMAGE, "icon-name", "go-next-symbolic",
                                   "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  adw_action_row_add_suffix (ADW_ACTION_ROW (row), image);
  return row;
}

static void
update_others (SparkBrandPage *self)
{
  GListModel *all = self->others != NULL ? gtk_slice_list_model_get_model (self->others) : NULL;
  guint n = all != NULL ? g_list_model_get_n_items (all) : 0;

  gtk_widget_set_visible (self->others_group, n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->more_others_button),
                          n > 0 && n > gtk_slice_list_model_get_size (self->others));
}

static void
drop_others (SparkBrandPage *self)
{
  gtk_list_box_bind_model (self->others_list, NULL, NULL, NULL, NULL);
  if (self->others != NULL)
    g_signal_handlers_disconnect_by_data (self->others, self);
  g_clear_object (&self->others);
}

/* Of one account that was chosen, the others are out of sight everywhere. */
static void
fill_others (SparkBrandPage *self)
{
  SparkReplica *replica = spark_context_get_replica (self->context);

  drop_others (self);
  if (spark_context_get_account_id (self->context) == NULL)
    {
      GListModel *all = spark_replica_list_namesakes (replica, spark_brand_page_get_id (self));

      self->others = gtk_slice_list_model_new (all, 0, FIRST_OTHERS);
      g_signal_connect_swapped (self->others, "items-changed", G_CALLBACK (update_others), self);
      spark_list_bind (self->others_list, G_LIST_MODEL (self->others), create_other, self);
    }
  update_others (self);
}

/* Who it is follows by the brands; an account changes as often as it is asked about. */
static void
update_whose (SparkBrandPage *self)
{
  guint n = self->others != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->others)) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SparkBrandItem) item = g_list_model_get_item (G_LIST_MODEL (self->others), i);
      g_autofree char *whose
          = spark_context_describe_whose (self->context, spark_brand_item_get (item)->account_id);

      adw_preferences_row_set_title (
          ADW_PREFERENCES_ROW (gtk_list_box_get_row_at_index (self->others_list, (int)i)),
          whose != NULL ? whose : "");
    }
}

static void
on_more_others_cb (SparkBrandPage *self)
{
  guint first = gtk_slice_list_model_get_size (self->others);

  gtk_slice_list_model_set_size (self->others, G_MAXUINT);
  update_others (self);
  gtk_widget_grab_focus (
      GTK_WIDGET (gtk_list_box_get_row_at_index (self->others_list, (int)first)));
}

static void
on_other_activated_cb (SparkBrandPage *self, GtkListBoxRow *row)
{
  g_autoptr (SparkBrandItem) other = g_list_model_get_item (
      G_LIST_MODEL (self->others), (guint)gtk_list_box_row_get_index (row));

  if (other == NULL)
    return;
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-brand", "s",
                              spark_brand_item_get (other)->id);
  /* The row is gone, and the keyboard with it. */
  spark_brand_page_focus (self);
}

/* --- lists --- */

static GtkWidget *
create_access_row (gpointer item, gpointer user_data)
{
  SparkAccessRow *row = spark_access_row_new ();
  GtkWidget *whole;

  spark_access_row_lead_to_video (row);
  spark_access_row_set_item (row, item);
  whole = spark_pick_box_row_new (GTK_WIDGET (row), spark_access_row_get_acts (row));
  gtk_widget_add_css_class (whole, "spark-above-placeholder");
  return whole;
}

static void
drop_lists (SparkBrandPage *self)
{
  drop_others (self);
  spark_pick_bar_set_model (self->pick_bar, NULL, NULL);
  gtk_list_box_bind_model (self->access_list, NULL, NULL, NULL, NULL);
  if (self->grants != NULL)
    g_signal_handlers_disconnect_by_data (self->grants, self);
  spark_history_group_show_brand (self->history_group, NULL);
  g_clear_object (&self->grants);
}

static void update_use (SparkBrandPage *self);

static void
fill_lists (SparkBrandPage *self)
{
  SparkReplica *replica = spark_context_get_replica (self->context);
  const SparkBrand *brand = spark_brand_item_get (self->brand);

  drop_lists (self);
  self->grants = spark_grant_list_new_of_brand (replica, brand->id);
  g_signal_connect_swapped (self->grants, "items-changed", G_CALLBACK (update_use), self);
  spark_list_bind (self->access_list, G_LIST_MODEL (self->grants), create_access_row, NULL);
  spark_pick_bar_set_model (self->pick_bar, NULL, G_LIST_MODEL (self->grants));
  spark_history_group_show_brand (self->history_group, brand);
  fill_others (self);
  update_use (self);
}

/* --- the whole --- */

static void
update_facts (SparkBrandPage *self)
{
  const SparkBrand *brand = spark_brand_item_get (self->brand);
  g_autofree char *whose = spark_context_describe_whose (self->context, brand->account_id);
  g_autofree char *facts = describe_facts (brand, self->grants, whose);

  gtk_label_set_label (self->facts_label, facts);
}

/* What it may use, and to end that */
static void
update_use (SparkBrandPage *self)
{
  const SparkAccount *account;
  gboolean any;

  if (self->brand == NULL || self->grants == NULL)
    return;
  any = g_list_model_get_n_items (G_LIST_MODEL (self->grants)) > 0;
  gtk_widget_set_visible (GTK_WIDGET (self->pick_access_button), any);
  if (!any)
    g_object_set (self->pick_bar, "active", FALSE, NULL);
  account
      = spark_context_get_account (self->context, spark_brand_item_get (self->brand)->account_id);
  update_facts (self);
  gtk_widget_set_visible (GTK_WIDGET (self->revoke_all_button),
                          spark_roles_may (account, "win.revoke-brand")
                              && spark_open_access_any (self->grants));
}

static void
update (SparkBrandPage *self)
{
  const SparkAccount *account;
  const SparkBrand *brand;

  if (self->brand == NULL)
    return;
  brand = spark_brand_item_get (self->brand);
  account = spark_context_get_account (self->context, brand->account_id);
  gtk_label_set_label (self->name_label, brand->name);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->edit_button), "s", brand->id);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->record_button), "s", brand->id);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->revoke_all_button), "s", brand->id);
  gtk_widget_set_visible (GTK_WIDGET (self->edit_button),
                          spark_roles_may (account, "win.edit-brand"));
  update_use (self);
  update_deal (self, brand);
  update_accounts (self, brand);
}

static void
on_updated_cb (SparkBrandPage *self, guint kinds)
{
  const char *id = spark_brand_page_get_id (self);
  g_autoptr (SparkBrandItem) brand = NULL;

  /* Its account has a name, and what may be done there. */
  if (id == NULL || !(kinds & (SPARK_KINDS_BRAND | SPARK_KINDS_ACCOUNT)))
    return;
  brand = spark_replica_get_brand (spark_context_get_replica (self->context), id);
  g_set_object (&self->brand, brand);
  if (brand == NULL)
    drop_lists (self);
  else if (kinds & SPARK_KINDS_ACCOUNT)
    update_whose (self);
  update (self);
  spark_pick_bar_update (self->pick_bar);
}

static void
on_new_day_cb (SparkBrandPage *self)
{
  if (self->brand == NULL)
    return;
  update_facts (self);
  update_deal (self, spark_brand_item_get (self->brand));
  spark_history_group_turn_day (self->history_group);
}

static void
on_reset_cb (SparkBrandPage *self)
{
  SparkReplica *replica = spark_context_get_replica (self->context);
  const char *id = spark_brand_page_get_id (self);
  g_autoptr (SparkBrandItem) brand
      = id != NULL && replica != NULL ? spark_replica_get_brand (replica, id) : NULL;

  if (brand == NULL)
    spark_brand_page_show (self, NULL);
  else
    fill_lists (self);
}

/* Before the page itself closes, wherever on it the keyboard is */
static gboolean
on_escape_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  return spark_pick_bar_end (SPARK_BRAND_PAGE (widget)->pick_bar);
}

static void
spark_brand_page_dispose (GObject *object)
{
  SparkBrandPage *self = SPARK_BRAND_PAGE (object);

  if (self->context != NULL)
    {
      drop_lists (self);
      g_signal_handlers_disconnect_by_data (self->context, self);
    }
  g_clear_object (&self->context);
  g_clear_object (&self->brand);

  G_OBJECT_CLASS (spark_brand_page_parent_class)->dispose (object);
}

static void
spark_brand_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_CLOSABLE)
    g_value_set_boolean (value, gtk_widget_get_visible (SPARK_BRAND_PAGE (object)->close_button));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
spark_brand_page_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  if (prop_id == PROP_CLOSABLE)
    gtk_widget_set_visible (SPARK_BRAND_PAGE (object)->close_button, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
spark_brand_page_class_init (SparkBrandPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_brand_page_dispose;
  object_class->get_property = spark_brand_page_get_property;
  object_class->set_property = spark_brand_page_set_property;

  properties[PROP_CLOSABLE] = g_param_spec_boolean ("closable", NULL, NULL, TRUE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (SPARK_TYPE_PICK_BAR);
  g_type_ensure (SPARK_TYPE_WRAP);
  g_type_ensure (SPARK_TYPE_HISTORY_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-brand-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, scrolled_window);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, name_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, facts_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, others_group);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, others_list);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, more_others_button);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, edit_button);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, record_button);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, deal_group);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, fee_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, end_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, notes_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, accounts_group);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, accounts_list);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, pick_access_button);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, revoke_all_button);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, access_list);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, access_placeholder);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, history_group);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, close_button);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandPage, pick_bar);
  gtk_widget_class_bind_template_callback (widget_class, on_more_others_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_other_activated_cb);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, on_escape_cb, NULL);
}

static void
spark_brand_page_init (SparkBrandPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide (self->access_placeholder);
  spark_access_acts_add (self->pick_bar, GTK_WIDGET (self->access_list));
  spark_row_menu_attach (GTK_WIDGET (self->access_list), spark_access_row_fill_menu, NULL);
  spark_row_menu_attach (GTK_WIDGET (self->accounts_list), NULL, NULL);
}

void
spark_brand_page_set_context (SparkBrandPage *self, SparkContext *context)
{
  g_return_if_fail (SPARK_IS_BRAND_PAGE (self));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  spark_history_group_set_context (self->history_group, context);
  g_signal_connect_swapped (context, "reset", G_CALLBACK (on_reset_cb), self);
  g_signal_connect_swapped (context, "updated", G_CALLBACK (on_updated_cb), self);
  g_signal_connect_swapped (context, "new-day", G_CALLBACK (on_new_day_cb), self);
}

gboolean
spark_brand_page_show (SparkBrandPage *self, const char *id)
{
  SparkReplica *replica;
  g_autoptr (SparkBrandItem) brand = NULL;

  g_return_val_if_fail (SPARK_IS_BRAND_PAGE (self), FALSE);

  if (id != NULL && g_strcmp0 (id, spark_brand_page_get_id (self)) == 0)
    return TRUE;
  replica = spark_context_get_replica (self->context);
  if (id != NULL && replica != NULL)
    brand = spark_replica_get_brand (replica, id);
  g_set_object (&self->brand, brand);
  g_object_set (self->pick_bar, "active", FALSE, NULL);
  if (brand == NULL)
    {
      drop_lists (self);
      return FALSE;
    }
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled_window), 0);
  update (self);
  fill_lists (self);
  return TRUE;
}

const char *
spark_brand_page_get_id (SparkBrandPage *self)
{
  g_return_val_if_fail (SPARK_IS_BRAND_PAGE (self), NULL);

  return self->brand != NULL ? spark_brand_item_get (self->brand)->id : NULL;
}

void
spark_brand_page_focus (SparkBrandPage *self)
{
  g_return_if_fail (SPARK_IS_BRAND_PAGE (self));

  /* Who may only look has nothing to edit. */
  if (!gtk_widget_grab_focus (GTK_WIDGET (self->edit_button)))
    gtk_widget_child_focus (GTK_WIDGET (self->scrolled_window), GTK_DIR_TAB_FORWARD);
}
