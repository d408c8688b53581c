/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What the desktop shows of one sign-in: its notifications by their names, which the settings keep
 * (key "notified"), so that what is shown is known after a restart too. Of a sign-in that is not
 * the one in use nothing is sent. Main thread.
 */
typedef struct _SparkNotified SparkNotified;

/* @sign_in: id of its backend */
SparkNotified *spark_notified_new (GApplication *application, GSettings *settings,
                                   const char *sign_in);
void spark_notified_free (SparkNotified *self);

/**
 * spark_notified_send:
 * @name: replaces what has the same name
 * @parts: (nullable): names of what it tells as one; it goes with the last of them
 */
void spark_notified_send (SparkNotified *self, const char *name, GNotification *notification,
                          const char *const *parts);
/* What has this name; as a part of another it no longer counts. */
void spark_notified_withdraw (SparkNotified *self, const char *name);

/* Withdraws all that is shown of another sign-in than the one in use, whenever it was sent. */
void spark_notified_withdraw_others (GApplication *application, GSettings *settings);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkNotified, spark_notified_free)

G_END_DECLS
