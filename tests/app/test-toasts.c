/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include "app/spark-toast-layout.h"
#include "app/spark-toasts.h"
#include "test-window.h"

/* Shorter than a toast takes to come: what goes away before has been taken away too early. */
#define COMING_US (250 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  GtkWidget *window;
  AdwToastOverlay *overlay;
  SparkToasts *toasts;
  gint64 dismissed[3]; /* when; 0: not yet */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = gtk_window_new ();
  fixture->overlay = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  fixture->toasts = spark_toasts_new (fixture->overlay);
  adw_toast_overlay_set_child (fixture->overlay, gtk_label_new ("Below"));
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->overlay));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 300);
  gtk_window_present (GTK_WINDOW (fixture->window));
  test_wait (gtk_widget_get_mapped (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  spark_toasts_free (fixture->toasts);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

static void
on_dismissed_cb (AdwToast *toast, gint64 *at)
{
  *at = g_get_monotonic_time ();
}

/* (transfer none): lives until it is dismissed, which is the @n-th to be so. */
static AdwToast *
add (Fixture *fixture, const char *title, guint timeout, guint n)
{
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_timeout (toast, timeout);
  g_signal_connect (toast, "dismissed", G_CALLBACK (on_dismissed_cb), &fixture->dismissed[n]);
  spark_toasts_add (fixture->toasts, toast);
  return toast;
}

static gboolean
shows (Fixture *fixture, const char *title)
{
  g_autofree char *texts = test_texts (fixture->overlay);
  g_auto (GStrv) lines = g_strsplit (texts, "\n", -1);

  return g_strv_contains ((const char *const *)lines, title);
}

static void
test_one_after_another (Fixture *fixture, gconstpointer data)
{
  gint64 began = g_get_monotonic_time ();

  add (fixture, "First", 3600, 0);
  add (fixture, "Second", 3600, 1);
  add (fixture, "Third", 3600, 2);
  test_wait (shows (fixture, "First"));

  /* Long before the hour of the first is up, but not before it has come. */
  test_wait (shows (fixture, "Third"));
  g_assert_cmpint (fixture->dismissed[0] - began, >=, COMING_US);
  /* Of those that waited only the last was worth saying. */
  g_assert_cmpint (fixture->dismissed[1], ==, 0);
  g_assert_cmpint (fixture->dismissed[2], ==, 0);
}

static void
test_dismissed_while_it_comes (Fixture *fixture, gconstpointer data)
{
  gint64 began = g_get_monotonic_time ();
  AdwToast *toast = add (fixture, "Working…", 0, 0);

  spark_toasts_dismiss (fixture->toasts, toast);
  g_assert_cmpint (fixture->dismissed[0], ==, 0);
  test_wait (fixture->dismissed[0] != 0);
  g_assert_cmpint (fixture->dismissed[0] - began, >=, COMING_US);
  test_wait (!shows (fixture, "Working…"));

  add (fixture, "Done", 5, 1);
  test_wait (shows (fixture, "Done"));
  g_assert_cmpint (fixture->dismissed[1], ==, 0);
}

static GtkLabel *
find_words (Fixture *fixture, const char *title)
{
  GtkWidget *toast = gtk_widget_get_last_child (GTK_WIDGET (fixture->overlay));
  GtkLabel *label = test_find (toast, GTK_TYPE_LABEL, 0);

  g_assert_cmpstr (gtk_label_get_text (label), ==, title);
  return label;
}

static gboolean
are_whole (GtkLabel *label)
{
  int width, height;

  pango_layout_get_pixel_size (gtk_label_get_layout (label), &width, &height);
  return !pango_layout_is_ellipsized (gtk_label_get_layout (label))
         && width <= gtk_widget_get_width (GTK_WIDGET (label))
         && height <= gtk_widget_get_height (GTK_WIDGET (label));
}

static void
assert_equipped (Fixture *fixture, const char *title)
{
  GtkLabel *label = find_words (fixture, title);
  GtkWidget *widget = gtk_widget_get_last_child (GTK_WIDGET (fixture->overlay));
  gboolean slides;

  g_assert_true (SPARK_IS_TOAST_LAYOUT (gtk_widget_get_layout_manager (widget)));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (test_find (widget, GTK_TYPE_BUTTON, 1)), ==,
                   "Close");
  test_wait (gtk_widget_get_width (GTK_WIDGET (label)) > 0 && are_whole (label));
  g_assert_cmpint (pango_layout_get_line_count (gtk_label_get_layout (label)), >, 1);
  g_assert_cmpint (gtk_widget_get_width (fixture->window), ==, 320);
  g_object_get (gtk_settings_get_default (), "gtk-enable-animations", &slides, NULL);
  g_assert_true (slides);
}

/* What is still being done keeps its toast under what is said meanwhile. */
static void
test_over_what_is_being_done (Fixture *fixture, gconstpointer data)
{
  AdwToast *toast = add (fixture, "Working…", 0, 0);

  add (fixture, "Copied", 1, 1);
  test_wait (shows (fixture, "Copied"));
  test_wait (fixture->dismissed[1] != 0);
  test_wait (shows (fixture, "Working…"));
  g_assert_cmpint (fixture->dismissed[0], ==, 0);

  add (fixture, "Copied Again", 30, 1);
  add (fixture, "Saved", 30, 2);
  test_wait (shows (fixture, "Saved"));
  spark_toasts_dismiss (fixture->toasts, toast);
  test_wait (fixture->dismissed[0] != 0);
  test_wait (shows (fixture, "Saved"));
  g_assert_cmpint (fixture->dismissed[2], ==, 0);
}

/* Adwaita makes it another widget then. */
static void
test_comes_back (Fixture *fixture, gconstpointer data)
{
  const char *title = "The codes that brands were given are being drawn from the sample videos…";
  AdwToast *toast = adw_toast_new (title);
  gint64 over;

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 320, 300);
  test_wait (gtk_widget_get_width (fixture->window) == 320);
  adw_toast_set_timeout (toast, 0);
  adw_toast_set_button_label (toast, "_Cancel");
  g_object_ref (toast);
  spark_toasts_add (fixture->toasts, toast);
  add (fixture, "Copied", 1, 1);
  test_wait (shows (fixture, "Copied"));
  test_wait (fixture->dismissed[1] != 0);
  assert_equipped (fixture, title);

  /* Sent away as it comes back. */
  fixture->dismissed[1] = 0;
  add (fixture, "Copied", 1, 1);
  test_wait (shows (fixture, "Copied"));
  test_wait (fixture->dismissed[1] != 0);
  adw_toast_dismiss (toast);
  g_object_unref (toast);
  /* Longer than it would have gone on sliding in. */
  over = g_get_monotonic_time () + G_USEC_PER_SEC;
  test_wait (g_get_monotonic_time () > over);
  g_assert_false (shows (fixture, title));
}

