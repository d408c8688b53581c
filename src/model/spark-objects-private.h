/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-error.h"
#include "model/spark-objects.h"
#include "spark-enum-types.h"

G_BEGIN_DECLS

/* What the readers and writers of several objects share. */

void spark_write_ref (SparkJsonWriter *writer, const char *name, const SparkRef *ref);
void spark_write_strings (SparkJsonWriter *writer, const char *name, const char *const *strings);
/* Writes the number, or null when it is -1. */
void spark_write_count (SparkJsonWriter *writer, const char *name, gint64 value);
gboolean spark_read_ref (JsonObject *object, const char *name, SparkRef *ref, GError **error);
/* Absent, negative and too large are the same: @absent. A wrong type is an error. */
gboolean spark_read_count (JsonObject *object, const char *name, gint64 absent, gint64 *value,
                           GError **error);
gboolean spark_read_uint (JsonObject *object, const char *name, guint *value, GError **error);
/* The member "ads_active"; absent: -1 */
gboolean spark_read_ads_active (JsonObject *object, int *ads_active, GError **error);
/* The counts that are known, into the object that is open. */
void spark_write_engagement (SparkJsonWriter *writer, const SparkEngagement *engagement);
/* Absent: nothing is known. */
gboolean spark_read_engagement (JsonObject *object, const char *name, SparkEngagement *engagement,
                                GError **error);
/* Adds the strings of an array; absent: none. */
gboolean spark_read_strings (JsonObject *object, const char *name, GPtrArray *strings,
                             GError **error);

/*
 * Ends a reader: whatever was wrong with an answer is the backend's fault, not the caller's.
 * Returns @ok.
 */
gboolean spark_read_end (gboolean ok, GError *local, GError **error);

G_END_DECLS
