/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "double-private.h"

static int
tt_authorize (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int code = double_use_code (self, double_find_brand (params),
                              json_object_get_string_member_with_default (params, "auth_code", ""));

  *done = code == 0;
  return code;
}

static int
tt_list (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  const char *keyword = json_object_get_string_member_with_default (params, "keyword", NULL);
  JsonArray *list = json_array_new ();
  int brand = double_find_brand (params);

  for (guint i = 0; i < DOUBLE_POSTS; i++)
    {
      JsonObject *entry, *item, *auth;
      g_autofree char *id = double_item (i);
      g_autofree char *ends = double_time_text (self->posts[i].ends);
      g_autofree char *at = double_time_text (self->bindings[brand][i].at);

      if (!self->bindings[brand][i].listed || (keyword != NULL && strcmp (keyword, id) != 0))
        continue;
      entry = json_object_new ();
      item = json_object_new ();
      auth = json_object_new ();
      json_object_set_string_member (item, "item_id", id);
      json_object_set_string_member (item, "auth_code", self->bindings[brand][i].code);
      json_object_set_string_member (auth, "ad_auth_status",
                                     double_has_access (self, brand, i) ? "AUTHORIZED" : "EXPIRED");
      json_object_set_string_member (auth, "invite_start_time", at);
      json_object_set_string_member (auth, "auth_end_time", ends);
      json_object_set_object_member (entry, "item_info", item);
      json_object_set_object_member (entry, "auth_info", auth);
      json_array_add_object_element (list, entry);
    }
  double_write_page (data, list);
  return 0;
}

static int
tt_unbind (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  int brand = double_find_brand (params), i = double_find_post (params);

  if (i < 0 || !double_may_unbind (self, brand, i))
    return 40002;
  *done = TRUE;
  double_unbind (self, brand, i);
  return 0;
}

const DoubleEndpoint double_tt_video_endpoints[] = {
  { "tt_video/authorize/", tt_authorize },
  { "tt_video/list/", tt_list },
  { "tt_video/unbind/", tt_unbind },
};
const gsize double_n_tt_video_endpoints = G_N_ELEMENTS (double_tt_video_endpoints);