/* Of two that are being done each goes when it is done. */
static void
test_dismissed_over_another (Fixture *fixture, gconstpointer data)
{
  AdwToast *first = add (fixture, "Working…", 0, 0);
  AdwToast *second = add (fixture, "Asking…", 0, 1);

  test_wait (shows (fixture, "Asking…"));
  spark_toasts_dismiss (fixture->toasts, second);
  test_wait (fixture->dismissed[1] != 0);
  test_wait (shows (fixture, "Working…"));
  g_assert_cmpint (fixture->dismissed[0], ==, 0);

  second = add (fixture, "Asking Again…", 0, 2);
  test_wait (shows (fixture, "Asking Again…"));
  spark_toasts_dismiss (fixture->toasts, first);
  spark_toasts_dismiss (fixture->toasts, second);
  test_wait (fixture->dismissed[0] != 0 && fixture->dismissed[2] != 0);
  test_wait (!shows (fixture, "Asking Again…") && !shows (fixture, "Working…"));
}

/* What waits for an answer comes back after whatever is said meanwhile, wherever it was. */
static void
test_stays_until_answered (Fixture *fixture, gconstpointer data)
{
  AdwToast *working = add (fixture, "Working…", 0, 0);
  AdwToast *kept = add (fixture, "Not saved yet", 0, 1);

  g_object_ref (kept);
  test_wait (shows (fixture, "Not saved yet"));
  add (fixture, "Copied", 1, 2);
  test_wait (shows (fixture, "Copied"));
  test_wait (fixture->dismissed[2] != 0);
  test_wait (shows (fixture, "Not saved yet"));
  spark_toasts_dismiss (fixture->toasts, working);
  test_wait (fixture->dismissed[0] != 0);
  test_wait (shows (fixture, "Not saved yet"));

  /* Before it came. */
  adw_toast_dismiss (kept);
  g_object_unref (kept);
  test_wait (!shows (fixture, "Not saved yet"));
  fixture->dismissed[1] = fixture->dismissed[2] = 0;
  add (fixture, "Copied", 1, 0);
  add (fixture, "Still not saved", 0, 1);
  add (fixture, "Copied Again", 1, 2);
  test_wait (shows (fixture, "Copied Again"));
  test_wait (shows (fixture, "Still not saved"));
  g_assert_cmpint (fixture->dismissed[1], ==, 0);
}

