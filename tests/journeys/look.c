/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <libintl.h>
#include <locale.h>

#include "app/spark-application.h"
#include "app/spark-import-dialog.h"
#include "app/spark-pick-bar.h"
#include "app/spark-text.h"
#include "app/spark-video-page.h"
#include "app/spark-window.h"

/*
 * Sparkbox itself, with a few actions more, by which a test goes anywhere in any language and finds
 * out what a person could not read or reach:
 *
 *   look-act (sav)  activates an action of the window in front, with a target or without
 *   look-open s     opens, presses or shows what has this id in a template
 *   look-write (ss) replaces what is in the field with this id
 *   look-import s   imports the file of this path in the dialog that is open
 *   look-close      closes the popover, else the dialog that is open
 *   look-at (sba(sis)) the window itself, or a dialog if that is TRUE, in each of these looks:
 * dark, large, or none of them, so wide, -1: as it wants. In each it waits until nothing moves,
 * then draws a picture of it under the third name unless that is empty. It writes to the file a
 * line "look<TAB>number<TAB>width minimum", and after it a line for each text that is cut, each
 * control that is not whole within the window, each popover that is wider or stands elsewhere, each
 * number that lies over a name, each filter that is chosen and cannot be seen, each bar of too many
 * lines, each choice that is higher than it has to be, each preference that is squeezed, each video's
 * page that is not at its top, and what keeps it from being so narrow, each control that a screen
 * reader is told of though it cannot be seen: "what<TAB>where<TAB>text"; for each text
 * "text<TAB>where<TAB>text"
 *
 * Nothing moves by itself. Texts come from the folder in SPARKBOX_LOOK_LOCALE.
 */

#define MOST_US     (10 * G_USEC_PER_SEC)
#define SETTLE_US   (2 * G_USEC_PER_SEC)            /* at most, for what goes on moving */
#define FIRST_US    (120 * G_TIME_SPAN_MILLISECOND) /* what is shown now may still be filled */
#define N_STILL     2                               /* frames after which nothing moves */
#define N_FRAMES    8 /* at least: a busy machine may draw none in that time */
#define PAGE_HEIGHT 720
#define TOLERANCE   1.5f /* sizes are rounded */
#define OVERLAP     6.5f /* what a negative margin may take of what is around */
#define USUAL_DPI   (96 * 1024)
#define LARGE_DPI   (2 * USUAL_DPI)
#define N_ANCESTORS 4
#define PADDINGS    20 /* of a button, above and below */
#define MAX_LINES   2  /* of what can be done with what is selected, and of a title */
#define MARGINS     60 /* of what stands in a row or a page */

typedef struct
{
  GtkWidget *window;
  GString *findings;
  int wanted; /* width; -1: any */
} Look;

static GtkWidget *
get_front (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = g_list_model_get_n_items (windows); i > 0; i--)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i - 1);

      if (gtk_widget_get_mapped (window))
        return window;
    }
  return NULL;
}

static gboolean
is_main (GtkWidget *window)
{
  return SPARK_IS_WINDOW (window);
}

static GtkWidget *
find_popover (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (widget == NULL || !gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_POPOVER (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_popover (child);
  return found;
}

/* A name by which a template can be found: its type and the ids on the way. */
static char *
describe (GtkWidget *widget)
{
  GString *path = g_string_new (NULL);
  guint named = 0;

  for (; widget != NULL && named < N_ANCESTORS; widget = gtk_widget_get_parent (widget))
    {
      const char *type = G_OBJECT_TYPE_NAME (widget);
      const char *id = gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget));

      /* The templates of GTK and Adwaita have ids of their own. */
      if (path->len > 0 && !g_str_has_prefix (type, "Spark") && id == NULL)
        continue;
      g_string_append_printf (path, "%s%s%s%s", path->len > 0 ? " < " : "", type,
                              id != NULL ? "#" : "", id != NULL ? id : "");
      named++;
    }
  return g_string_free (path, FALSE);
}

