/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

#include "client/spark-backend.h"

G_BEGIN_DECLS

#define SPARK_TYPE_ENDS_REMINDER (spark_ends_reminder_get_type ())
G_DECLARE_FINAL_TYPE (SparkEndsReminder, spark_ends_reminder, SPARK, ENDS_REMINDER, GObject)

/* What the setting "ends-days" may have. */
#define SPARK_ENDS_DAYS_MAX      4
#define SPARK_ENDS_DAYS_FURTHEST 60

/* @setting: the value of "ends-days"; @days: (out) (array): of SPARK_ENDS_DAYS_MAX, the furthest
 * first. Returns: how many there are; what is out of bounds does not count */
guint spark_ends_days_read (GVariant *setting, guint *days);

/*
 * Tells of authorizations that end, unless they are being revoked: each so many days ahead as the
 * settings' "ends-days" say, all in one notification and at most one a day, also when the application
 * was closed at the time. Nothing is told of what was there when a sign-in was first opened. Obeys
 * the settings' "notify-ends". Looks when the backend comes online and every hour. Main thread.
 */
SparkEndsReminder *spark_ends_reminder_new (GApplication *application, SparkBackend *backend,
                                            GSettings *settings);

/* Looks at once. @now: ms since 1970 in UTC */
void spark_ends_reminder_look (SparkEndsReminder *self, gint64 now);

G_END_DECLS
