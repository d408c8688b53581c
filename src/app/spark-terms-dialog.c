/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-terms-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-date-row.h"
#include "app/spark-period-chips.h"
#include "app/spark-phrases.h"
#include "app/spark-terms-dialog.h"
#include "app/spark-terms.h"
#include "app/spark-window-acts-private.h"
#include "client/spark-grant-list.h"
#include "model/spark-rules.h"

struct _SparkTermsDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  AdwPreferencesGroup *period_group;
  SparkPeriodChips *chips;
  AdwActionRow *end_row;
  SparkDateRow *deal_row;
  GtkLabel *deal_label;
  GtkLabel *brands_label;
  GtkBox *agreed_box; /* of GtkCheckButton: brands whose own end can move */
  GtkLabel *everyone_label;
  GtkWidget *start_label;
  GtkLabel *authorization_label;

  /* owned */
  SparkVideoItem *video;
  SparkCodeItem *code;
  SparkAccountItem *account;
  char *brand_id; /* whose terms they are; NULL: of several or nobody */

  SparkTermsPurpose purpose;
  guint days;
  gint64 until; /* what was asked for of those whose own end moves; 0: with the code */
  unsigned deleted : 1;
};

G_DEFINE_FINAL_TYPE (SparkTermsDialog, spark_terms_dialog, SPARK_TYPE_DIALOG)

static const SparkAccount *
get_account (SparkTermsDialog *self)
{
  return self->account != NULL ? spark_account_item_get (self->account) : NULL;
}

static gint64
get_start (SparkTermsDialog *self)
{
  gint64 now = spark_time_now ();

  if (self->purpose == SPARK_TERMS_EXTEND)
    return MAX (now, spark_code_item_get (self->code)->ends_at);
  return now;
}

/* Those of a state that stand on the code, of SparkGrantItem. (transfer full) */
static GPtrArray *
list_grants (SparkTermsDialog *self, SparkGrantState state)
{
  const SparkCode *code = spark_code_item_get (self->code);
  SparkReplica *replica = spark_acts_get_replica (spark_dialog_get_window (SPARK_DIALOG (self)));
  g_autoptr (SparkGrantList) list = spark_grant_list_new (replica, NULL, code->video_id);
  GPtrArray *grants = g_ptr_array_new_with_free_func (g_object_unref);

  spark_grant_list_set_filter (list, SPARK_ACCESS_ACTIVE);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (SparkGrantItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);
      const SparkGrant *grant = spark_grant_item_get (item);

      if (g_strcmp0 (grant->code_id, code->id) == 0 && grant->state == state)
        g_ptr_array_add (grants, g_steal_pointer (&item));
    }
  return grants;
}

/* Whose code is extended: who alone has access by it, else for whom it was copied.
 * (transfer full) (nullable) */
static char *
find_brand (SparkTermsDialog *self)
{
  g_autoptr (GPtrArray) grants = NULL;
  const char *brand = NULL;

  if (self->purpose != SPARK_TERMS_EXTEND)
    return NULL;
  grants = list_grants (self, SPARK_GRANT_STATE_AUTHORIZED);
  for (guint i = 0; i < grants->len; i++)
    {
      const char *id = spark_grant_item_get (grants->pdata[i])->brand.id;

      if (id == NULL || (brand != NULL && !g_str_equal (brand, id)))
        return NULL;
      brand = id;
    }
  return g_strdup (brand != NULL ? brand : spark_code_item_get (self->code)->copied_for.id);
}

static gboolean
is_agreed (SparkTermsDialog *self, const SparkGrant *grant)
{
  return grant->ends_at != 0 && grant->ends_at < spark_code_item_get (self->code)->ends_at;
}

/* The code goes on as far as the deal without being extended. */
static gboolean
stays (SparkTermsDialog *self)
{
  gint64 deal_end = spark_date_row_get_end (self->deal_row);

  return self->purpose == SPARK_TERMS_EXTEND && deal_end != 0
         && deal_end <= spark_code_item_get (self->code)->ends_at;
}

