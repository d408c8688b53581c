/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include "app/spark-act-button.h"
#include "app/spark-activity-row.h"
#include "app/spark-acts-picture.h"
#include "app/spark-list-row.h"
#include "app/spark-rest.h"
#include "app/spark-row-menu.h"
#include "app/spark-text.h"
#include "app/spark-video-row.h"
#include "fake-backend.h"
#include "test-window.h"

#define LONG                                                                                       \
  "Morning routine that actually sticks, with coffee and a walk before anyone else is awake"

typedef struct
{
  SparkWindow *window;
  SparkText *text;
} Fixture;

static void
set_up (Fixture *fixture, int lines)
{
  fixture->text = g_object_new (SPARK_TYPE_TEXT, "lines", lines, NULL);
  fixture->window = test_window_new (GTK_WIDGET (fixture->text));
}

static void
assert_named (SparkText *text, const char *name)
{
  g_autofree char *problem = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, name);

  g_assert_cmpstr (problem, ==, NULL);
}

static void
test_lines (void)
{
  Fixture fixture;
  int line, width, wide;

  set_up (&fixture, 2);
  spark_text_set_text (fixture.text, "Short");
  line = spark_text_lay_out (fixture.text, 10000, &width);
  g_assert_cmpint (line, >, 0);
  g_assert_cmpint (width, >, 0);
  g_assert_false (pango_layout_is_ellipsized (spark_text_get_layout (fixture.text)));
  assert_named (fixture.text, "Short");

  /* A new text is laid out anew in the same room. */
  spark_text_set_text (fixture.text, LONG);
  g_assert_cmpint (spark_text_lay_out (fixture.text, 10000, &wide), ==, line);
  g_assert_cmpint (wide, >, width);
  assert_named (fixture.text, LONG);

  /* Whole in two lines, then cut after the second, in no more than its room. */
  g_assert_cmpint (spark_text_lay_out (fixture.text, wide * 3 / 4, &width), ==, 2 * line);
  g_assert_cmpint (width, <=, wide * 3 / 4);
  g_assert_false (pango_layout_is_ellipsized (spark_text_get_layout (fixture.text)));
  g_assert_cmpint (spark_text_lay_out (fixture.text, wide / 4, &width), ==, 2 * line);
  g_assert_cmpint (width, <=, wide / 4);
  g_assert_true (pango_layout_is_ellipsized (spark_text_get_layout (fixture.text)));

  /* A word without a space breaks too; no room at all is no error. */
  spark_text_set_text (fixture.text, "Donaudampfschifffahrtsgesellschaft");
  spark_text_lay_out (fixture.text, wide / 4, &width);
  g_assert_cmpint (width, <=, wide / 4);
  spark_text_lay_out (fixture.text, -5, NULL);

  g_object_set (fixture.text, "lines", 0, NULL);
  spark_text_set_text (fixture.text, LONG);
  g_assert_cmpint (spark_text_lay_out (fixture.text, wide / 4, NULL), >=, 4 * line);
  g_assert_false (pango_layout_is_ellipsized (spark_text_get_layout (fixture.text)));
  test_window_free (fixture.window);
}

static void
test_looks (void)
{
  Fixture fixture;
  int height, minimum, natural;
  PangoLayout *layout;

  set_up (&fixture, 1);
  spark_text_set_text (fixture.text, "1234");
  height = spark_text_lay_out (fixture.text, 500, NULL);
  layout = spark_text_get_layout (fixture.text);
  g_assert_cmpint (pango_layout_get_alignment (layout), ==, PANGO_ALIGN_LEFT);
  g_assert_null (pango_layout_get_attributes (layout));

  /* It asks for no room: who holds it knows. */
  gtk_widget_measure (GTK_WIDGET (fixture.text), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural,
                      NULL, NULL);
  g_assert_cmpint (natural, ==, 0);

  /* What it looks like follows its style and its direction. */
  gtk_widget_add_css_class (GTK_WIDGET (fixture.text), "title-1");
  gtk_widget_add_css_class (GTK_WIDGET (fixture.text), "numeric");
  test_wait (spark_text_lay_out (fixture.text, 500, NULL) > height);
  g_assert_nonnull (pango_layout_get_attributes (spark_text_get_layout (fixture.text)));
  gtk_widget_set_direction (GTK_WIDGET (fixture.text), GTK_TEXT_DIR_RTL);
  layout = spark_text_get_layout (fixture.text);
  g_assert_cmpint (pango_layout_get_alignment (layout), ==, PANGO_ALIGN_RIGHT);
  test_window_free (fixture.window);
}

