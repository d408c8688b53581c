/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/spark-window.h"
#include "bench-fill.h"
#include "client/spark-backend.h"
#include "client/spark-replica-writer.h"

/*
 * One measurement a process, CPU time in ms; tests/bench/window starts them and compares:
 *
 *   fill ID VIDEOS    makes the replica ID
 *   start bare        an empty window: until its first frame
 *   start ID          Sparkbox's window on that replica: until its first frame, until it shows the
 *                     list, and the KiB it holds then
 *   scroll plain N    frames of a list of two labels a row: p50 and p99 of scrolling, then of jumps
 *   scroll ID         the same of the videos
 *   load VIDEOS       the longest turn of the main loop while a first load comes in, and the work
 * of the whole process
 *
 * A frame's work is what the main thread did since the last one.
 */

#define WIDTH    1000
#define HEIGHT   720
#define N_FRAMES 300
#define STEP     120.0
#define QUIET_MS 300
/* For a list that does not come; a busy machine takes its time. */
#define MAX_QUIET 200

static GMainLoop *loop;
static GtkWidget *window;
static double first_frame, list_frame, last_frame;
static guint quiet, n_quiet;
static gboolean has_rows; /* a list is to be waited for */

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static gboolean
shows_rows (void)
{
  GtkWidget *list = find (window, GTK_TYPE_LIST_VIEW);

  return list != NULL && gtk_widget_get_first_child (list) != NULL;
}

/* No frame came for a while: all is there, or what makes it had no turn yet. */
static gboolean
on_quiet_cb (gpointer user_data)
{
  if ((has_rows && list_frame == 0) || g_main_context_pending (NULL))
    {
      if (++n_quiet == MAX_QUIET)
        g_error ("no list came");
      return G_SOURCE_CONTINUE;
    }
  quiet = 0;
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

static void
on_after_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  if (!gtk_widget_get_mapped (window) || gtk_widget_get_width (window) == 0)
    return;
  last_frame = bench_cpu_ms ();
  if (first_frame == 0)
    first_frame = last_frame;
  if (list_frame == 0 && shows_rows ())
    list_frame = last_frame;
  if (quiet != 0)
    g_source_remove (quiet);
  quiet = g_timeout_add (QUIET_MS, on_quiet_cb, NULL);
}

static void
follow_frames (void)
{
  gtk_widget_realize (window);
  g_signal_connect_after (gtk_widget_get_frame_clock (window), "after-paint",
                          G_CALLBACK (on_after_paint_cb), NULL);
}

/* As the application does. */
static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, RESOURCE_PATH "/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/* On a replica, with a backend that is not there. */
static GtkWidget *
make_window (const char *id, SparkBackend **backend)
{
  g_autoptr (SparkClient) client = spark_client_new ("unix:/nonexistent/sparkboxd.sock", NULL);
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  g_autoptr (GError) error = NULL;
  SparkWindow *made;

  load_style ();
  made = spark_window_new (NULL);
  *backend = spark_backend_new (id, client, key, &error);
  if (*backend == NULL)
    g_error ("%s", error->message);
  gtk_window_set_default_size (GTK_WINDOW (made), WIDTH, HEIGHT);
  return GTK_WIDGET (made);
}

static double
read_pss_kib (void)
{
  g_autofree char *text = NULL;
  const char *line;

  malloc_trim (0);
  g_file_get_contents ("/proc/self/smaps_rollup", &text, NULL, NULL);
  line = text != NULL ? strstr (text, "\nPss:") : NULL;
  return line != NULL ? g_ascii_strtod (line + 5, NULL) : 0;
}

static void
start (const char *id)
{
  SparkBackend *backend = NULL;

  if (g_str_equal (id, "bare"))
    {
      window = adw_application_window_new (NULL);
      gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
    }
  else
    window = make_window (id, &backend);
  has_rows = backend != NULL;
  follow_frames ();
  gtk_window_present (GTK_WINDOW (window));
  if (backend != NULL)
    spark_window_set_backend (SPARK_WINDOW (window), backend);
  g_main_loop_run (loop);
  g_print ("%.2f %.2f %.2f %.0f\n", first_frame, list_frame, last_frame, read_pss_kib ());
}

/* --- scrolling --- */

static GArray *frames;
static double since;
static guint n_turns;

static void
on_plain_setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  for (int i = 0; i < 2; i++)
    gtk_box_append (GTK_BOX (box), g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, NULL));
  gtk_list_item_set_child (item, box);
}

