/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-sign-in"

#include "config.h"

#include <string.h>

#include "model/spark-json-writer.h"
#include "server/signin/spark-sign-in-private.h"
#include "spark-sign-in-resources.h"

#define PAGES RESOURCE_PATH "/sign-in/pages/"

/* Attempts a second, and how many at once: enough for people, too few for guessing. */
#define PEER_RATE  0.5
#define PEER_BURST 20
#define PAIR_RATE  (1 / 30.0)
#define PAIR_BURST 8
#define NAME_RATE  (1 / 15.0)
#define NAME_BURST 20
/* Of tokens: a device asks once an hour, and many sit behind one address. */
#define TOKEN_RATE  10
#define TOKEN_BURST 200
#define SLOW_RATE   (1 / 300.0)
#define SLOW_BURST  2

static void
write_words (SparkJsonWriter *writer, const char *name, const char *const *words)
{
  spark_json_begin_array (writer, name);
  for (; *words != NULL; words++)
    spark_json_string (writer, NULL, *words);
  spark_json_end_array (writer);
}

static void
write_address (SparkJsonWriter *writer, const char *name, const char *issuer, const char *path)
{
  g_autofree char *address = g_strconcat (issuer, path, NULL);

  spark_json_string (writer, name, address);
}

static void
get_metadata (SparkRequest *request, gpointer data)
{
  g_autofree char *issuer = spark_request_issuer (request);
  g_auto (SparkJsonWriter) writer = { 0 };
  g_autoptr (GBytes) body = NULL;

  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "issuer", issuer);
  write_address (&writer, "authorization_endpoint", issuer, "/oauth/authorize");
  write_address (&writer, "token_endpoint", issuer, "/oauth/token");
  write_address (&writer, "revocation_endpoint", issuer, "/oauth/revoke");
  write_words (&writer, "response_types_supported", (const char *const[]){ "code", NULL });
  write_words (&writer, "grant_types_supported",
               (const char *const[]){ "authorization_code", "refresh_token", NULL });
  write_words (&writer, "code_challenge_methods_supported", (const char *const[]){ "S256", NULL });
  write_words (&writer, "token_endpoint_auth_methods_supported",
               (const char *const[]){ "none", NULL });
  write_words (&writer, "revocation_endpoint_auth_methods_supported",
               (const char *const[]){ "none", NULL });
  spark_json_bool (&writer, "authorization_response_iss_parameter_supported", TRUE);
  spark_json_end_object (&writer);
  body = spark_json_writer_steal (&writer);
  spark_request_respond (request, 200, "application/json", body);
}

static const SparkRoute metadata_routes[] = {
  { SPARK_FACE_CREATORS, "GET", "/.well-known/oauth-authorization-server", get_metadata, 0, FALSE },
};

SparkSignInFace *
spark_sign_in_face_new (SparkStore *store)
{
  SparkSignInFace *self = g_new0 (SparkSignInFace, 1);

  spark_languages_load ();
  self->store = store;
  self->templates = spark_templates_load (spark_sign_in_get_resource (), PAGES);
  self->passwords = spark_passwords_new ();
  self->by_peer = spark_throttle_new ("sign-in-peer", PEER_RATE, PEER_BURST);
  self->by_pair = spark_throttle_new ("sign-in-pair", PAIR_RATE, PAIR_BURST);
  self->by_name = spark_throttle_new ("sign-in-name", NAME_RATE, NAME_BURST);
  self->tokens = spark_throttle_new ("tokens", TOKEN_RATE, TOKEN_BURST);
  self->slowed = spark_throttle_new ("sign-in-slowed", SLOW_RATE, SLOW_BURST);
  return self;
}

void
spark_sign_in_face_add_routes (SparkSignInFace *self, SparkHttp *http)
{
  spark_http_add_routes (http, metadata_routes, G_N_ELEMENTS (metadata_routes), self);
  spark_http_add_routes (http, spark_sign_in_token_routes, spark_sign_in_n_token_routes, self);
  spark_http_add_routes (http, spark_sign_in_page_routes, spark_sign_in_n_page_routes, self);
}

void
spark_sign_in_face_free (SparkSignInFace *self)
{
  spark_passwords_free (self->passwords);
  spark_templates_free (self->templates);
  spark_throttle_free (self->by_peer);
  spark_throttle_free (self->by_pair);
  spark_throttle_free (self->by_name);
  spark_throttle_free (self->slowed);
  spark_throttle_free (self->tokens);
  g_free (self);
}
