/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <string.h>

#include "server/adtools/spark-adtools-private.h"

#define MAX_BODY 65536

/* Whoever sends wrong tokens is told so twice a second, and may consent as often. */
#define GUESS_RATE  2
#define GUESS_BURST 20
/* As often an app or ad account redeems: the limit of that endpoint, and what two of its seconds
 * next to each other let through at once. */
#define REDEEM_RATE  5
#define REDEEM_BURST 10

static const SparkEndpoint *const families[] = {
  spark_oauth_endpoints,    spark_advertiser_endpoints, spark_tt_video_endpoints,
  spark_identity_endpoints, spark_campaign_endpoints,   spark_adgroup_endpoints,
  spark_ad_endpoints,       spark_report_endpoints,     spark_tt_user_endpoints,
  spark_business_endpoints,
};

/* Clients exist that leave the slash out here; TikTok itself wants it. */
static const char *const tolerated[] = {
  "business/post/authorize/setting/",
  "business/post/authorize/status/",
  "business/post/authorize/delete/",
  NULL,
};

/* What a route hands to the handler: it lives as long as the routes do. */
typedef struct
{
  SparkAdtools *adtools;
  const SparkEndpoint *endpoint;
  char *path;
  SparkRoute route;
} Binding;

static void
handle (SparkRequest *request, gpointer data)
{
  Binding *binding = data;

  spark_call_begin (request, binding->adtools, binding->endpoint);
}

static void
binding_free (gpointer data)
{
  Binding *binding = data;

  g_free (binding->path);
  g_free (binding);
}

static void
refuse (SparkRequest *request, const GError *error, gpointer data)
{
  g_autoptr (GBytes) body = NULL;

  if (!g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    {
      body = spark_envelope_of_error (request, error);
      spark_envelope_respond (request, body);
      return;
    }
  body = g_bytes_new_static ("404 page not found", strlen ("404 page not found"));
  spark_request_respond (request, 404, "text/plain; charset=utf-8", body);
}

SparkAdtools *
spark_adtools_new (SparkStore *store)
{
  SparkAdtools *adtools = g_new0 (SparkAdtools, 1);

  adtools->store = store;
  adtools->redeeming = spark_throttle_new ("redeem", REDEEM_RATE, REDEEM_BURST);
  adtools->guessing = spark_throttle_new ("guessing", GUESS_RATE, GUESS_BURST);
  adtools->limiter = spark_limiter_new ();
  adtools->peers = spark_limiter_new ();
  adtools->bearers = spark_bearers_new ();
  adtools->delay = spark_delay_new ();
  adtools->bindings = g_ptr_array_new_with_free_func (binding_free);
  return adtools;
}

static void
bind (SparkAdtools *adtools, SparkHttp *http, const SparkEndpoint *endpoint, gboolean slash)
{
  Binding *binding = g_new0 (Binding, 1);

  binding->adtools = adtools;
  binding->endpoint = endpoint;
  binding->path = g_strconcat (SPARK_OPEN_API, endpoint->path, NULL);
  if (!slash)
    binding->path[strlen (binding->path) - 1] = '\0';
  binding->route = (SparkRoute){ SPARK_FACE_BRANDS,
                                 endpoint->method,
                                 binding->path,
                                 handle,
                                 strcmp (endpoint->method, "POST") == 0 ? MAX_BODY : 0,
                                 FALSE };
  g_ptr_array_add (adtools->bindings, binding);
  spark_http_add_routes (http, &binding->route, 1, binding);
}

void
spark_adtools_add_routes (SparkAdtools *adtools, SparkHttp *http)
{
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    for (const SparkEndpoint *endpoint = families[i]; endpoint->path != NULL; endpoint++)
      {
        bind (adtools, http, endpoint, TRUE);
        if (g_strv_contains (tolerated, endpoint->path))
          bind (adtools, http, endpoint, FALSE);
      }
  spark_consent_add_routes (adtools, http);
  spark_http_add_refuse (http, SPARK_FACE_BRANDS, "/open_api", refuse, NULL);
}

void
spark_adtools_free (SparkAdtools *adtools)
{
  spark_delay_free (adtools->delay);
  spark_limiter_free (adtools->limiter);
  spark_limiter_free (adtools->peers);
  spark_throttle_free (adtools->redeeming);
  spark_throttle_free (adtools->guessing);
  spark_bearers_free (adtools->bearers);
  g_clear_pointer (&adtools->pages, spark_templates_free);
  g_ptr_array_unref (adtools->bindings);
  g_free (adtools);
}
