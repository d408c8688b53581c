/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-batch-terms"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-batch-facts.h"
#include "app/spark-batch-terms.h"
#include "app/spark-batch-words.h"
#include "app/spark-dialog.h"
#include "app/spark-entry-row.h"
#include "app/spark-period-chips.h"
#include "app/spark-phrases.h"
#include "app/spark-terms.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-rules.h"
#include "spark-enum-types.h"

#define REASON_CHARS 500

struct _SparkBatchTerms
{
  AdwBin parent_instance;

  /* template widgets */
  GtkLabel *intro_label;
  GtkLabel *chosen_label;
  GtkLabel *connection_label;
  AdwPreferencesGroup *period_group;
  SparkPeriodChips *chips;
  AdwPreferencesGroup *end_group;
  AdwActionRow *end_row;
  AdwPreferencesGroup *reason_group;
  AdwEntryRow *reason_row;
  GtkCheckButton *agreed_check;
  GtkLabel *others_label;
  GtkLabel *consequence_label;

  /* owned */
  GPtrArray *parts;     /* of SparkBatchPart */
  SparkBatchLook *look; /* at what is chosen; NULL: nothing of it is told */
  char *brand_id;       /* whose accesses all of them are; NULL: of several or none */

  SparkBatchAct act;
};

G_DEFINE_FINAL_TYPE (SparkBatchTerms, spark_batch_terms, ADW_TYPE_BIN)

static void
say (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

/* (transfer full) (nullable): it is not known yet */
static char *
describe_end (SparkBatchTerms *self)
{
  guint days = spark_period_chips_get_days (self->chips);
  const SparkBatchFacts *facts;

  if (self->act != SPARK_BATCH_ACT_EXTEND)
    return spark_phrase_full_day_and_distance (spark_time_now () + days * SPARK_DAY_MS);
  facts = self->look != NULL ? spark_batch_look_get_facts (self->look) : NULL;
  return facts != NULL && facts->complete ? spark_batch_describe_ends (facts, days) : NULL;
}

static void
on_days_cb (SparkBatchTerms *self)
{
  g_autofree char *text = describe_end (self);

  adw_action_row_set_subtitle (self->end_row, text != NULL ? text : "…");
}

static void
spark_batch_terms_dispose (GObject *object)
{
  SparkBatchTerms *self = SPARK_BATCH_TERMS (object);

  g_clear_pointer (&self->look, spark_batch_look_free);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->brand_id, g_free);

  G_OBJECT_CLASS (spark_batch_terms_parent_class)->dispose (object);
}

static void
spark_batch_terms_class_init (SparkBatchTermsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_batch_terms_dispose;

  g_type_ensure (SPARK_TYPE_PERIOD_CHIPS);
  g_type_ensure (SPARK_TYPE_ENTRY_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-batch-terms.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, intro_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, chosen_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, connection_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, period_group);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, chips);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, end_group);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, end_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, reason_group);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, reason_row);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, agreed_check);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, others_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBatchTerms, consequence_label);
  gtk_widget_class_bind_template_callback (widget_class, on_days_cb);
}

static void
spark_batch_terms_init (SparkBatchTerms *self)
{
  GtkEditable *delegate;

  gtk_widget_init_template (GTK_WIDGET (self));
  delegate = gtk_editable_get_delegate (GTK_EDITABLE (self->reason_row));
  if (GTK_IS_TEXT (delegate))
    gtk_text_set_max_length (GTK_TEXT (delegate), REASON_CHARS);
}

/* Whether any of what was chosen was agreed to end before its code. */
static gboolean
is_agreed (SparkReplica *replica, GPtrArray *ids)
{
  gboolean agreed = FALSE;

  for (guint i = 0; i < ids->len && !agreed; i++)
    {
      g_autoptr (SparkGrantItem) item
          = spark_replica_get_grant (replica, g_ptr_array_index (ids, i));
      const SparkGrant *grant = item != NULL ? spark_grant_item_get (item) : NULL;

      agreed = grant != NULL && grant->ends_at != 0 && grant->ends_at < grant->platform_ends_at;
    }
  return agreed;
}