/* Every line of it begins where reading does, whatever its script. */
static void
test_sides (void)
{
  static const char *texts[] = { "Packing one bag for two weeks in Norway #onebag",
                                 "يستغرق TikTok حتى أربعة أيام، ثم يحتفظ بالملف", "1234 5678 9012 3456" };
  Fixture fixture;

  set_up (&fixture, 9);
  for (GtkTextDirection direction = GTK_TEXT_DIR_LTR; direction <= GTK_TEXT_DIR_RTL; direction++)
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
      {
        PangoLayoutIter *iter;
        int least = G_MAXINT, most = 0;

        gtk_widget_set_direction (GTK_WIDGET (fixture.text), direction);
        spark_text_set_text (fixture.text, texts[i]);
        spark_text_lay_out (fixture.text, 120, NULL);
        iter = pango_layout_get_iter (spark_text_get_layout (fixture.text));
        do
          {
            PangoRectangle line;
            int side;

            pango_layout_iter_get_line_extents (iter, NULL, &line);
            side = direction == GTK_TEXT_DIR_RTL ? line.x + line.width : line.x;
            least = MIN (least, side);
            most = MAX (most, side);
          }
        while (pango_layout_iter_next_line (iter));
        pango_layout_iter_free (iter);
        g_assert_cmpint (pango_layout_get_line_count (spark_text_get_layout (fixture.text)), >, 1);
        g_assert_cmpint (most - least, <=, PANGO_SCALE);
      }
  test_window_free (fixture.window);
}

typedef struct
{
  GtkAdjustment *adjustment;
  guint left;  /* frames that are still moved */
  guint still; /* how many were when the rest was told */
  guint n_told;
} Scroll;

static Scroll scroll;

static gboolean
move_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  if (scroll.left == 0)
    return G_SOURCE_REMOVE;
  scroll.left--;
  gtk_adjustment_set_value (scroll.adjustment, gtk_adjustment_get_value (scroll.adjustment) + 5);
  return G_SOURCE_CONTINUE;
}

static void
on_rest_cb (GtkWidget *widget)
{
  scroll.n_told++;
  scroll.still = scroll.left;
}

static void
test_rest (void)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *tall = gtk_label_new ("Tall");
  SparkWindow *window;
  guint id;

  gtk_widget_set_size_request (tall, 100, 20000);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), tall);
  window = test_window_new (scrolled);
  scroll = (Scroll){ .left = 30 };
  scroll.adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  test_wait (gtk_adjustment_get_upper (scroll.adjustment) > 10000);
  gtk_widget_add_tick_callback (scrolled, move_cb, NULL, NULL);
  test_wait (scroll.left < 25);

  /* Not while it moves, and once. */
  spark_rest_add (tall, on_rest_cb);
  test_wait (scroll.n_told > 0);
  g_assert_cmpuint (scroll.still, ==, 0);

  /* At rest: at the next frame. */
  spark_rest_add (tall, on_rest_cb);
  test_wait (scroll.n_told > 1);
  id = spark_rest_add (tall, on_rest_cb);
  gtk_widget_remove_tick_callback (tall, id);
  spark_rest_add (scrolled, on_rest_cb);
  test_wait (scroll.n_told > 2);
  g_assert_cmpuint (scroll.n_told, ==, 3);
  test_window_free (window);
}

