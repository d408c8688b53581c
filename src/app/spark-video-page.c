/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-video-page"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-access-row.h"
#include "app/spark-browser.h"
#include "app/spark-button-name.h"
#include "app/spark-code-card.h"
#include "app/spark-cover.h"
#include "app/spark-format.h"
#include "app/spark-history-group.h"
#include "app/spark-link-dialog.h"
#include "app/spark-link-row.h"
#include "app/spark-list-row.h"
#include "app/spark-phrases.h"
#include "app/spark-roles.h"
#include "app/spark-row-menu.h"
#include "app/spark-unmapped.h"
#include "app/spark-video-page.h"
#include "app/spark-video-words.h"
#include "app/spark-views-plot.h"
#include "app/spark-wrap.h"

/* The newest. */
#define MAX_LINKS 50
/* Of the caption at the top. */
#define CAPTION_CHARS 180

struct _SparkVideoPage
{
  AdwBin parent_instance;

  /* template widgets */
  GtkScrolledWindow *scrolled_window;
  SparkCover *cover;
  GtkLabel *date_label;
  GtkLabel *caption_label;
  GtkLabel *chip;
  GtkButton *open_button;
  GtkWidget *numbers;
  SparkViewsPlot *views_plot;
  GtkWidget *problem_box;
  GtkLabel *problem_label;
  SparkCodeCard *code_card;
  GtkButton *note_button;
  GtkListBox *access_list;
  GtkLabel *access_placeholder;
  GtkWidget *links_group;
  GtkButton *share_button;
  GtkListBox *links_list;
  GtkLabel *links_placeholder;
  SparkHistoryGroup *history_group;
  GtkWidget *close_button;

  /* owned */
  SparkContext *context;
  SparkVideoItem *video;
  GListModel *links;
};

enum
{
  PROP_0,
  PROP_CLOSABLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SparkVideoPage, spark_video_page, ADW_TYPE_BIN)

/* numbers */

static void
add_number (SparkVideoPage *self, const char *name, gint64 total, gint64 paid)
{
  GtkWidget *box, *label;
  g_autofree char *count = NULL;
  g_autofree char *exact = NULL;
  g_autofree char *spoken = NULL;

  if (total < 0)
    return;
  count = spark_format_count (total);
  exact = spark_format_exact_count (total);
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_hexpand (box, TRUE);
  label = g_object_new (GTK_TYPE_LABEL, "label", count, NULL);
  gtk_widget_add_css_class (label, "title-4");
  gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (box), label);
  label = g_object_new (GTK_TYPE_LABEL, "label", name, NULL);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (box), label);
  if (paid > 0)
    {
      g_autofree char *paid_count = spark_format_count (paid);
      /* Translators: the part of a count that ads brought: "12K paid" */
      g_autofree char *text = g_strdup_printf (_ ("%s paid"), paid_count);

      label = g_object_new (GTK_TYPE_LABEL, "label", text, "ellipsize", PANGO_ELLIPSIZE_END, NULL);
      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "numeric");
      gtk_box_append (GTK_BOX (box), label);
    }
  /* Translators: a count and what is counted: "12,345 Views" */
  spoken = g_strdup_printf (C_ ("count", "%s %s"), exact, name);
  gtk_widget_set_tooltip_text (box, spoken);
  gtk_widget_set_parent (box, self->numbers);
}

static void
update_numbers (SparkVideoPage *self, const SparkVideo *video)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->numbers)) != NULL)
    gtk_widget_unparent (child);
  add_number (self, _ ("Views"), video->total.views, video->paid.views);
  add_number (self, _ ("Likes"), video->total.likes, video->paid.likes);
  add_number (self, _ ("Comments"), video->total.comments, video->paid.comments);
  add_number (self, _ ("Shares"), video->total.shares, video->paid.shares);
  gtk_widget_set_visible (self->numbers, gtk_widget_get_first_child (self->numbers) != NULL);
}

/* the rest */

