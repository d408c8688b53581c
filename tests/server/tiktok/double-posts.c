/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "double-private.h"

static void
write_post (const Post *post, int number, JsonObject *data)
{
  g_autofree char *item = double_item (number);
  g_autofree char *starts = double_time_text (post->starts);
  g_autofree char *ends = double_time_text (post->ends);

  json_object_set_string_member (data, "item_id", item);
  json_object_set_string_member (data, "auth_code", post->code);
  json_object_set_string_member (data, "auth_code_start_time", starts);
  json_object_set_string_member (data, "auth_code_end_time", ends);
  json_object_set_int_member (data, "authorization_days", (post->ends - post->starts) / DAY_S);
}

static int
setting (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int i = double_find_post (params);
  gint64 days = json_object_get_int_member_with_default (params, "authorization_days", 30);
  Post *post;

  if (i < 0 || !json_object_has_member (params, "is_ad_promotable"))
    return 40002;
  post = &self->posts[i];
  if (!json_object_get_boolean_member (params, "is_ad_promotable"))
    {
      if (double_is_held (self, i))
        return 40002;
      *done = post->on;
      post->on = post->exists = FALSE;
      for (guint b = 0; b < DOUBLE_BRANDS; b++)
        double_unbind (self, b, i);
      return 0;
    }
  *done = TRUE;
  post->on = TRUE;
  if (!double_is_live (self, post))
    double_mint (self, post, days);
  else
    double_lengthen (post, days);
  write_post (post, i, data);
  return 0;
}

static int
authorize (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int i = double_find_post (params);
  gint64 days = json_object_get_int_member_with_default (params, "authorization_days", 30);
  Post *post;

  if (i < 0 || !self->posts[i].on)
    return 40002;
  post = &self->posts[i];
  *done = TRUE;
  if (!post->exists)
    double_mint (self, post, days);
  else
    double_lengthen (post, days);
  write_post (post, i, data);
  return 0;
}

static int
status (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int i = double_find_post (params);
  const Post *post;

  if (i < 0 || self->posts[i].gone)
    return 40007;
  if (!self->posts[i].exists)
    return 40002;
  post = &self->posts[i];
  write_post (post, i, data);
  json_object_set_string_member (data, "auth_code_status",
                                 post->ends <= double_now_s (self) ? "EXPIRED"
                                 : post->used                      ? "IN_USE"
                                                                   : "NOT_USED");
  return 0;
}

static int
delete_code (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int i = double_find_post (params);

  if (i < 0 || !self->posts[i].exists || double_is_held (self, i))
    return 40002;
  *done = TRUE;
  self->posts[i].exists = FALSE;
  json_object_set_string_member (data, "auth_code_status", "DELETED");
  return 0;
}

/* --- the creator's posts, and who the creator is --- */

static void
write_video (guint number, JsonArray *videos)
{
  g_autofree char *item = double_item (number);
  g_autofree char *time = g_strdup_printf ("%u", 1700000000 - number);
  JsonObject *video = json_object_new ();

  json_object_set_string_member (video, "item_id", item);
  json_object_set_string_member (video, "caption", "A post");
  json_object_set_string_member (video, "create_time", time);
  json_object_set_int_member (video, "video_views", 1000 + number);
  json_array_add_object_element (videos, video);
}

/* Whether @filters, JSON text in the query, ask for others only. */
static gboolean
is_filtered_out (JsonObject *params, guint number)
{
  const char *filters = json_object_get_string_member_with_default (params, "filters", NULL);
  g_autofree char *item = double_item (number);

  return filters != NULL && strstr (filters, item) == NULL;
}

static int
list_videos (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  JsonArray *videos = json_array_new ();

  for (guint i = 0; i < DOUBLE_POSTS; i++)
    if (!self->posts[i].gone && !self->posts[i].hidden && !is_filtered_out (params, i))
      write_video (i, videos);
  json_object_set_array_member (data, "videos", videos);
  json_object_set_int_member (data, "cursor", 0);
  json_object_set_boolean_member (data, "has_more", FALSE);
  return 0;
}

static int
get_profile (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  json_object_set_string_member (data, "display_name", DOUBLE_NAME);
  json_object_set_string_member (data, "username", "lena.films");
  return 0;
}

const DoubleEndpoint double_post_endpoints[] = {
  { "business/post/authorize/setting/", setting },
  { "business/post/authorize/status/", status },
  { "business/post/authorize/delete/", delete_code },
  { "business/post/authorize/", authorize },
  { "business/video/list/", list_videos },
  { "business/get/", get_profile },
};
const gsize double_n_post_endpoints = G_N_ELEMENTS (double_post_endpoints);