static void
test_picture (void)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *acts = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  SparkWindow *window;
  SparkActsPicture picture = { 0 };
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  graphene_rect_t bounds, taken;

  gtk_box_append (GTK_BOX (acts), gtk_button_new_with_label ("Generate"));
  gtk_box_append (GTK_BOX (row), gtk_button_new_with_label ("Focused"));
  gtk_box_append (GTK_BOX (row), acts);
  window = test_window_new (row);
  gtk_widget_grab_focus (gtk_widget_get_first_child (row));
  test_wait (gtk_widget_get_width (acts) > 0);

  g_assert_false (spark_acts_picture_fits (&picture, acts));
  spark_acts_picture_take (&picture, row, acts);
  g_assert_true (spark_acts_picture_fits (&picture, acts));

  /* As the buttons themselves, elsewhere. */
  spark_acts_picture_draw (&picture, snapshot, 300, 40);
  node = gtk_snapshot_free_to_node (snapshot);
  gsk_render_node_get_bounds (node, &bounds);
  gsk_render_node_get_bounds (picture.node, &taken);
  g_assert_cmpfloat (bounds.origin.x, ==, 300 + taken.origin.x - picture.place.x);
  g_assert_cmpfloat (bounds.origin.y, ==, 40 + taken.origin.y - picture.place.y);
  g_assert_cmpfloat (bounds.size.width, >=, (float)gtk_widget_get_width (acts));
  g_assert_cmpfloat (bounds.size.width, <, (float)gtk_widget_get_width (acts) + 20);
  g_assert_cmpfloat (taken.origin.x, <=, picture.place.x);

  /* Others look otherwise, and none are taken that the keyboard is at. */
  gtk_widget_set_sensitive (acts, FALSE);
  g_assert_false (spark_acts_picture_fits (&picture, acts));
  gtk_widget_set_sensitive (acts, TRUE);
  g_assert_true (spark_acts_picture_fits (&picture, acts));
  gtk_widget_grab_focus (gtk_widget_get_first_child (acts));
  g_assert_false (spark_acts_picture_fits (&picture, acts));
  spark_acts_picture_clear (&picture);
  spark_acts_picture_take (&picture, row, acts);
  g_assert_null (picture.node);
  test_window_free (window);
}