/* An end that was agreed can move with the code or to the deal's; one that is the code's need not
 * go further than the deal. None moves to an earlier day. */
static gboolean
can_move (SparkTermsDialog *self, const SparkGrant *grant, gint64 end)
{
  gint64 deal_end = spark_date_row_get_end (self->deal_row);

  if (is_agreed (self, grant))
    return deal_end == 0 || deal_end > grant->ends_at;
  return deal_end > spark_code_item_get (self->code)->ends_at && deal_end < end;
}

/* The ids of those whose own end is to move. (transfer full) */
static GStrv
list_ticked (SparkTermsDialog *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->agreed_box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child) && gtk_check_button_get_active (GTK_CHECK_BUTTON (child)))
      g_strv_builder_add (builder, g_object_get_data (G_OBJECT (child), "grant"));
  return g_strv_builder_end (builder);
}

/* What an agreed end before that of the code means on the account's platform; (nullable) */
static char *
describe_rule (SparkTermsDialog *self, gint64 end)
{
  const SparkAccount *account = get_account (self);
  g_autofree char *day = spark_phrase_day (end);

  if (account == NULL || account->platform == SPARK_PLATFORM_SANDBOX)
    return NULL;
  if (account->platform == SPARK_PLATFORM_TIKTOK)
    /* Translators: %s: a day */
    return g_strdup_printf (_ ("On TikTok access ends with the code, on %s. On the day agreed, "
                               "Sparkbox asks TikTok to end it before."),
                            day);
  /* Translators: %s: a day */
  return g_strdup_printf (_ ("On TikTok access ends with the code, on %s. Sparkbox can’t end it "
                             "there before."),
                          day);
}

/* The end of the code is that of the platform for all who used it, whatever was decided since. */
static void
add_revoking (SparkTermsDialog *self, gint64 end, GString *lines)
{
  g_autoptr (GPtrArray) grants = list_grants (self, SPARK_GRANT_STATE_REVOKING);
  g_autofree char *day = spark_phrase_day (end);

  for (guint i = 0; i < grants->len; i++)
    {
      g_autofree char *brand = spark_phrase_brand (spark_grant_item_get (grants->pdata[i]));

      if (lines->len > 0)
        g_string_append_c (lines, '\n');
      g_string_append_printf (
          lines,
          /* Translators: first a brand, whose access is being revoked, then a day */
          _ ("%s: being revoked, and open on TikTok until %s at the latest"), brand, day);
    }
}

/* Until when each brand has access then: one whose own end was agreed keeps it, unless that moves.
 */
static void
update_brands (SparkTermsDialog *self, gint64 end)
{
  gint64 deal_end = spark_date_row_get_end (self->deal_row);
  gboolean before = FALSE;
  g_autoptr (GPtrArray) grants = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);
  g_auto (GStrv) ticked = list_ticked (self);

  if (self->purpose != SPARK_TERMS_EXTEND)
    return;
  grants = list_grants (self, SPARK_GRANT_STATE_AUTHORIZED);
  for (guint i = 0; i < grants->len; i++)
    {
      const SparkGrant *grant = spark_grant_item_get (grants->pdata[i]);
      gboolean moves = g_strv_contains ((const char *const *)ticked, grant->id);
      gboolean same = !moves && is_agreed (self, grant);
      gint64 until = same ? grant->ends_at : moves && deal_end != 0 ? MIN (deal_end, end) : end;
      g_autofree char *brand = spark_phrase_brand (grant);
      g_autofree char *day = spark_phrase_day (until);

      before |= until < end;
      if (lines->len > 0)
        g_string_append_c (lines, '\n');
      if (same)
        /* Translators: first a brand, then a day */
        g_string_append_printf (lines, _ ("%s: still until %s, as agreed"), brand, day);
      else if (until < end)
        /* Translators: first a brand, then a day */
        g_string_append_printf (lines, _ ("%s: until %s, as agreed"), brand, day);
      else
        /* Translators: first a brand, then a day */
        g_string_append_printf (lines, _ ("%s: until %s"), brand, day);
    }
  add_revoking (self, end, lines);
  if (before)
    {
      g_autofree char *rule = describe_rule (self, end);

      if (rule != NULL)
        g_string_append_printf (lines, "\n%s", rule);
    }
  gtk_label_set_label (self->brands_label, lines->str);
  gtk_widget_set_visible (GTK_WIDGET (self->brands_label), lines->len > 0);
}

