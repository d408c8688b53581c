/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-terms"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-terms.h"
#include "model/spark-rules.h"

#define FIRST_DAYS 30
/* The setting, and that of a brand after a dot */
#define DAYS_SETTING "terms.days"

gboolean
spark_terms_permit (const SparkAccount *account, guint days)
{
  if (account == NULL || account->n_periods == 0)
    return spark_period_is_permitted (days);
  for (guint i = 0; i < account->n_periods; i++)
    if (account->periods[i] == days)
      return TRUE;
  return FALSE;
}

/* 0: none that @account permits */
static guint
get_last (SparkReplica *replica, const SparkAccount *account, const char *name)
{
  g_autofree char *setting = spark_replica_get_setting (replica, name);
  guint64 days;

  if (setting == NULL || !g_ascii_string_to_unsigned (setting, 10, 1, 3650, &days, NULL)
      || !spark_terms_permit (account, (guint)days))
    return 0;
  return (guint)days;
}

guint
spark_terms_get_days (SparkReplica *replica, const SparkAccount *account, const char *brand_id)
{
  guint days = 0;

  if (brand_id != NULL)
    {
      g_autofree char *name = g_strconcat (DAYS_SETTING, ".", brand_id, NULL);

      days = get_last (replica, account, name);
    }
  if (days == 0)
    days = get_last (replica, account, DAYS_SETTING);
  if (days != 0)
    return days;
  if (spark_terms_permit (account, FIRST_DAYS))
    return FIRST_DAYS;
  return account->periods[0];
}

/* @account: (nullable) */
static void
copy_periods (const SparkAccount *account, SparkAccount *copy)
{
  const guint *periods
      = account != NULL && account->n_periods > 0 ? account->periods : spark_periods;
  guint most = account != NULL && account->n_periods > 0 ? account->n_periods : SPARK_MAX_PERIODS;

  while (copy->n_periods < most && periods[copy->n_periods] != 0)
    {
      copy->periods[copy->n_periods] = periods[copy->n_periods];
      copy->n_periods++;
    }
}

static void
restrict_periods (SparkAccount *common, const SparkAccount *account)
{
  guint n = 0;

  for (guint i = 0; i < common->n_periods; i++)
    if (spark_terms_permit (account, common->periods[i]))
      common->periods[n++] = common->periods[i];
  common->n_periods = n;
}

void
spark_terms_find_common (GPtrArray *accounts, SparkAccount *common)
{
  *common = (SparkAccount){ 0 };
  copy_periods (accounts->len > 0 ? spark_account_item_get (g_ptr_array_index (accounts, 0)) : NULL,
                common);
  for (guint i = 1; i < accounts->len; i++)
    restrict_periods (common, spark_account_item_get (g_ptr_array_index (accounts, i)));
}

void
spark_terms_set_days (SparkReplica *replica, guint days)
{
  g_autofree char *setting = g_strdup_printf ("%u", days);

  spark_replica_set_setting (replica, DAYS_SETTING, setting);
}

void
spark_terms_set_brand_days (SparkReplica *replica, const char *brand_id, guint days)
{
  g_autofree char *setting = g_strdup_printf ("%u", days);
  g_autofree char *name = NULL;

  if (brand_id == NULL)
    return;
  name = g_strconcat (DAYS_SETTING, ".", brand_id, NULL);
  spark_replica_set_setting (replica, name, setting);
}

gboolean
spark_terms_get_consent (SparkReplica *replica, const char *account_id)
{
  g_autofree char *name = g_strconcat ("consent.", account_id, NULL);
  g_autofree char *setting = spark_replica_get_setting (replica, name);

  return g_strcmp0 (setting, "yes") == 0;
}

void
spark_terms_set_consent (SparkReplica *replica, const char *account_id)
{
  g_autofree char *name = g_strconcat ("consent.", account_id, NULL);

  spark_replica_set_setting (replica, name, "yes");
}

guint
spark_terms_nearest (const SparkAccount *account, gint64 from, gint64 deal_end)
{
  guint longest = 0;

  if (account == NULL || account->n_periods == 0)
    return spark_period_nearest (from, deal_end);
  for (guint i = 0; i < account->n_periods; i++)
    {
      if (from + account->periods[i] * SPARK_DAY_MS >= deal_end)
        return account->periods[i];
      longest = MAX (longest, account->periods[i]);
    }
  return longest;
}

const char *
spark_terms_get_extension_by_hand (void)
{
  return _ ("Sparkbox only notes it: extend it in the TikTok app as well.");
}

char *
spark_terms_describe_extension (const SparkAccount *account, const char *text)
{
  if (account == NULL || account->platform != SPARK_PLATFORM_TRACKED)
    return g_strdup (text);
  return g_strconcat (text, "\n", spark_terms_get_extension_by_hand (), NULL);
}