static void
set_act (GtkWidget *button, const char *action, const char *target)
{
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
test_act (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *button = g_object_ref_sink (spark_act_button_new ());
  SparkWindow *window;
  g_autofree char *name = NULL;

  set_act (button, "win.generate", "1.1");
  g_assert_false (gtk_widget_get_sensitive (button));
  window = test_window_new (box);
  gtk_box_append (GTK_BOX (box), button);
  g_assert_true (gtk_widget_get_sensitive (button));
  g_object_get (button, "action-name", &name, NULL);
  g_assert_cmpstr (name, ==, "win.generate");

  /* What needs no backend goes on. */
  test_window_set_acts_stopped (window, TRUE);
  g_assert_false (gtk_widget_get_sensitive (button));
  set_act (button, "win.show-video", "1.2");
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (test_window_get_shown (window), ==, "1.2");
  set_act (button, "win.generate", "1.1");
  g_assert_false (gtk_widget_get_sensitive (button));
  test_window_set_acts_stopped (window, FALSE);
  g_assert_true (gtk_widget_get_sensitive (button));

  /* Another row has it for a while. */
  gtk_box_remove (GTK_BOX (box), button);
  test_window_set_acts_stopped (window, TRUE);
  gtk_box_append (GTK_BOX (box), button);
  g_assert_false (gtk_widget_get_sensitive (button));
  gtk_box_remove (GTK_BOX (box), button);
  g_object_unref (button);
  test_window_free (window);
}

static void
assert_activity (SparkReplica *replica, const char *event_id, const char *video_id,
                 const char *expected)
{
  g_autoptr (SparkEventItem) event = spark_replica_get_event (replica, event_id);
  g_autoptr (SparkVideoItem) video
      = video_id != NULL ? spark_replica_get_video (replica, video_id) : NULL;
  SparkActivityRow *row = g_object_ref_sink (spark_activity_row_new ());
  g_autofree char *name = NULL;

  spark_activity_row_set_event (row, event, video);
  name = spark_activity_row_get_name (row);
  g_assert_true (g_str_has_prefix (name, expected));
  g_object_unref (row);
}

/* All that is seen of it is said, and nothing that is not there. */
static void
test_activity_name (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkVideo video = { .id = "1.1", .account_id = "1", .caption = "Morning routine" };
  const SparkEvent asked = { .id = "1.10",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .at = G_GINT64_CONSTANT (1700000000000),
                             .brand = { "1.4", "Acme" },
                             .actor = { SPARK_ACTOR_BRAND, NULL, "Acme" },
                             .detail = { .days = 30 } };
  const SparkEvent sample = { .id = "1.11",
                              .type = SPARK_EVENT_CODE_GENERATED,
                              .at = G_GINT64_CONSTANT (1700000000000),
                              .actor = { .you = TRUE } };
  const SparkEvent seat = { .id = "1.12",
                            .type = SPARK_EVENT_GRANT_NOTED,
                            .at = G_GINT64_CONSTANT (1700000000000),
                            .brand = { "1.4", "Acme" },
                            .actor = { SPARK_ACTOR_CREATOR, "p", "Ben", "Laptop", FALSE } };

  fake_add_video (replica, &video);
  fake_add_event (replica, &asked);
  fake_add_event (replica, &sample);
  fake_add_event (replica, &seat);
  assert_activity (
      replica, "1.10", "1.1",
      "Acme asks you to extend. Morning routine, By 30 days. Acme. Tuesday 14 November 2023");
  assert_activity (replica, "1.10", NULL,
                   "Acme asks you to extend. By 30 days. Acme. Tuesday 14 November 2023");
  assert_activity (replica, "1.11", "1.1",
                   "Code generated. Morning routine. You. Tuesday 14 November 2023");
  assert_activity (replica, "1.11", NULL, "Code generated, You, Tuesday 14 November 2023");
  assert_activity (replica, "1.12", NULL,
                   "Ben noted that Acme used the code, Ben, from Laptop, Tuesday 14 November 2023");
  test_window_free (window);
}

/* --- the menu of a row --- */

static void
fill_menu (GtkWidget *row, GMenu *menu, gpointer user_data)
{
  g_menu_append (menu, gtk_widget_get_name (row), "win.search");
}

static GtkGesture *
find_long_press (GtkWidget *list)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (list);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkGesture) gesture = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_LONG_PRESS (gesture))
        return gesture;
    }
  return NULL;
}

/* A finger has no second button: what it rests on tells what it can do. */
static void
test_long_press (void)
{
  GtkWidget *bin = adw_bin_new ();
  GtkWidget *list = gtk_list_box_new ();
  g_autofree char *label = NULL;
  SparkWindow *window;
  GtkPopover *popover;
  GtkGesture *press;
  GdkRectangle place;
  graphene_rect_t bounds;

  for (int i = 0; i < 2; i++)
    {
      GtkWidget *row = gtk_list_box_row_new ();

      gtk_widget_set_size_request (row, 200, 50);
      gtk_widget_set_name (row, i == 0 ? "first" : "second");
      gtk_list_box_append (GTK_LIST_BOX (list), row);
    }
  spark_row_menu_attach (list, fill_menu, NULL);
  adw_bin_set_child (ADW_BIN (bin), list);
  window = test_window_new (bin);
  press = find_long_press (list);
  g_assert_true (gtk_gesture_single_get_touch_only (GTK_GESTURE_SINGLE (press)));

  test_wait (gtk_widget_get_height (list) >= 100);
  g_assert_true (gtk_widget_compute_bounds (
      GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 1)), list, &bounds));
  g_signal_emit_by_name (press, "pressed", 20.0, (double)bounds.origin.y + 10);
  popover = test_find (bin, GTK_TYPE_POPOVER_MENU, 0);
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (popover)));
  g_menu_model_get_item_attribute (gtk_popover_menu_get_menu_model (GTK_POPOVER_MENU (popover)), 0,
                                   G_MENU_ATTRIBUTE_LABEL, "s", &label);
  g_assert_cmpstr (label, ==, "second");
  g_assert_true (gtk_popover_get_pointing_to (popover, &place));
  g_assert_cmpint (place.x, ==, 20);
  test_window_free (window);
}

