/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-connection-news"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-connection-news.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "client/spark-replica.h"
#include "model/spark-rules.h"

/* The backend looks at the newest videos every five minutes: no news for longer is news. */
#define SILENT_MS (G_GINT64_CONSTANT (15) * 60 * 1000)
/* How long before its end a consent is to be renewed. */
#define AHEAD_MS (14 * SPARK_DAY_MS)

void
spark_connection_news_clear (SparkConnectionNews *news)
{
  g_clear_pointer (&news->sentence, g_free);
  g_clear_pointer (&news->account_id, g_free);
}

static void
tell (SparkConnectionNews *news, char *sentence, const char *account_id)
{
  spark_connection_news_clear (news);
  news->sentence = sentence;
  news->account_id = g_strdup (account_id);
}

static void
note (gint64 *later, gint64 at)
{
  if (*later == 0 || at < *later)
    *later = at;
}

/* TikTok may be asked little at a time: a first look at all takes its time. */
static char *
describe_unasked (gint64 n)
{
  return g_strdup_printf (
      ngettext ("TikTok is still being asked about %'d video. Those with a code come first.",
                "TikTok is still being asked about %'d videos. Those with a code come first.",
                (gulong)n),
      (int)n);
}

void
spark_connection_news_add (SparkConnectionNews *news, const SparkAccount *account, gint64 now,
                           gint64 *later)
{
  const char *can_connect = account->role == SPARK_ROLE_OWNER ? account->id : NULL;
  gint64 ends_at = account->connection_ends_at;

  if (account->connection == SPARK_CONNECTION_STATE_LOST)
    /* Translators: %s: name of an account */
    tell (news, g_strdup_printf (_ ("TikTok no longer lets Sparkbox in for %s."), account->name),
          can_connect);
  else if (account->connection != SPARK_CONNECTION_STATE_CONNECTED)
    /* Translators: %s: name of an account */
    tell (news, g_strdup_printf (_ ("%s is not connected to TikTok."), account->name), can_connect);
  else if (news->sentence != NULL)
    return;
  else if (ends_at > 0 && ends_at - AHEAD_MS <= now)
    {
      g_autofree char *day = spark_phrase_day_and_distance (ends_at);

      tell (
          news,
          /* Translators: the first is a name of an account, the second "Wed 9 Dec, in 14 days" */
          g_strdup_printf (_ ("%s has to be connected to TikTok again by %s."), account->name, day),
          can_connect);
    }
  else if (account->platform_seen_at > 0 && account->platform_seen_at + SILENT_MS <= now)
    {
      g_autofree char *moment = spark_format_as_of (account->platform_seen_at, now);

      /* Translators: %s: "14:02", or "yesterday, 09:10" */
      tell (news, g_strdup_printf (_ ("TikTok not reachable. As of %s."), moment), NULL);
    }
  else
    {
      if (account->unasked > 0)
        tell (news, describe_unasked (account->unasked), NULL);
      if (account->platform_seen_at > 0)
        note (later, account->platform_seen_at + SILENT_MS);
      if (ends_at > 0)
        note (later, ends_at - AHEAD_MS);
    }
}

void
spark_connection_news_read (SparkConnectionNews *news, SparkContext *context,
                            const char *account_id, gint64 now, gint64 *later)
{
  GListModel *accounts = spark_context_get_accounts (context);

  *later = 0;
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++)
    {
      g_autoptr (SparkAccountItem) item = g_list_model_get_item (accounts, i);
      const SparkAccount *account = spark_account_item_get (item);

      if (account->platform == SPARK_PLATFORM_TIKTOK
          && (account_id == NULL || g_strcmp0 (account_id, account->id) == 0)
          && news->account_id == NULL)
        spark_connection_news_add (news, account, now, later);
    }
}