static void
update_agreed (SparkTermsDialog *self, gint64 end)
{
  g_autoptr (GPtrArray) grants = self->purpose == SPARK_TERMS_EXTEND
                                     ? list_grants (self, SPARK_GRANT_STATE_AUTHORIZED)
                                     : NULL;
  gboolean any = FALSE;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->agreed_box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      const char *id = g_object_get_data (G_OBJECT (child), "grant");
      gboolean possible = FALSE;

      for (guint i = 0; grants != NULL && i < grants->len; i++)
        if (g_str_equal (spark_grant_item_get (grants->pdata[i])->id, id))
          possible = can_move (self, spark_grant_item_get (grants->pdata[i]), end);
      gtk_widget_set_visible (child, possible);
      any |= possible;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->agreed_box), any);
}

static void
update_end (SparkTermsDialog *self)
{
  gboolean same = stays (self);
  gint64 end = get_start (self) + (same ? 0 : self->days * SPARK_DAY_MS);
  gint64 deal_end = spark_date_row_get_end (self->deal_row);
  g_auto (GStrv) ticked = NULL;
  g_autofree char *text = spark_phrase_full_day_and_distance (end);

  adw_action_row_set_subtitle (self->end_row, text);
  gtk_widget_set_sensitive (GTK_WIDGET (self->chips), !same);
  update_agreed (self, end);
  update_brands (self, end);
  ticked = list_ticked (self);
  if (!same || ticked[0] != NULL)
    spark_dialog_clear_obstacle (SPARK_DIALOG (self));
  if (deal_end != 0)
    {
      g_autofree char *deal_day = spark_phrase_day (deal_end);
      g_autofree char *end_day = spark_phrase_day (end);
      g_autofree char *deal_text = NULL;

      if (same)
        /* Translators: both are days */
        deal_text = g_strdup_printf (_ ("The deal ends %s. The code goes on until %s already, and "
                                        "stays as it is."),
                                     deal_day, end_day);
      else if (end >= deal_end)
        /* Translators: both are days: "Deal ends Sun 15 Mar. TikTok’s next possible end is …" */
        deal_text = g_strdup_printf (_ ("The deal ends %s. TikTok’s next possible end is %s."),
                                     deal_day, end_day);
      else
        deal_text = g_strdup_printf (_ ("The deal ends %s. This period ends before it, on %s: "
                                        "extend it later."),
                                     deal_day, end_day);
      if (same && ticked[0] == NULL)
        spark_dialog_set_obstacle (SPARK_DIALOG (self), GTK_WIDGET (self->deal_row), deal_text);
      else
        gtk_label_set_label (self->deal_label, deal_text);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->deal_label),
                          deal_end != 0 && spark_dialog_get_can_submit (SPARK_DIALOG (self)));
  spark_dialog_fit (SPARK_DIALOG (self));
}