static gboolean
has_buttons (GtkWidget *row)
{
  return gtk_widget_get_first_child (spark_video_row_get_acts (SPARK_VIDEO_ROW (row))) != NULL;
}

/* A list has two hundred rows, and asks all of them for their size. */
static void
test_unseen (void)
{
  const SparkAccount account = { .id = "1",
                                 .name = "Ada",
                                 .platform = SPARK_PLATFORM_TRACKED,
                                 .role = SPARK_ROLE_OWNER };
  const SparkVideo video
      = { .id = "1.1", .account_id = "1", .caption = "Morning routine", .eligible = TRUE };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  SparkWindow *window = test_window_new (box);
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  SparkContext *context = spark_context_new ();
  g_autoptr (SparkVideoItem) item = NULL;
  GtkWidget *rows[3];
  int minimum, natural, height;

  fake_add_account (replica, &account);
  fake_add_video (replica, &video);
  spark_context_set (context, backend, "1");
  item = spark_replica_get_video (replica, "1.1");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      rows[i] = spark_video_row_new (context);
      gtk_widget_set_child_visible (rows[i], FALSE);
      gtk_box_append (GTK_BOX (box), rows[i]);
      spark_video_row_set_item (SPARK_VIDEO_ROW (rows[i]), item);
    }
  /* One tells how large the buttons of all are. */
  gtk_widget_measure (rows[0], GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_true (has_buttons (rows[0]));
  gtk_widget_measure (rows[0], GTK_ORIENTATION_VERTICAL, natural, NULL, &height, NULL, NULL);
  g_assert_cmpint (height, <, natural / 4);

  gtk_widget_measure (rows[1], GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  gtk_widget_measure (rows[1], GTK_ORIENTATION_VERTICAL, natural, NULL, NULL, NULL, NULL);
  g_assert_false (has_buttons (rows[1]));
  /* How high it may be is no width for them. */
  gtk_widget_measure (rows[2], GTK_ORIENTATION_HORIZONTAL, height, NULL, NULL, NULL, NULL);
  g_assert_false (has_buttons (rows[2]));

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_box_remove (GTK_BOX (box), rows[i]);
  g_object_unref (context);
  test_window_free (window);
}

/* Where several accounts are shown it says whose it is. */
static void
test_whose (void)
{
  const SparkAccount accounts[] = { { .id = "1", .name = "Ada" }, { .id = "2", .name = "Bea" } };
  const SparkVideo video = { .id = "2.1", .account_id = "2", .caption = "Bread" };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  SparkWindow *window = test_window_new (box);
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  SparkContext *context = spark_context_new ();
  GtkWidget *row = spark_video_row_new (context);
  g_autoptr (SparkVideoItem) item = NULL;
  SparkText *facts;

  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    fake_add_account (replica, &accounts[i]);
  fake_add_video (replica, &video);
  item = spark_replica_get_video (replica, "2.1");
  spark_context_set (context, backend, NULL);
  gtk_box_append (GTK_BOX (box), row);
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), item);
  facts = test_find (row, SPARK_TYPE_TEXT, 1);
  g_assert_true (g_str_has_prefix (spark_text_get_text (facts), "Bea\302\240· "));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (window), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Bread, Problem, Bea");
  spark_context_set (context, backend, "2");
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), NULL);
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), item);
  g_assert_null (strstr (spark_text_get_text (facts), "Bea"));

  gtk_box_remove (GTK_BOX (box), row);
  g_object_unref (context);
  test_window_free (window);
}

