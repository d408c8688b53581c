/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include "server/api/spark-api-private.h"

const char *
spark_api_brand_url (SparkApi *api, SparkPlatformKind platform)
{
  if (api->brand_url == NULL && platform == SPARK_PLATFORM_SANDBOX)
    return g_atomic_pointer_get (&api->sandbox_url);
  return api->brand_url;
}

gboolean
spark_caller_sees_codes (const SparkCaller *caller, const char *id)
{
  return spark_caller_role (caller, id) >= SPARK_ROLE_GENERATE;
}

void
spark_render_account_view (SparkApi *api, const SparkCaller *caller, const SparkAccount *account,
                           SparkJsonWriter *writer)
{
  SparkAccount shown = *account;

  shown.role = spark_caller_role (caller, account->id);
  shown.brand_url = spark_api_brand_url (api, account->platform);
  spark_account_write (&shown, writer);
}

gboolean
spark_render_account (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                      SparkJsonWriter *writer, GError **error)
{
  SparkAccount account;
  gint64 number = 0;

  spark_api_account_number (id, &number);
  if (!spark_read_account (tx, number, &account, error))
    return FALSE;
  spark_render_account_view (api, caller, &account, writer);
  return TRUE;
}

gboolean
spark_render_video (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                    SparkJsonWriter *writer, GError **error)
{
  SparkVideo video;

  if (!spark_read_video (tx, id, &video, error))
    return FALSE;
  spark_video_write (&video, writer);
  return TRUE;
}

void
spark_render_code_view (const SparkCaller *caller, const SparkCode *code, SparkJsonWriter *writer)
{
  SparkCode shown = *code;

  if (!spark_caller_sees_codes (caller, code->id))
    shown.code = NULL;
  spark_code_write (&shown, writer);
}

gboolean
spark_render_code (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                   SparkJsonWriter *writer, GError **error)
{
  SparkCode code;

  if (!spark_read_code (tx, id, spark_caller_sees_codes (caller, id), &code, error))
    return FALSE;
  spark_code_write (&code, writer);
  return TRUE;
}

void
spark_render_link_view (SparkApi *api, const SparkCaller *caller, const SparkLink *link,
                        SparkJsonWriter *writer)
{
  /* The ledger makes links on sandbox accounts alone. */
  const char *base = spark_api_brand_url (api, SPARK_PLATFORM_SANDBOX);
  g_autofree char *url = NULL;
  SparkLink shown = *link;

  if (!spark_caller_sees_codes (caller, link->id))
    shown.string = NULL;
  /* The string stands in the fragment, which no server and no log ever sees. */
  if (shown.string != NULL && base != NULL && link->state == SPARK_LINK_STATE_OPEN)
    {
      g_autofree char *escaped = g_uri_escape_string (shown.string, NULL, FALSE);

      url = g_strconcat (base, "/r#", escaped, NULL);
      shown.url = url;
    }
  spark_link_write (&shown, writer);
}

gboolean
spark_render_link (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                   SparkJsonWriter *writer, GError **error)
{
  SparkLink link;

  if (!spark_read_link (tx, id, spark_caller_sees_codes (caller, id), &link, error))
    return FALSE;
  spark_render_link_view (api, caller, &link, writer);
  return TRUE;
}

gboolean
spark_render_grant (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                    SparkJsonWriter *writer, GError **error)
{
  SparkGrant grant;

  if (!spark_read_grant (tx, id, &grant, error))
    return FALSE;
  spark_grant_write (&grant, writer);
  return TRUE;
}

gboolean
spark_render_brand (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                    SparkJsonWriter *writer, GError **error)
{
  SparkBrand brand;

  if (!spark_read_brand (tx, id, &brand, error))
    return FALSE;
  spark_brand_write (&brand, writer);
  return TRUE;
}

void
spark_render_event_view (const SparkCaller *caller, const SparkEvent *event,
                         SparkJsonWriter *writer)
{
  const char *who = event->actor.id;
  SparkEvent shown = *event;

  /* What was done at the terminal is the doing of whoever has the database. */
  shown.actor.you
      = event->actor.kind == SPARK_ACTOR_CREATOR
        && (who != NULL ? g_str_equal (who, spark_caller_holder (caller)) : caller->all);
  spark_event_write (&shown, writer);
}

gboolean
spark_render_event (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                    SparkJsonWriter *writer, GError **error)
{
  SparkEvent event;

  if (!spark_read_event (tx, id, &event, error))
    return FALSE;
  spark_render_event_view (caller, &event, writer);
  return TRUE;
}

gboolean
spark_render_batch (SparkApi *api, SparkTx *tx, const SparkCaller *caller, const char *id,
                    SparkJsonWriter *writer, GError **error)
{
  SparkBatch batch;

  if (!spark_read_batch (tx, id, &batch, error))
    return FALSE;
  spark_batch_write (&batch, writer);
  return TRUE;
}

gboolean
spark_render (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkKind kind, const char *id,
              SparkJsonWriter *writer, GError **error)
{
  switch (kind)
    {
    case SPARK_KIND_ACCOUNT:
      return spark_render_account (api, tx, caller, id, writer, error);
    case SPARK_KIND_VIDEO:
      return spark_render_video (api, tx, caller, id, writer, error);
    case SPARK_KIND_CODE:
      return spark_render_code (api, tx, caller, id, writer, error);
    case SPARK_KIND_LINK:
      return spark_render_link (api, tx, caller, id, writer, error);
    case SPARK_KIND_GRANT:
      return spark_render_grant (api, tx, caller, id, writer, error);
    case SPARK_KIND_BRAND:
      return spark_render_brand (api, tx, caller, id, writer, error);
    case SPARK_KIND_EVENT:
      return spark_render_event (api, tx, caller, id, writer, error);
    case SPARK_KIND_BATCH:
    default:
      return spark_render_batch (api, tx, caller, id, writer, error);
    }
}