static void
test_answered_meanwhile (Fixture *fixture, gconstpointer data)
{
  AdwToast *asking;
  gint64 over;

  add (fixture, "Working…", 0, 0);
  asking = add (fixture, "Asking…", 0, 1);
  test_wait (shows (fixture, "Asking…"));
  add (fixture, "Copied", 1, 2);
  test_wait (shows (fixture, "Copied"));
  spark_toasts_dismiss (fixture->toasts, asking);
  test_wait (fixture->dismissed[2] != 0);
  test_wait (shows (fixture, "Working…"));
  /* Longer than it would have taken to come back. */
  over = g_get_monotonic_time () + G_USEC_PER_SEC;
  test_wait (g_get_monotonic_time () > over);
  g_assert_true (shows (fixture, "Working…"));
  g_assert_false (shows (fixture, "Asking…"));
}

static void
test_dismissed_before_it_came (Fixture *fixture, gconstpointer data)
{
  AdwToast *toast;

  add (fixture, "First", 1, 0);
  toast = add (fixture, "Second", 0, 1);
  spark_toasts_dismiss (fixture->toasts, toast);
  test_wait (fixture->dismissed[0] != 0);
  test_wait (!shows (fixture, "First"));
  g_assert_false (shows (fixture, "Second"));
}

/* Nothing else tells the rest: in a narrow window it takes more lines, also once it is narrower. */
static void
test_many_words (Fixture *fixture, gconstpointer data)
{
  const char *title = "Calendars can’t reach this computer. Save the calendar as a file, or join a "
                      "server of somebody who has one.";
  GtkLabel *label;

  add (fixture, title, 0, 0);
  label = find_words (fixture, title);
  test_wait (gtk_widget_get_width (GTK_WIDGET (label)) > 0);
  test_wait (are_whole (label));
  g_assert_cmpint (pango_layout_get_line_count (gtk_label_get_layout (label)), >, 1);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 320, 300);
  test_wait (gtk_widget_get_width (fixture->window) == 320 && are_whole (label));
}

static void
get_bounds (Fixture *fixture, gpointer widget, graphene_rect_t *bounds)
{
  g_assert_true (gtk_widget_compute_bounds (widget, fixture->window, bounds));
}

/* Where the letters are large and the window is narrow its act comes below, and nothing is outside.
 */
static void
test_large_letters (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *title;
    const char *act;
    double scale;
    GtkTextDirection direction;
    gboolean below;
  } cases[] = {
    { "Code added", "C_hange…", 1, GTK_TEXT_DIR_LTR, FALSE },
    { "Code copied", "C_hange…", 2, GTK_TEXT_DIR_LTR, TRUE },
    { "Revoke noted. Still open on TikTok until Sun 26 December", "_Give Access Again", 2,
      GTK_TEXT_DIR_LTR, TRUE },
    { "Something went wrong", "_Details", 2, GTK_TEXT_DIR_RTL, TRUE },
    { "Saved", "_Details", 1, GTK_TEXT_DIR_RTL, FALSE },
    /* It would have room beside words that would take twice as many lines then. */
    { "It is no longer as it was in one of the two of us", "_OK", 2, GTK_TEXT_DIR_LTR, TRUE },
  };
  GtkSettings *settings = gtk_settings_get_default ();
  int usual_dpi;

  g_object_get (settings, "gtk-xft-dpi", &usual_dpi, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      graphene_rect_t words, act, close;
      AdwToast *toast = adw_toast_new (cases[i].title);
      GtkWidget *widget;
      GtkLabel *label, *caption;

      g_test_message ("%u", i);
      adw_toast_set_button_label (toast, cases[i].act);
      g_object_set (settings, "gtk-xft-dpi", (int)(cases[i].scale * usual_dpi), NULL);
      gtk_widget_set_default_direction (cases[i].direction);
      gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 500);
      test_wait (gtk_widget_get_width (fixture->window) == 360);
      spark_toasts_add (fixture->toasts, toast);
      test_wait (shows (fixture, cases[i].title));
      widget = gtk_widget_get_last_child (GTK_WIDGET (fixture->overlay));
      label = find_words (fixture, cases[i].title);
      caption = test_find (test_find (widget, GTK_TYPE_BUTTON, 0), GTK_TYPE_LABEL, 0);
      test_wait (gtk_widget_get_width (GTK_WIDGET (label)) > 0 && are_whole (label)
                 && are_whole (caption));
      g_assert_cmpint (gtk_widget_get_width (fixture->window), ==, 360);
      get_bounds (fixture, label, &words);
      get_bounds (fixture, test_find (widget, GTK_TYPE_BUTTON, 0), &act);
      get_bounds (fixture, test_find (widget, GTK_TYPE_BUTTON, 1), &close);
      g_assert_true (graphene_rect_contains_rect (&GRAPHENE_RECT_INIT (12, 0, 336, 500), &words));
      g_assert_true (graphene_rect_contains_rect (&GRAPHENE_RECT_INIT (12, 0, 336, 500), &act));
      g_assert_true (graphene_rect_contains_rect (&GRAPHENE_RECT_INIT (12, 0, 336, 500), &close));
      g_assert_cmpint (act.origin.y >= words.origin.y + words.size.height, ==, cases[i].below);
      g_assert_cmpint (words.origin.x < close.origin.x, ==, cases[i].direction == GTK_TEXT_DIR_LTR);
    }
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
  g_object_set (settings, "gtk-xft-dpi", usual_dpi, NULL);
}

