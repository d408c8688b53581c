/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-command-line"

#include "config.h"

#include <stdio.h>

#include <glib/gi18n.h>

#include "app/spark-command-line.h"
#include "app/spark-problem.h"
#include "app/spark-sign-ins.h"
#include "client/spark-keyring.h"
#include "model/spark-enums.h"
#include "model/spark-rules.h"
#include "spark-enum-types.h"

static int
fail (const char *sentence)
{
  g_printerr ("sparkbox: %s\n", sentence);
  return 1;
}

static SparkReplica *
open_copy (GSettings *settings, GBytes *key)
{
  SparkReplica *replica = spark_sign_ins_open_copy (settings, key, NULL);

  if (replica == NULL)
    fail (_ ("There is no copy of your videos on this computer. Open Sparkbox once to load it."));
  return replica;
}

static void
print_video (const SparkVideo *video)
{
  g_autofree char *caption = g_strdup (video->caption != NULL ? video->caption : "");
  g_autofree char *end
      = video->authorization.ends_at != 0 ? spark_time_format (video->authorization.ends_at) : NULL;

  /* One line, four columns, whatever a caption holds. */
  for (char *c = caption; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  fprintf (stdout, "%s\t%s\t%s\t%s\n", video->id,
           spark_enum_to_string (SPARK_TYPE_AUTHORIZATION_STATE, (int)video->authorization.state),
           end != NULL ? end : "", caption);
}

int
spark_command_line_list (GSettings *settings)
{
  g_autoptr (SparkReplica) replica = open_copy (settings, NULL);
  g_autoptr (SparkVideoList) videos = NULL;
  guint n_videos;

  if (replica == NULL)
    return 1;
  videos = spark_video_list_new (replica, NULL);
  spark_row_list_complete (SPARK_ROW_LIST (videos));
  n_videos = g_list_model_get_n_items (G_LIST_MODEL (videos));
  for (guint i = 0; i < n_videos; i++)
    {
      g_autoptr (SparkVideoItem) item = g_list_model_get_item (G_LIST_MODEL (videos), i);

      print_video (spark_video_item_get (item));
    }
  return fflush (stdout) == 0 ? 0 : 1;
}

static void
on_key_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **answer = user_data;

  *answer = g_object_ref (result);
}

static GBytes *
get_key (GSettings *settings, GError **error)
{
  g_autofree char *url = NULL;
  g_autofree char *account = NULL;
  g_autoptr (GAsyncResult) answer = NULL;

  if (!spark_sign_ins_get_first (settings, &url, &account))
    {
      url = g_strdup (SPARK_SIGN_IN_PRIVATE);
      account = g_strdup (SPARK_SIGN_IN_PRIVATE);
    }
  spark_keyring_replica_key_async (url, account, NULL, on_key_cb, &answer);
  while (answer == NULL)
    g_main_context_iteration (NULL, TRUE);
  return spark_keyring_replica_key_finish (answer, error);
}

int
spark_command_line_print_code (GSettings *settings, const char *video)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) key = get_key (settings, &error);
  g_autoptr (SparkReplica) replica = NULL;
  g_autoptr (SparkVideoItem) item = NULL;
  g_autoptr (SparkCodeItem) code = NULL;
  const SparkAuthorization *authorization;

  if (key == NULL)
    return fail (spark_problem_sentence (error));
  replica = open_copy (settings, key);
  if (replica == NULL)
    return 1;
  item = spark_replica_get_video (replica, video);
  if (item == NULL)
    item = spark_replica_find_video (replica, video);
  if (item == NULL)
    return fail (_ ("There is no such video. “sparkbox --list” shows them."));
  authorization = &spark_video_item_get (item)->authorization;
  if (authorization->state != SPARK_AUTHORIZATION_READY
      && authorization->state != SPARK_AUTHORIZATION_IN_USE)
    return fail (_ ("This video has no code that works. Generate one in Sparkbox."));
  if (authorization->code_id != NULL)
    code = spark_replica_get_code (replica, authorization->code_id);
  if (code == NULL || spark_code_item_get (code)->code == NULL)
    return fail (_ ("The code is not on this computer, or your role may not see it."));
  return fprintf (stdout, "%s\n", spark_code_item_get (code)->code) > 0 && fflush (stdout) == 0 ? 0
                                                                                                : 1;
}
