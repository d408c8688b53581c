/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/store/spark-pager.h"

#define MAX_KNOWN_VERSIONS 1000

static SparkRef
keep_ref (SparkTx *tx, SparkStatement *row, gint64 account, int column)
{
  return (SparkRef){ spark_tx_keep_id (tx, account, spark_statement_int (row, column)),
                     spark_tx_keep (tx, spark_statement_text (row, column + 1)) };
}

static const char *
keep_secret (SparkTx *tx, SparkStatement *row, int column)
{
  gsize length;
  const void *data = spark_statement_blob (row, column, &length);
  g_autofree char *text = spark_secrets_decrypt (tx->secrets, data, length);

  return spark_tx_keep (tx, text);
}

/* It changes with the picture, so that whoever keeps one asks for the new one. */
static const char *
keep_avatar_url (SparkTx *tx, gint64 account, const char *digest)
{
  g_autofree char *url = NULL;

  if (digest == NULL)
    return NULL;
  url = g_strdup_printf ("/v1/accounts/%" G_GINT64_FORMAT "/avatar?picture=%s", account, digest);
  return spark_tx_keep (tx, url);
}

static void
read_account (SparkTx *tx, SparkStatement *row, SparkAccount *view)
{
  *view = (SparkAccount){
    .id = spark_tx_keep_number (tx, spark_statement_int (row, 0)),
    .platform = spark_statement_int (row, 1),
    .name = spark_tx_keep (tx, spark_statement_text (row, 2)),
    .handle = spark_tx_keep (tx, spark_statement_text (row, 3)),
    .created_at = spark_statement_int (row, 4),
    .platform_seen_at = spark_statement_int (row, 5),
    .connection = spark_statement_int (row, 6),
    .connection_ends_at = spark_statement_int (row, 7),
    .avatar_url = keep_avatar_url (tx, spark_statement_int (row, 0), spark_statement_text (row, 8)),
    .unasked = MAX (spark_statement_int (row, 9), 0),
    .role = SPARK_ROLE_OWNER,
  };
  for (const guint *period = spark_periods; *period != 0; period++)
    view->periods[view->n_periods++] = *period;
}

static void
read_code (SparkTx *tx, SparkStatement *row, gboolean reveal, SparkCode *view)
{
  gint64 account = spark_statement_int (row, 0);

  *view = (SparkCode){
    .id = spark_tx_keep_id (tx, account, spark_statement_int (row, 1)),
    .video_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 2)),
    .state = spark_statement_int (row, 4),
    .days = spark_statement_int (row, 5),
    .starts_at = spark_statement_int (row, 6),
    .ends_at = spark_statement_int (row, 7),
    .note = spark_tx_keep (tx, spark_statement_text (row, 8)),
    .copied_at = spark_statement_int (row, 9),
    .copied_for = keep_ref (tx, row, account, 10),
    .used_at = spark_statement_int (row, 12),
    .created_at = spark_statement_int (row, 13),
    .waiting_for = spark_statement_int (row, 14),
    .problem = spark_tx_keep (tx, spark_statement_text (row, 15)),
  };
  if (reveal && view->state != SPARK_CODE_STATE_DELETED)
    view->code = keep_secret (tx, row, 3);
}

static void
read_link (SparkTx *tx, SparkStatement *row, gboolean reveal, SparkLink *view)
{
  gint64 account = spark_statement_int (row, 0);

  *view = (SparkLink){
    .id = spark_tx_keep_id (tx, account, spark_statement_int (row, 1)),
    .video_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 2)),
    .brand = keep_ref (tx, row, account, 3),
    .string = reveal ? keep_secret (tx, row, 5) : NULL,
    .state = spark_statement_int (row, 6),
    .ends_at = spark_statement_int (row, 7),
    .note = spark_tx_keep (tx, spark_statement_text (row, 8)),
    .created_at = spark_statement_int (row, 9),
  };
}

static void
read_grant (SparkTx *tx, SparkStatement *row, SparkGrant *view)
{
  gint64 account = spark_statement_int (row, 0);

  *view = (SparkGrant){
    .id = spark_tx_keep_id (tx, account, spark_statement_int (row, 1)),
    .video_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 2)),
    .code_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 3)),
    .link_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 4)),
    .brand = keep_ref (tx, row, account, 5),
    .advertiser = { spark_tx_keep (tx, spark_statement_text (row, 7)),
                    spark_tx_keep (tx, spark_statement_text (row, 8)) },
    .source = spark_statement_int (row, 9),
    .state = spark_statement_int (row, 10),
    .redeemed_at = spark_statement_int (row, 11),
    .ends_at = spark_statement_int (row, 12),
    .platform_ends_at = spark_statement_int (row, 13),
    .revoked_at = spark_statement_int (row, 14),
    .ads_active = (int)spark_statement_int (row, 15),
    .paid = { spark_statement_int (row, 16), spark_statement_int (row, 17),
              spark_statement_int (row, 18), spark_statement_int (row, 19) },
    .problem = spark_tx_keep (tx, spark_statement_text (row, 20)),
  };
}

