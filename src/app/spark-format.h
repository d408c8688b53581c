/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Numbers and moments as a person reads them, in the person's own language; times by a clock of 12
 * hours where the desktop or the locale has one: "2:02 PM". All (transfer full).
 */

/* "999", "1.2K", "12K", "3.4M", "1.1B": three digits at most; four where the next unit is ten
 * thousand times as large: "9999万" */
char *spark_format_count (gint64 count);
/* "1,234,567" */
char *spark_format_exact_count (gint64 count);
/* "today, 14:02", "yesterday, 09:10", "Wed 18 Nov", as within a sentence; @ms: since 1970 in UTC */
char *spark_format_moment (gint64 ms);
/* "1,200.50 EUR"; @amount: in hundredths; @currency: (nullable): ISO 4217 */
char *spark_format_money (gint64 amount, const char *currency);
/* "14:02" */
char *spark_format_time (gint64 ms);
/* "14:02" of the day of @now, else "yesterday, 14:02" or "Wed 9 Dec" */
char *spark_format_as_of (gint64 ms, gint64 now);
/* "0:34", "1:02:09" */
char *spark_format_length (gint64 seconds);

G_END_DECLS