/* Over those that still go. */
static gboolean
is_in_place (Fixture *fixture, const char *title)
{
  GtkWidget *toast = gtk_widget_get_last_child (GTK_WIDGET (fixture->overlay));
  GtkWidget *label = shows (fixture, title) ? test_find (toast, GTK_TYPE_LABEL, 0) : NULL;

  return label != NULL && g_str_equal (gtk_label_get_text (GTK_LABEL (label)), title)
         && gtk_widget_get_width (label) > 0;
}

/* Signs of which each may have a line of its own. */
static void
test_window_stays (Fixture *fixture, gconstpointer data)
{
  static const char *const titles[]
      = { "日历无法访问这台电脑。请将日历保存为文件，或加入服务器。", "W W W W W W W W W W W W W W W W" };
  GtkSettings *settings = gtk_settings_get_default ();
  int usual_dpi;

  g_object_get (settings, "gtk-xft-dpi", &usual_dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * usual_dpi, NULL);
  for (guint height = 140; height <= 300; height += 160)
    {
      gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, (int)height);
      test_wait (gtk_widget_get_width (fixture->window) == 360
                 && gtk_widget_get_height (fixture->window) == (int)height);
      for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
        {
          int minimum;

          spark_toasts_add (fixture->toasts, adw_toast_new (titles[i]));
          test_wait (is_in_place (fixture, titles[i]));
          g_assert_cmpint (gtk_widget_get_height (fixture->window), ==, height);
          gtk_widget_measure (fixture->window, GTK_ORIENTATION_VERTICAL, 360, &minimum, NULL, NULL,
                              NULL);
          g_assert_cmpint (minimum, <=, height);
        }
    }
  g_object_set (settings, "gtk-xft-dpi", usual_dpi, NULL);
}

/* A toast stays as long as it has the keyboard. */
static void
test_keyboard (Fixture *fixture, gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *first = gtk_button_new_with_label ("First");
  GtkWidget *second = gtk_button_new_with_label ("Second");
  GtkWindow *window = GTK_WINDOW (fixture->window);
  GtkWidget *close;

  gtk_box_append (GTK_BOX (box), first);
  gtk_box_append (GTK_BOX (box), second);
  adw_toast_overlay_set_child (fixture->overlay, box);
  gtk_widget_grab_focus (second);
  add (fixture, "Joined", 1, 0);
  close = test_find (gtk_widget_get_last_child (GTK_WIDGET (fixture->overlay)), GTK_TYPE_BUTTON, 1);
  g_assert_cmpstr (gtk_widget_get_tooltip_text (close), ==, "Close");

  /* Who moves there is left there. */
  g_assert_true (gtk_widget_grab_focus (close));
  g_assert_true (gtk_window_get_focus (window) == close);
  g_assert_true (gtk_widget_grab_focus (second));

  /* Who was where nothing is any more is not moved there. */
  gtk_widget_set_visible (second, FALSE);
  gtk_widget_grab_focus (close);
  g_assert_true (gtk_window_get_focus (window) == first);
  gtk_widget_set_visible (first, FALSE);
  gtk_widget_grab_focus (close);
  g_assert_null (gtk_window_get_focus (window));
  test_wait (fixture->dismissed[0] != 0);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, gtk_label_new ("Row"));
}

