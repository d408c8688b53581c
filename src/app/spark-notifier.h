/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

#include "client/spark-backend.h"

G_BEGIN_DECLS

#define SPARK_TYPE_NOTIFIER (spark_notifier_get_type ())
G_DECLARE_FINAL_TYPE (SparkNotifier, spark_notifier, SPARK, NOTIFIER, GObject)

/*
 * Desktop notifications for what others do: a brand used a code or link, was refused, a revoke was
 * confirmed, a brand came with an ad account that is new. Listens to the backend's "events",
 * which tells each once. The first of a kind leave at once, what follows them closely a little later;
 * more than three of one kind become one notification. Their
 * actions are app.show-video, app.note-grant (video id), app.revoke, app.attribute-grant (grant
 * id), app.confirm-brand (grant or code id), app.extend-request (event id) and app.show-access,
 * each with a target of spark_sign_in_target(); codes and tokens never appear in them. One goes when
 * what it says is over, was answered or was dismissed. Which kinds are told the person chooses
 * (@settings of the application, keys notify-…). Main thread.
 */
SparkNotifier *spark_notifier_new (GApplication *application, SparkBackend *backend,
                                   GSettings *settings);

/* The page that those of many lead to was seen: they go. */
void spark_notifier_see_access (SparkNotifier *self);

G_END_DECLS
