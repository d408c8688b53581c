/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "server/http/spark-http-private.h"

#define MAX_QUERY 32

SparkRouteEntry *
spark_route_entry_new (const SparkRoute *route, gpointer data)
{
  SparkRouteEntry *entry = g_new0 (SparkRouteEntry, 1);

  entry->route = *route;
  entry->data = data;
  entry->segments = g_strsplit (route->path + 1, "/", -1);
  entry->n_segments = g_strv_length (entry->segments);
  return entry;
}

void
spark_route_entry_free (gpointer data)
{
  SparkRouteEntry *entry = data;

  g_strfreev (entry->segments);
  g_free (entry);
}

/* Percent-decodes; a form's '+' is a space only in queries. NULL: malformed, or has a NUL in it. */
static char *
decode (const char *text, gssize length, gboolean plus)
{
  g_autofree char *copy = g_strndup (text, length < 0 ? strlen (text) : (gsize)length);
  char *decoded;

  if (plus)
    g_strdelimit (copy, "+", ' ');
  decoded = g_uri_unescape_string (copy, NULL);
  if (decoded != NULL && !g_utf8_validate (decoded, -1, NULL))
    g_clear_pointer (&decoded, g_free);
  return decoded;
}

static gboolean
malformed (SparkRequest *request)
{
  g_set_error (&request->refused, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "The address is not valid.");
  return FALSE;
}

static gboolean
parse_query (SparkRequest *request, const char *query)
{
  g_auto (GStrv) pairs = g_strsplit (query, "&", MAX_QUERY + 1);

  request->query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (g_strv_length (pairs) > MAX_QUERY)
    return malformed (request);
  for (char **pair = pairs; *pair != NULL; pair++)
    {
      const char *equals = strchr (*pair, '=');
      char *name, *value;

      if (**pair == '\0')
        continue;
      name = decode (*pair, equals != NULL ? equals - *pair : -1, TRUE);
      value = decode (equals != NULL ? equals + 1 : "", -1, TRUE);
      if (name == NULL || value == NULL)
        {
          g_free (name);
          g_free (value);
          return malformed (request);
        }
      g_hash_table_replace (request->query, name, value);
    }
  return TRUE;
}

/* What stands for more than a name would be another address to whoever decodes it once more. */
static gboolean
is_name (const char *segment)
{
  gsize dots = segment[0] != '.' ? 0 : segment[1] != '.' ? 1 : 2;

  return strpbrk (segment, "/\\") == NULL && (dots == 0 || segment[dots] != '\0');
}

static gboolean
nothing_there (SparkRequest *request)
{
  g_set_error (&request->refused, SPARK_ERROR, SPARK_ERROR_NOT_FOUND,
               "There is nothing at this address.");
  return FALSE;
}

/* FALSE: there are too many. */
static gboolean
split_path (SparkRequest *request)
{
  char *at = request->names = g_strdup (request->path + 1);

  while (at != NULL && (*at != '\0' || request->n_segments > 0))
    {
      if (request->n_segments == SPARK_HTTP_MAX_SEGMENTS)
        return FALSE;
      request->segments[request->n_segments++] = at;
      at = strchr (at, '/');
      if (at != NULL)
        *at++ = '\0';
    }
  return TRUE;
}

/* What is decoded is never longer. */
static gboolean
decode_segments (SparkRequest *request)
{
  for (guint i = 0; i < request->n_segments; i++)
    {
      g_autofree char *decoded = decode (request->segments[i], -1, FALSE);

      if (decoded == NULL)
        return FALSE;
      strcpy (request->segments[i], decoded);
    }
  return TRUE;
}