/* Tab leads from a row that was scrolled out of sight to the toast, and on, not back. */
static void
test_keyboard_out_of_sight (Fixture *fixture, gconstpointer data)
{
  GtkStringList *strings = gtk_string_list_new (NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *list;
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWindow *window = GTK_WINDOW (fixture->window);
  GtkAdjustment *adjustment;
  GtkWidget *row, *close;

  for (guint i = 0; i < 200; i++)
    gtk_string_list_append (strings, "Row");
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (strings))),
                            factory);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  adw_toast_overlay_set_child (fixture->overlay, scrolled);
  add (fixture, "Joined", 0, 0);
  close = test_find (gtk_widget_get_last_child (GTK_WIDGET (fixture->overlay)), GTK_TYPE_BUTTON, 1);
  gtk_widget_child_focus (list, GTK_DIR_TAB_FORWARD);
  row = gtk_window_get_focus (window);
  g_assert_true (gtk_widget_get_parent (row) == list);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  test_wait (gtk_adjustment_get_upper (adjustment) > 1000);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  test_wait (!gtk_widget_get_mapped (row));
  g_assert_true (gtk_window_get_focus (window) == row);
  gtk_widget_grab_focus (close);
  g_assert_true (gtk_window_get_focus (window) == close);

  /* The list itself goes: not to the toast. */
  gtk_widget_grab_focus (row);
  gtk_widget_set_visible (scrolled, FALSE);
  gtk_widget_grab_focus (close);
  g_assert_null (gtk_window_get_focus (window));
}

/* Escape and a toast's own buttons send it away whenever they like. */
static void
test_sent_away_as_it_comes (Fixture *fixture, gconstpointer data)
{
  AdwToast *first = add (fixture, "First", 0, 0);
  AdwToast *second;
  gint64 over;

  test_wait (shows (fixture, "First"));
  spark_toasts_dismiss (fixture->toasts, first);
  second = add (fixture, "Second", 0, 1);
  test_wait (fixture->dismissed[0] != 0 && shows (fixture, "Second"));
  adw_toast_dismiss (second);
  g_assert_cmpint (fixture->dismissed[1], !=, 0);
  /* Longer than it would have gone on sliding in. */
  over = g_get_monotonic_time () + G_USEC_PER_SEC;
  test_wait (g_get_monotonic_time () > over);
}

/* A window may close at any moment. */
static void
test_freed_while_they_come (void)
{
  for (guint n = 1; n <= 3; n++)
    {
      Fixture fixture = { 0 };
      gint64 over;

      set_up (&fixture, NULL);
      add (&fixture, "First", 0, 0);
      if (n > 1)
        add (&fixture, "Second", 1, 1);
      if (n > 2)
        test_wait (shows (&fixture, "Second"));
      tear_down (&fixture, NULL);
      /* Whatever was planned would come now. */
      over = g_get_monotonic_time () + G_USEC_PER_SEC;
      test_wait (g_get_monotonic_time () > over);
    }
}

int
main (int argc, char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  test_begin ();
  setlocale (LC_ALL, "C.UTF-8");

#define ADD(path, function)                                                                        \
  g_test_add ("/app/toasts/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("one-after-another", test_one_after_another);
  ADD ("dismissed-while-it-comes", test_dismissed_while_it_comes);
  ADD ("dismissed-over-another", test_dismissed_over_another);
  ADD ("over-what-is-being-done", test_over_what_is_being_done);
  ADD ("comes-back", test_comes_back);
  ADD ("dismissed-before-it-came", test_dismissed_before_it_came);
  ADD ("stays-until-answered", test_stays_until_answered);
  ADD ("answered-meanwhile", test_answered_meanwhile);
  ADD ("keyboard", test_keyboard);
  ADD ("keyboard-out-of-sight", test_keyboard_out_of_sight);
  ADD ("many-words", test_many_words);
  ADD ("large-letters", test_large_letters);
  ADD ("window-stays", test_window_stays);
  ADD ("sent-away-as-it-comes", test_sent_away_as_it_comes);
#undef ADD
  g_test_add_func ("/app/toasts/freed-while-they-come", test_freed_while_they_come);
  return g_test_run ();
}
