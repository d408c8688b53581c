/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include "server/api/spark-api-private.h"
#include "server/ledger/spark-ledger-people.h"

typedef struct
{
  const SparkCaller *caller;
  SparkJsonWriter *writer;
} Listing;

static gboolean
write_sign_in (const SparkSignIn *sign_in, gpointer data)
{
  Listing *listing = data;

  spark_json_begin_object (listing->writer, NULL);
  spark_json_string (listing->writer, "id", sign_in->id);
  spark_json_string (listing->writer, "device", sign_in->device);
  spark_json_bool (listing->writer, "current", g_strcmp0 (sign_in->id, listing->caller->id) == 0);
  spark_json_time (listing->writer, "created_at", sign_in->created_at);
  spark_json_time (listing->writer, "used_at", sign_in->used_at);
  spark_json_end_object (listing->writer);
  return TRUE;
}

/* Whoever came with another credential signed in nowhere. */
static gboolean
read_list (SparkApi *api, SparkTx *tx, const SparkCaller *caller, SparkRequest *request,
           SparkJsonWriter *writer, GError **error)
{
  Listing listing = { caller, writer };

  spark_json_begin_object (writer, NULL);
  spark_json_begin_array (writer, "items");
  if (caller->person != NULL
      && !spark_read_sign_ins (tx, caller->person, write_sign_in, &listing, error))
    return FALSE;
  spark_json_end_array (writer);
  spark_json_null (writer, "next_cursor");
  spark_json_end_object (writer);
  return TRUE;
}

static gboolean
run_end (SparkTx *tx, SparkApiWrite *write, GError **error)
{
  return spark_ledger_end_sign_in (tx, write->caller.person, write->id, error);
}

static const SparkApiAct end = { .status = 204, .run = run_end, .personal = TRUE };

static void
get_sign_ins (SparkRequest *request, gpointer data)
{
  spark_api_read (data, request, read_list);
}

static void
delete_sign_in (SparkRequest *request, gpointer data)
{
  spark_api_write (data, request, &end);
}

const SparkRoute spark_api_sign_in_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/v1/sign-ins", get_sign_ins, 0, FALSE },
  { SPARK_FACE_CREATORS, "DELETE", "/v1/sign-ins/{id}", delete_sign_in, 0, FALSE },
};
const gsize spark_api_n_sign_in_routes = G_N_ELEMENTS (spark_api_sign_in_routes);
