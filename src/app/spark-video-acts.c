/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-video-acts"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-link-dialog.h"
#include "app/spark-list-row.h"
#include "app/spark-phrases.h"
#include "app/spark-row-menu.h"
#include "app/spark-video-acts.h"
#include "app/spark-video-words.h"

/* Of the button of a menu: the id of its video, and whether links to it are made. */
#define VIDEO  "spark-video"
#define SHARES "spark-shares"

/* Of a button that is shown GTK asks the display where the pointer is, which takes longer than all
 * else of a row: nothing is set that is set already, and on a new button before it is shown. */
static void
set_tooltip (GtkWidget *widget, const char *text)
{
  if (g_strcmp0 (gtk_widget_get_tooltip_text (widget), text) != 0)
    gtk_widget_set_tooltip_text (widget, text);
}

static void
set_act (GtkButton *button, const SparkVideo *video, const char *label, const char *action,
         const char *tooltip, char *name)
{
  g_autofree char *owned_name = name;

  gtk_button_set_label (button, label);
  /* The target first: an action with a target of the wrong type warns. */
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", video->id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  set_tooltip (GTK_WIDGET (button), tooltip);
  gtk_widget_set_visible (GTK_WIDGET (button), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  owned_name, -1);
}

static void
set_terms (GtkButton *button, const SparkVideo *video, const char *caption)
{
  /* Translators: %s: a video’s caption */
  g_autofree char *name = g_strdup_printf (_ ("Choose terms for %s…"), caption);

  /* The target first: an action that wants one is not to be seen without it. */
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", video->id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.generate-terms");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void
spark_video_acts_update (SparkContext *context, const SparkVideo *video, GtkWidget *acts,
                         GtkButton *act_button, GtkButton *terms_button)
{
  const SparkAccount *account = spark_context_get_account (context, video->account_id);
  const char *obstacle = spark_context_get_obstacle (context);
  SparkVideoAct act = spark_video_get_act (video, account);
  g_autofree char *caption = spark_phrase_video (video);
  g_autofree char *terms = NULL;

  gtk_widget_set_visible (acts, act != SPARK_VIDEO_ACT_NONE);
  if (terms_button != NULL)
    gtk_widget_set_visible (GTK_WIDGET (terms_button), act == SPARK_VIDEO_ACT_GENERATE);
  switch (act)
    {
    case SPARK_VIDEO_ACT_GENERATE:
      terms = spark_video_describe_terms (spark_context_get_days (context, account));
      set_act (act_button, video, _ ("Generate & Copy"), "win.generate",
               obstacle != NULL ? obstacle : terms,
               /* Translators: %s: a video’s caption */
               g_strdup_printf (_ ("Generate and copy code of %s"), caption));
      if (terms_button != NULL)
        set_terms (terms_button, video, caption);
      break;
    case SPARK_VIDEO_ACT_ADD_CODE:
      set_act (act_button, video, _ ("Add TikTok Code…"), "win.add-code", obstacle,
               /* Translators: %s: a video’s caption */
               g_strdup_printf (_ ("Add TikTok code of %s…"), caption));
      break;
    case SPARK_VIDEO_ACT_COPY:
      set_act (act_button, video, _ ("Copy"), "win.copy-code", NULL,
               /* Translators: %s: a video’s caption */
               g_strdup_printf (_ ("Copy code of %s"), caption));
      break;
    case SPARK_VIDEO_ACT_NONE:
      break;
    }
}

static void
append_more (GMenu *menu, const char *id, gboolean shares)
{
  spark_row_menu_append (menu, _ ("Copy for a _Brand…"), "win.copy-for", id);
  if (shares)
    spark_row_menu_append (menu, _ ("_Share Link…"), "win.share-link", id);
}

