/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SPARK_TYPE_APPLICATION (spark_application_get_type ())
G_DECLARE_FINAL_TYPE (SparkApplication, spark_application, SPARK, APPLICATION, AdwApplication)

/*
 * The running program: one window on one sign-in, its notifications, and the backend of its own
 * where no server was joined. Main thread.
 *
 * Actions, also over D-Bus and from notifications, with a target of spark_sign_in_target():
 * show-video, note-grant (video id), revoke, attribute-grant (grant id), confirm-brand (grant or code
 * id), extend-request (event id), search-videos (terms), show-access (nothing), none of which does
 * anything in another sign-in than its target's. Without: join, sample,
 * use-sign-in (a name of spark_sign_in_name(), "" for this computer), retry (opens the sign-in
 * again), preferences, about, quit. Each but retry and quit opens the window if needed.
 */
SparkApplication *spark_application_new (void);

G_END_DECLS
