/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-views-plot"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-focus.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "app/spark-problem.h"
#include "app/spark-views-plot.h"
#include "model/spark-error.h"
#include "model/spark-json.h"

/* Of the highest point: a line is two wide. */
#define TOP 2

typedef struct
{
  gint64 at;    /* ms, the day's beginning in UTC */
  gint64 views; /* of all the time until its end */
  gint64 paid;  /* of these */
} Day;

struct _SparkViewsPlot
{
  AdwBin parent_instance;

  /* template widgets */
  GtkDrawingArea *area;
  GtkLabel *most_label;
  GtkLabel *from_label;
  GtkLabel *to_label;
  GtkWidget *organic_legend;
  GtkWidget *paid_legend;
  GtkWidget *chart_box;
  GtkWidget *days_box;
  GtkWidget *problem_box;
  GtkLabel *problem_label;

  /* owned */
  SparkClient *client;
  GCancellable *cancellable;
  GArray *days;
  char *video_id;
  GError *problem; /* why nothing is known; NULL: it is, or was not asked for yet */
};

G_DEFINE_FINAL_TYPE (SparkViewsPlot, spark_views_plot, ADW_TYPE_BIN)

static gint64
find_most (SparkViewsPlot *self)
{
  gint64 most = 0;

  for (guint i = 0; i < self->days->len; i++)
    most = MAX (most, g_array_index (self->days, Day, i).views);
  return most;
}

/* drawing */

static void
trace (SparkViewsPlot *self, cairo_t *cr, int width, int height, gint64 most, gboolean whole)
{
  const Day *first = &g_array_index (self->days, Day, 0);
  const Day *last = &g_array_index (self->days, Day, self->days->len - 1);
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  for (guint i = 0; i < self->days->len; i++)
    {
      const Day *day = &g_array_index (self->days, Day, i);
      gint64 count = whole ? day->views : day->views - day->paid;
      double x = (double)(day->at - first->at) / (double)(last->at - first->at) * width;
      double y = height - 1 - (double)count / (double)most * (height - 1 - TOP);

      cairo_line_to (cr, mirrored ? width - x : x, y);
    }
}

static void
fill (SparkViewsPlot *self, cairo_t *cr, int width, int height, gint64 most, gboolean whole,
      const GdkRGBA *color)
{
  GdkRGBA shade = *color;
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  shade.alpha *= 0.25f;
  cairo_new_path (cr);
  cairo_move_to (cr, mirrored ? width : 0, height);
  trace (self, cr, width, height, most, whole);
  cairo_line_to (cr, mirrored ? 0 : width, height);
  cairo_close_path (cr);
  gdk_cairo_set_source_rgba (cr, &shade);
  cairo_fill (cr);
  cairo_new_path (cr);
  trace (self, cr, width, height, most, whole);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
}

/* What the number above stands at. */
static void
rule (cairo_t *cr, int width, const GdkRGBA *color)
{
  GdkRGBA faint = *color;

  faint.alpha *= 0.15f;
  gdk_cairo_set_source_rgba (cr, &faint);
  cairo_rectangle (cr, 0, TOP - 0.5, width, 1);
  cairo_fill (cr);
}

static gboolean
has_paid (SparkViewsPlot *self)
{
  return self->days->len > 0 && g_array_index (self->days, Day, self->days->len - 1).paid > 0;
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  SparkViewsPlot *self = user_data;
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (area));
  GdkRGBA organic, paid, text;
  gint64 most = find_most (self);

  if (self->days->len < 2)
    return;
  gtk_style_context_get_color (style, &text);
  if (most > 0)
    rule (cr, width, &text);
  most = MAX (most, 1);
  if (!gtk_style_context_lookup_color (style, "accent_color", &organic))
    gtk_style_context_get_color (style, &organic);
  if (!gtk_style_context_lookup_color (style, "warning_color", &paid))
    gtk_style_context_get_color (style, &paid);
  if (has_paid (self))
    fill (self, cr, width, height, most, TRUE, &paid);
  fill (self, cr, width, height, most, FALSE, &organic);
}

/* what is known */

static gboolean
read_day (Day *day, JsonObject *object, GError **error)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *moment = NULL;
  JsonObject *paid = NULL;
  const char *text;

  if (!spark_json_get_string (object, "date", &text, error)
      || !spark_json_find_int (object, "views", -1, &day->views, error)
      || !spark_json_find_object (object, "paid", &paid, error))
    return FALSE;
  day->paid = 0;
  if (paid != NULL && !spark_json_find_int (paid, "views", 0, &day->paid, error))
    return FALSE;
  moment = g_strconcat (text, "T00:00:00", NULL);
  date = g_date_time_new_from_iso8601 (moment, utc);
  if (date == NULL || day->paid < 0)
    day->views = -1;
  else
    day->at = g_date_time_to_unix (date) * 1000;
  day->paid = MIN (day->paid, MAX (day->views, 0));
  return TRUE;
}

/* A day without a number of views, or out of order, is left out. */
static void
read_days (SparkViewsPlot *self, JsonArray *items)
{
  for (guint i = 0; i < json_array_get_length (items); i++)
    {
      JsonNode *node = json_array_get_element (items, i);
      Day day;

      if (JSON_NODE_HOLDS_OBJECT (node) && read_day (&day, json_node_get_object (node), NULL)
          && day.views >= 0
          && (self->days->len == 0
              || g_array_index (self->days, Day, self->days->len - 1).at < day.at))
        g_array_append_val (self->days, day);
    }
}

