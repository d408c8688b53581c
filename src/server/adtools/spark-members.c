/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <math.h>
#include <string.h>

#include "server/adtools/spark-adtools-private.h"

/* Bytes of an answer. */
#define MAX_ANSWER (4 << 20)

const char *const spark_operation_names[] = { "ENABLE", "DISABLE", "DELETE", NULL };

const char *
spark_operation_name (SparkOperation operation)
{
  return spark_operation_names[operation];
}

/* The default is to be enabled. */
SparkOperation
spark_operation_of (SparkCall *call, const char *name)
{
  const char *text = spark_field_string (call->params, name);

  for (int i = 0; text != NULL && spark_operation_names[i] != NULL; i++)
    if (strcmp (spark_operation_names[i], text) == 0)
      return i;
  return SPARK_OPERATION_ENABLE;
}

gboolean
spark_call_wants (SparkCall *call, const char *name)
{
  JsonArray *fields = spark_field_array (call->params, "fields");

  return fields == NULL || json_array_get_length (fields) == 0 || spark_strings_have (fields, name);
}

gboolean
spark_call_is_full (SparkCall *call)
{
  return call->data.text->len >= MAX_ANSWER;
}

gboolean
spark_call_check_size (SparkCall *call, GError **error)
{
  if (!spark_call_is_full (call))
    return TRUE;
  g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
               "page_size: The answer would be larger than %d MB. Ask for fewer at once, or for "
               "less of each.",
               MAX_ANSWER >> 20);
  return FALSE;
}

/* --- pages --- */

void
spark_page_init (SparkPageInfo *page, SparkCall *call, guint default_size)
{
  *page
      = (SparkPageInfo){ .page = (guint)spark_field_int (call->params, "page", 1),
                         .size = (guint)spark_field_int (call->params, "page_size", default_size) };
}

gboolean
spark_page_take (SparkPageInfo *page)
{
  guint at = page->total++;

  return at / page->size + 1 == page->page;
}

void
spark_page_write (const SparkPageInfo *page, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, "page_info");
  spark_json_int (writer, "page", page->page);
  spark_json_int (writer, "page_size", page->size);
  spark_json_int (writer, "total_number", page->total);
  spark_json_int (writer, "total_page", (page->total + page->size - 1) / page->size);
  spark_json_end_object (writer);
}

/* --- members --- */

void
spark_members_write (SparkCall *call, const SparkMember *members, gconstpointer view,
                     const char *details)
{
  g_autoptr (JsonNode) root
      = details != NULL ? spark_json_parse_object (details, strlen (details), G_MAXSIZE, NULL)
                        : NULL;
  JsonObject *given = root != NULL ? json_node_get_object (root) : NULL;

  for (const SparkMember *member = members; member->name != NULL; member++)
    {
      JsonNode *node;

      if (!spark_call_wants (call, member->name))
        continue;
      if (member->write != NULL)
        {
          member->write (&call->data, member->name, view);
          continue;
        }
      node = given != NULL ? json_object_get_member (given, member->name) : NULL;
      if (node == NULL)
        spark_json_null (&call->data, member->name);
      else
        {
          g_autofree char *text = json_to_string (node, FALSE);

          spark_json_raw (&call->data, member->name, text);
        }
    }
}

gboolean
spark_members_check (SparkCall *call, const SparkMember *members, GError **error)
{
  JsonArray *fields = spark_field_array (call->params, "fields");

  for (guint i = 0; fields != NULL && i < json_array_get_length (fields); i++)
    {
      const char *name = json_array_get_string_element (fields, i);
      const SparkMember *member = members;

      while (member->name != NULL && strcmp (member->name, name) != 0)
        member++;
      if (member->name == NULL && strcmp (name, "advertiser_id") != 0)
        {
          g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                       "fields: \"%.64s\" is not supported.", name);
          return FALSE;
        }
    }
  return TRUE;
}

/* --- filters --- */

gboolean
spark_filter_id (JsonObject *filtering, const char *name, gint64 id)
{
  JsonArray *ids = spark_field_array (filtering, name);
  char text[24];

  if (ids == NULL)
    return TRUE;
  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, id);
  return spark_strings_have (ids, text);
}

