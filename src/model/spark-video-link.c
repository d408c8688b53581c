/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"

#define MAX_LINK 2048
/* TikTok's ids have about 19 digits; very old ones fewer. */
#define MIN_ID 8
#define MAX_ID 20

/* Data exports name the second and third. */
static gboolean
is_tiktok (const char *host)
{
  static const char *const domains[] = { "tiktok.com", "tiktokv.com", "tiktokv.us" };
  g_autofree char *lower = host != NULL ? g_ascii_strdown (host, -1) : NULL;

  for (gsize i = 0; lower != NULL && i < G_N_ELEMENTS (domains); i++)
    if (g_str_has_suffix (lower, domains[i]))
      {
        gsize before = strlen (lower) - strlen (domains[i]);

        if (before == 0 || lower[before - 1] == '.')
          return TRUE;
      }
  return FALSE;
}

/* The leading decimal digits of @text, when there is an id's worth of them and nothing follows. */
static char *
take_id (const char *text)
{
  gsize length = text != NULL ? strspn (text, "0123456789") : 0;

  if (length < MIN_ID || length > MAX_ID)
    return NULL;
  if (text[length] != '\0' && text[length] != '/' && strcmp (text + length, ".html") != 0)
    return NULL;
  return g_strndup (text, length);
}

static char *
id_from_path (const char *path)
{
  static const char *const markers[] = { "/video/", "/photo/", "/v/" };

  for (gsize i = 0; i < G_N_ELEMENTS (markers); i++)
    {
      const char *found = strstr (path, markers[i]);

      if (found != NULL)
        {
          char *id = take_id (found + strlen (markers[i]));

          if (id != NULL)
            return id;
        }
    }
  return NULL;
}

static char *
id_from_query (const char *query)
{
  GUriParamsIter iter;
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;

  if (query == NULL)
    return NULL;
  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_NONE);
  while (g_uri_params_iter_next (&iter, &name, &value, NULL))
    {
      if (strcmp (name, "item_id") == 0)
        return take_id (value);
      g_clear_pointer (&name, g_free);
      g_clear_pointer (&value, g_free);
    }
  return NULL;
}

static char *
handle_from_path (const char *path)
{
  const char *end;

  if (!g_str_has_prefix (path, "/@"))
    return NULL;
  end = strchr (path + 2, '/');
  return end != NULL && end > path + 2 ? g_strndup (path + 2, end - path - 2) : NULL;
}

char *
spark_video_link_parse (const char *text, char **handle, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strndup (text != NULL ? text : "", MAX_LINK));
  g_autofree char *with_scheme = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autofree char *id = NULL;

  if (strstr (stripped, "://") == NULL)
    with_scheme = g_strconcat ("https://", stripped, NULL);
  else
    with_scheme = g_strdup (stripped);
  uri = g_uri_parse (with_scheme, G_URI_FLAGS_NONE, NULL);
  if (uri != NULL
      && (strcmp (g_uri_get_scheme (uri), "https") == 0
          || strcmp (g_uri_get_scheme (uri), "http") == 0))
    {
      if (is_tiktok (g_uri_get_host (uri)))
        id = id_from_path (g_uri_get_path (uri));
      if (id == NULL)
        id = id_from_query (g_uri_get_query (uri));
    }

  if (id == NULL)
    {
      const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
      gboolean is_short = host != NULL && is_tiktok (host)
                          && (g_str_has_prefix (host, "vm.") || g_str_has_prefix (host, "vt.")
                              || g_str_has_prefix (g_uri_get_path (uri), "/t/"));

      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_LINK, "%s",
                   is_short ? "This is a short link. Open it in a browser, and paste the address "
                              "that the browser then shows."
                            : "This is not a link to a TikTok video. In TikTok, choose Share and "
                              "then Copy link.");
      return NULL;
    }
  if (handle != NULL)
    *handle = is_tiktok (g_uri_get_host (uri)) ? handle_from_path (g_uri_get_path (uri)) : NULL;
  return g_steal_pointer (&id);
}

char *
spark_video_link_make (const char *item_id, const char *handle)
{
  g_autofree char *escaped = handle != NULL ? g_uri_escape_string (handle, NULL, FALSE) : NULL;

  return escaped != NULL ? g_strdup_printf ("https://www.tiktok.com/@%s/video/%s", escaped, item_id)
                         : g_strdup_printf ("https://www.tiktokv.com/share/video/%s/", item_id);
}
