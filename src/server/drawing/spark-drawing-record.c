/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-drawing"

#include "config.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "model/spark-error.h"
#include "server/drawing/spark-drawing-module.h"

#define N_(text) text

/* A4 in points */
#define WIDTH  595.276
#define HEIGHT 841.89
#define MARGIN 56.0
#define FOOT   36.0
/* The column of times, and the room beside it */
#define TIMES 150.0
#define GAP   12.0
#define FIRST 84.0 /* a heading, and the first of what it stands over */
#define FONT  "Cantarell, Noto Sans, DejaVu Sans, sans-serif"

typedef struct
{
  const SparkRecord *record;
  gboolean rtl; /* the page is read from the right */
  cairo_t *cairo;
  PangoContext *pango;
  double y;
  int page;
  int n_pages; /* 0: it is being counted */
} Paper;

/* To the side where the page begins. What Pango is told it turns around itself for a text whose own
 * direction is not the page's. */
static void
align (Paper *self, PangoLayout *layout)
{
  PangoDirection direction = pango_layout_get_line_readonly (layout, 0)->resolved_dir;
  gboolean turned
      = pango_layout_get_auto_dir (layout) && (direction == PANGO_DIRECTION_RTL) != self->rtl;

  pango_layout_set_alignment (layout, self->rtl != turned ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
}

/* @own: a person’s own words, whose direction is that of their first strong letter, at the side
 * where the page begins; a sentence of ours runs as its language does whatever name it begins with.
 * (transfer full) */
static PangoLayout *
lay_out (Paper *self, const char *text, const char *style, double width, gboolean own)
{
  PangoLayout *layout = pango_layout_new (self->pango);
  PangoFontDescription *font = pango_font_description_from_string (style);

  pango_font_description_set_family (font, FONT);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_width (layout, (int)(width * PANGO_SCALE));
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_auto_dir (layout, own);
  pango_layout_set_text (layout, text, -1);
  align (self, layout);
  return layout;
}

/* (transfer full): with one value in it */
static char *
fill (Paper *self, const char *message, const char *name, const char *value)
{
  return spark_language_fill (self->record->language, message, name, value, NULL);
}

static const char *
say (Paper *self, const char *message)
{
  return spark_language_get (self->record->language, message);
}

static double
get_height (PangoLayout *layout)
{
  int height;

  pango_layout_get_size (layout, NULL, &height);
  return (double)height / PANGO_SCALE;
}

static void
show (Paper *self, PangoLayout *layout, double x, double y, double grey)
{
  if (self->n_pages == 0)
    return;
  cairo_set_source_rgb (self->cairo, grey, grey, grey);
  cairo_move_to (self->cairo, x, y);
  pango_cairo_show_layout (self->cairo, layout);
}

static void
end_page (Paper *self)
{
  g_autofree char *page = g_strdup_printf ("%d", self->page);
  g_autofree char *pages = g_strdup_printf ("%d", MAX (self->n_pages, self->page));
  g_autofree char *text = spark_language_fill (self->record->language,
                                               N_ ("Sparkbox access record, page {n} of {all}"),
                                               "n", page, "all", pages, NULL);
  g_autoptr (PangoLayout) layout = lay_out (self, text, "8", WIDTH - 2 * MARGIN, FALSE);

  show (self, layout, MARGIN, HEIGHT - FOOT - get_height (layout) / 2, 0.4);
  if (self->n_pages > 0)
    cairo_show_page (self->cairo);
}

/* Begins another page when @height does not fit on this one. */
static void
need (Paper *self, double height)
{
  if (self->y + height <= HEIGHT - MARGIN || self->y <= MARGIN)
    return;
  end_page (self);
  self->page++;
  self->y = MARGIN;
}

static void
add_text (Paper *self, const char *text, const char *style, double grey, double after)
{
  g_autoptr (PangoLayout) layout = lay_out (self, text, style, WIDTH - 2 * MARGIN, FALSE);
  double height = get_height (layout);

  need (self, height);
  show (self, layout, MARGIN, self->y, grey);
  self->y += height + after;
}

/* Never alone at the end of a page. */
static void
add_heading (Paper *self, const char *text)
{
  need (self, FIRST);
  add_text (self, text, "bold 13", 0, 6);
}

static void
add_line (Paper *self, const SparkRecordLine *line)
{
  g_autofree char *time = spark_record_format_time (self->record->language, line->at);
  g_autofree char *who = fill (self, N_ ("Recorded by {who}"), "who", line->who);
  double width = WIDTH - 2 * MARGIN - TIMES - GAP;
  g_autoptr (PangoLayout) times = lay_out (self, time, "9", TIMES, FALSE);
  g_autoptr (PangoLayout) what = lay_out (self, line->what, "10", width, FALSE);
  g_autoptr (PangoLayout) video
      = lay_out (self, line->video != NULL ? line->video : "", "9", width, TRUE);
  g_autoptr (PangoLayout) recorded = lay_out (self, who, "9", width, FALSE);
  double x = self->rtl ? MARGIN : MARGIN + TIMES + GAP;
  double times_x = self->rtl ? MARGIN + width + GAP : MARGIN;
  double video_height = line->video != NULL ? get_height (video) : 0;
  double height = get_height (what) + video_height + get_height (recorded);

  need (self, MAX (height, get_height (times)));
  show (self, times, times_x, self->y, 0.3);
  show (self, what, x, self->y, 0);
  self->y += get_height (what);
  if (line->video != NULL)
    show (self, video, x, self->y, 0.2);
  self->y += video_height;
  show (self, recorded, x, self->y, 0.4);
  self->y += get_height (recorded) + 9;
}

static void
write_all (Paper *self)
{
  const SparkRecord *record = self->record;
  g_autofree char *made = spark_record_format_time (record->language, record->made_at);
  g_autofree char *from
      = record->from > 0 ? spark_record_format_time (record->language, record->from) : NULL;
  g_autofree char *to
      = record->to > 0 ? spark_record_format_time (record->language, record->to) : NULL;
  /* TRANSLATORS: the head of an access record; keep its three lines */
  g_autofree char *about = spark_language_fill (
      record->language, N_ ("Account: {account}\nPeriod: {from} to {to}\nMade {made}"), "account",
      record->account, "from", from != NULL ? from : say (self, N_ ("the beginning")), "to",
      to != NULL ? to : made, "made", made, NULL);

  self->page = 1;
  self->y = MARGIN;
  add_text (self, say (self, N_ ("Access record")), "bold 20", 0, 6);
  add_text (self, record->subject, "bold 12", 0, 9);
  add_text (self, about, "10", 0.2, 9);
  add_text (
      self,
      say (self, N_ ("What Sparkbox was told or did itself, and who recorded it. TikTok does not "
                     "name who uses a code; a brand stands here when it used the code through "
                     "Sparkbox, when its ad account lists the video, or when the creator said "
                     "so. A signature that comes with this file shows that it was not "
                     "changed.")),
      "9", 0.4, 15);
  if (record->access->len > 0)
    add_heading (self, record->from > 0 || record->to > 0
                           ? say (self, N_ ("Access in this period, as it is now"))
                           : say (self, N_ ("Access")));
  for (guint i = 0; i < record->access->len; i++)
    add_text (self, g_ptr_array_index (record->access, i), "10", 0, 6);
  self->y += 9;
  add_heading (self, say (self, N_ ("What happened")));
  if (record->lines->len == 0)
    add_text (self, say (self, N_ ("Nothing in this period.")), "10", 0.2, 0);
  for (guint i = 0; i < record->lines->len; i++)
    add_line (self, &g_array_index (record->lines, SparkRecordLine, i));
  end_page (self);
}

static cairo_status_t
on_write (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

GBytes *
spark_drawing_module_record (const SparkRecord *record, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *title = g_strdup_printf (
      "%s: %s", spark_language_get (record->language, N_ ("Access record")), record->subject);
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (on_write, bytes, WIDTH, HEIGHT);
  /* One of its own: the default of a thread lives as long as the thread. */
  PangoFontMap *fonts = pango_cairo_font_map_new ();
  Paper paper = { .record = record,
                  .rtl = spark_language_is_rtl (record->language),
                  .cairo = cairo_create (surface) };
  cairo_status_t status;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Sparkbox");
  pango_cairo_font_map_set_resolution (PANGO_CAIRO_FONT_MAP (fonts), 72);
  paper.pango = pango_font_map_create_context (fonts);
  pango_context_set_base_dir (paper.pango, paper.rtl ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
  pango_context_set_language (paper.pango,
                              pango_language_from_string (spark_language_tag (record->language)));
  write_all (&paper);
  paper.n_pages = paper.page;
  write_all (&paper);
  g_object_unref (paper.pango);
  g_object_unref (fonts);
  cairo_destroy (paper.cairo);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The record could not be drawn: %s.", cairo_status_to_string (status));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
