/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-portal"

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "server/drawing/spark-drawing.h"
#include "server/portal/spark-portal-private.h"
#include "spark-portal-resources.h"

static const char *
content_type (const char *name)
{
  if (g_str_has_suffix (name, ".css"))
    return "text/css; charset=utf-8";
  if (g_str_has_suffix (name, ".js"))
    return "text/javascript; charset=utf-8";
  return "image/svg+xml";
}

static void
get_asset (SparkRequest *request, gpointer data)
{
  const char *name = spark_request_param (request, 0);
  g_autofree char *path = g_strconcat (RESOURCE_PATH "/portal/assets/", name, NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  /* A segment may hold an escaped slash. */
  if (strchr (name, '/') == NULL)
    bytes = g_resource_lookup_data (spark_portal_get_resource (), path, 0, NULL);
  if (bytes != NULL)
    {
      spark_request_respond (request, 200, content_type (name), bytes);
      return;
    }
  g_set_error (&error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "There is no such file.");
  spark_portal_refuse (data, request, NULL, error);
}

static gboolean
often (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS, "Too many requests.");
  return FALSE;
}

/* Counted by the picture: who may see it was counted when its page was made. */
static gboolean
may_look (SparkPortal *portal, const char *address, GError **error)
{
  return spark_throttle_take (portal->looks, address, g_get_monotonic_time ()) || often (error);
}

static gboolean
may_draw (SparkPortal *portal, SparkRequest *request, GError **error)
{
  return spark_throttle_take (portal->drawings, spark_request_peer (request),
                              g_get_monotonic_time ())
         || often (error);
}

/* The picture that the address stands for: fetched before, or drawn. @type: (transfer full) (out)
 */
static GBytes *
find_cover (SparkPortal *portal, SparkRequest *request, char **type, GError **error)
{
  SparkTx *tx = spark_store_read_begin (portal->store, error);
  g_autofree char *id = NULL;
  g_autofree char *item_id = NULL;
  const char *found = "image/png";
  GBytes *picture = NULL;
  SparkVideo video;

  if (tx == NULL)
    return NULL;
  id = spark_tx_unseal (tx, SPARK_SEAL_COVER, spark_request_param (request, 0));
  if (id == NULL)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "There is no such picture.");
  else
    picture = spark_read_cover (tx, id, &found);
  if (id != NULL && picture == NULL && spark_read_video (tx, id, &video, error))
    item_id = g_strdup (video.item_id);
  *type = g_strdup (found);
  spark_store_read_end (tx);
  if (item_id == NULL)
    return picture;
  return may_draw (portal, request, error) ? spark_drawing_cover (item_id, error) : NULL;
}

static void
get_cover (SparkRequest *request, gpointer data)
{
  SparkPortal *portal = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) picture = NULL;
  g_autofree char *type = NULL;

  if (may_look (portal, spark_request_param (request, 0), &error))
    picture = find_cover (portal, request, &type, &error);
  if (picture != NULL)
    spark_request_respond (request, 200, type, picture);
  else
    spark_portal_refuse (portal, request, NULL, error);
}

static gboolean
is_signed (SparkPortal *portal, const char *account, const char *signature)
{
  SparkTx *tx = spark_store_read_begin (portal->store, NULL);
  g_autofree char *sealed = NULL;

  if (tx == NULL)
    return FALSE;
  sealed = spark_tx_unseal (tx, SPARK_SEAL_AVATAR, signature);
  spark_store_read_end (tx);
  return g_strcmp0 (sealed, account) == 0;
}

static void
get_avatar (SparkRequest *request, gpointer data)
{
  SparkPortal *portal = data;
  const char *account = spark_request_param (request, 0);
  const char *signature = spark_request_query (request, "signature");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) picture = NULL;

  if (signature == NULL || !is_signed (portal, account, signature))
    g_set_error (&error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "There is no such picture.");
  else if (may_look (portal, signature, &error) && may_draw (portal, request, &error))
    picture = spark_drawing_avatar (account, &error);
  if (picture != NULL)
    spark_request_respond (request, 200, "image/png", picture);
  else
    spark_portal_refuse (portal, request, NULL, error);
}

const SparkRoute spark_portal_asset_routes[] = {
  { SPARK_FACE_BRANDS, "GET", "/assets/{name}", get_asset, 0, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/cover/{sealed}", get_cover, 0, FALSE },
  { SPARK_FACE_BRANDS, "GET", "/avatar/{account}", get_avatar, 0, FALSE },
};
const gsize spark_portal_n_asset_routes = G_N_ELEMENTS (spark_portal_asset_routes);
