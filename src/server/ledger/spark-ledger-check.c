/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <string.h>

#include "model/spark-rules.h"
#include "server/ledger/spark-ledger-check.h"
#include "server/ledger/spark-ledger-private.h"
#include "server/store/spark-store-read.h"

/* Objects read at once while strings are looked at. */
#define PAGE 1000

static const struct
{
  const char *statement;
  const char *rule;
} rules[] = {
  { "check_counter", "A change has a number that its account has not given out yet" },
  { "check_last_id", "A number was used that its account has not given out yet" },
  { "check_changes", "There is no change that tells of it" },
  { "check_code_of_video", "The video names a code that is not its own" },
  { "check_one_code", "The code works, but is not the one of its video" },
  { "check_expiry", "The code is not looked at when it ends" },
  { "check_grant_expiry", "The grant is not looked at when it ends" },
  { "check_paid", "The video's paid part is not what its grants won" },
  { "check_ads_active", "The grant counts other ads than run on it" },
  { "check_authorization", "The video shows another state or end than its code has" },
  { "check_summary", "The video counts other grants or links than it has" },
  { "check_one_grant", "An ad account has access to one video twice" },
  { "check_link_once", "The link was used by more than one ad account" },
  { "check_link_redeemed", "The link is used and no grant came of it, or the other way round" },
  { "check_grant_of", "The grant names a video, code or brand that is not there" },
  { "check_link_of", "The link names a video or brand that is not there" },
  { "check_grant_told", "There is no event that tells of the grant" },
  { "check_post", "The ad account does not see a post it has access to" },
  { "check_code_waits", "The code waits for the platform, and nobody asks it" },
  { "check_grant_waits", "The grant waits for the platform, and nobody asks it" },
  { "check_task_of", "The platform is asked for what nobody waits for" },
  { "check_findable", "The code or link works, but nobody could redeem it" },
};

typedef struct
{
  SparkTx *tx;
  SparkCheckFunc found;
  gpointer data;
  GPtrArray *strings; /* pairs of id and string of one page */
  GArray *closed;     /* of gint64: accounts that are being made or removed */
} Check;

static gboolean
check_rule (Check *self, gsize rule, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean has_time = strcmp (rules[rule].statement, "check_one_grant") == 0;
  SparkStatement *row = spark_tx_select (self->tx, &local, rules[rule].statement,
                                         has_time ? "i" : "", spark_tx_now (self->tx));

  while (row != NULL && spark_statement_step (row, &local))
    {
      gint64 account = spark_statement_int (row, 0);
      g_autofree char *id = spark_id_format (account, spark_statement_int (row, 1));
      gboolean closed = FALSE;

      for (guint i = 0; i < self->closed->len; i++)
        closed |= g_array_index (self->closed, gint64, i) == account;
      if (!closed)
        self->found (rules[rule].rule, id, self->data);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static void
add_string (Check *self, const char *id, const char *string)
{
  if (string == NULL)
    {
      self->found ("The string cannot be read with this key", id, self->data);
      return;
    }
  g_ptr_array_add (self->strings, g_strdup (id));
  g_ptr_array_add (self->strings, g_strdup (string));
}

static gboolean
add_code (const SparkCode *code, gpointer data)
{
  /* A pending one has none yet. */
  if (code->state == SPARK_CODE_STATE_READY || code->state == SPARK_CODE_STATE_IN_USE)
    add_string (data, code->id, code->code);
  return TRUE;
}

static gboolean
add_link (const SparkLink *link, gpointer data)
{
  if (link->state == SPARK_LINK_STATE_OPEN)
    add_string (data, link->id, link->string);
  return TRUE;
}

/* Each string must lead back to what it belongs to. */
static gboolean
find_strings (Check *self, GError **error)
{
  for (guint i = 0; i < self->strings->len; i += 2)
    {
      const char *id = self->strings->pdata[i];
      g_autofree char *leads_to = NULL;
      g_autoptr (GError) local = NULL;
      SparkStatement *row
          = spark_tx_find_string (self->tx, &local, "fingerprint_get", self->strings->pdata[i + 1]);

      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (row != NULL)
        {
          leads_to = spark_id_format (spark_statement_int (row, 0), spark_statement_int (row, 2));
          spark_statement_reset (row);
        }
      if (g_strcmp0 (leads_to, id) != 0)
        self->found ("The string leads to something else", id, self->data);
    }
  g_ptr_array_set_size (self->strings, 0);
  return TRUE;
}

static gboolean
check_strings (Check *self, SparkKind kind, GError **error)
{
  const SparkObjectQuery query = { .scope.all = TRUE, .state = -1, .type = -1 };
  g_autofree char *after = NULL;

  do
    {
      SparkPage page = { .after = after, .limit = PAGE };
      gboolean ok = kind == SPARK_KIND_CODE
                        ? spark_read_codes (self->tx, &query, TRUE, &page, add_code, self, error)
                        : spark_read_links (self->tx, &query, TRUE, &page, add_link, self, error);

      g_free (after);
      after = page.next;
      if (!ok || !find_strings (self, error))
        return FALSE;
    }
  while (after != NULL);
  return TRUE;
}

gboolean
spark_ledger_check (SparkTx *tx, SparkCheckFunc found, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) closed = spark_read_closed_accounts (tx, error);
  Check self = { tx, found, data, strings, closed };
  gint64 begun;

  if (closed == NULL || !spark_tx_int (tx, error, &begun, 0, "check_begin", ""))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    if (!check_rule (&self, i, error))
      return FALSE;
  return check_strings (&self, SPARK_KIND_CODE, error)
         && check_strings (&self, SPARK_KIND_LINK, error);
}