/* Decodes the path, once and for all: whatever asks for it later has it as the routes are written. */
static gboolean
parse_uri (SparkRequest *request)
{
  gboolean too_long = strlen (request->path) > SPARK_HTTP_MAX_URI;
  char *query = strchr (request->path, '?');
  g_autofree char *sent = NULL; /* which query is a part of */
  gboolean encoded;

  /* Also of an address that is refused: which face refuses it depends on it. */
  if (query != NULL)
    *query++ = '\0';
  if (request->path[0] != '/' || too_long || !split_path (request))
    return malformed (request);
  encoded = strchr (request->path, '%') != NULL || !g_utf8_validate (request->path, -1, NULL);
  if (encoded && !decode_segments (request))
    return malformed (request);
  for (guint i = 0; i < request->n_segments; i++)
    if (!is_name (request->segments[i]))
      return nothing_there (request);
  if (encoded)
    {
      g_autofree char *decoded = g_strjoinv ("/", request->segments);

      sent = g_steal_pointer (&request->path);
      request->path = g_strconcat ("/", decoded, NULL);
    }
  return query == NULL || parse_query (request, query);
}

static gboolean
is_param (const SparkRouteEntry *entry, guint segment)
{
  return entry->segments[segment][0] == '{';
}

/* Of as many segments. From the end: routes differ there, and begin alike. */
static gboolean
fits (const SparkRouteEntry *entry, SparkRequest *request)
{
  for (guint i = entry->n_segments; i-- > 0;)
    if (is_param (entry, i) ? request->segments[i][0] == '\0'
                            : strcmp (entry->segments[i], request->segments[i]) != 0)
      return FALSE;
  return TRUE;
}

static gboolean
matches (const SparkRouteEntry *entry, SparkRequest *request)
{
  if (!fits (entry, request))
    return FALSE;
  request->n_params = 0;
  for (guint i = 0; i < entry->n_segments; i++)
    if (is_param (entry, i))
      request->params[request->n_params++] = request->segments[i];
  return TRUE;
}

gboolean
spark_router_find (SparkHttp *http, SparkRequest *request)
{
  const char *method = strcmp (request->method, "HEAD") == 0 ? "GET" : request->method;
  g_autoptr (GString) allowed = NULL;
  GPtrArray *routes;

  if (!parse_uri (request))
    return FALSE;
  routes = http->routes_of[request->n_segments];
  for (guint i = 0; i < routes->len; i++)
    {
      SparkRouteEntry *entry = routes->pdata[i];

      if ((entry->route.face & request->listener->faces) == 0 || !matches (entry, request))
        continue;
      if (strcmp (entry->route.method, method) == 0)
        {
          request->entry = entry;
          return TRUE;
        }
      if (allowed == NULL)
        allowed = g_string_new (NULL);
      g_string_append_printf (allowed, "%s%s", allowed->len > 0 ? ", " : "", entry->route.method);
      if (strcmp (entry->route.method, "GET") == 0)
        g_string_append (allowed, ", HEAD");
    }
  if (allowed != NULL)
    {
      spark_request_add_header (request, "Allow", allowed->str);
      g_set_error (&request->refused, SPARK_ERROR, SPARK_ERROR_METHOD_NOT_ALLOWED,
                   "Only %s is possible here.", allowed->str);
    }
  else
    nothing_there (request);
  return FALSE;
}

void
spark_router_refuse (SparkHttp *http, SparkRequest *request, const GError *error)
{
  /* An address that cannot be parsed has no path. */
  const char *path = request->path != NULL ? request->path : "/";
  const SparkRefuseEntry *best = NULL;

  for (guint i = 0; i < http->refuses->len; i++)
    {
      const SparkRefuseEntry *entry = &g_array_index (http->refuses, SparkRefuseEntry, i);

      if ((entry->face & request->listener->faces) != 0 && g_str_has_prefix (path, entry->prefix)
          && (best == NULL || strlen (entry->prefix) >= strlen (best->prefix)))
        best = entry;
    }
  if (best != NULL)
    best->refuse (request, error, best->data);
  else
    spark_request_respond (request, spark_error_http_status (error->code), NULL, NULL);
}
