/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-batch-row"

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/spark-batch-row.h"
#include "app/spark-phrases.h"
#include "app/spark-problem.h"
#include "app/spark-whose.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "spark-enum-types.h"

static char *
describe_object (SparkWindow *window, const char *id)
{
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autoptr (SparkVideoItem) video = spark_replica_get_video (replica, id);
  g_autoptr (SparkGrantItem) grant = video == NULL ? spark_replica_get_grant (replica, id) : NULL;
  g_autofree char *brand = NULL;
  g_autofree char *caption = NULL;

  if (video != NULL)
    return spark_phrase_video (spark_video_item_get (video));
  if (grant == NULL)
    return g_strdup (_ ("It is no longer there"));
  brand = spark_phrase_brand (spark_grant_item_get (grant));
  caption = spark_phrase_video (spark_grant_item_get_video (grant));
  /* Translators: first a brand, then a video’s caption */
  return g_strdup_printf (C_ ("brand and video", "%s: %s"), brand, caption);
}

const char *
spark_batch_describe_problem (const char *nick)
{
  int code;
  g_autoptr (GError) error = NULL;

  if (nick == NULL || !spark_enum_from_string (SPARK_TYPE_ERROR, nick, &code))
    code = SPARK_ERROR_INTERNAL;
  error = g_error_new_literal (SPARK_ERROR, code, nick != NULL ? nick : "");
  return spark_problem_sentence (error);
}

static GtkWidget *
make_row (const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  return row;
}

GtkWidget *
spark_batch_row_new (SparkWindow *window, const SparkBatchResult *result)
{
  g_autofree char *title = describe_object (window, result->id);
  g_autofree char *whose = spark_whose (GTK_WIDGET (window), result->id);
  g_autofree char *subtitle = NULL;
  const char *problem = NULL;

  if (spark_batch_result_has_code (result))
    problem = _ ("Already has a code");
  else if (result->state == SPARK_BATCH_ROW_STATE_FAILED)
    problem = spark_batch_describe_problem (result->problem);
  subtitle = spark_phrase_facts_of (whose, problem);

  return make_row (title, subtitle);
}

GtkWidget *
spark_batch_row_new_refused (const SparkBatchPart *part)
{
  return make_row (part->name != NULL ? part->name : part->account_id,
                   spark_problem_sentence (part->refusal));
}