/* Whose accesses all of them are; (transfer full) (nullable) */
static char *
find_brand (SparkReplica *replica, GPtrArray *parts)
{
  g_autofree char *brand = NULL;

  for (guint i = 0; i < parts->len; i++)
    {
      const SparkBatchPart *part = g_ptr_array_index (parts, i);

      for (guint j = 0; j < part->ids->len; j++)
        {
          g_autoptr (SparkGrantItem) item
              = spark_replica_get_grant (replica, g_ptr_array_index (part->ids, j));
          const char *id = item != NULL ? spark_grant_item_get (item)->brand.id : NULL;

          if (id == NULL || (brand != NULL && !g_str_equal (brand, id)))
            return NULL;
          if (brand == NULL)
            brand = g_strdup (id);
        }
    }
  return g_steal_pointer (&brand);
}

/* TRUE: there is any that each of the accounts permits. */
static gboolean
fill_chips (SparkBatchTerms *self, SparkWindow *window, GPtrArray *parts)
{
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func (g_object_unref);
  SparkAccount common;

  for (guint i = 0; i < parts->len; i++)
    {
      const SparkBatchPart *part = g_ptr_array_index (parts, i);
      SparkAccountItem *item = spark_acts_get_account (window, part->account_id);

      if (item != NULL)
        g_ptr_array_add (accounts, item);
    }
  spark_terms_find_common (accounts, &common);
  if (common.n_periods == 0)
    return FALSE;
  spark_period_chips_fill (self->chips, &common);
  spark_period_chips_choose (
      self->chips, spark_terms_get_days (spark_acts_get_replica (window), &common, self->brand_id));
  return TRUE;
}

static void
on_looked_cb (gpointer data, gpointer user_data)
{
  SparkBatchTerms *self = user_data;
  SparkDialog *dialog = SPARK_DIALOG (gtk_widget_get_root (GTK_WIDGET (self)));
  const SparkBatchFacts *facts = spark_batch_look_get_facts (data);
  g_autofree char *text = NULL;

  if (self->act == SPARK_BATCH_ACT_EXTEND)
    {
      text = spark_batch_describe_others (facts);
      say (self->others_label, text);
      on_days_cb (self);
      /* Of codes that are not here nothing can be told. */
      if (facts->first_end == 0)
        gtk_widget_set_visible (GTK_WIDGET (self->end_group), FALSE);
    }
  else
    {
      text = spark_batch_describe_consequence (spark_dialog_get_window (dialog), self->act,
                                               self->parts, facts);
      say (self->consequence_label, text);
    }
  spark_dialog_fit (dialog);
}

void
spark_batch_terms_set (SparkBatchTerms *self, SparkWindow *window, SparkBatchAct act,
                       GPtrArray *parts, const char *chosen)
{
  g_autofree char *consequence = NULL;
  g_autofree char *disconnected = NULL;
  g_autofree char *intro = NULL;
  gboolean agreed = FALSE;
  gboolean any_period;

  g_return_if_fail (SPARK_IS_BATCH_TERMS (self));

  self->act = act;
  self->parts = g_ptr_array_ref (parts);
  for (guint i = 0; i < parts->len; i++)
    {
      const SparkBatchPart *part = g_ptr_array_index (parts, i);

      agreed = agreed
               || (act == SPARK_BATCH_ACT_EXTEND
                   && is_agreed (spark_acts_get_replica (window), part->ids));
    }
  intro = spark_batch_describe_act (window, act, parts);
  consequence = spark_batch_describe_consequence (window, act, parts, &(SparkBatchFacts){ 0 });
  if (act == SPARK_BATCH_ACT_REVOKE)
    disconnected = spark_batch_describe_disconnected (window, parts);
  if (act == SPARK_BATCH_ACT_EXTEND)
    {
      adw_preferences_group_set_title (self->period_group, _ ("Add"));
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->end_row), _ ("New End"));
    }
  if (act != SPARK_BATCH_ACT_GENERATE)
    self->look = spark_batch_look_new (window, act, parts, on_looked_cb, self);
  if (act == SPARK_BATCH_ACT_EXTEND)
    self->brand_id = find_brand (spark_acts_get_replica (window), parts);
  any_period = fill_chips (self, window, parts);
  say (self->intro_label, intro);
  say (self->chosen_label, chosen);
  say (self->connection_label, disconnected);
  say (self->consequence_label, consequence);
  gtk_widget_set_visible (GTK_WIDGET (self->period_group), act != SPARK_BATCH_ACT_REVOKE);
  gtk_widget_set_visible (GTK_WIDGET (self->chips), any_period);
  gtk_widget_set_visible (GTK_WIDGET (self->end_group),
                          act != SPARK_BATCH_ACT_REVOKE && any_period);
  gtk_widget_set_visible (GTK_WIDGET (self->reason_group), act == SPARK_BATCH_ACT_REVOKE);
  gtk_widget_set_visible (GTK_WIDGET (self->agreed_check), agreed);
}

