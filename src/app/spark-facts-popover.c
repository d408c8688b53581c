/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-facts-popover"

#include "config.h"

#include "app/spark-facts-popover.h"
#include "app/spark-format.h"

#define N_CHECKS 6

struct _SparkFactsPopover
{
  GtkPopover parent_instance;

  /* template widgets */
  GtkCheckButton *ready_check;
  GtkCheckButton *in_use_check;
  GtkCheckButton *expired_check;
  GtkCheckButton *not_authorized_check;
  GtkCheckButton *ending_check;
  GtkCheckButton *problem_check;
  GtkLabel *ready_count;
  GtkLabel *in_use_count;
  GtkLabel *expired_count;
  GtkLabel *not_authorized_count;
  GtkLabel *ending_count;
  GtkLabel *problem_count;
  GtkSpinButton *days_spin;
  GtkWidget *clear_button;

  /* owned */
  SparkVideoList *list;

  guint clearing : 1; /* many change at once */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SparkFactsPopover, spark_facts_popover, GTK_TYPE_POPOVER)

typedef struct
{
  SparkFacts fact;
  GtkCheckButton *check;
  GtkLabel *count;
} Check;

static void
get_checks (SparkFactsPopover *self, Check checks[N_CHECKS])
{
  const Check all[N_CHECKS] = {
    { SPARK_FACT_READY, self->ready_check, self->ready_count },
    { SPARK_FACT_IN_USE, self->in_use_check, self->in_use_count },
    { SPARK_FACT_EXPIRED, self->expired_check, self->expired_count },
    { SPARK_FACT_NOT_AUTHORIZED, self->not_authorized_check, self->not_authorized_count },
    { SPARK_FACT_ENDING, self->ending_check, self->ending_count },
    { SPARK_FACT_PROBLEM, self->problem_check, self->problem_count },
  };

  memcpy (checks, all, sizeof all);
}

static void
count (SparkFactsPopover *self)
{
  Check checks[N_CHECKS];

  get_checks (self, checks);
  for (guint i = 0; i < N_CHECKS; i++)
    {
      guint n = self->list != NULL ? spark_video_list_count (self->list, checks[i].fact,
                                                             spark_facts_popover_get_days (self))
                                   : 0;
      g_autofree char *text = spark_format_exact_count (n);

      gtk_label_set_label (checks[i].count, text);
    }
}

static void
on_changed_cb (SparkFactsPopover *self)
{
  if (self->clearing)
    return;
  gtk_widget_set_sensitive (self->clear_button, spark_facts_popover_get_facts (self) != 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_days_cb (SparkFactsPopover *self)
{
  count (self);
  if (gtk_check_button_get_active (self->ending_check))
    on_changed_cb (self);
  else
    gtk_check_button_set_active (self->ending_check, TRUE);
}

static void
on_clear_cb (SparkFactsPopover *self)
{
  spark_facts_popover_clear (self);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
spark_facts_popover_dispose (GObject *object)
{
  g_clear_object (&SPARK_FACTS_POPOVER (object)->list);
  G_OBJECT_CLASS (spark_facts_popover_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass, RESOURCE_PATH "/spark-facts-popover.ui");
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, ready_check);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, in_use_check);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, expired_check);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, not_authorized_check);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, ending_check);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, problem_check);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, ready_count);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, in_use_count);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, expired_count);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, not_authorized_count);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, ending_count);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, problem_count);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, days_spin);
  gtk_widget_class_bind_template_child (klass, SparkFactsPopover, clear_button);
  gtk_widget_class_bind_template_callback (klass, on_changed_cb);
  gtk_widget_class_bind_template_callback (klass, on_days_cb);
  gtk_widget_class_bind_template_callback (klass, on_clear_cb);
  gtk_widget_class_bind_template_callback (klass, count);
}

static void
spark_facts_popover_class_init (SparkFactsPopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = spark_facts_popover_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
spark_facts_popover_init (SparkFactsPopover *self)
{
  Check checks[N_CHECKS];

  gtk_widget_init_template (GTK_WIDGET (self));
  /* GTK 4.8 has a check button’s name read aloud with the sign before its mnemonic. */
  get_checks (self, checks);
  for (guint i = 0; i < N_CHECKS; i++)
    gtk_accessible_update_property (
        GTK_ACCESSIBLE (checks[i].check), GTK_ACCESSIBLE_PROPERTY_LABEL,
        gtk_label_get_text (GTK_LABEL (gtk_widget_get_last_child (GTK_WIDGET (checks[i].check)))),
        -1);
}

void
spark_facts_popover_set_list (SparkFactsPopover *self, SparkVideoList *list)
{
  g_return_if_fail (SPARK_IS_FACTS_POPOVER (self));

  g_set_object (&self->list, list);
}

SparkFacts
spark_facts_popover_get_facts (SparkFactsPopover *self)
{
  Check checks[N_CHECKS];
  SparkFacts facts = SPARK_FACT_NONE;

  g_return_val_if_fail (SPARK_IS_FACTS_POPOVER (self), SPARK_FACT_NONE);

  get_checks (self, checks);
  for (guint i = 0; i < N_CHECKS; i++)
    if (gtk_check_button_get_active (checks[i].check))
      facts |= checks[i].fact;
  return facts;
}

guint
spark_facts_popover_get_days (SparkFactsPopover *self)
{
  g_return_val_if_fail (SPARK_IS_FACTS_POPOVER (self), SPARK_ENDING_DAYS);

  return (guint)gtk_spin_button_get_value_as_int (self->days_spin);
}

void
spark_facts_popover_set (SparkFactsPopover *self, SparkFacts facts, guint days)
{
  Check checks[N_CHECKS];

  g_return_if_fail (SPARK_IS_FACTS_POPOVER (self));

  get_checks (self, checks);
  self->clearing = TRUE;
  gtk_spin_button_set_value (self->days_spin, days);
  for (guint i = 0; i < N_CHECKS; i++)
    gtk_check_button_set_active (checks[i].check, (facts & checks[i].fact) != 0);
  self->clearing = FALSE;
  on_changed_cb (self);
}

void
spark_facts_popover_clear (SparkFactsPopover *self)
{
  g_return_if_fail (SPARK_IS_FACTS_POPOVER (self));

  spark_facts_popover_set (self, SPARK_FACT_NONE, spark_facts_popover_get_days (self));
}