/* What is deleted shows only to those who ask for it, as at TikTok. */
gboolean
spark_filter_status (JsonObject *filtering, const char *secondary, gboolean deleted)
{
  const char *primary = spark_field_string (filtering, "primary_status");
  const char *wanted = spark_field_string (filtering, "secondary_status");

  if (wanted != NULL)
    return strcmp (wanted, secondary) == 0;
  if (g_strcmp0 (primary, "STATUS_ALL") == 0)
    return TRUE;
  if (g_strcmp0 (primary, "STATUS_DELETE") == 0)
    return deleted;
  if (deleted)
    return FALSE;
  if (g_strcmp0 (primary, "STATUS_DISABLE") == 0)
    return g_str_has_suffix (secondary, "_DISABLE");
  if (g_strcmp0 (primary, "STATUS_DELIVERY_OK") == 0)
    return g_str_has_suffix (secondary, "_DELIVERY_OK") || g_str_has_suffix (secondary, "_ENABLE");
  if (g_strcmp0 (primary, "STATUS_NOT_DELIVERY") == 0)
    return !g_str_has_suffix (secondary, "_DELIVERY_OK")
           && !g_str_has_suffix (secondary, "_ENABLE");
  return TRUE;
}

gboolean
spark_filter_text (JsonObject *filtering, const char *name, const char *text)
{
  const char *wanted = spark_field_string (filtering, name);

  return wanted == NULL || strstr (text, wanted) != NULL;
}

gboolean
spark_filter_created (JsonObject *filtering, gint64 created_at)
{
  gint64 from = spark_field_time (filtering, "creation_filter_start_time");
  gint64 to = spark_field_time (filtering, "creation_filter_end_time");

  return created_at >= from && (to == 0 || created_at <= to);
}

/* --- lists --- */

gboolean
spark_listing_begin (SparkListing *listing, SparkTx *tx, SparkCall *call,
                     const SparkMember *members, GError **error)
{
  *listing = (SparkListing){ .call = call,
                             .filtering = spark_field_object (call->params, "filtering"),
                             .now = spark_tx_now (tx) };
  if (!spark_members_check (call, members, error))
    return FALSE;
  spark_page_init (&listing->page, call, 10);
  spark_json_begin_array (&call->data, "list");
  return TRUE;
}

gboolean
spark_listing_take (SparkListing *listing)
{
  return spark_page_take (&listing->page) && !spark_call_is_full (listing->call);
}

gboolean
spark_listing_end (SparkListing *listing, GError **error)
{
  spark_json_end_array (&listing->call->data);
  spark_page_write (&listing->page, &listing->call->data);
  return spark_call_check_size (listing->call, error);
}

/* --- money --- */

gboolean
spark_budget_check (JsonObject *params, GError **error)
{
  const char *mode = spark_field_string (params, "budget_mode");

  if (strcmp (mode, "BUDGET_MODE_INFINITE") == 0 || spark_hundredths (params, "budget") > 0)
    return TRUE;
  g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
               "budget: is required with the budget_mode %s.", mode);
  return FALSE;
}

gint64
spark_hundredths (JsonObject *params, const char *name)
{
  return llround (spark_field_number (params, name) * 100);
}

void
spark_write_money (SparkJsonWriter *writer, const char *name, gint64 hundredths)
{
  g_autofree char *text
      = g_strdup_printf ("%" G_GINT64_FORMAT ".%02d", hundredths / 100, (int)(hundredths % 100));

  spark_json_raw (writer, name, text);
}

/* --- status/update --- */

gboolean
spark_run_status_update (SparkTx *tx, SparkCall *call, SparkAdLevel level, const char *ids,
                         const char *list, const char *id, GError **error)
{
  JsonArray *wanted = spark_field_array (call->params, ids);
  SparkOperation operation = spark_operation_of (call, "operation_status");
  g_autoptr (GArray) done = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint n = json_array_get_length (wanted);

  for (guint i = 0; i < n; i++)
    {
      const char *text = json_array_get_string_element (wanted, i);
      g_autoptr (GError) local = NULL;
      gint64 number = 0;

      g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, &number, NULL);
      if (spark_ledger_operate (tx, call->advertiser, level, number, operation, &local))
        g_array_append_val (done, number);
      else if (n == 1 || g_error_matches (local, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      else
        spark_call_partly (call, number, local);
    }
  if (done->len == 0)
    {
      g_set_error_literal (error, SPARK_RETURN_ERROR, SPARK_RETURN_INVALID_PARAMETER,
                           call->message);
      return FALSE;
    }
  spark_json_begin_array (&call->data, ids);
  for (guint i = 0; i < done->len; i++)
    spark_envelope_id (&call->data, NULL, g_array_index (done, gint64, i));
  spark_json_end_array (&call->data);
  spark_json_string (&call->data, "status", spark_operation_name (operation));
  if (list == NULL)
    return TRUE;
  spark_json_begin_array (&call->data, list);
  for (guint i = 0; i < done->len; i++)
    {
      spark_json_begin_object (&call->data, NULL);
      spark_envelope_id (&call->data, id, g_array_index (done, gint64, i));
      spark_json_string (&call->data, "status", spark_operation_name (operation));
      spark_json_end_object (&call->data);
    }
  spark_json_end_array (&call->data);
  return TRUE;
}