static void
add (Look *look, const char *what, GtkWidget *widget, const char *text)
{
  g_autofree char *where = describe (widget);
  g_autofree char *line = g_strdelimit (g_strdup (text != NULL ? text : ""), "\n\t", ' ');

  g_string_append_printf (look->findings, "%s\t%s\t%s\n", what, where, line);
}

static void
check_label (Look *look, GtkWidget *label, PangoLayout *layout, const char *text)
{
  int width, height;

  if (*text == '\0')
    return;
  add (look, "text", label, text);
  pango_layout_get_pixel_size (layout, &width, &height);
  if (pango_layout_is_ellipsized (layout))
    add (look, "ellipsized", label, text);
  else if (width > gtk_widget_get_width (label) + TOLERANCE
           || height > gtk_widget_get_height (label) + TOLERANCE)
    add (look, "cut", label, text);
}

/* Within every widget up to the window: what leaves one is cut off, or lies over another. What can
 * be scrolled to is within. */
static void
check_place (Look *look, GtkWidget *widget, const char *text)
{
  gboolean across = TRUE, down = TRUE;

  for (GtkWidget *parent = gtk_widget_get_parent (widget); parent != NULL && (across || down);
       parent = gtk_widget_get_parent (parent))
    {
      graphene_rect_t box;
      float over;
      float width = (float)gtk_widget_get_width (parent);
      float height = (float)gtk_widget_get_height (parent);
      GtkWidget *scrolled = GTK_IS_SCROLLABLE (parent)
                                ? gtk_widget_get_ancestor (parent, GTK_TYPE_SCROLLED_WINDOW)
                                : NULL;

      if (scrolled != NULL)
        {
          GtkPolicyType h, v;

          gtk_scrolled_window_get_policy (GTK_SCROLLED_WINDOW (scrolled), &h, &v);
          across = across && h == GTK_POLICY_NEVER;
          down = down && v == GTK_POLICY_NEVER;
        }
      if (!gtk_widget_compute_bounds (widget, parent, &box))
        return;
      over = GTK_IS_NATIVE (parent) || gtk_widget_get_overflow (parent) == GTK_OVERFLOW_HIDDEN
                 ? TOLERANCE
                 : OVERLAP;
      if ((across && (box.origin.x < -over || box.origin.x + box.size.width > width + over))
          || (down && (box.origin.y < -over || box.origin.y + box.size.height > height + over)))
        {
          add (look, "outside", widget, text);
          return;
        }
      if (GTK_IS_NATIVE (parent))
        return;
    }
}

static int
measure (GtkWidget *widget)
{
  int minimum;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  return minimum;
}

/* Whether anything below @widget stands there. */
static gboolean
is_at (GtkWidget *widget, GtkWidget *parent, const GdkRectangle *place)
{
  graphene_rect_t box;
  const graphene_rect_t wanted = GRAPHENE_RECT_INIT ((float)place->x, (float)place->y,
                                                     (float)place->width, (float)place->height);

  if (gtk_widget_compute_bounds (widget, parent, &box) && gtk_widget_get_mapped (widget)
      && graphene_point_near (&box.origin, &wanted.origin, TOLERANCE)
      && ABS (box.size.width - wanted.size.width) < TOLERANCE
      && ABS (box.size.height - wanted.size.height) < TOLERANCE)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (is_at (child, parent, place))
      return TRUE;
  return FALSE;
}

/* A telephone has nothing beside the window; and what it belongs to may have moved. */
static void
check_popover (Look *look, GtkWidget *popover)
{
  GtkWidget *content = gtk_popover_get_child (GTK_POPOVER (popover));
  GtkWidget *parent = gtk_widget_get_parent (popover);
  int width = content != NULL ? gtk_widget_get_width (gtk_widget_get_parent (content)) : 0;
  g_autofree char *text = g_strdup_printf ("%d in a window of %d", width, look->wanted);
  GdkRectangle place;

  if (look->wanted > 0 && width > look->wanted)
    add (look, "wide", popover, text);
  if (gtk_popover_get_pointing_to (GTK_POPOVER (popover), &place)
      && !is_at (parent, parent, &place))
    add (look, "away", popover, "from what it belongs to");
}

