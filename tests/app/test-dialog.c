/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include "app/spark-dialog.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "test-window.h"

#define HEIGHT 500

static void
on_height_cb (GtkWindow *dialog, GParamSpec *pspec, guint *times)
{
  int width, height;

  gtk_window_get_default_size (dialog, &width, &height);
  if (height == -1 || height == HEIGHT)
    return;
  ++*times;
  gtk_window_set_default_size (dialog, width, HEIGHT);
}

/* A window manager may give a dialog the height that it likes: it is left to it. */
static void
test_height_insisted_on (void)
{
  SparkDialog *dialog = g_object_new (SPARK_TYPE_DIALOG, "body", gtk_label_new ("Words"), NULL);
  SparkWindow *window = test_window_new (NULL);
  guint times = 0;
  gint64 over;

  spark_dialog_set_window (dialog, window);
  gtk_window_present (GTK_WINDOW (dialog));
  test_wait (gtk_widget_get_height (GTK_WIDGET (dialog)) > 0);
  gtk_window_set_default_size (GTK_WINDOW (dialog), 400, HEIGHT);
  /* Without what is drawn around it */
  test_wait (gtk_widget_get_height (GTK_WIDGET (dialog)) > HEIGHT - 30);
  g_signal_connect (dialog, "notify::default-height", G_CALLBACK (on_height_cb), &times);
  spark_dialog_fit (dialog);
  test_wait (times > 0);
  over = g_get_monotonic_time () + G_USEC_PER_SEC;
  test_wait (g_get_monotonic_time () > over);
  g_assert_cmpuint (times, <, 10);
  gtk_window_destroy (GTK_WINDOW (dialog));
  test_window_free (window);
}

static int
get_height (SparkDialog *dialog)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (dialog), &width, &height);
  return height;
}

/* GTK may hear of the first height only after it was asked for others, and takes it for a wish. */
static void
test_height_told_late (void)
{
  GtkWidget *body = gtk_label_new ("Words");
  SparkDialog *dialog = g_object_new (SPARK_TYPE_DIALOG, "body", body, NULL);
  SparkWindow *window = test_window_new (NULL);
  int first, last;

  spark_dialog_set_window (dialog, window);
  gtk_window_present (GTK_WINDOW (dialog));
  test_wait (gtk_widget_get_height (GTK_WIDGET (dialog)) > 0);
  first = last = get_height (dialog);
  for (int height = 200; height <= 300; height += 100)
    {
      gtk_widget_set_size_request (body, -1, height);
      spark_dialog_fit (dialog);
      test_wait (get_height (dialog) > last);
      last = get_height (dialog);
    }
  gtk_window_set_default_size (GTK_WINDOW (dialog), 400, first);
  test_wait (get_height (dialog) == last);
  gtk_window_destroy (GTK_WINDOW (dialog));
  test_window_free (window);
}

/* Also for who does not see the spinner. */
static void
test_busy (void)
{
  SparkDialog *dialog = g_object_new (SPARK_TYPE_DIALOG, "action-label", "_Generate", NULL);
  GtkWidget *button = gtk_window_get_default_widget (GTK_WINDOW (dialog));

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *problem = NULL;

      spark_dialog_set_busy (dialog, i == 0);
      problem = gtk_test_accessible_check_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_BUSY,
                                                 i == 0);
      g_assert_cmpstr (problem, ==, NULL);
    }
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static gboolean
is_said (GtkWidget *button, const char *name)
{
  g_autofree char *other = gtk_test_accessible_check_property (GTK_ACCESSIBLE (button),
                                                               GTK_ACCESSIBLE_PROPERTY_LABEL, name);

  return other == NULL;
}

/* Nobody is told of a mnemonic's underscore; a name of its own stays. */
static void
test_names (void)
{
  SparkDialog *dialog = g_object_new (SPARK_TYPE_DIALOG, NULL);
  GtkWidget *named = gtk_button_new_with_mnemonic ("_Edit");
  GtkWidget *close;

  gtk_window_present (GTK_WINDOW (dialog));
  close = test_find_button (dialog, "_Close");
  g_assert_false (is_said (close, "_Close"));
  spark_dialog_set_action_label (dialog, "_Generate");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (close)), ==, "_Cancel");
  g_assert_false (is_said (close, "_Cancel"));
  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (close),
                                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY));

  gtk_accessible_update_property (GTK_ACCESSIBLE (named), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  "Edit the Deal", -1);
  g_object_set (dialog, "body", named, NULL);
  g_assert_true (is_said (named, "Edit the Deal"));
  g_assert_false (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (named),
                                                    GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* What scrolls can have the keyboard: its name is heard then. */
static void
test_scrolled (void)
{
  SparkDialog *dialog = g_object_new (SPARK_TYPE_DIALOG, "title", "Generate Codes", NULL);
  GtkWidget *scrolled = test_find (dialog, GTK_TYPE_SCROLLED_WINDOW, 0);

  g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (scrolled),
                                                   GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
on_sent (SparkDialog *dialog, JsonNode *answer)
{
}

static char *
send (SparkDialog *dialog, int days)
{
  g_autofree char *body = g_strdup_printf ("{\"days\":%d}", days);

  spark_dialog_send (dialog, "POST", "/v1/codes/1.2/extend", g_bytes_new (body, strlen (body)),
                     on_sent);
  test_wait (!spark_dialog_get_busy (dialog));
  return g_strdup (fake_get_key ());
}

/* What timed out may have been done: the same again adds no second time. */
static void
test_sent_again (void)
{
  SparkDialog *dialog = g_object_new (SPARK_TYPE_DIALOG, "action-label", "_Extend", NULL);
  SparkWindow *window = test_window_new (NULL);
  g_autofree char *first = NULL;
  g_autofree char *again = NULL;
  g_autofree char *other = NULL;
  g_autofree char *third = NULL;
  g_autofree char *later = NULL;

  spark_dialog_set_window (dialog, window);
  fake_refuse ("POST /v1/codes/1.2/extend",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_TIMED_OUT, ""));
  first = send (dialog, 30);
  again = send (dialog, 30);
  other = send (dialog, 60);
  g_assert_nonnull (first);
  g_assert_cmpstr (again, ==, first);
  g_assert_cmpstr (other, !=, first);
  fake_answer ("POST /v1/codes/1.2/extend", "");
  third = send (dialog, 30);
  g_assert_cmpstr (third, ==, first);
  /* It is known to be done: once more is meant. */
  later = send (dialog, 30);
  g_assert_cmpstr (later, !=, first);
  gtk_window_destroy (GTK_WINDOW (dialog));
  test_window_free (window);
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  test_begin ();
  setlocale (LC_ALL, "C.UTF-8");

  g_test_add_func ("/app/dialog/busy", test_busy);
  g_test_add_func ("/app/dialog/height-insisted-on", test_height_insisted_on);
  g_test_add_func ("/app/dialog/height-told-late", test_height_told_late);
  g_test_add_func ("/app/dialog/names", test_names);
  g_test_add_func ("/app/dialog/scrolled", test_scrolled);
  g_test_add_func ("/app/dialog/sent-again", test_sent_again);
  return g_test_run ();
}