/* Of one brand alone it is known that it is meant. */
static void
offer_agreed (SparkTermsDialog *self)
{
  g_autoptr (GPtrArray) grants = list_grants (self, SPARK_GRANT_STATE_AUTHORIZED);

  for (guint i = 0; i < grants->len; i++)
    {
      const SparkGrant *grant = spark_grant_item_get (grants->pdata[i]);
      g_autofree char *brand = spark_phrase_brand (grant);
      g_autofree char *label
          = is_agreed (self, grant)
                /* Translators: %s: a brand, whose access was agreed to end before the code does */
                ? g_strdup_printf (_ ("Also extend the access of %s"), brand)
                /* Translators: %s: a brand, whose access goes no further than the deal then */
                : g_strdup_printf (_ ("End the access of %s with the deal"), brand);
      GtkWidget *check, *words;

      /* A label of its own does not wrap. */
      words = g_object_new (GTK_TYPE_LABEL, "label", label, "wrap", TRUE, "wrap-mode",
                            PANGO_WRAP_WORD_CHAR, "xalign", 0.0f, NULL);
      check = gtk_check_button_new ();
      gtk_check_button_set_child (GTK_CHECK_BUTTON (check), words);
      gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      -1);
      g_object_set_data_full (G_OBJECT (check), "grant", g_strdup (grant->id), g_free);
      gtk_check_button_set_active (GTK_CHECK_BUTTON (check), grants->len == 1);
      g_signal_connect_swapped (check, "toggled", G_CALLBACK (update_end), self);
      gtk_box_append (self->agreed_box, check);
    }
}

static void
on_days_cb (SparkTermsDialog *self)
{
  self->days = spark_period_chips_get_days (self->chips);
  update_end (self);
}

static void
on_deal_changed_cb (SparkTermsDialog *self)
{
  gint64 deal_end = spark_date_row_get_end (self->deal_row);

  if (deal_end != 0)
    spark_terms_dialog_choose (
        self, spark_terms_nearest (get_account (self), get_start (self), deal_end));
  update_end (self);
}

static void
on_code_made (SparkDialog *dialog, JsonNode *answer)
{
  SparkTermsDialog *self = SPARK_TERMS_DIALOG (dialog);
  SparkWindow *window = spark_dialog_get_window (dialog);
  SparkReplica *replica = spark_acts_get_replica (window);
  const SparkAccount *account = get_account (self);
  g_autoptr (GError) error = NULL;
  SparkCode code;

  if (!spark_acts_read_code (answer, &code, &error))
    {
      spark_dialog_set_problem (dialog, error);
      return;
    }
  spark_terms_set_days (replica, self->days);
  spark_terms_set_consent (replica, spark_video_item_get (self->video)->account_id);
  spark_acts_copy (window, &code, account != NULL ? account->platform : SPARK_PLATFORM_TIKTOK);
  gtk_window_close (GTK_WINDOW (self));
}

static void
make_code (SparkTermsDialog *self)
{
  g_autofree char *path
      = spark_client_path ("/v1/videos/%s/code", spark_video_item_get (self->video)->id);

  spark_dialog_send (SPARK_DIALOG (self), "POST", path, spark_acts_body_int ("days", self->days),
                     on_code_made);
}

static void
on_code_deleted (SparkDialog *dialog, JsonNode *answer)
{
  SparkTermsDialog *self = SPARK_TERMS_DIALOG (dialog);

  self->deleted = TRUE;
  make_code (self);
}