/* The innermost that need about as much as what is around them: nearly all of it is theirs. */
static void
find_wide (Look *look, GtkWidget *widget)
{
  gboolean found = FALSE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child) && measure (child) > measure (widget) - MARGINS)
      {
        find_wide (look, child);
        found = TRUE;
      }
  if (!found && measure (widget) > look->wanted - 2 * MARGINS)
    {
      g_autofree char *text = g_strdup_printf (
          "at least %d for %s", measure (widget),
          GTK_IS_LABEL (widget) ? gtk_label_get_text (GTK_LABEL (widget)) : "all");

      add (look, "wide", widget, text);
    }
}

/* A list keeps more rows than can be seen, which are scrolled to. */
static gboolean
is_row (GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);

  return GTK_IS_LIST_VIEW (parent) || GTK_IS_GRID_VIEW (parent);
}

/* The number at a page's picture must not lie over the page's name. */
static void
check_badge (Look *look, GtkWidget *bin)
{
  GtkWidget *around = gtk_widget_get_parent (bin);
  GtkWidget *badge = gtk_widget_get_first_child (bin);
  graphene_rect_t box, name, both;

  while (badge != NULL && !g_str_equal (gtk_widget_get_css_name (badge), "indicator"))
    badge = gtk_widget_get_next_sibling (badge);
  if (badge == NULL || !gtk_widget_get_mapped (badge)
      || !gtk_widget_compute_bounds (badge, around, &box))
    return;
  for (GtkWidget *other = gtk_widget_get_first_child (around); other != NULL;
       other = gtk_widget_get_next_sibling (other))
    if (other != bin && gtk_widget_get_mapped (other)
        && gtk_widget_compute_bounds (other, around, &name)
        && graphene_rect_intersection (&box, &name, &both) && both.size.width > TOLERANCE
        && both.size.height > TOLERANCE)
      add (look, "over a name", other, NULL);
}

/* The middles of the lines that what is in @bar stands in, into @lines. */
static void
find_lines (GtkWidget *widget, GtkWidget *bar, GArray *lines)
{
  graphene_rect_t box;
  float middle;

  if (!gtk_widget_get_mapped (widget) || GTK_IS_NATIVE (widget))
    return;
  if (!GTK_IS_BUTTON (widget) && !GTK_IS_LABEL (widget))
    {
      for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
           child = gtk_widget_get_next_sibling (child))
        find_lines (child, bar, lines);
      return;
    }
  if (!gtk_widget_compute_bounds (widget, bar, &box))
    return;
  middle = box.origin.y + box.size.height / 2;
  for (guint i = 0; i < lines->len; i++)
    if (ABS (g_array_index (lines, float, i) - middle) < box.size.height / 2)
      return;
  g_array_append_val (lines, middle);
}

/* A bar under a list must leave room for the list. */
static void
check_bar (Look *look, GtkWidget *bar)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (float));

  find_lines (bar, bar, lines);
  if (lines->len > MAX_LINES)
    add (look, "too many lines", bar, NULL);
}

/* Of several in a row the one that is chosen tells what all below it is: as much of it as there is
 * room for, from where it begins. */
static void
check_chosen (Look *look, GtkWidget *button)
{
  GtkWidget *scrolled = gtk_widget_get_ancestor (button, GTK_TYPE_SCROLLED_WINDOW);
  float width = scrolled != NULL ? (float)gtk_widget_get_width (scrolled) : 0;
  graphene_rect_t box;
  float start;

  if (!gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button)) || scrolled == NULL
      || !gtk_widget_compute_bounds (button, scrolled, &box))
    return;
  start = gtk_widget_get_direction (button) == GTK_TEXT_DIR_RTL
              ? width - box.origin.x - box.size.width
              : box.origin.x;
  if (start < -TOLERANCE || start + MIN (box.size.width, width) > width + TOLERANCE)
    add (look, "chosen but unseen", button, NULL);
}