static void
on_plain_bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *box = gtk_list_item_get_child (item);
  const char *text = gtk_string_object_get_string (gtk_list_item_get_item (item));

  gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (box)), text);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_last_child (box)), text);
}

static GtkWidget *
make_plain (guint n_rows)
{
  GtkStringList *strings = gtk_string_list_new (NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *made = adw_application_window_new (NULL);

  for (guint i = 0; i < n_rows; i++)
    gtk_string_list_take (strings, g_strdup_printf ("Morning routine that actually sticks %u", i));
  g_signal_connect (factory, "setup", G_CALLBACK (on_plain_setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_plain_bind_cb), NULL);
  gtk_scrolled_window_set_child (
      GTK_SCROLLED_WINDOW (scrolled),
      gtk_list_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (strings))),
                         factory));
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (made), scrolled);
  gtk_window_set_default_size (GTK_WINDOW (made), WIDTH, HEIGHT);
  return made;
}

/* The first turns only bring the list to the frame clock's pace. */
static gboolean
move_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer adjustment)
{
  double now = bench_thread_ms ();
  double took = now - since;
  double highest
      = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  if (n_turns > 1)
    g_array_append_val (frames, took);
  since = now;
  if (n_turns++ == 2 * N_FRAMES)
    {
      g_main_loop_quit (loop);
      return G_SOURCE_REMOVE;
    }
  if (n_turns <= N_FRAMES)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + STEP);
  else
    gtk_adjustment_set_value (adjustment, g_random_double_range (0, highest));
  return G_SOURCE_CONTINUE;
}

static int
compare_times (gconstpointer a, gconstpointer b)
{
  double first = *(const double *)a, second = *(const double *)b;

  return (first > second) - (first < second);
}

static void
tell (double *times, guint n_times)
{
  qsort (times, n_times, sizeof *times, compare_times);
  g_print ("%.3f %.3f\n", times[n_times / 2], times[n_times * 99 / 100]);
}

static void
scroll (const char *id, guint n_rows)
{
  SparkBackend *backend = NULL;
  GtkWidget *list;

  window = g_str_equal (id, "plain") ? make_plain (n_rows) : make_window (id, &backend);
  has_rows = TRUE;
  follow_frames ();
  gtk_window_present (GTK_WINDOW (window));
  if (backend != NULL)
    spark_window_set_backend (SPARK_WINDOW (window), backend);
  g_main_loop_run (loop);
  list = find (window, GTK_TYPE_LIST_VIEW);
  frames = g_array_new (FALSE, FALSE, sizeof (double));
  g_random_set_seed (1);
  gtk_widget_add_tick_callback (list, move_cb,
                                gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (
                                    gtk_widget_get_ancestor (list, GTK_TYPE_SCROLLED_WINDOW))),
                                NULL);
  g_signal_handlers_disconnect_by_func (gtk_widget_get_frame_clock (window), on_after_paint_cb,
                                        NULL);
  g_main_loop_run (loop);
  tell ((double *)(void *)frames->data, N_FRAMES - 1);
  tell ((double *)(void *)frames->data + N_FRAMES - 1, frames->len - N_FRAMES + 1);
}

static void
load (guint n_videos)
{
  SparkBackend *backend = NULL;
  double apply, longest;

  window = make_window ("loading", &backend);
  follow_frames ();
  gtk_window_present (GTK_WINDOW (window));
  spark_window_set_backend (SPARK_WINDOW (window), backend);
  while (first_frame == 0)
    g_main_context_iteration (NULL, TRUE);
  bench_fill (spark_backend_get_replica (backend), 1, n_videos, &apply, &longest);
  g_print ("%.2f %.2f\n", longest, apply);
}

int
main (int argc, char **argv)
{
  const char *mode = argc > 1 ? argv[1] : "";
  const char *what = argc > 2 ? argv[2] : "";
  guint number = argc > 3 ? (guint)strtoul (argv[3], NULL, 10) : 0;

  if (g_str_equal (mode, "fill"))
    {
      g_autoptr (SparkReplica) replica = bench_open_replica (what);
      double apply, longest;

      bench_fill (replica, 1, number, &apply, &longest);
      spark_replica_close (replica);
      return 0;
    }
  adw_init ();
  loop = g_main_loop_new (NULL, FALSE);
  if (g_str_equal (mode, "start"))
    start (what);
  else if (g_str_equal (mode, "scroll"))
    scroll (what, number);
  else if (g_str_equal (mode, "load"))
    load ((guint)strtoul (what, NULL, 10));
  else
    return 2;
  fflush (stdout);
  _exit (0);
}
