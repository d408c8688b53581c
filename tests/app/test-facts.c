/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <adwaita.h>
#include <locale.h>

#include "app/spark-facts-popover.h"
#include "test-window.h"

/* Nothing is counted here. */
guint
spark_video_list_count (SparkVideoList *self, SparkFacts facts, guint ending_days)
{
  return 0;
}

static void
on_changed_cb (guint *n_changes)
{
  (*n_changes)++;
}

static GtkCheckButton *
get_check (SparkFactsPopover *popover, guint n)
{
  return test_find (popover, GTK_TYPE_CHECK_BUTTON, n);
}

static void
test_facts (void)
{
  GtkWidget *widget = g_object_ref_sink (g_object_new (SPARK_TYPE_FACTS_POPOVER, NULL));
  SparkFactsPopover *popover = SPARK_FACTS_POPOVER (widget);
  g_autofree char *misnamed = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (get_check (popover, 0)), GTK_ACCESSIBLE_PROPERTY_LABEL, "Code Ready");
  guint n_changes = 0;

  g_assert_cmpstr (misnamed, ==, NULL);
  g_signal_connect_swapped (popover, "changed", G_CALLBACK (on_changed_cb), &n_changes);
  g_assert_cmpuint (spark_facts_popover_get_facts (popover), ==, SPARK_FACT_NONE);
  g_assert_cmpuint (spark_facts_popover_get_days (popover), ==, SPARK_ENDING_DAYS);

  /* They combine. */
  gtk_check_button_set_active (get_check (popover, 0), TRUE);
  gtk_check_button_set_active (get_check (popover, 1), TRUE);
  g_assert_cmpuint (spark_facts_popover_get_facts (popover), ==,
                    SPARK_FACT_READY | SPARK_FACT_IN_USE);
  g_assert_cmpuint (n_changes, ==, 2);

  /* Who says how many days asks for those that end. */
  gtk_spin_button_set_value (test_find (popover, GTK_TYPE_SPIN_BUTTON, 0), 30);
  g_assert_cmpuint (spark_facts_popover_get_facts (popover), ==,
                    SPARK_FACT_READY | SPARK_FACT_IN_USE | SPARK_FACT_ENDING);
  g_assert_cmpuint (spark_facts_popover_get_days (popover), ==, 30);
  g_assert_cmpuint (n_changes, ==, 3);

  spark_facts_popover_clear (popover);
  g_assert_cmpuint (spark_facts_popover_get_facts (popover), ==, SPARK_FACT_NONE);
  g_assert_cmpuint (n_changes, ==, 4);

  /* What was asked for before comes back as one change, and asks for nothing else. */
  spark_facts_popover_set (popover, SPARK_FACT_EXPIRED | SPARK_FACT_PROBLEM, 7);
  g_assert_cmpuint (spark_facts_popover_get_facts (popover), ==,
                    SPARK_FACT_EXPIRED | SPARK_FACT_PROBLEM);
  g_assert_cmpuint (spark_facts_popover_get_days (popover), ==, 7);
  g_assert_cmpuint (n_changes, ==, 5);
  g_object_unref (widget);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  test_begin ();

  g_test_add_func ("/facts/combine", test_facts);
  return g_test_run ();
}