static void
on_extended (SparkDialog *dialog, JsonNode *answer)
{
  SparkTermsDialog *self = SPARK_TERMS_DIALOG (dialog);
  SparkWindow *window = spark_dialog_get_window (dialog);
  g_autoptr (GError) error = NULL;
  g_autofree char *day = NULL;
  g_autofree char *text = NULL;
  SparkCode code;

  if (!spark_acts_read_code (answer, &code, &error))
    {
      spark_dialog_set_problem (dialog, error);
      return;
    }
  if (!stays (self))
    spark_terms_set_brand_days (spark_acts_get_replica (window), self->brand_id, self->days);
  if (code.waiting_for != 0)
    {
      spark_acts_toast (window, _ ("Waiting for TikTok to extend the code"));
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  day = spark_phrase_day (self->until != 0 ? MIN (self->until, code.ends_at) : code.ends_at);
  text = g_strdup_printf (_ ("Extended until %s"), day);
  spark_acts_toast (window, text);
  gtk_window_close (GTK_WINDOW (self));
}

static GBytes *
write_extension (SparkTermsDialog *self)
{
  g_auto (SparkJsonWriter) writer = { 0 };
  g_auto (GStrv) grants = list_ticked (self);

  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  self->until = grants[0] != NULL ? spark_date_row_get_end (self->deal_row) : 0;
  if (!stays (self))
    spark_json_int (&writer, "days", self->days);
  if (self->until != 0)
    spark_json_time (&writer, "grants_end_at", self->until);
  if (grants[0] != NULL)
    {
      spark_json_begin_array (&writer, "grants");
      for (guint i = 0; grants[i] != NULL; i++)
        spark_json_string (&writer, NULL, grants[i]);
      spark_json_end_array (&writer);
    }
  spark_json_end_object (&writer);
  return spark_json_writer_steal (&writer);
}

static void
spark_terms_dialog_submit (SparkDialog *dialog)
{
  SparkTermsDialog *self = SPARK_TERMS_DIALOG (dialog);
  g_autofree char *path = NULL;

  switch (self->purpose)
    {
    case SPARK_TERMS_GENERATE:
      make_code (self);
      break;
    case SPARK_TERMS_CHANGE:
      if (self->deleted)
        {
          make_code (self);
          break;
        }
      path = spark_client_path ("/v1/codes/%s", spark_code_item_get (self->code)->id);
      spark_dialog_send (dialog, "DELETE", path, NULL, on_code_deleted);
      break;
    case SPARK_TERMS_EXTEND:
      path = spark_client_path ("/v1/codes/%s/extend", spark_code_item_get (self->code)->id);
      spark_dialog_send (dialog, "POST", path, write_extension (self), on_extended);
      break;
    }
}

static void
spark_terms_dialog_dispose (GObject *object)
{
  SparkTermsDialog *self = SPARK_TERMS_DIALOG (object);

  g_clear_object (&self->video);
  g_clear_object (&self->code);
  g_clear_object (&self->account);
  g_clear_pointer (&self->brand_id, g_free);

  G_OBJECT_CLASS (spark_terms_dialog_parent_class)->dispose (object);
}

static void
set_words (SparkTermsDialog *self)
{
  SparkDialog *dialog = SPARK_DIALOG (self);
  g_autofree char *caption = spark_phrase_video (spark_video_item_get (self->video));
  g_autofree char *markup = g_markup_escape_text (caption, -1);
  g_autofree char *now_until = NULL;
  const char *title = NULL;

  switch (self->purpose)
    {
    case SPARK_TERMS_GENERATE:
      title = _ ("Generate Code");
      spark_dialog_set_action_label (dialog, _ ("_Generate & Copy"));
      break;
    case SPARK_TERMS_CHANGE:
      title = _ ("Change Code");
      spark_dialog_set_action_label (dialog, _ ("_Change & Copy"));
      gtk_label_set_label (self->authorization_label,
                           _ ("The code you copied stops working. A new one takes its place in the "
                              "clipboard."));
      break;
    case SPARK_TERMS_EXTEND:
      title = _ ("Extend Authorization");
      spark_dialog_set_action_label (dialog, _ ("_Extend"));
      adw_preferences_group_set_title (self->period_group, _ ("Add"));
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->end_row), _ ("New End"));
      /* What is added begins where the code would have ended. */
      gtk_widget_set_visible (self->start_label, FALSE);
      now_until = spark_phrase_day_and_distance (spark_code_item_get (self->code)->ends_at);
      {
        g_autofree char *text = g_strdup_printf (
            _ ("The code itself stays the same. Without this it ends %s."), now_until);
        g_autofree char *whole = spark_terms_describe_extension (get_account (self), text);

        gtk_label_set_label (self->authorization_label, whole);
      }
      break;
    }
  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_preferences_group_set_description (self->period_group, markup);
}

