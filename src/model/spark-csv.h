/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/*
 * Rows of CSV (RFC 4180) appended to a text. What a spreadsheet would take for a formula gets an
 * apostrophe before it, as it shows text.
 *
 * Commas everywhere, also where spreadsheets expect semicolons: a record is signed byte for byte,
 * and programs read a table the same wherever it was made. Those spreadsheets import it when they
 * are told of the comma; a first line that tells them is a row of the table to all else.
 */

/* What a file begins with, so that every spreadsheet takes it for UTF-8. */
#define SPARK_CSV_BEGIN "\xef\xbb\xbf"

/* @names: NULL-terminated; a whole row */
void spark_csv_header (GString *out, const char *const *names);
void spark_csv_text (GString *out, const char *text);      /* NULL: empty */
void spark_csv_int (GString *out, gint64 value);           /* below 0: empty, not known */
void spark_csv_time (GString *out, gint64 ms);             /* RFC 3339 in UTC; 0: empty */
void spark_csv_enum (GString *out, GType type, int value); /* as /v1 spells it */
void spark_csv_bool (GString *out, gboolean value);
void spark_csv_end_row (GString *out);

G_END_DECLS