/* The title of a preference has more lines, and what stands beside it takes half of its row. */
static void
check_title (Look *look, GtkWidget *label)
{
  GtkWidget *row = gtk_widget_get_ancestor (label, ADW_TYPE_ACTION_ROW);

  if (row != NULL && ADW_IS_PREFERENCES_WINDOW (look->window)
      && g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (label)), "title") == 0
      && pango_layout_get_line_count (gtk_label_get_layout (GTK_LABEL (label))) > MAX_LINES
      && 2 * gtk_widget_get_width (label) < gtk_widget_get_width (row))
    add (look, "squeezed", label, gtk_label_get_text (GTK_LABEL (label)));
}

/* It begins with what tells which video it is. */
static void
check_top (Look *look, GtkWidget *page)
{
  GtkWidget *box = gtk_widget_get_first_child (page);

  for (GtkWidget *child = gtk_widget_get_first_child (box); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_SCROLLED_WINDOW (child)
        && gtk_adjustment_get_value (
               gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (child)))
               > TOLERANCE)
      add (look, "not from its top", child, NULL);
}

static GtkWidget *
find_label (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget) || GTK_IS_POPOVER (widget))
    return NULL;
  if (GTK_IS_LABEL (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_label (child);
  return found;
}

/* It is measured with what is not seen of it. */
static void
check_drop_down (Look *look, GtkWidget *drop_down)
{
  GtkWidget *label = find_label (drop_down);
  int width, height, needed;

  if (label == NULL)
    return;
  pango_layout_get_pixel_size (gtk_label_get_layout (GTK_LABEL (label)), &width, &height);
  gtk_widget_measure (drop_down, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (drop_down),
                      &needed, NULL, NULL, NULL);
  if (needed > height + PADDINGS)
    add (look, "too high", drop_down, gtk_label_get_text (GTK_LABEL (label)));
}

/* What nobody sees a screen reader must not find, beside what is in its place. */
static void
check_told (Look *look, GtkWidget *widget)
{
  g_autofree char *told = gtk_test_accessible_check_state (
      GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);

  if (told == NULL || !gtk_widget_get_visible (widget) || is_row (widget))
    return;
  /* Such as what a list says while it is empty */
  if (gtk_widget_get_focusable (widget)
      || (GTK_IS_LABEL (widget) && GTK_IS_LIST_BOX (gtk_widget_get_parent (widget))))
    add (look, "told though unseen", widget, NULL);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check_told (look, child);
}

static void
walk (Look *look, GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    {
      check_told (look, widget);
      return;
    }
  if (GTK_IS_LABEL (widget))
    {
      const char *text = gtk_label_get_text (GTK_LABEL (widget));

      check_label (look, widget, gtk_label_get_layout (GTK_LABEL (widget)), text);
      check_place (look, widget, text);
      check_title (look, widget);
    }
  else if (SPARK_IS_TEXT (widget))
    {
      const char *text = spark_text_get_text (SPARK_TEXT (widget));

      check_label (look, widget, spark_text_get_layout (SPARK_TEXT (widget)), text);
      check_place (look, widget, text);
    }
  else if (GTK_IS_POPOVER (widget))
    check_popover (look, widget);
  else if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "AdwIndicatorBin"))
    check_badge (look, widget);
  else if (SPARK_IS_PICK_BAR (widget))
    check_bar (look, widget);
  else if (SPARK_IS_VIDEO_PAGE (widget))
    check_top (look, widget);
  else if (GTK_IS_DROP_DOWN (widget))
    check_drop_down (look, widget);
  else if (gtk_widget_get_focusable (widget) && !GTK_IS_NATIVE (widget))
    check_place (look, widget, NULL);
  if (GTK_IS_TOGGLE_BUTTON (widget) && gtk_widget_has_css_class (widget, "spark-filter"))
    check_chosen (look, widget);
  if (gtk_widget_get_tooltip_text (widget) != NULL)
    add (look, "text", widget, gtk_widget_get_tooltip_text (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    walk (look, child);
}

/* --- the actions --- */

/* Those of a page are known to what is within it. */
static gboolean
activate (GtkWidget *widget, const char *name, GVariant *target)
{
  gboolean known = gtk_widget_activate_action_variant (widget, name, target);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && !known;
       child = gtk_widget_get_next_sibling (child))
    known = gtk_widget_get_mapped (child) && activate (child, name, target);
  return known;
}