/* Its accounts may come after the event, and be renamed. */
static void
test_activity_whose (void)
{
  const SparkAccount accounts[] = { { .id = "1", .name = "Ada" },
                                    { .id = "2", .name = "Bea" },
                                    { .id = "2", .name = "Bee" } };
  const char *expected[] = { "Code generated, You, Tuesday 14 November 2023",
                             "Code generated. Bea. You. Tuesday 14 November 2023",
                             "Code generated. Bee. You. Tuesday 14 November 2023" };
  const SparkEvent event = { .id = "2.11",
                             .type = SPARK_EVENT_CODE_GENERATED,
                             .at = G_GINT64_CONSTANT (1700000000000),
                             .actor = { .you = TRUE } };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  SparkWindow *window = test_window_new (box);
  SparkBackend *backend = spark_window_get_backend (window);
  SparkActivityRow *row = spark_activity_row_new ();
  g_autoptr (SparkEventItem) item = NULL;

  fake_add_event (spark_backend_get_replica (backend), &event);
  item = spark_replica_get_event (spark_backend_get_replica (backend), "2.11");
  spark_activity_row_set_event (row, item, NULL);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (row));
  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    {
      g_autofree char *name = NULL;

      fake_add_account (spark_backend_get_replica (backend), &accounts[i]);
      g_signal_emit_by_name (backend, "changed", SPARK_KINDS_ACCOUNT);
      name = spark_activity_row_get_name (row);
      g_assert_true (g_str_has_prefix (name, expected[i]));
    }
  test_window_free (window);
}

static int
measure_height_for (GtkWidget *row, int width)
{
  int height;

  gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  return height;
}

static int
measure_height (GtkWidget *row)
{
  return measure_height_for (row, 700);
}

static GtkWidget *
add_unseen (GtkWidget *box, SparkContext *context)
{
  GtkWidget *row = spark_video_row_new (context);

  gtk_widget_set_child_visible (row, FALSE);
  gtk_box_append (GTK_BOX (box), row);
  return row;
}

/* The height of a row that was given up and is wanted again is known, as long as it has one look.
 */
static void
test_heights (void)
{
  const SparkVideo video
      = { .id = "1.1",
          .account_id = "1",
          .caption = "สวัสดี สวัสดี สวัสดี สวัสดี สวัสดี สวัสดี สวัสดี สวัสดี สวัสดี สวัสดี สวัสดี สวัสดี" };
  const SparkVideo other = { .id = "1.2", .account_id = "1", .caption = "สวัสดี" };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  SparkWindow *window = test_window_new (box);
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  SparkContext *context = spark_context_new ();
  GtkSettings *settings = gtk_widget_get_settings (box);
  g_autoptr (SparkVideoItem) item = NULL;
  g_autoptr (SparkVideoItem) other_item = NULL;
  GtkWidget *row = NULL;
  int high, low, dpi;

  fake_add_video (replica, &video);
  fake_add_video (replica, &other);
  spark_context_set (context, backend, "1");
  item = spark_replica_get_video (replica, "1.1");
  other_item = spark_replica_get_video (replica, "1.2");
  row = add_unseen (box, context);
  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  /* So that words are higher than a cover. */
  g_object_set (settings, "gtk-xft-dpi", 3 * dpi, NULL);

  spark_video_row_set_item (SPARK_VIDEO_ROW (row), item);
  high = measure_height (row);
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), other_item);
  low = measure_height (row);
  g_assert_cmpint (low, <, high);
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), item);
  g_assert_cmpint (measure_height (row), ==, high);
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), other_item);
  g_assert_cmpint (measure_height (row), ==, low);

  g_object_set (settings, "gtk-xft-dpi", 4 * dpi, NULL);
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), item);
  g_assert_cmpint (measure_height (row), >, high);

  /* While there is no row, as in the grid. */
  gtk_box_remove (GTK_BOX (box), row);
  g_object_set (settings, "gtk-xft-dpi", 3 * dpi, NULL);
  row = add_unseen (box, context);
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), item);
  g_assert_cmpint (measure_height (row), ==, high);

  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
  gtk_box_remove (GTK_BOX (box), row);
  g_object_unref (context);
  test_window_free (window);
}