static void
update_head (SparkVideoPage *self, const SparkVideo *video)
{
  g_autofree char *caption = g_strdup (video->caption != NULL ? video->caption : "");
  g_autofree char *whose = spark_context_describe_whose (self->context, video->account_id);
  g_autofree char *date = NULL;
  g_autofree char *facts = NULL;
  g_autofree char *chip = NULL;
  g_autofree char *name = spark_phrase_video (video);
  g_autofree char *open_name = NULL;
  g_auto (GStrv) problems = spark_video_describe_problems (video);
  g_autofree char *problem = g_strjoinv ("\n", problems);
  const char *style = NULL;

  g_strstrip (caption);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->caption_label), NULL);
  /* A label that ellipsizes would always ask for the height of all its lines. */
  if (g_utf8_strlen (caption, -1) > CAPTION_CHARS)
    {
      g_autofree char *cut = g_utf8_substring (caption, 0, CAPTION_CHARS - 1);

      gtk_widget_set_tooltip_text (GTK_WIDGET (self->caption_label), caption);
      g_free (caption);
      caption = g_strconcat (g_strchomp (cut), "…", NULL);
    }
  gtk_label_set_label (self->caption_label, *caption != '\0' ? caption : name);
  if (video->published_at != 0)
    date = spark_phrase_day (video->published_at);
  if (date != NULL && video->duration_s >= 0)
    {
      g_autofree char *length = spark_format_length (video->duration_s);
      g_autofree char *day = g_steal_pointer (&date);

      date = spark_phrase_facts ((const char *const[]){ day, length, NULL });
    }
  facts = spark_phrase_facts_of (whose, date);
  gtk_label_set_label (self->date_label, facts);

  chip = spark_video_describe_chip (video, &style);
  gtk_widget_set_visible (GTK_WIDGET (self->chip), chip != NULL);
  if (chip != NULL)
    {
      gtk_label_set_label (self->chip, chip);
      gtk_widget_set_css_classes (GTK_WIDGET (self->chip),
                                  (const char *[]){ "spark-chip", "caption", style, NULL });
    }
  gtk_label_set_label (self->problem_label, problem);
  gtk_widget_set_visible (self->problem_box, *problem != '\0');

  gtk_widget_set_visible (GTK_WIDGET (self->open_button),
                          video->share_url != NULL
                              && g_str_has_prefix (video->share_url, "https:"));
  /* Translators: %s: a video’s caption */
  open_name = g_strdup_printf (_ ("Open %s on TikTok"), name);
  spark_button_name_set (self->open_button, open_name);
  spark_cover_set_source (self->cover, spark_context_get_covers (self->context),
                          spark_context_get_client (self->context), video->cover_url,
                          spark_context_get_obstacle (self->context) == NULL);
}

static void
update_access (SparkVideoPage *self, const SparkVideo *video)
{
  const SparkAccount *account = spark_context_get_account (self->context, video->account_id);
  gboolean live = video->authorization.state == SPARK_AUTHORIZATION_READY
                  || video->authorization.state == SPARK_AUTHORIZATION_IN_USE;
  g_autofree char *name = spark_phrase_video (video);
  g_autofree char *note_name = NULL;

  gtk_label_set_label (self->access_placeholder,
                       live ? _ ("No brand has used the code yet")
                            : _ ("Brands appear here once they use a code"));
  /* A sandbox knows by itself who used a code. */
  gtk_widget_set_visible (GTK_WIDGET (self->note_button),
                          live && account != NULL && account->platform != SPARK_PLATFORM_SANDBOX
                              && spark_roles_may (account, "win.note-grant"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->note_button), "s", video->id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->note_button), "win.note-grant");
  /* Translators: %s: a video’s caption */
  note_name = g_strdup_printf (_ ("Note who used %s…"), name);
  spark_button_name_set (self->note_button, note_name);
}

static void
update_links (SparkVideoPage *self, const SparkVideo *video)
{
  const char *obstacle = spark_link_obstacle (
      spark_context_get_account (self->context, video->account_id));
  gboolean any = self->links != NULL && g_list_model_get_n_items (self->links) > 0;
  gboolean possible = video->eligible || video->authorization.code_id != NULL;
  g_autofree char *name = spark_phrase_video (video);
  g_autofree char *share_name = NULL;

  gtk_widget_set_visible (self->links_group,
                          any || (possible && (obstacle == NULL || *obstacle != '\0')));
  gtk_widget_set_visible (GTK_WIDGET (self->share_button), possible && obstacle == NULL);
  gtk_label_set_label (self->links_placeholder,
                       obstacle != NULL ? obstacle
                                        : _ ("A link offers the video to one brand, which never "
                                             "sees the code"));
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->share_button), "s", video->id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->share_button), "win.share-link");
  /* Translators: %s: a video’s caption */
  share_name = g_strdup_printf (_ ("Share a link to %s…"), name);
  spark_button_name_set (self->share_button, share_name);
}

