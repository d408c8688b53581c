/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define SPARK_TYPE_TODAY (spark_today_get_type ())
G_DECLARE_FINAL_TYPE (SparkToday, spark_today, SPARK, TODAY, GObject)

/*
 * Tells when what is said by the day ("tomorrow", "in 5 days") is to be said anew: at midnight, one
 * slept through included, and after the clock or the time zone was changed. Nothing runs in
 * between. Main thread.
 *
 * Signals:
 *   "turned": it is another day here, or days begin at another time
 */
SparkToday *spark_today_new (void);

/* Looks now. Of another time zone alone nobody tells: it is looked for when somebody looks at what
 * is shown. */
void spark_today_look (SparkToday *self);

/* Another number whenever a day turned: what was said by one with another number is to be said
 * anew. */
guint spark_today_get_number (void);

G_END_DECLS