static void
on_act (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GtkWidget *window = get_front ();
  g_autoptr (GVariantIter) targets = NULL;
  g_autoptr (GVariant) target = NULL;
  const char *name;

  g_variant_get (parameter, "(&sav)", &name, &targets);
  g_variant_iter_next (targets, "v", &target);
  if (window == NULL || !activate (window, name, target))
    g_error ("no window has the action %s", name);
}

static GtkWidget *
find (GtkWidget *widget, const char *id)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), id) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, id);
  return found;
}

/* A page is made a moment after its window. */
static GtkWidget *
wait_for (GtkWidget *window, const char *id)
{
  gint64 end = g_get_monotonic_time () + MOST_US;
  GtkWidget *widget;

  while ((widget = find (window, id)) == NULL && g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
  return widget;
}

/* A person opens only what can be seen. */
static void
bring_into_view (GtkWidget *row)
{
  gint64 end = g_get_monotonic_time () + FIRST_US;

  gtk_widget_grab_focus (row);
  while (g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  const char *id = g_variant_get_string (parameter, NULL);
  GtkWidget *window = get_front ();
  GtkWidget *widget = NULL;

  if (window != NULL && !ADW_IS_PREFERENCES_WINDOW (window))
    widget = wait_for (window, id);
  if (GTK_IS_LIST_BOX_ROW (widget))
    bring_into_view (widget);
  if (ADW_IS_PREFERENCES_WINDOW (window))
    adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (window), id);
  else if (GTK_IS_MENU_BUTTON (widget))
    gtk_menu_button_popup (GTK_MENU_BUTTON (widget));
  /* Activated, a button waits for a quarter of a second. */
  else if (GTK_IS_BUTTON (widget))
    g_signal_emit_by_name (widget, "clicked");
  else if (widget == NULL || !gtk_widget_activate (widget))
    g_error ("nothing to open is called %s", id);
}

static void
on_write (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GtkWidget *window = get_front ();
  const char *id, *text;
  GtkWidget *field;

  g_variant_get (parameter, "(&s&s)", &id, &text);
  field = window != NULL ? find (window, id) : NULL;
  if (!GTK_IS_EDITABLE (field))
    g_error ("nothing to write in is called %s", id);
  gtk_editable_set_text (GTK_EDITABLE (field), text);
}

/* Choosing it is for GTK's own window. */
static void
on_import (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_variant_get_string (parameter, NULL));
  GtkWidget *window = get_front ();

  if (!SPARK_IS_IMPORT_DIALOG (window))
    g_error ("no import is open");
  spark_import_dialog_import (SPARK_IMPORT_DIALOG (window), file);
}

static void
on_close (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GtkWidget *window = get_front ();
  GtkWidget *popover = find_popover (window);
  gint64 end = g_get_monotonic_time () + MOST_US;

  if (popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (popover));
  else if (!is_main (window))
    gtk_window_close (GTK_WINDOW (window));
  while ((popover != NULL ? find_popover (window) != NULL : !is_main (get_front ()))
         && g_get_monotonic_time () < end)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (1000);
}

/* --- looking --- */

static GThreadPool *pictures; /* those that are yet to be written */
static cairo_user_data_key_t path_key;

typedef struct
{
  /* owned */
  char *path;
  GVariant *looks; /* a(sis) */
  GString *found;
  char *before; /* what the last frame showed */

  /* borrowed from looks */
  const char *style;
  const char *picture;

  GtkWidget *window; /* where it looks */
  gboolean dialog;
  int width;
  gsize number;
  gint64 since;
  guint n_frames;
  guint n_still;
  guint quiet_id;
  gboolean quiet; /* all that waits for a quiet moment has had its turn */
} Round;