static void
update (SparkVideoPage *self)
{
  const SparkVideo *video;
  g_autoptr (SparkCodeItem) code = NULL;

  if (self->video == NULL)
    return;
  video = spark_video_item_get (self->video);
  if (video->authorization.code_id != NULL)
    code = spark_replica_get_code (spark_context_get_replica (self->context),
                                   video->authorization.code_id);
  update_head (self, video);
  update_numbers (self, video);
  spark_views_plot_set_video (self->views_plot, spark_context_get_client (self->context),
                              video->id);
  spark_code_card_set (self->code_card, self->context, self->video, code);
  update_access (self, video);
  update_links (self, video);
}

/* lists */

static GtkWidget *
create_access_row (gpointer item, gpointer user_data)
{
  SparkAccessRow *row = spark_access_row_new ();

  spark_access_row_hide_video (row);
  spark_access_row_set_item (row, item);
  return g_object_new (GTK_TYPE_LIST_BOX_ROW, "activatable", FALSE, "focusable", FALSE, "child",
                       row, "css-classes", (const char *[]){ "spark-above-placeholder", NULL },
                       NULL);
}

static void
drop_lists (SparkVideoPage *self)
{
  gtk_list_box_bind_model (self->access_list, NULL, NULL, NULL, NULL);
  gtk_list_box_bind_model (self->links_list, NULL, NULL, NULL, NULL);
  g_clear_object (&self->links);
  spark_history_group_show_video (self->history_group, NULL);
}

static void
fill_lists (SparkVideoPage *self)
{
  SparkReplica *replica = spark_context_get_replica (self->context);
  const SparkVideo *video = spark_video_item_get (self->video);
  const SparkAccount *account = spark_context_get_account (self->context, video->account_id);
  g_autoptr (SparkGrantList) grants = NULL;

  drop_lists (self);
  grants = spark_grant_list_new (replica, video->account_id, video->id);
  spark_list_bind (self->access_list, G_LIST_MODEL (grants), create_access_row, NULL);
  spark_history_group_show_video (self->history_group, video);
  self->links = G_LIST_MODEL (
      gtk_slice_list_model_new (spark_replica_list_links (replica, video->id), 0, MAX_LINKS));
  spark_list_bind (self->links_list, self->links, spark_link_row_create,
                   GINT_TO_POINTER (account != NULL ? (int)account->role : SPARK_ROLE_VIEW));
}

static void
on_open_cb (SparkVideoPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  /* It may be gone while the page still slides away. */
  if (self->video != NULL)
    spark_browser_open (GTK_WINDOW (root), spark_video_item_get (self->video)->share_url);
}

static void
on_updated_cb (SparkVideoPage *self, guint kinds)
{
  const char *id = spark_video_page_get_id (self);
  g_autoptr (SparkVideoItem) video = NULL;

  if (id == NULL || !(kinds & (SPARK_KINDS_VIDEO | SPARK_KINDS_CODE)))
    return;
  video = spark_replica_get_video (spark_context_get_replica (self->context), id);
  g_set_object (&self->video, video);
  if (video == NULL)
    drop_lists (self);
  update (self);
}

/* The rest follows as it is filled in anew. */
static void
on_new_day_cb (SparkVideoPage *self)
{
  if (self->links == NULL)
    return;
  spark_history_group_turn_day (self->history_group);
  spark_link_row_update_all (self->links_list, self->links);
  spark_views_plot_update (self->views_plot);
}

static void
on_reset_cb (SparkVideoPage *self)
{
  SparkReplica *replica = spark_context_get_replica (self->context);
  const char *id = spark_video_page_get_id (self);
  g_autoptr (SparkVideoItem) video
      = id != NULL && replica != NULL ? spark_replica_get_video (replica, id) : NULL;

  /* Another account of the same sign-in keeps what is shown. */
  if (video == NULL)
    spark_video_page_show (self, NULL);
  else
    fill_lists (self);
}

