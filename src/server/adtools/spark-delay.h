/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Answers that come later, on a thread of their own, which begins with the first of them. */
typedef struct _SparkDelay SparkDelay;
typedef void (*SparkDelayFunc) (gpointer data);

SparkDelay *spark_delay_new (void);
/* @func must have been called for everything that was given. */
void spark_delay_free (SparkDelay *delay);
/* Any thread. Where there can be no thread for it, @func is called at once, and that is logged. */
void spark_delay_add (SparkDelay *delay, guint ms, SparkDelayFunc func, gpointer data);

G_END_DECLS
