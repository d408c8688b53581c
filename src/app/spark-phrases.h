/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

/*
 * Small translated phrases that several dialogs, rows and notifications share, so that the same
 * thing is always said with the same words. All (transfer full). Times are ms since 1970 in UTC and
 * are shown in the person's own time zone; days in English as the locale orders them: "Wed, Dec 23"
 * where it puts the month first.
 */

/* "Wed 23 Dec", with the year when it is not this year's */
char *spark_phrase_day (gint64 ms);
/* "Wednesday 23 December 2026" */
char *spark_phrase_full_day (gint64 ms);
/* "today", "tomorrow", "in 30 days", "yesterday", "3 days ago": by days of the calendar */
char *spark_phrase_distance (gint64 ms);
/* "Wed 23 Dec, in 30 days" */
char *spark_phrase_day_and_distance (gint64 ms);
/* The same of what happened, with its time on that day and the next: "Wed 23 Dec, today, 14:02" */
char *spark_phrase_day_and_moment (gint64 ms);
/* "Wednesday 23 December 2026, in 30 days", as a line begins */
char *spark_phrase_full_day_and_distance (gint64 ms);
/* "30 days" */
char *spark_phrase_period (guint days);
/* @text with a large first letter: many languages write days and months with a small one. */
char *spark_phrase_beginning (const char *text);

/* The caption's first line, cut to some 60 characters, or "Video of Wed 3 Mar"; without quotes, and
 * without signs that turn the direction of what it stands in. */
char *spark_phrase_video (const SparkVideo *video);
/* A name as it may begin a sentence: GTK takes a sentence's direction from its first letter, and
 * would turn one around that begins with a name of the other direction. */
char *spark_phrase_name (const char *name);
/* The brand's name, else its ad account's, else "Someone"; as by spark_phrase_name() */
char *spark_phrase_brand (const SparkGrant *grant);
/* "Tue 24 Nov · Noted by you": those of the facts, which ends with NULL, that say anything. Where
 * they take several lines, none begins with the dot. */
char *spark_phrase_facts (const char *const *facts);
/* The same of whose it is and what else is known of it; both (nullable) */
char *spark_phrase_facts_of (const char *whose, const char *known);
/* How Sparkbox knows of it, a whole sentence without a full stop */
const char *spark_phrase_source (SparkGrantSource source);

G_END_DECLS