static void
read_event (SparkTx *tx, SparkStatement *row, SparkEvent *view)
{
  gint64 account = spark_statement_int (row, 0);

  *view = (SparkEvent){
    .id = spark_tx_keep_id (tx, account, spark_statement_int (row, 1)),
    .type = spark_statement_int (row, 2),
    .at = spark_statement_int (row, 3),
    .actor = { spark_statement_int (row, 4), spark_tx_keep (tx, spark_statement_text (row, 5)),
               spark_tx_keep (tx, spark_statement_text (row, 6)),
               spark_tx_keep (tx, spark_statement_text (row, 21)), FALSE },
    .video_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 7)),
    .code_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 8)),
    .link_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 9)),
    .grant_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 10)),
    .brand = keep_ref (tx, row, account, 11),
    .detail = {
      .reason = spark_tx_keep (tx, spark_statement_text (row, 13)),
      .advertiser = { spark_tx_keep (tx, spark_statement_text (row, 14)),
                      spark_tx_keep (tx, spark_statement_text (row, 15)) },
      .count = spark_statement_int (row, 16),
      .days = spark_statement_int (row, 17),
      .ends_at = spark_statement_int (row, 18),
      .note = spark_tx_keep (tx, spark_statement_text (row, 19)),
      .earlier = spark_statement_int (row, 20) != 0,
    },
  };
  /* What an ad account did itself does not say its name twice. */
  if (view->actor.kind == SPARK_ACTOR_BRAND && view->actor.name == NULL)
    view->actor.name = view->detail.advertiser.name;
}

/* --- one --- */

gboolean
spark_read_account (SparkTx *tx, gint64 account, SparkAccount *view, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "account_get", "i", account);

  if (row == NULL)
    return spark_tx_absent (g_steal_pointer (&local), error);
  read_account (tx, row, view);
  spark_statement_reset (row);
  return TRUE;
}

GArray *
spark_read_closed_accounts (SparkTx *tx, GError **error)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "closed_list", "");

  while (row != NULL && spark_statement_step (row, &local))
    {
      gint64 account = spark_statement_int (row, 0);

      g_array_append_val (accounts, account);
    }
  if (local == NULL)
    return g_steal_pointer (&accounts);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

GBytes *
spark_read_avatar (SparkTx *tx, gint64 account, const char **type)
{
  SparkStatement *row = spark_tx_row (tx, NULL, "avatar_get", "i", account);
  GBytes *picture;
  const void *data;
  gsize length;

  if (row == NULL)
    return NULL;
  *type = spark_tx_keep (tx, spark_statement_text (row, 0));
  data = spark_statement_blob (row, 1, &length);
  picture = g_bytes_new (data, length);
  spark_statement_reset (row);
  return picture;
}

