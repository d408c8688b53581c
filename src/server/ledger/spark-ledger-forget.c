/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-people.h"
#include "server/ledger/spark-ledger-private.h"

#define HOUR_MS (60 * 60 * 1000)
/* Only somebody else can make an invitation anew: the clock that ended it may be put right. */
#define INVITATION_MS (7 * SPARK_DAY_MS)
/* What is forgotten in one transaction: whoever was away for long has much of it. */
#define FORGET_ROWS 500
/* What has rows of its own counts as so many: an invitation may have a thousand seats, a sign-in of
 * a brand a hundred ad accounts, one of a person a few hundred tokens. */
#define WITH_OTHERS 25

typedef struct
{
  const char *others; /* deletes the rows that belong to the same; NULL: there are none */
  const char *statement;
  gint64 kept; /* so long after its end, in ms */
  guint weight;
} Kind;

static const Kind kinds[] = {
  { NULL, "refusals_forget", HOUR_MS, 1 },
  { "brand_sessions_forget_advertisers", "brand_sessions_forget", 0, WITH_OTHERS },
  { NULL, "brand_invitations_forget", INVITATION_MS, 1 },
  { "sign_ins_forget_secrets", "sign_ins_forget", SPARK_REFRESH_LIFE_MS, WITH_OTHERS },
  /* Their code was never exchanged. */
  { "sign_ins_forget_unused_secrets", "sign_ins_forget_unused", SPARK_CODE_LIFE_MS, WITH_OTHERS },
  { "invitations_forget_seats", "invitations_forget", INVITATION_MS, WITH_OTHERS },
  { NULL, "app_codes_forget", SPARK_DAY_MS, 1 },
  { NULL, "app_tokens_forget", 7 * SPARK_DAY_MS, 1 },
  { NULL, "consents_forget", 0, 1 },
  { NULL, "idempotency_forget", SPARK_DAY_MS, 1 },
};

/* Of each kind, whatever there is of the others. */
#define SHARE (FORGET_ROWS / G_N_ELEMENTS (kinds))
G_STATIC_ASSERT (SHARE >= WITH_OTHERS);

gboolean
spark_ledger_forget_some (SparkTx *tx, const char *statement, gint64 until, guint *left,
                          GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, statement, "ii", until, (gint64)*left);

  while (row != NULL && spark_statement_step (row, &local))
    (*left)--;
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

/* @rows: at most. @left: (inout): of FORGET_ROWS. @more: there was no place for all */
static gboolean
forget_kind (SparkTx *tx, const Kind *kind, guint rows, guint *left, gboolean *more, GError **error)
{
  gint64 until = spark_tx_now (tx) - kind->kept;
  guint limit = rows / kind->weight, rest = limit;

  if (limit > 0
      && ((kind->others != NULL
           && !spark_tx_exec (tx, error, kind->others, "ii", until, (gint64)limit))
          || !spark_ledger_forget_some (tx, kind->statement, until, &rest, error)))
    return FALSE;
  *left -= (limit - rest) * kind->weight;
  *more = rest == 0;
  return TRUE;
}

gboolean
spark_ledger_forget (SparkTx *tx, gboolean *more, GError **error)
{
  gboolean full[G_N_ELEMENTS (kinds)];
  guint left = FORGET_ROWS;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (!forget_kind (tx, &kinds[i], SHARE, &left, &full[i], error))
      return FALSE;
  *more = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (full[i] && !forget_kind (tx, &kinds[i], left, &left, &full[i], error))
        return FALSE;
      *more |= full[i];
    }
  return TRUE;
}