static void
spark_video_page_dispose (GObject *object)
{
  SparkVideoPage *self = SPARK_VIDEO_PAGE (object);

  if (self->context != NULL)
    {
      drop_lists (self);
      g_signal_handlers_disconnect_by_data (self->context, self);
    }
  g_clear_object (&self->context);
  g_clear_object (&self->video);

  G_OBJECT_CLASS (spark_video_page_parent_class)->dispose (object);
}

static void
spark_video_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SparkVideoPage *self = SPARK_VIDEO_PAGE (object);

  if (prop_id == PROP_CLOSABLE)
    g_value_set_boolean (value, gtk_widget_get_visible (self->close_button));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
spark_video_page_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  SparkVideoPage *self = SPARK_VIDEO_PAGE (object);

  if (prop_id == PROP_CLOSABLE)
    gtk_widget_set_visible (self->close_button, g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
spark_video_page_class_init (SparkVideoPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_video_page_dispose;
  object_class->get_property = spark_video_page_get_property;
  object_class->set_property = spark_video_page_set_property;

  properties[PROP_CLOSABLE] = g_param_spec_boolean ("closable", NULL, NULL, TRUE,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (SPARK_TYPE_WRAP);
  g_type_ensure (SPARK_TYPE_COVER);
  g_type_ensure (SPARK_TYPE_CODE_CARD);
  g_type_ensure (SPARK_TYPE_VIEWS_PLOT);
  g_type_ensure (SPARK_TYPE_HISTORY_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-video-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, scrolled_window);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, cover);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, date_label);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, caption_label);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, chip);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, open_button);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, numbers);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, views_plot);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, problem_box);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, problem_label);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, code_card);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, note_button);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, access_list);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, access_placeholder);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, links_group);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, share_button);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, links_list);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, links_placeholder);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, history_group);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoPage, close_button);
  gtk_widget_class_bind_template_callback (widget_class, on_open_cb);
}

static void
spark_video_page_init (SparkVideoPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide (GTK_WIDGET (self->access_placeholder));
  spark_unmapped_hide (GTK_WIDGET (self->links_placeholder));
  spark_row_menu_attach (GTK_WIDGET (self->access_list), spark_access_row_fill_menu, NULL);
  spark_row_menu_attach (GTK_WIDGET (self->links_list), NULL, NULL);
}

void
spark_video_page_set_context (SparkVideoPage *self, SparkContext *context)
{
  g_return_if_fail (SPARK_IS_VIDEO_PAGE (self));
  g_return_if_fail (self->context == NULL);

  self->context = g_object_ref (context);
  spark_history_group_set_context (self->history_group, context);
  g_signal_connect_swapped (context, "reset", G_CALLBACK (on_reset_cb), self);
  g_signal_connect_swapped (context, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (context, "updated", G_CALLBACK (on_updated_cb), self);
  g_signal_connect_swapped (context, "new-day", G_CALLBACK (on_new_day_cb), self);
}

gboolean
spark_video_page_show (SparkVideoPage *self, const char *id)
{
  SparkReplica *replica;
  g_autoptr (SparkVideoItem) video = NULL;

  g_return_val_if_fail (SPARK_IS_VIDEO_PAGE (self), FALSE);

  if (id != NULL && g_strcmp0 (id, spark_video_page_get_id (self)) == 0)
    return TRUE;
  replica = spark_context_get_replica (self->context);
  if (id != NULL && replica != NULL)
    video = spark_replica_get_video (replica, id);
  g_set_object (&self->video, video);
  if (video == NULL)
    {
      drop_lists (self);
      return FALSE;
    }
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled_window), 0);
  fill_lists (self);
  update (self);
  return TRUE;
}

const char *
spark_video_page_get_id (SparkVideoPage *self)
{
  g_return_val_if_fail (SPARK_IS_VIDEO_PAGE (self), NULL);

  return self->video != NULL ? spark_video_item_get (self->video)->id : NULL;
}

void
spark_video_page_focus (SparkVideoPage *self)
{
  g_return_if_fail (SPARK_IS_VIDEO_PAGE (self));

  /* Beside what tells which video it is: what has the keyboard is scrolled to. Not the next one of
   * what has it already. */
  gtk_root_set_focus (gtk_widget_get_root (GTK_WIDGET (self)), NULL);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scrolled_window), 0);
  gtk_widget_child_focus (GTK_WIDGET (self->scrolled_window), GTK_DIR_TAB_FORWARD);
}