static void
set_style (const char *style)
{
  static char *current;
  GtkSettings *settings = gtk_settings_get_default ();

  if (g_strcmp0 (style, current) == 0)
    return;
  g_free (current);
  current = g_strdup (style);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      strstr (style, "dark") != NULL ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                     : ADW_COLOR_SCHEME_DEFAULT);
  g_object_set (settings, "gtk-xft-dpi", strstr (style, "large") != NULL ? LARGE_DPI : USUAL_DPI,
                NULL);
}

static void
draw (GdkPaintable *paintable, GtkSnapshot *snapshot, double x, double y)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)y));
  gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  gtk_snapshot_restore (snapshot);
}

/* Compressed while the next look settles. */
static void
write_picture (gpointer data, gpointer user_data)
{
  cairo_surface_t *surface = data;
  const char *path = cairo_surface_get_user_data (surface, &path_key);

  if (cairo_surface_write_to_png (surface, path) != CAIRO_STATUS_SUCCESS)
    g_error ("%s cannot be written", path);
  cairo_surface_destroy (surface);
}

/* The window with the popover that lies over it. FALSE: it is not drawn yet. */
static gboolean
take_picture (GtkWidget *window, const char *path)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GtkWidget *popover = find_popover (window);
  g_autoptr (GskRenderNode) node = NULL;
  graphene_rect_t bounds;
  cairo_surface_t *surface;
  cairo_t *cr;

  draw (paintable, snapshot, 0, 0);
  if (popover != NULL)
    {
      g_autoptr (GdkPaintable) over = gtk_widget_paintable_new (popover);
      GdkPopup *popup = GDK_POPUP (gtk_native_get_surface (GTK_NATIVE (popover)));
      double x, y, inner_x, inner_y;

      gtk_native_get_surface_transform (GTK_NATIVE (window), &x, &y);
      gtk_native_get_surface_transform (GTK_NATIVE (popover), &inner_x, &inner_y);
      draw (over, snapshot, gdk_popup_get_position_x (popup) - x + inner_x,
            gdk_popup_get_position_y (popup) - y + inner_y);
    }
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL)
    return FALSE;
  gsk_render_node_get_bounds (node, &bounds);
  /* A texture would be converted twice before it is a picture. */
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int)ceilf (bounds.size.width),
                                        (int)ceilf (bounds.size.height));
  cr = cairo_create (surface);
  cairo_translate (cr, -bounds.origin.x, -bounds.origin.y);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_set_user_data (surface, &path_key, g_strdup (path), g_free);
  g_thread_pool_push (pictures, surface, NULL);
  return TRUE;
}

static char *
look_at (Round *round)
{
  Look look = { round->window, g_string_new (NULL), round->width };
  int width = gtk_widget_get_width (round->window);

  g_string_append_printf (look.findings, "look\t%" G_GSIZE_FORMAT "\t%d %d\n", round->number, width,
                          measure (look.window));
  walk (&look, look.window);
  if (look.wanted > 0 && width > look.wanted)
    find_wide (&look, look.window);
  return g_string_free (look.findings, FALSE);
}

static void
begin_look (Round *round)
{
  g_variant_get_child (round->looks, round->number, "(&si&s)", &round->style, &round->width,
                       &round->picture);
  set_style (round->style);
  if (round->width >= 0)
    gtk_window_set_default_size (GTK_WINDOW (round->window), round->width,
                                 round->dialog ? -1 : PAGE_HEIGHT);
  g_clear_pointer (&round->before, g_free);
  round->since = g_get_monotonic_time ();
  round->n_frames = round->n_still = 0;
  round->quiet = FALSE;
}

static void
end_round (Round *round)
{
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (round->path, round->found->str, (gssize)round->found->len, &error))
    g_error ("%s", error->message);
  g_string_free (round->found, TRUE);
  g_variant_unref (round->looks);
  g_free (round->path);
  g_free (round->before);
  g_free (round);
}

static gboolean
on_quiet_cb (gpointer user_data)
{
  Round *round = user_data;

  round->quiet_id = 0;
  round->quiet = TRUE;
  round->n_frames = 0;
  gdk_frame_clock_begin_updating (gtk_widget_get_frame_clock (round->window));
  return G_SOURCE_REMOVE;
}

