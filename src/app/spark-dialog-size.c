/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-dialog-size"

#include "config.h"

#include <string.h>

#include "app/spark-dialog-size.h"

#define USUAL_DPI (96 * 1024) /* GtkSettings counts 1024ths */
#define MAX_WIDTH 720
#define MAX_MORE  3

static gboolean
was_before (SparkDialogSize *self, int height)
{
  for (guint i = 0; i < SPARK_DIALOG_SIZE_BEFORE; i++)
    if (self->before[i] == height)
      return TRUE;
  return FALSE;
}

static void
forget_before (SparkDialogSize *self)
{
  memset (self->before, 0, sizeof self->before);
}

static void
note_before (SparkDialogSize *self, int height)
{
  guint i = 0;

  while (i < SPARK_DIALOG_SIZE_BEFORE - 1 && self->before[i] != height)
    i++;
  memmove (self->before + 1, self->before, i * sizeof *self->before);
  self->before[0] = height;
}

static void
fit (SparkDialogSize *self)
{
  int width, height;

  g_object_get (self->window, "default-width", &width, "default-height", &height, NULL);
  if (height != -1)
    note_before (self, height);
  self->fitted = -1;
  gtk_window_set_default_size (self->window, width, -1);
}

static gboolean
fit_again_cb (gpointer user_data)
{
  SparkDialogSize *self = user_data;

  self->again = 0;
  if (gtk_widget_get_mapped (GTK_WIDGET (self->window)))
    fit (self);
  return G_SOURCE_REMOVE;
}

/* Where it is fitted several times at once, the answer to the first comes after the last, and GTK
 * takes it for a person's wish: the height goes back to what it was before. So does it where a
 * window manager gives no other, which is left to it soon. */
static void
on_height_cb (SparkDialogSize *self)
{
  int height;

  g_object_get (self->window, "default-height", &height, NULL);
  if (height == -1)
    return;
  if (self->fitted == -1)
    self->fitted = height;
  else if (was_before (self, height) && height != self->fitted && self->again == 0
           && self->n_more < MAX_MORE)
    {
      self->n_more++;
      self->again = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit_again_cb, self, NULL);
    }
  else if (height != self->fitted)
    forget_before (self);
}

void
spark_dialog_size_init (SparkDialogSize *self, GtkWindow *window)
{
  *self = (SparkDialogSize){ .window = window };
  g_signal_connect_swapped (window, "notify::default-height", G_CALLBACK (on_height_cb), self);
}

void
spark_dialog_size_clear (SparkDialogSize *self)
{
  g_signal_handlers_disconnect_by_data (self->window, self);
  g_clear_handle_id (&self->again, g_source_remove);
}

gboolean
spark_dialog_size_widen (SparkDialogSize *self)
{
  int width, dpi;

  g_object_get (self->window, "default-width", &width, NULL);
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self->window)), "gtk-xft-dpi", &dpi, NULL);
  if (dpi <= USUAL_DPI)
    return FALSE;
  gtk_window_set_default_size (self->window, (int)MIN (MAX_WIDTH, (gint64)width * dpi / USUAL_DPI),
                               -1);
  return TRUE;
}

void
spark_dialog_size_fit (SparkDialogSize *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self->window)))
    return;
  self->n_more = 0;
  fit (self);
}
