/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A busy display answers that late. */
#define SPARK_DIALOG_SIZE_BEFORE 4

/*
 * The size of a dialog: as high as its content needs, and as much wider as the person's letters are
 * larger, as far as screens go. GTK finds a height for a window once; when something appears in it
 * later, it has to be asked again, and may take the answer to an earlier question for the person's
 * wish. A window manager has the last word.
 *
 * A part of its window; main thread.
 */
typedef struct
{
  /* borrowed */
  GtkWindow *window;

  guint again; /* a source; 0: none waits */
  /* the heights until it was fitted last, the time before, and so on; 0: of no use any more */
  int before[SPARK_DIALOG_SIZE_BEFORE];
  int fitted;   /* the height then; -1: GTK has not found it yet */
  guint n_more; /* times it was fitted again, since somebody asked for it */
} SparkDialogSize;

/* @window: holds @self, and is not shown yet */
void spark_dialog_size_init (SparkDialogSize *self, GtkWindow *window);
/* Fits it no more; as the window is disposed of, as often as that is. */
void spark_dialog_size_clear (SparkDialogSize *self);

/**
 * spark_dialog_size_widen:
 *
 * Makes the window's default width fit the person's letters; once, before it is shown.
 *
 * Returns: whether they are larger than usual
 */
gboolean spark_dialog_size_widen (SparkDialogSize *self);

/* Takes the height the content needs now; nothing while the window is not shown, which finds its
 * height as it is. */
void spark_dialog_size_fit (SparkDialogSize *self);

G_END_DECLS
