/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-toasts"

#include "config.h"

#include "app/spark-toasts.h"

/* Longer than libadwaita lets one come. */
#define COMES_US (600 * G_TIME_SPAN_MILLISECOND)

struct _SparkToasts
{
  AdwToastOverlay *overlay; /* borrowed */

  /* owned */
  AdwToast *shown; /* NULL: none */
  AdwToast *over;  /* shown over it, which comes back then; NULL: none */
  AdwToast *next;  /* waits until what is shown has come */

  gint64 come_at; /* when whatever came last has come */
  guint step_id;
  gboolean goes; /* the one that is shown, as soon as it has come */
};

static void plan (SparkToasts *self);

static void
on_dismissed_cb (AdwToast *toast, SparkToasts *self)
{
  g_signal_handlers_disconnect_by_data (toast, self);
  if (toast == self->shown)
    {
      self->goes = FALSE;
      g_clear_object (&self->shown);
    }
  else
    {
      g_clear_object (&self->over);
      self->come_at = g_get_monotonic_time () + COMES_US;
    }
  plan (self);
}

static void
give (SparkToasts *self, AdwToast *toast)
{
  self->come_at = g_get_monotonic_time () + COMES_US;
  g_signal_connect (toast, "dismissed", G_CALLBACK (on_dismissed_cb), self);
  adw_toast_overlay_add_toast (self->overlay, toast);
}

static gboolean
on_step_cb (gpointer data)
{
  SparkToasts *self = data;

  self->step_id = 0;
  /* What it was shown over may have gone before it. */
  if (self->over != NULL && self->next != NULL)
    adw_toast_dismiss (self->over);
  else if (self->shown == NULL && self->next != NULL)
    {
      self->shown = g_object_ref (self->next);
      give (self, g_steal_pointer (&self->next));
    }
  else if (self->shown != NULL && self->next != NULL && adw_toast_get_timeout (self->shown) == 0
           && !self->goes)
    {
      self->over = g_object_ref (self->next);
      adw_toast_set_priority (self->over, ADW_TOAST_PRIORITY_HIGH);
      give (self, g_steal_pointer (&self->next));
    }
  else if (self->shown != NULL && (self->goes || self->next != NULL))
    adw_toast_dismiss (self->shown);
  return G_SOURCE_REMOVE;
}

/* Whatever there is to do, as soon as nothing is coming. */
static void
plan (SparkToasts *self)
{
  gint64 wait = MAX (self->come_at - g_get_monotonic_time (), 0);

  if (self->step_id != 0 || (self->next == NULL && !self->goes))
    return;
  if (self->shown == NULL && self->over == NULL)
    wait = 0;
  self->step_id = g_timeout_add ((guint)(wait / G_TIME_SPAN_MILLISECOND), on_step_cb, self);
}

SparkToasts *
spark_toasts_new (AdwToastOverlay *overlay)
{
  SparkToasts *self = g_new0 (SparkToasts, 1);

  self->overlay = overlay;
  return self;
}

void
spark_toasts_free (SparkToasts *self)
{
  g_clear_handle_id (&self->step_id, g_source_remove);
  if (self->shown != NULL)
    g_signal_handlers_disconnect_by_data (self->shown, self);
  if (self->over != NULL)
    g_signal_handlers_disconnect_by_data (self->over, self);
  g_clear_object (&self->shown);
  g_clear_object (&self->over);
  g_clear_object (&self->next);
  g_free (self);
}

void
spark_toasts_add (SparkToasts *self, AdwToast *toast)
{
  g_return_if_fail (ADW_IS_TOAST (toast));

  g_clear_object (&self->next);
  self->next = toast;
  /* At once where nothing is in the way. */
  if (self->shown == NULL && self->over == NULL && self->step_id == 0)
    on_step_cb (self);
  else
    plan (self);
}

void
spark_toasts_dismiss (SparkToasts *self, AdwToast *toast)
{
  g_return_if_fail (ADW_IS_TOAST (toast));

  if (toast == self->next)
    g_clear_object (&self->next);
  else if (toast == self->shown)
    self->goes = TRUE;
  plan (self);
}
