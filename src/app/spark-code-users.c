/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-code-users"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-code-users.h"
#include "app/spark-open-access.h"
#include "app/spark-phrases.h"
#include "client/spark-grant-list.h"

/* A brand has one access for each of its ad accounts. Takes @name. */
static void
add_name (GPtrArray *names, char *name)
{
  if (g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_free (name);
  else
    g_ptr_array_add (names, name);
}

/* (transfer full) */
static char *
join (GPtrArray *names)
{
  char *text = g_strdup (names->len > 0 ? g_ptr_array_index (names, 0) : "");

  for (guint i = 1; i < names->len; i++)
    {
      g_autofree char *shorter = text;

      /* Translators: a list of brands, and one more: "Acme, Nord" */
      text = g_strdup_printf (C_ ("brands", "%s, %s"), shorter,
                              (const char *)g_ptr_array_index (names, i));
    }
  return text;
}

/* (transfer full) */
static char *
describe_keeping (GPtrArray *names)
{
  g_autofree char *joined = join (names);

  /* Translators: %s: one or more names of brands */
  return g_strdup_printf (ngettext ("%s used it, and keeps access.",
                                    "These brands used it, and keep access: %s.", names->len),
                          joined);
}

/* (transfer full) */
static char *
describe_ended (GPtrArray *names)
{
  g_autofree char *joined = join (names);

  return g_strdup_printf (
      /* Translators: %s: one or more names of brands */
      ngettext ("%s used it. This access has ended, or is being revoked.",
                "These brands used it: %s. Their access has ended, or is being revoked.",
                names->len),
      joined);
}

/* Takes @text. */
static void
add_fact (SparkConfirm *confirm, char *text)
{
  spark_confirm_add_fact (confirm, "avatar-default-symbolic", text);
  g_free (text);
}

void
spark_code_users_add_facts (SparkConfirm *confirm, SparkReplica *replica, const SparkCode *code)
{
  g_autoptr (GPtrArray) keeping = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) ended = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (SparkGrantList) grants = NULL;

  g_return_if_fail (SPARK_IS_CONFIRM (confirm));

  grants = spark_grant_list_new (replica, NULL, code->video_id);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (grants)); i++)
    {
      g_autoptr (SparkGrantItem) item = g_list_model_get_item (G_LIST_MODEL (grants), i);
      const SparkGrant *grant = spark_grant_item_get (item);

      if (g_strcmp0 (grant->code_id, code->id) == 0 && grant->state != SPARK_GRANT_STATE_FAILED)
        add_name (spark_open_access_is (grant) ? keeping : ended, spark_phrase_brand (grant));
    }
  if (keeping->len > 0)
    add_fact (confirm, describe_keeping (keeping));
  if (ended->len > 0)
    add_fact (confirm, describe_ended (ended));
  if (keeping->len == 0 && ended->len == 0)
    add_fact (confirm,
              g_strdup (code->state == SPARK_CODE_STATE_IN_USE
                            ? _ ("Someone used it, and keeps access. TikTok doesn’t say who.")
                            : _ ("Nobody has used it, as far as Sparkbox can tell.")));
}