void
spark_batch_terms_say (SparkBatchTerms *self, const char *intro, const char *chosen)
{
  g_return_if_fail (SPARK_IS_BATCH_TERMS (self));

  say (self->intro_label, intro);
  say (self->chosen_label, chosen);
}

void
spark_batch_terms_focus (SparkBatchTerms *self)
{
  g_return_if_fail (SPARK_IS_BATCH_TERMS (self));

  gtk_widget_grab_focus (self->act == SPARK_BATCH_ACT_REVOKE ? GTK_WIDGET (self->reason_row)
                                                             : GTK_WIDGET (self->chips));
}

GtkWidget *
spark_batch_terms_find_obstacle (SparkBatchTerms *self, const char **sentence)
{
  g_return_val_if_fail (SPARK_IS_BATCH_TERMS (self), NULL);

  if (self->act == SPARK_BATCH_ACT_REVOKE || spark_batch_terms_get_days (self) > 0)
    return NULL;
  *sentence
      = _ ("These accounts have no authorization period in common. Select rows of one account "
           "at a time.");
  return GTK_WIDGET (self->chips);
}

guint
spark_batch_terms_get_days (SparkBatchTerms *self)
{
  g_return_val_if_fail (SPARK_IS_BATCH_TERMS (self), 0);

  return spark_period_chips_get_days (self->chips);
}

void
spark_batch_terms_remember (SparkBatchTerms *self, SparkReplica *replica)
{
  guint days = spark_batch_terms_get_days (self);

  spark_terms_set_days (replica, days);
  spark_terms_set_brand_days (replica, self->brand_id, days);
}

void
spark_batch_terms_turn_day (SparkBatchTerms *self)
{
  g_return_if_fail (SPARK_IS_BATCH_TERMS (self));

  on_days_cb (self);
}

GBytes *
spark_batch_terms_write (SparkBatchTerms *self, GPtrArray *ids)
{
  g_auto (SparkJsonWriter) writer = { 0 };

  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "act", spark_enum_to_string (SPARK_TYPE_BATCH_ACT, self->act));
  if (self->act == SPARK_BATCH_ACT_REVOKE)
    {
      g_autofree char *reason = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->reason_row)));

      if (*g_strstrip (reason) != '\0')
        spark_json_string (&writer, "reason", reason);
    }
  else
    spark_json_int (&writer, "days", spark_period_chips_get_days (self->chips));
  if (gtk_widget_get_visible (GTK_WIDGET (self->agreed_check)))
    spark_json_bool (&writer, "agreed", gtk_check_button_get_active (self->agreed_check));
  spark_json_begin_array (&writer, "ids");
  for (guint i = 0; i < ids->len; i++)
    spark_json_string (&writer, NULL, g_ptr_array_index (ids, i));
  spark_json_end_array (&writer);
  spark_json_end_object (&writer);
  return spark_json_writer_steal (&writer);
}