static void
spark_terms_dialog_turn_day (SparkDialog *dialog)
{
  SparkTermsDialog *self = SPARK_TERMS_DIALOG (dialog);

  set_words (self);
  update_end (self);
}

static void
spark_terms_dialog_class_init (SparkTermsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_terms_dialog_dispose;
  SPARK_DIALOG_CLASS (klass)->submit = spark_terms_dialog_submit;
  SPARK_DIALOG_CLASS (klass)->turn_day = spark_terms_dialog_turn_day;

  g_type_ensure (SPARK_TYPE_DATE_ROW);
  g_type_ensure (SPARK_TYPE_PERIOD_CHIPS);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-terms-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkTermsDialog, period_group);
  gtk_widget_class_bind_template_child (widget_class, SparkTermsDialog, chips);
  gtk_widget_class_bind_template_child (widget_class, SparkTermsDialog, end_row);
  gtk_widget_class_bind_template_child (widget_class, SparkTermsDialog, deal_row);
  gtk_widget_class_bind_template_child (widget_class, SparkTermsDialog, deal_label);
  gtk_widget_class_bind_template_child (widget_class, SparkTermsDialog, brands_label);
  gtk_widget_class_bind_template_child (widget_class, SparkTermsDialog, agreed_box);
  gtk_widget_class_bind_template_child (widget_class, SparkTermsDialog, everyone_label);
  gtk_widget_class_bind_template_child (widget_class, SparkTermsDialog, start_label);
  gtk_widget_class_bind_template_child (widget_class, SparkTermsDialog, authorization_label);
  gtk_widget_class_bind_template_callback (widget_class, on_deal_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_days_cb);
}

static void
spark_terms_dialog_init (SparkTermsDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

SparkTermsDialog *
spark_terms_dialog_new (SparkWindow *window, SparkTermsPurpose purpose, SparkVideoItem *video,
                        SparkCodeItem *code)
{
  SparkTermsDialog *self = g_object_new (SPARK_TYPE_TERMS_DIALOG, NULL);
  const SparkAccount *account;
  guint days;

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  self->purpose = purpose;
  g_set_object (&self->video, video);
  g_set_object (&self->code, code);
  self->account = spark_acts_get_account (window, spark_video_item_get (video)->account_id);
  account = get_account (self);

  spark_period_chips_fill (self->chips, account);
  self->brand_id = find_brand (self);
  days = spark_terms_get_days (spark_acts_get_replica (window), account, self->brand_id);
  set_words (self);
  if (purpose == SPARK_TERMS_EXTEND)
    offer_agreed (self);
  spark_terms_dialog_choose (self, days);
  return self;
}

void
spark_terms_dialog_choose (SparkTermsDialog *self, guint days)
{
  spark_period_chips_choose (self->chips, days);
}

void
spark_terms_dialog_answer (SparkTermsDialog *self, const char *grant_id, guint days)
{
  g_autoptr (GPtrArray) grants = NULL;

  g_return_if_fail (SPARK_IS_TERMS_DIALOG (self));
  g_return_if_fail (self->purpose == SPARK_TERMS_EXTEND && grant_id != NULL);

  grants = list_grants (self, SPARK_GRANT_STATE_AUTHORIZED);
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->agreed_box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    for (guint i = 0; i < grants->len; i++)
      {
        const SparkGrant *grant = spark_grant_item_get (grants->pdata[i]);

        if (g_str_equal (grant->id, grant_id) && is_agreed (self, grant)
            && g_str_equal (g_object_get_data (G_OBJECT (child), "grant"), grant_id))
          gtk_check_button_set_active (GTK_CHECK_BUTTON (child), TRUE);
      }
  spark_terms_dialog_choose (self, days);
}
