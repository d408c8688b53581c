/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-notified"

#include "config.h"

#include "app/spark-notified.h"
#include "app/spark-sign-ins.h"

#define KEY   "notified"
#define LIST  "a(sas)"
#define ENTRY "(&s^a&s)"
/* What a person dismissed is never told to us: the oldest of so many is taken to be gone. */
#define MAX_SHOWN 100
#define MAX_PARTS 500

struct _SparkNotified
{
  GApplication *application;
  GSettings *settings;
  char *sign_in;
};

/* Equal ids of two sign-ins must not replace each other. */
static char *
get_id (const char *sign_in, const char *name)
{
  return g_strconcat (sign_in, "-", name, NULL);
}

static void
withdraw (GApplication *application, const char *sign_in, const char *name)
{
  g_autofree char *id = get_id (sign_in, name);

  g_application_withdraw_notification (application, id);
}

static gboolean
is_in_use (SparkNotified *self)
{
  g_autofree char *first = spark_sign_ins_get_first_id (self->settings);

  return g_str_equal (first, self->sign_in);
}

/* (transfer full): those that are kept of this sign-in */
static GVariant *
get_shown (SparkNotified *self)
{
  g_autoptr (GVariant) value = g_settings_get_value (self->settings, KEY);
  g_autoptr (GVariant) list = NULL;
  const char *sign_in;

  g_variant_get (value, "(&s@" LIST ")", &sign_in, &list);
  return g_str_equal (sign_in, self->sign_in)
             ? g_steal_pointer (&list)
             : g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("(sas)"), NULL, 0));
}

static void
set_shown (SparkNotified *self, GVariantBuilder *list)
{
  g_settings_set_value (self->settings, KEY, g_variant_new ("(s" LIST ")", self->sign_in, list));
}

static void
note (SparkNotified *self, const char *name, const char *const *parts)
{
  static const char *const none[] = { NULL };
  g_autoptr (GVariant) shown = get_shown (self);
  gsize n = g_variant_n_children (shown);
  GVariantBuilder list;

  g_variant_builder_init (&list, G_VARIANT_TYPE (LIST));
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (shown, i);
      const char *other;

      g_variant_get (entry, "(&sas)", &other, NULL);
      if (g_str_equal (other, name))
        continue;
      if (n - i >= MAX_SHOWN)
        withdraw (self->application, self->sign_in, other);
      else
        g_variant_builder_add_value (&list, entry);
    }
  g_variant_builder_add (&list, "(s^as)", name, parts != NULL ? parts : none);
  set_shown (self, &list);
}

void
spark_notified_send (SparkNotified *self, const char *name, GNotification *notification,
                     const char *const *parts)
{
  g_autofree char *id = NULL;

  g_return_if_fail (self != NULL && name != NULL && G_IS_NOTIFICATION (notification));
  g_return_if_fail (parts == NULL || *parts != NULL);

  if (!is_in_use (self))
    return;
  spark_notified_withdraw_others (self->application, self->settings);
  id = get_id (self->sign_in, name);
  g_application_send_notification (self->application, id, notification);
  /* One of so many is not waited for: it goes when it was seen. */
  if (parts != NULL && g_strv_length ((char **)parts) > MAX_PARTS)
    parts = NULL;
  note (self, name, parts);
}

/* Returns: whether it was one of @parts, which are then without it */
static gboolean
take_part (const char **parts, const char *name)
{
  guint n = 0;
  gboolean found = FALSE;

  for (guint i = 0; parts[i] != NULL; i++)
    if (g_str_equal (parts[i], name))
      found = TRUE;
    else
      parts[n++] = parts[i];
  parts[n] = NULL;
  return found;
}

void
spark_notified_withdraw (SparkNotified *self, const char *name)
{
  g_autoptr (GVariant) shown = NULL;
  GVariantBuilder list;
  GVariantIter iter;
  const char *other;
  const char **parts;
  gboolean changed = FALSE;

  g_return_if_fail (self != NULL && name != NULL);

  withdraw (self->application, self->sign_in, name);
  shown = get_shown (self);
  g_variant_builder_init (&list, G_VARIANT_TYPE (LIST));
  g_variant_iter_init (&iter, shown);
  while (g_variant_iter_next (&iter, ENTRY, &other, &parts))
    {
      gboolean is_part = take_part (parts, name);
      gboolean is_over = is_part && *parts == NULL;

      if (is_over)
        withdraw (self->application, self->sign_in, other);
      if (!is_over && !g_str_equal (other, name))
        g_variant_builder_add (&list, "(s^as)", other, parts);
      changed |= is_part || g_str_equal (other, name);
      g_free (parts);
    }
  if (changed)
    set_shown (self, &list);
  else
    g_variant_builder_clear (&list);
}

void
spark_notified_withdraw_others (GApplication *application, GSettings *settings)
{
  g_autoptr (GVariant) value = g_settings_get_value (settings, KEY);
  g_autofree char *first = spark_sign_ins_get_first_id (settings);
  g_autoptr (GVariantIter) iter = NULL;
  const char *sign_in, *name;

  g_variant_get (value, "(&s" LIST ")", &sign_in, &iter);
  if (*sign_in == '\0' || g_str_equal (sign_in, first))
    return;
  while (g_variant_iter_next (iter, "(&sas)", &name, NULL))
    withdraw (application, sign_in, name);
  g_settings_reset (settings, KEY);
}

void
spark_notified_free (SparkNotified *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->application);
  g_object_unref (self->settings);
  g_free (self->sign_in);
  g_free (self);
}

SparkNotified *
spark_notified_new (GApplication *application, GSettings *settings, const char *sign_in)
{
  SparkNotified *self = g_new0 (SparkNotified, 1);

  self->application = g_object_ref (application);
  self->settings = g_object_ref (settings);
  self->sign_in = g_strdup (sign_in);
  return self;
}