gboolean
spark_read_code (SparkTx *tx, const char *id, gboolean reveal, SparkCode *view, GError **error)
{
  SparkStatement *row = spark_tx_get (tx, error, "code_get", id);

  if (row == NULL)
    return FALSE;
  read_code (tx, row, reveal, view);
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_link (SparkTx *tx, const char *id, gboolean reveal, SparkLink *view, GError **error)
{
  SparkStatement *row = spark_tx_get (tx, error, "link_get", id);

  if (row == NULL)
    return FALSE;
  read_link (tx, row, reveal, view);
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_grant (SparkTx *tx, const char *id, SparkGrant *view, GError **error)
{
  SparkStatement *row = spark_tx_get (tx, error, "grant_get", id);

  if (row == NULL)
    return FALSE;
  read_grant (tx, row, view);
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_event (SparkTx *tx, const char *id, SparkEvent *view, GError **error)
{
  SparkStatement *row = spark_tx_get (tx, error, "event_get", id);

  if (row == NULL)
    return FALSE;
  read_event (tx, row, view);
  spark_statement_reset (row);
  return TRUE;
}

/* --- many --- */

typedef union
{
  SparkCode code;
  SparkLink link;
  SparkGrant grant;
  SparkEvent event;
} Object;

/* The lists of codes, links, grants and events: newest first by id. */
static gboolean
read_list (SparkTx *tx, SparkKind kind, const SparkObjectQuery *query, gboolean reveal,
           SparkPage *page, gboolean (*give) (const Object *object, gpointer func, gpointer data),
           gpointer func, gpointer data, GError **error)
{
  g_auto (SparkPager) pager = { 0 };
  gint64 video_account = 0, video = 0, brand_account = 0, brand = 0;

  if ((query->video_id != NULL && !spark_id_parse (query->video_id, &video_account, &video))
      || (query->brand_id != NULL && !spark_id_parse (query->brand_id, &brand_account, &brand)))
    return spark_tx_absent (NULL, error);
  if (!spark_pager_init (&pager, tx, &query->scope,
                         query->account != 0  ? query->account
                         : video_account != 0 ? video_account
                                              : brand_account,
                         page, error))
    return FALSE;
  while (page->next == NULL && spark_pager_next (&pager))
    {
      g_autoptr (GError) local = NULL;
      gint64 before = pager.resumed ? pager.id : G_MAXINT64;
      gint64 limit = (gint64)pager.left + 1;
      gint64 state = query->state;
      SparkStatement *row = NULL;
      g_auto (SparkSearch) search = { NULL };

      if (!spark_pager_search (&pager, tx, query->search, &search, error))
        return FALSE;
      switch (kind)
        {
        case SPARK_KIND_CODE:
          row = spark_tx_select (tx, &local, "codes_list", "iiiii", pager.account, before, video,
                                 state, limit);
          break;
        case SPARK_KIND_LINK:
          row = spark_tx_select (tx, &local, "links_list", "iiiiii", pager.account, before, video,
                                 state, brand, limit);
          break;
        case SPARK_KIND_GRANT:
          row = spark_tx_select (tx, &local, "grants_list", "iiiiiii", pager.account, before, video,
                                 state, brand, query->ends_before, limit);
          break;
        case SPARK_KIND_EVENT:
          row = spark_tx_select (tx, &local, "events_list", "iiiiiisissi", pager.account, before,
                                 video, (gint64)query->type, brand, query->before, search.text,
                                 limit, search.of_brand, search.words, (gint64)search.has_marks);
          break;
        case SPARK_KIND_ACCOUNT:
        case SPARK_KIND_VIDEO:
        case SPARK_KIND_BRAND:
        case SPARK_KIND_BATCH:
        default:
          g_assert_not_reached ();
        }
      while (row != NULL && spark_statement_step (row, &local))
        {
          Object object;

          if (!spark_pager_take (&pager, page, spark_statement_int (row, 0), 0,
                                 spark_statement_int (row, 1)))
            break;
          if (kind == SPARK_KIND_CODE)
            read_code (tx, row, reveal, &object.code);
          else if (kind == SPARK_KIND_LINK)
            read_link (tx, row, reveal, &object.link);
          else if (kind == SPARK_KIND_GRANT)
            read_grant (tx, row, &object.grant);
          else
            read_event (tx, row, &object.event);
          if (!give (&object, func, data))
            break;
        }
      if (row != NULL)
        spark_statement_reset (row);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
give_code (const Object *object, gpointer func, gpointer data)
{
  return ((SparkCodeFunc)func) (&object->code, data);
}

static gboolean
give_link (const Object *object, gpointer func, gpointer data)
{
  return ((SparkLinkFunc)func) (&object->link, data);
}

static gboolean
give_grant (const Object *object, gpointer func, gpointer data)
{
  return ((SparkGrantFunc)func) (&object->grant, data);
}

static gboolean
give_event (const Object *object, gpointer func, gpointer data)
{
  return ((SparkEventFunc)func) (&object->event, data);
}

gboolean
spark_read_codes (SparkTx *tx, const SparkObjectQuery *query, gboolean reveal, SparkPage *page,
                  SparkCodeFunc func, gpointer data, GError **error)
{
  return read_list (tx, SPARK_KIND_CODE, query, reveal, page, give_code, (gpointer)func, data,
                    error);
}

gboolean
spark_read_links (SparkTx *tx, const SparkObjectQuery *query, gboolean reveal, SparkPage *page,
                  SparkLinkFunc func, gpointer data, GError **error)
{
  return read_list (tx, SPARK_KIND_LINK, query, reveal, page, give_link, (gpointer)func, data,
                    error);
}

gboolean
spark_read_grants (SparkTx *tx, const SparkObjectQuery *query, SparkPage *page, SparkGrantFunc func,
                   gpointer data, GError **error)
{
  return read_list (tx, SPARK_KIND_GRANT, query, FALSE, page, give_grant, (gpointer)func, data,
                    error);
}

gboolean
spark_read_events (SparkTx *tx, const SparkObjectQuery *query, SparkPage *page, SparkEventFunc func,
                   gpointer data, GError **error)
{
  return read_list (tx, SPARK_KIND_EVENT, query, FALSE, page, give_event, (gpointer)func, data,
                    error);
}

/* A few of what may be very many, as a statement takes them. (transfer full) */
static char *
list_numbers (const gint64 *accounts, gsize n_accounts)
{
  GString *list = g_string_sized_new (n_accounts * 8);

  for (gsize i = 0; i < n_accounts; i++)
    g_string_append_printf (list, "%s%" G_GINT64_FORMAT, i == 0 ? "" : ",", accounts[i]);
  return g_string_free (list, FALSE);
}

gboolean
spark_read_accounts (SparkTx *tx, const SparkScope *scope, SparkAccountFunc func, gpointer data,
                     GError **error)
{
  g_autofree char *list = list_numbers (scope->accounts, scope->n_accounts);
  g_autoptr (GError) local = NULL;
  SparkStatement *row = scope->all ? spark_tx_select (tx, &local, "accounts_list", "i", (gint64)0)
                                   : spark_tx_select (tx, &local, "accounts_in", "s", list);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkAccount view;

      read_account (tx, row, &view);
      if (!func (&view, data))
        break;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

GArray *
spark_read_counters (SparkTx *tx, const SparkScope *scope, GError **error)
{
  g_autoptr (GArray) counters = g_array_new (FALSE, FALSE, sizeof (SparkPosition));
  g_autofree char *list = list_numbers (scope->accounts, scope->n_accounts);
  g_autoptr (GError) local = NULL;
  SparkStatement *row = scope->all ? spark_tx_select (tx, &local, "counters_list", "")
                                   : spark_tx_select (tx, &local, "counters_in", "s", list);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkPosition counter = { spark_statement_int (row, 0), spark_statement_int (row, 1) };

      g_array_append_val (counters, counter);
    }
  if (row != NULL)
    spark_statement_reset (row);
  if (local == NULL)
    return g_steal_pointer (&counters);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

gboolean
spark_read_changes (SparkTx *tx, gint64 account, gint64 after, guint limit, SparkChangeFunc func,
                    gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = spark_tx_select (tx, &local, "changes_after", "iii", account, after, (gint64)limit);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkChangeRow change = {
        .account = account,
        .seq = spark_statement_int (row, 0),
        .kind = spark_statement_int (row, 1),
      };

      change.id = change.kind == SPARK_KIND_ACCOUNT
                      ? spark_tx_keep_number (tx, account)
                      : spark_tx_keep_id (tx, account, spark_statement_int (row, 2));
      if (!func (&change, data))
        break;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

gboolean
spark_read_counter (SparkTx *tx, gint64 account, gint64 *seq, GError **error)
{
  if (!spark_tx_int (tx, error, seq, -1, "account_counter", "i", account))
    return FALSE;
  return *seq >= 0 || spark_tx_absent (NULL, error);
}

typedef struct
{
  gint64 account;
  SparkVersion version;
} KnownVersion;

static void
keep_version (SparkTx *tx, gint64 account, const SparkVersion *version)
{
  KnownVersion *known;

  if (g_hash_table_size (tx->known_versions) >= MAX_KNOWN_VERSIONS)
    return;
  known = g_new (KnownVersion, 1);
  *known = (KnownVersion){ account, *version };
  g_hash_table_replace (tx->known_versions, &known->account, known);
}

gboolean
spark_read_version (SparkTx *tx, gint64 account, SparkVersion *version, GError **error)
{
  const KnownVersion *known = g_hash_table_lookup (tx->known_versions, &account);
  g_autoptr (GError) local = NULL;
  SparkStatement *row;

  if (known != NULL)
    {
      *version = known->version;
      return TRUE;
    }
  row = spark_tx_row (tx, &local, "account_counter", "i", account);
  *version = (SparkVersion){ 0 };
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row != NULL)
    {
      *version = (SparkVersion){ spark_statement_int (row, 0), spark_statement_int (row, 1) };
      spark_statement_reset (row);
    }
  if (tx->steady)
    keep_version (tx, account, version);
  return TRUE;
}

gboolean
spark_read_ends (SparkTx *tx, gint64 account, SparkKind kind, gint64 after, guint limit,
                 SparkEndFunc func, gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  const char *statement = kind == SPARK_KIND_GRANT  ? "account_grants_ending"
                          : kind == SPARK_KIND_CODE ? "account_codes_ending"
                                                    : "account_deals_ending";
  SparkStatement *row
      = spark_tx_select (tx, &local, statement, "iii", account, after, (gint64)limit);

  while (row != NULL && spark_statement_step (row, &local))
    {
      const SparkEnd end = {
        .id = spark_tx_keep_id (tx, account, spark_statement_int (row, 0)),
        .video_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 1)),
        .brand = spark_statement_text (row, 2),
        .ends_at = spark_statement_int (row, 3),
      };

      if (!func (&end, data))
        break;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}