static void
describe (SparkViewsPlot *self)
{
  const Day *first = &g_array_index (self->days, Day, 0);
  const Day *last = &g_array_index (self->days, Day, self->days->len - 1);
  gint64 highest = find_most (self);
  g_autofree char *most = spark_format_exact_count (highest);
  /* Translators: the most views of all days of a plot; %s: a number */
  g_autofree char *named = g_strdup_printf (_ ("Highest: %s"), most);
  g_autofree char *from = spark_phrase_day (first->at);
  g_autofree char *to = spark_phrase_day (last->at);
  g_autofree char *before = spark_format_exact_count (first->views);
  g_autofree char *now = spark_format_exact_count (last->views);
  g_autofree char *paid = spark_format_exact_count (last->paid);
  g_autofree char *text = NULL;

  gtk_label_set_label (self->most_label, most);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->most_label), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  named, -1);
  gtk_widget_set_visible (GTK_WIDGET (self->most_label), highest > 0);
  gtk_label_set_label (self->from_label, from);
  gtk_label_set_label (self->to_label, to);
  if (has_paid (self))
    /* Translators: a number of views, a day, a number, a later day, and how many ads brought */
    text = g_strdup_printf (_ ("Views: %s on %s, %s on %s, of which %s by ads"), before, from, now,
                            to, paid);
  else
    /* Translators: a number of views, a day, a number, a later day */
    text = g_strdup_printf (_ ("Views: %s on %s, %s on %s"), before, from, now, to);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->area), GTK_ACCESSIBLE_PROPERTY_LABEL, text,
                                  -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->area), text);
}

void
spark_views_plot_update (SparkViewsPlot *self)
{
  gboolean known;

  g_return_if_fail (SPARK_IS_VIEWS_PLOT (self));

  known = self->days->len >= 2;
  if (self->problem == NULL)
    spark_focus_leave (self->problem_box);
  gtk_widget_set_visible (GTK_WIDGET (self), known || self->problem != NULL);
  gtk_widget_set_visible (self->organic_legend, known);
  gtk_widget_set_visible (self->paid_legend, known && has_paid (self));
  gtk_widget_set_visible (self->chart_box, known);
  gtk_widget_set_visible (self->days_box, known);
  gtk_widget_set_visible (self->problem_box, self->problem != NULL);
  if (self->problem != NULL)
    gtk_label_set_label (self->problem_label, spark_problem_sentence (self->problem));
  if (known)
    describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self->area));
}

static void
on_answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkViewsPlot) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);
  JsonArray *items = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->area == NULL)
    return;
  g_clear_object (&self->cancellable);
  g_clear_error (&self->problem);
  g_array_set_size (self->days, 0);
  if (error == NULL
      && (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer)
          || !spark_json_find_array (json_node_get_object (answer), "items", &items, NULL)))
    error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No numbers of views.");
  if (items != NULL)
    read_days (self, items);
  self->problem = g_steal_pointer (&error);
  spark_views_plot_update (self);
}

static void
ask (SparkViewsPlot *self)
{
  g_autofree char *path = spark_client_path ("/v1/videos/%s/engagement", self->video_id);

  self->cancellable = g_cancellable_new ();
  spark_client_send_async (self->client, "GET", path, NULL, self->cancellable, on_answer_cb,
                           g_object_ref (self));
}

static void
on_again_cb (SparkViewsPlot *self)
{
  if (self->client != NULL && self->cancellable == NULL)
    ask (self);
}

static void
spark_views_plot_dispose (GObject *object)
{
  SparkViewsPlot *self = SPARK_VIEWS_PLOT (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->client);
  g_clear_pointer (&self->video_id, g_free);
  g_clear_error (&self->problem);

  G_OBJECT_CLASS (spark_views_plot_parent_class)->dispose (object);
}

static void
spark_views_plot_finalize (GObject *object)
{
  g_array_unref (SPARK_VIEWS_PLOT (object)->days);
  G_OBJECT_CLASS (spark_views_plot_parent_class)->finalize (object);
}

static void
spark_views_plot_class_init (SparkViewsPlotClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_views_plot_dispose;
  G_OBJECT_CLASS (klass)->finalize = spark_views_plot_finalize;

  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-views-plot.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkViewsPlot, area);
  gtk_widget_class_bind_template_child (widget_class, SparkViewsPlot, most_label);
  gtk_widget_class_bind_template_child (widget_class, SparkViewsPlot, from_label);
  gtk_widget_class_bind_template_child (widget_class, SparkViewsPlot, to_label);
  gtk_widget_class_bind_template_child (widget_class, SparkViewsPlot, organic_legend);
  gtk_widget_class_bind_template_child (widget_class, SparkViewsPlot, paid_legend);
  gtk_widget_class_bind_template_child (widget_class, SparkViewsPlot, chart_box);
  gtk_widget_class_bind_template_child (widget_class, SparkViewsPlot, days_box);
  gtk_widget_class_bind_template_child (widget_class, SparkViewsPlot, problem_box);
  gtk_widget_class_bind_template_child (widget_class, SparkViewsPlot, problem_label);
  gtk_widget_class_bind_template_callback (widget_class, on_again_cb);
}

static void
spark_views_plot_init (SparkViewsPlot *self)
{
  self->days = g_array_new (FALSE, FALSE, sizeof (Day));
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drawing_area_set_draw_func (self->area, draw, self, NULL);
}

void
spark_views_plot_set_video (SparkViewsPlot *self, SparkClient *client, const char *video_id)
{
  g_return_if_fail (SPARK_IS_VIEWS_PLOT (self));

  g_set_object (&self->client, client);
  if (g_strcmp0 (self->video_id, video_id) == 0)
    {
      if (self->problem != NULL)
        on_again_cb (self);
      return;
    }
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_free (self->video_id);
  self->video_id = g_strdup (video_id);
  g_array_set_size (self->days, 0);
  g_clear_error (&self->problem);
  spark_views_plot_update (self);
  if (client != NULL && video_id != NULL)
    ask (self);
}
