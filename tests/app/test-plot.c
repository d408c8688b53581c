/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include "app/spark-problem.h"
#include "app/spark-views-plot.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "test-window.h"

#define PATH "GET /v1/videos/1.1/engagement"

typedef struct
{
  SparkWindow *window;
  SparkViewsPlot *plot;
  GtkWidget *next; /* to the plot */
  SparkClient *client;
} Fixture;

static void
set_up (Fixture *fixture)
{
  GtkWidget *plot = g_object_new (SPARK_TYPE_VIEWS_PLOT, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  fixture->next = gtk_button_new_with_label ("Next");
  gtk_box_append (GTK_BOX (box), gtk_button_new_with_label ("Before"));
  gtk_box_append (GTK_BOX (box), plot);
  gtk_box_append (GTK_BOX (box), fixture->next);
  fixture->window = test_window_new (box);
  fixture->plot = SPARK_VIEWS_PLOT (plot);
  fixture->client = spark_backend_get_client (spark_window_get_backend (fixture->window));
}

static void
assert_described (Fixture *fixture, const char *text)
{
  GtkWidget *area = test_find (fixture->plot, GTK_TYPE_DRAWING_AREA, 0);
  g_autofree char *problem = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (area), GTK_ACCESSIBLE_PROPERTY_LABEL, text);

  g_assert_cmpstr (problem, ==, NULL);
}

static void
test_days (void)
{
  g_autofree char *texts = NULL;
  Fixture fixture;

  set_up (&fixture);
  /* A day without a number is left out, and so is one out of order. */
  fake_answer (PATH, "{\"items\":["
                     "{\"date\":\"2020-03-01\",\"views\":1000,\"paid\":{}},"
                     "{\"date\":\"2020-03-02\",\"paid\":{\"views\":7}},"
                     "{\"date\":\"2020-03-03\",\"views\":3000,\"paid\":{}},"
                     "{\"date\":\"2020-03-04\",\"views\":2500,\"paid\":{\"views\":400}},"
                     "{\"date\":\"2020-03-03\",\"views\":9,\"paid\":{}},"
                     "{\"date\":\"nonsense\",\"views\":9,\"paid\":{}}],\"next_cursor\":null}");
  spark_views_plot_set_video (fixture.plot, fixture.client, "1.1");
  test_wait (gtk_widget_get_visible (GTK_WIDGET (fixture.plot)));
  assert_described (&fixture,
                    "Views: 1000 on Sun 1 Mar 2020, 2500 on Wed 4 Mar 2020, of which 400 by ads");

  /* What the highest point stands for; numbers of views can also fall. */
  texts = test_seen_texts (fixture.plot);
  g_assert_nonnull (strstr (texts, "3000"));

  /* The next video does not show what this one had. */
  spark_views_plot_set_video (fixture.plot, fixture.client, NULL);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (fixture.plot)));
  test_window_free (fixture.window);
}

static void
assert_hidden (const char *answer)
{
  Fixture fixture;

  set_up (&fixture);
  fake_answer (PATH, answer);
  spark_views_plot_set_video (fixture.plot, fixture.client, "1.1");
  for (guint i = 0; i < 5; i++)
    test_turn ();
  g_assert_nonnull (strstr (fake_sent (), PATH));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (fixture.plot)));
  test_window_free (fixture.window);
}

static void
test_hidden (void)
{
  assert_hidden ("{\"items\":[{\"date\":\"2020-03-01\",\"views\":1,\"paid\":{}}]}");
  assert_hidden ("{\"items\":[7,null,{\"date\":7},{\"date\":\"2020-03-01\",\"views\":\"x\"}]}");
}

static void
assert_problem (const char *answer)
{
  Fixture fixture;
  g_autofree char *texts = NULL;
  g_autoptr (GError) error
      = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "");

  set_up (&fixture);
  fake_answer (PATH, answer);
  spark_views_plot_set_video (fixture.plot, fixture.client, "1.1");
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (fixture.plot)));
  texts = test_seen_texts (fixture.plot);
  g_assert_nonnull (strstr (texts, spark_problem_sentence (error)));
  g_assert_null (strstr (texts, "Organic"));

  fake_answer (PATH, "{\"items\":[{\"date\":\"2020-03-01\",\"views\":1000,\"paid\":{}},"
                     "{\"date\":\"2020-03-02\",\"views\":1500,\"paid\":{}}]}");
  g_assert_true (gtk_widget_grab_focus (test_find (fixture.plot, GTK_TYPE_BUTTON, 0)));
  test_press_enter (fixture.window);
  test_wait (gtk_widget_get_mapped (test_find (fixture.plot, GTK_TYPE_DRAWING_AREA, 0)));
  /* The button that is gone had the keyboard. */
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture.window)) == fixture.next);
  assert_described (&fixture, "Views: 1000 on Sun 1 Mar 2020, 1500 on Mon 2 Mar 2020");
  g_clear_pointer (&texts, g_free);
  texts = test_seen_texts (fixture.plot);
  g_assert_null (strstr (texts, spark_problem_sentence (error)));
  test_window_free (fixture.window);
}

/* Why there is nothing, and a way on. */
static void
test_problem (void)
{
  assert_problem ("");
  assert_problem ("{\"items\":7}");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  test_begin ();

  g_test_add_func ("/plot/days", test_days);
  g_test_add_func ("/plot/hidden", test_hidden);
  g_test_add_func ("/plot/problem", test_problem);
  return g_test_run ();
}