/* A menu for each of many rows would take long to make: only one that is opened is. */
static void
fill_more (GtkMenuButton *button, gpointer user_data)
{
  const char *id = g_object_get_data (G_OBJECT (button), VIDEO);
  g_autoptr (GMenu) menu = g_menu_new ();

  append_more (menu, id, g_object_get_data (G_OBJECT (button), SHARES) != NULL);
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

void
spark_video_acts_offer_more (SparkContext *context, const SparkVideo *video, GtkWidget *acts,
                             GtkMenuButton **more_button)
{
  const SparkAccount *account = spark_context_get_account (context, video->account_id);
  gboolean offers = spark_video_get_act (video, account) == SPARK_VIDEO_ACT_COPY;
  g_autofree char *caption = NULL;
  g_autofree char *name = NULL;

  if (!offers)
    {
      if (*more_button != NULL)
        gtk_widget_set_visible (GTK_WIDGET (*more_button), FALSE);
      return;
    }
  if (*more_button == NULL)
    {
      *more_button = GTK_MENU_BUTTON (gtk_menu_button_new ());
      gtk_menu_button_set_icon_name (*more_button, "pan-down-symbolic");
      gtk_widget_set_visible (GTK_WIDGET (*more_button), FALSE);
      set_tooltip (GTK_WIDGET (*more_button), _ ("More"));
      gtk_menu_button_set_create_popup_func (*more_button, fill_more, NULL, NULL);
      gtk_box_append (GTK_BOX (acts), GTK_WIDGET (*more_button));
    }
  gtk_widget_set_visible (GTK_WIDGET (*more_button), TRUE);
  g_object_set_data_full (G_OBJECT (*more_button), VIDEO, g_strdup (video->id), g_free);
  g_object_set_data (G_OBJECT (*more_button), SHARES,
                     spark_link_obstacle (account) == NULL ? *more_button : NULL);
  caption = spark_phrase_video (video);
  /* Translators: %s: a video’s caption */
  name = g_strdup_printf (_ ("More for %s"), caption);
  gtk_accessible_update_property (GTK_ACCESSIBLE (*more_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

void
spark_video_acts_fill_menu (SparkContext *context, const SparkVideo *video, GMenu *menu)
{
  const SparkAccount *account = spark_context_get_account (context, video->account_id);

  switch (spark_video_get_act (video, account))
    {
    case SPARK_VIDEO_ACT_GENERATE:
      spark_row_menu_append (menu, _ ("Generate & Copy"), "win.generate", video->id);
      spark_row_menu_append (menu, _ ("Choose the Terms…"), "win.generate-terms", video->id);
      break;
    case SPARK_VIDEO_ACT_ADD_CODE:
      spark_row_menu_append (menu, _ ("Add TikTok Code…"), "win.add-code", video->id);
      break;
    case SPARK_VIDEO_ACT_COPY:
      spark_row_menu_append (menu, _ ("Copy"), "win.copy-code", video->id);
      append_more (menu, video->id, spark_link_obstacle (account) == NULL);
      break;
    case SPARK_VIDEO_ACT_NONE:
      break;
    }
}

char *
spark_video_get_whole_caption (const SparkVideo *video)
{
  g_autofree char *caption = g_strdup (video->caption != NULL ? video->caption : "");

  g_strstrip (g_strdelimit (caption, "\r\n\t", ' '));
  return *caption != '\0' ? g_steal_pointer (&caption) : spark_phrase_video (video);
}

void
spark_video_name_row (const SparkVideo *video, GtkWidget *row, const char *chip, const char *whose)
{
  g_autofree char *caption = spark_phrase_video (video);
  g_autofree char *stated = NULL;
  g_autofree char *named = NULL;
  const char *name = caption;

  if (chip != NULL)
    /* Translators: a video’s caption, then its state */
    name = stated = g_strdup_printf (C_ ("name of a row", "%s, %s"), name, chip);
  if (whose != NULL)
    name = named = g_strdup_printf (C_ ("name of a row", "%s, %s"), name, whose);
  spark_list_row_set_name (row, name);
}