/* Where a frame takes as long as there is from one to the next, a clock that goes on and on leaves
 * no turn to what waits until there is nothing else to do: so Adwaita finds out that a window is no
 * longer narrow, and until then its pages are switched at the bottom. */
static void
wait_for_quiet (Round *round, GdkFrameClock *clock, gboolean long_enough)
{
  if (round->quiet_id == 0)
    {
      gdk_frame_clock_end_updating (clock);
      round->quiet_id = g_idle_add_full (G_PRIORITY_LOW, on_quiet_cb, round, NULL);
    }
  else if (long_enough)
    {
      g_source_remove (round->quiet_id);
      on_quiet_cb (round);
    }
}

/* What was drawn is what is there to see. */
static void
on_drawn_cb (GdkFrameClock *clock, Round *round)
{
  GtkWidget *window = round->window;
  gint64 passed = g_get_monotonic_time () - round->since;
  gboolean as_wide = round->width < 0 || gtk_widget_get_width (window) == round->width;
  g_autofree char *now = NULL;

  if (round->n_frames++ < N_STILL || (round->number == 0 && passed < FIRST_US)
      || (!as_wide && passed < SETTLE_US))
    return;
  if (!round->quiet)
    {
      wait_for_quiet (round, clock, passed >= SETTLE_US);
      return;
    }
  now = look_at (round);
  round->n_still = g_strcmp0 (now, round->before) == 0 ? round->n_still + 1 : 0;
  g_free (round->before);
  round->before = g_steal_pointer (&now);
  if (round->n_still < N_STILL && (passed < SETTLE_US || round->n_frames < N_FRAMES))
    return;
  if (*round->picture != '\0' && !take_picture (window, round->picture))
    return;

  g_string_append (round->found, round->before);
  if (++round->number < g_variant_n_children (round->looks))
    {
      begin_look (round);
      return;
    }
  gdk_frame_clock_end_updating (clock);
  g_signal_handlers_disconnect_by_data (clock, round);
  end_round (round);
}

/* A dialog comes a while after what opened it. */
static gboolean
on_wait_cb (gpointer user_data)
{
  Round *round = user_data;
  GdkFrameClock *clock;

  round->window = get_front ();
  if (round->window == NULL || is_main (round->window) == round->dialog)
    {
      if (g_get_monotonic_time () - round->since > MOST_US)
        g_error ("the window that is open is not the one that is meant");
      return G_SOURCE_CONTINUE;
    }
  begin_look (round);
  clock = gtk_widget_get_frame_clock (round->window);
  g_signal_connect (clock, "after-paint", G_CALLBACK (on_drawn_cb), round);
  gdk_frame_clock_begin_updating (clock);
  return G_SOURCE_REMOVE;
}

static void
on_look (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  Round *round = g_new0 (Round, 1);

  g_variant_get (parameter, "(sb@a(sis))", &round->path, &round->dialog, &round->looks);
  round->found = g_string_new (NULL);
  round->since = g_get_monotonic_time ();
  g_timeout_add (5, on_wait_cb, round);
}

static const GActionEntry actions[] = {
  { "look-act", on_act, "(sav)" },    { "look-open", on_open, "s" },
  { "look-write", on_write, "(ss)" }, { "look-import", on_import, "s" },
  { "look-close", on_close },         { "look-at", on_look, "(sba(sis))" },
};

static void
on_startup_cb (GApplication *application)
{
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (SparkApplication) application = NULL;
  const char *texts = g_getenv ("SPARKBOX_LOOK_LOCALE");
  int status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, texts != NULL ? texts : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = spark_application_new ();
  g_signal_connect (application, "startup", G_CALLBACK (on_startup_cb), NULL);
  pictures = g_thread_pool_new (write_picture, NULL, 1, FALSE, NULL);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  status = g_application_run (G_APPLICATION (application), argc, argv);
  g_thread_pool_free (pictures, FALSE, TRUE);
  return status;
}
