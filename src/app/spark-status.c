/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-status"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-format.h"
#include "app/spark-problem.h"
#include "app/spark-status.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

static void
describe_problem (const GError *problem, SparkStatus *status)
{
  status->icon_name = "dialog-warning-symbolic";
  status->title = spark_problem_title (problem);
  status->sentence = g_strdup (spark_problem_sentence (problem));
  status->obstacle = status->title;
  if (g_error_matches (problem, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED)
      || g_error_matches (problem, SPARK_ERROR, SPARK_ERROR_FORBIDDEN))
    {
      status->button = _ ("_Join Again…");
      status->action = "win.join";
    }
  else
    {
      status->button = _ ("_Try Again");
      status->action = "win.retry";
    }
}

/* What is said of silence. (transfer full). @moment: as of when what can be seen is; NULL: nobody
 * knows */

/* Nobody has a service of their own only to look. */
static char *
describe_own_silence (const char *moment)
{
  if (moment == NULL)
    return g_strdup (_ ("Sparkbox’s own service doesn’t answer. You can read everything and copy "
                        "your codes; the rest works again by itself."));
  /* Translators: %s: "14:02", or "yesterday, 09:10" */
  return g_strdup_printf (_ ("Sparkbox’s own service doesn’t answer. You can read everything as of "
                             "%s and copy your codes; the rest works again by itself."),
                          moment);
}

static char *
describe_silence (const char *moment)
{
  if (moment == NULL)
    return g_strdup (_ ("The server can’t be reached. You can read everything and copy your codes; "
                        "the rest works again by itself."));
  /* Translators: %s: "14:02", or "yesterday, 09:10" */
  return g_strdup_printf (_ ("The server can’t be reached. You can read everything as of %s and "
                             "copy your codes; the rest works again by itself."),
                          moment);
}

static char *
describe_silence_to_viewer (const char *moment)
{
  if (moment == NULL)
    return g_strdup (_ ("The server can’t be reached. You can read everything; the rest works "
                        "again by itself."));
  /* Translators: %s: "14:02", or "yesterday, 09:10" */
  return g_strdup_printf (_ ("The server can’t be reached. You can read everything as of %s; the "
                             "rest works again by itself."),
                          moment);
}

static void
describe_unreached (SparkBackend *backend, gboolean copies, SparkStatus *status)
{
  const GError *problem = spark_backend_get_problem (backend);
  gint64 fresh_at = spark_backend_get_fresh_at (backend);
  g_autofree char *moment = NULL;

  if (problem != NULL)
    {
      describe_problem (problem, status);
      return;
    }
  status->icon_name = "network-offline-symbolic";
  status->title = _ ("Not Connected");
  if (fresh_at != 0)
    moment = spark_format_as_of (fresh_at, spark_time_now ());
  status->sentence = spark_backend_is_private (backend) ? describe_own_silence (moment)
                     : copies                           ? describe_silence (moment)
                                                        : describe_silence_to_viewer (moment);
  if (!spark_backend_is_private (backend))
    {
      g_autoptr (GError) offline = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, "");

      status->blank = spark_problem_sentence (offline);
    }
  status->button = _ ("_Try Again");
  status->action = "win.retry";
  status->obstacle = _ ("Not possible while offline");
}

void
spark_status_describe (SparkBackend *backend, const GError *problem, gboolean copies,
                       SparkStatus *status)
{
  *status = (SparkStatus){ 0 };
  if (problem != NULL)
    {
      describe_problem (problem, status);
      return;
    }
  if (backend == NULL)
    {
      status->obstacle = _ ("Sparkbox is still starting");
      return;
    }
  switch (spark_backend_get_status (backend))
    {
    case SPARK_BACKEND_CONNECTING:
    case SPARK_BACKEND_LOADING:
    case SPARK_BACKEND_ONLINE:
      break;
    case SPARK_BACKEND_OFFLINE:
    case SPARK_BACKEND_FAILED:
      describe_unreached (backend, copies, status);
      break;
    }
}

void
spark_status_clear (SparkStatus *status)
{
  g_clear_pointer (&status->sentence, g_free);
}
