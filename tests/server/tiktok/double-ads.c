/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "double-private.h"

static int
ad_get (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  JsonArray *list = json_array_new ();
  int brand = double_find_brand (params);

  for (guint i = 0; i < self->n_ads; i++)
    {
      g_autofree char *id = g_strdup_printf ("180000000000%04u", i);
      g_autofree char *item = double_item (self->ads[i].post);
      JsonObject *ad;

      if (self->ads[i].brand != (guint)brand || self->ads[i].deleted)
        continue;
      ad = json_object_new ();
      json_object_set_string_member (ad, "ad_id", id);
      json_object_set_string_member (ad, "tiktok_item_id", item);
      json_object_set_string_member (ad, "operation_status",
                                     self->ads[i].enabled ? "ENABLE" : "DISABLE");
      json_array_add_object_element (list, ad);
    }
  double_write_page (data, list);
  return 0;
}

static int
ad_update (Double *self, JsonObject *params, JsonObject *data, gboolean *done)
{
  JsonArray *ids = json_object_get_array_member (params, "ad_ids");
  const char *to = json_object_get_string_member_with_default (params, "operation_status", "");

  if (strcmp (to, "DISABLE") != 0)
    return 40002;

  for (guint i = 0; i < json_array_get_length (ids); i++)
    {
      guint number = (guint)g_ascii_strtoull (
          json_array_get_string_element (ids, i) + strlen ("180000000000"), NULL, 10);

      if (number < self->n_ads)
        self->ads[number].enabled = FALSE;
    }
  *done = TRUE;
  return 0;
}

const DoubleEndpoint double_ad_endpoints[] = {
  { "ad/status/update/", ad_update },
  { "ad/get/", ad_get },
};
const gsize double_n_ad_endpoints = G_N_ELEMENTS (double_ad_endpoints);