/* A row that is as high as before is not measured again, and yet laid out. */
static void
test_as_high (void)
{
  const SparkVideo video = { .id = "1.1", .account_id = "1", .caption = LONG };
  const SparkVideo other = { .id = "1.2", .account_id = "1", .caption = "Bread" };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  SparkWindow *window = test_window_new (box);
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  SparkContext *context = spark_context_new ();
  GtkSettings *settings = gtk_widget_get_settings (box);
  g_autoptr (SparkVideoItem) item = NULL;
  g_autoptr (SparkVideoItem) other_item = NULL;
  GtkWidget *row, *caption;
  GtkAllocation place = { 0, 0, 520, 0 };
  int high, wide, lines, dpi;

  fake_add_video (replica, &video);
  fake_add_video (replica, &other);
  spark_context_set (context, backend, "1");
  item = spark_replica_get_video (replica, "1.1");
  other_item = spark_replica_get_video (replica, "1.2");
  row = add_unseen (box, context);
  caption = test_find (row, SPARK_TYPE_TEXT, 0);

  spark_video_row_set_item (SPARK_VIDEO_ROW (row), item);
  place.height = measure_height_for (row, place.width);
  gtk_widget_size_allocate (row, &place, -1);
  lines = gtk_widget_get_height (caption);
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), other_item);
  g_assert_cmpint (measure_height_for (row, place.width), ==, place.height);
  gtk_widget_size_allocate (row, &place, -1);
  g_assert_cmpint (gtk_widget_get_height (caption), <, lines);

  /* So that words are higher than a cover; as high in one line is not as high in a narrower row. */
  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 3 * dpi, NULL);
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), item);
  high = measure_height_for (row, 700);
  wide = measure_height_for (row, 30000);
  g_assert_cmpint (wide, <, high);
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), other_item);
  g_assert_cmpint (measure_height_for (row, 30000), ==, wide);
  g_assert_cmpint (measure_height_for (row, 700), <, high);

  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
  gtk_box_remove (GTK_BOX (box), row);
  g_object_unref (context);
  test_window_free (window);
}

static int
lay_out (GtkWidget *row, int width)
{
  GtkAllocation place = { 0, 0, width, 0 };

  gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, width, NULL, &place.height, NULL, NULL);
  gtk_widget_size_allocate (row, &place, -1);
  return gtk_widget_get_width (test_find (row, SPARK_TYPE_TEXT, 0));
}

