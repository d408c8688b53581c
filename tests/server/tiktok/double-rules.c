/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "double-private.h"

static const char *const brands[DOUBLE_BRANDS] = { "7000000000000000001", "7000000000000000002" };

char *
double_item (guint post)
{
  return g_strdup_printf ("71234567890123456%02u", post);
}

const char *
double_brand (guint brand)
{
  return brands[brand];
}

gint64
double_now_s (Double *self)
{
  return self->now (self->data) / 1000;
}

char *
double_time_text (gint64 s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (s);

  return g_date_time_format (time, "%Y-%m-%d %H:%M:%S");
}

int
double_find_post (JsonObject *params)
{
  const char *item = json_object_get_string_member_with_default (params, "item_id", "");

  for (int i = 0; i < DOUBLE_POSTS; i++)
    {
      g_autofree char *known = double_item (i);

      if (strcmp (item, known) == 0)
        return i;
    }
  return -1;
}

int
double_find_brand (JsonObject *params)
{
  const char *id = json_object_get_string_member_with_default (params, "advertiser_id", "");

  for (int i = 0; i < DOUBLE_BRANDS; i++)
    if (strcmp (id, brands[i]) == 0)
      return i;
  return -1;
}

void
double_unbind (Double *self, guint brand, guint post)
{
  self->n_undone += self->bindings[brand][post].listed;
  self->bindings[brand][post].listed = FALSE;
}

gboolean
double_is_live (Double *self, const Post *post)
{
  return post->exists && post->ends > double_now_s (self);
}

gboolean
double_has_access (Double *self, guint brand, guint post)
{
  return self->bindings[brand][post].listed && self->posts[post].on
         && self->posts[post].ends > double_now_s (self);
}

guint
double_count_ads (Double *self, int brand, guint post)
{
  guint n = 0;

  for (guint i = 0; i < self->n_ads; i++)
    n += (brand < 0 || self->ads[i].brand == (guint)brand) && self->ads[i].post == post
         && self->ads[i].enabled && double_has_access (self, self->ads[i].brand, post);
  return n;
}

gboolean
double_may_unbind (Double *self, guint brand, guint post)
{
  return self->bindings[brand][post].listed && double_count_ads (self, (int)brand, post) == 0
         && (self->unbind == UNBIND_UNUSED || !self->posts[post].exists
             || !double_has_access (self, brand, post));
}

gboolean
double_is_held (Double *self, guint post)
{
  if (self->deletion == DELETION_UNUSED)
    return double_count_ads (self, -1, post) > 0;
  for (guint i = 0; i < self->n_ads; i++)
    if (self->ads[i].post == post && !self->ads[i].deleted
        && self->bindings[self->ads[i].brand][post].listed)
      return TRUE;
  return FALSE;
}

void
double_mint (Double *self, Post *post, gint64 days)
{
  post->exists = TRUE;
  post->used = FALSE;
  post->starts = double_now_s (self);
  post->ends = post->starts + days * DAY_S;
  g_snprintf (post->code, sizeof post->code,
              "#%06uea2bcde3fUM/ghijEk/L4mOceft5deFRq6za7JsgnAJ8PB9n1XIr1r/5Rw4=", ++self->n_codes);
}

void
double_lengthen (Post *post, gint64 days)
{
  post->ends += days * DAY_S;
}

int
double_use_code (Double *self, int brand, const char *code)
{
  for (guint i = 0; i < DOUBLE_POSTS; i++)
    if (self->posts[i].exists && strcmp (self->posts[i].code, code) == 0)
      {
        Binding *binding = &self->bindings[brand][i];

        if (!double_is_live (self, &self->posts[i]) || double_has_access (self, brand, i))
          return 40002;
        binding->listed = TRUE;
        binding->at = double_now_s (self);
        g_strlcpy (binding->code, code, sizeof binding->code);
        self->posts[i].used = TRUE;
        return 0;
      }
  return 40002;
}

void
double_write_page (JsonObject *data, JsonArray *list)
{
  JsonObject *info = json_object_new ();

  json_object_set_int_member (info, "page", 1);
  json_object_set_int_member (info, "total_page", json_array_get_length (list) > 0);
  json_object_set_array_member (data, "list", list);
  json_object_set_object_member (data, "page_info", info);
}
