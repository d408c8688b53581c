/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include <adwaita.h>

#include "app/spark-button-name.h"
#include "app/spark-label-wrap.h"
#include "app/spark-text.h"
#include "test-widgets.h"

void
test_begin (void)
{
  adw_init ();
  spark_label_wrap_everywhere ();
  spark_button_name_everywhere ();
}

void
test_begin_still (int *argc, char ***argv)
{
  setlocale (LC_ALL, "");
  g_test_init (argc, argv, NULL);
  test_begin ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

void
test_turn (void)
{
  guint id = g_timeout_add_full (G_PRIORITY_LOW, 50, wake_cb, NULL, NULL);
  GSource *source = g_main_context_find_source_by_id (NULL, id);

  g_source_ref (source);
  g_main_context_iteration (NULL, TRUE);
  g_source_destroy (source);
  g_source_unref (source);
}

static GtkWidget *
find (GtkWidget *widget, GType type, guint *n)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) && (*n)-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, type, n);

      if (found != NULL)
        return found;
    }
  return NULL;
}

gpointer
test_find (gpointer root, GType type, guint n)
{
  GtkWidget *found = find (GTK_WIDGET (root), type, &n);

  g_assert_nonnull (found);
  return found;
}

gpointer
test_find_button (gpointer root, const char *label)
{
  for (guint i = 0;; i++)
    {
      GtkButton *button = test_find (root, GTK_TYPE_BUTTON, i);

      if (g_strcmp0 (gtk_button_get_label (button), label) == 0
          && gtk_widget_get_mapped (GTK_WIDGET (button)))
        return button;
    }
}

void
test_press (gpointer root, const char *label)
{
  g_signal_emit_by_name (test_find_button (root, label), "clicked");
}

static void
collect (GtkWidget *widget, gboolean seen, GString *texts)
{
  if (!gtk_widget_get_visible (widget) || (seen && !gtk_widget_get_child_visible (widget)))
    return;
  if (GTK_IS_LABEL (widget))
    g_string_append_printf (texts, "%s\n", gtk_label_get_label (GTK_LABEL (widget)));
  else if (SPARK_IS_TEXT (widget))
    g_string_append_printf (texts, "%s\n", spark_text_get_text (SPARK_TEXT (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    collect (child, seen, texts);
}

void
test_press_enter (gpointer window)
{
  GtkWidget *button = gtk_window_get_focus (window);

  if (!GTK_IS_BUTTON (button))
    button = gtk_window_get_default_widget (window);
  g_assert_nonnull (button);
  /* Activated it would show that for a while first. */
  if (gtk_widget_is_sensitive (button))
    g_signal_emit_by_name (button, "clicked");
}

char *
test_texts (gpointer root)
{
  GString *texts = g_string_new (NULL);

  collect (GTK_WIDGET (root), FALSE, texts);
  return g_string_free (texts, FALSE);
}

char *
test_seen_texts (gpointer root)
{
  GString *texts = g_string_new (NULL);

  collect (GTK_WIDGET (root), TRUE, texts);
  return g_string_free (texts, FALSE);
}

void
test_wait_for_text (gpointer root, const char *part)
{
  for (;;)
    {
      g_autofree char *texts = test_texts (root);

      if (strstr (texts, part) != NULL)
        return;
      test_turn ();
    }
}

void
test_group_numbers (gboolean grouped)
{
  static const char source[] = "LC_NUMERIC\n"
                               "decimal_point \".\"\n"
                               "thousands_sep \",\"\n"
                               "grouping 3;3\n"
                               "END LC_NUMERIC\n";
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;

  if (!grouped)
    {
      g_assert_nonnull (setlocale (LC_NUMERIC, "C"));
      return;
    }
  /* Which languages a computer has is its own affair. */
  directory = g_dir_make_tmp ("numbers-XXXXXX", &error);
  g_assert_no_error (error);
  from = g_build_filename (directory, "source", NULL);
  to = g_build_filename (directory, "grouped", NULL);
  g_assert_true (g_file_set_contents (from, source, -1, NULL));
  /* It says that all the rest is missing: whether it worked is seen below. */
  g_assert_true (g_spawn_sync (
      NULL,
      (char *[]){ (char *)"localedef", (char *)"-c", (char *)"--no-archive", (char *)"-i", from, to,
                  NULL },
      NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
      NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_setenv ("LOCPATH", directory, TRUE);
  g_assert_nonnull (setlocale (LC_NUMERIC, "grouped"));
  g_unsetenv ("LOCPATH");
  g_assert_true (g_spawn_sync (NULL, (char *[]){ (char *)"rm", (char *)"-r", directory, NULL },
                               NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
}