/* Twice as large letters are left as much room beside the acts, or have all of the row. */
static void
test_room (void)
{
  const SparkAccount account = { .id = "1", .name = "Ada", .role = SPARK_ROLE_OWNER };
  const SparkVideo video = { .id = "1.1", .account_id = "1", .caption = LONG, .eligible = TRUE };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  SparkWindow *window = test_window_new (box);
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  SparkContext *context = spark_context_new ();
  GtkSettings *settings = gtk_widget_get_settings (box);
  GtkWidget *row = spark_video_row_new (context);
  g_autoptr (SparkVideoItem) item = NULL;
  int beside, dpi;

  fake_add_account (replica, &account);
  fake_add_video (replica, &video);
  item = spark_replica_get_video (replica, "1.1");
  spark_context_set (context, backend, "1");
  gtk_box_append (GTK_BOX (box), row);
  spark_video_row_set_item (SPARK_VIDEO_ROW (row), item);
  beside = lay_out (row, 520);
  g_assert_cmpint (beside, <, 400);

  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * dpi, NULL);
  g_assert_cmpint (lay_out (row, 520), >, 400);
  g_assert_cmpint (lay_out (row, 1040), >, 2 * beside);
  g_assert_cmpint (lay_out (row, 1040), <, 800);

  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
  gtk_box_remove (GTK_BOX (box), row);
  g_object_unref (context);
  test_window_free (window);
}

static GtkWidget *
create_row_to_press (gpointer item, gpointer user_data)
{
  GtkWidget *button = gtk_button_new_with_label (gtk_string_object_get_string (item));

  return g_object_new (GTK_TYPE_LIST_BOX_ROW, "focusable", FALSE, "child", button, NULL);
}

static void
assert_at (SparkWindow *window, const char *label)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));

  g_assert_true (GTK_IS_BUTTON (focus));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (focus)), ==, label);
}

/* What is pressed may go, or move, with its row. */
static void
test_keyboard_stays (void)
{
  GtkListBox *list = GTK_LIST_BOX (gtk_list_box_new ());
  SparkWindow *window = test_window_new (GTK_WIDGET (list));
  g_autoptr (GtkStringList) names
      = gtk_string_list_new ((const char *const[]){ "a", "b", "c", NULL });

  spark_list_bind (list, G_LIST_MODEL (names), create_row_to_press, NULL);
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (gtk_list_box_get_row_at_index (list, 2))));
  gtk_widget_grab_focus (
      gtk_list_box_row_get_child (gtk_list_box_get_row_at_index (list, 0)));
  assert_at (window, "a");
  gtk_string_list_splice (names, 0, 3, (const char *const[]){ "b", "c", "a", NULL });
  assert_at (window, "b");
  gtk_string_list_splice (names, 1, 2, (const char *const[]){ "c", NULL });
  assert_at (window, "b");
  gtk_string_list_splice (names, 0, 1, (const char *const[]){ "d", NULL });
  assert_at (window, "d");
  gtk_string_list_remove (names, 1);
  assert_at (window, "d");
  /* Of several that go, what is left last. */
  gtk_string_list_splice (names, 1, 0, (const char *const[]){ "e", NULL });
  gtk_widget_grab_focus (
      gtk_list_box_row_get_child (gtk_list_box_get_row_at_index (list, 1)));
  gtk_string_list_remove (names, 1);
  assert_at (window, "d");
  gtk_string_list_remove (names, 0);
  test_window_free (window);
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  test_begin ();
  g_test_add_func ("/app/rows/text/lines", test_lines);
  g_test_add_func ("/app/rows/text/looks", test_looks);
  g_test_add_func ("/app/rows/text/sides", test_sides);
  g_test_add_func ("/app/rows/activity-name", test_activity_name);
  g_test_add_func ("/app/rows/activity-whose", test_activity_whose);
  g_test_add_func ("/app/rows/rest", test_rest);
  g_test_add_func ("/app/rows/picture", test_picture);
  g_test_add_func ("/app/rows/act", test_act);
  g_test_add_func ("/app/rows/long-press", test_long_press);
  g_test_add_func ("/app/rows/unseen", test_unseen);
  g_test_add_func ("/app/rows/heights", test_heights);
  g_test_add_func ("/app/rows/whose", test_whose);
  g_test_add_func ("/app/rows/as-high", test_as_high);
  g_test_add_func ("/app/rows/keyboard-stays", test_keyboard_stays);
  g_test_add_func ("/app/rows/room", test_room);
  return g_test_run ();
}
