/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-covers.h"

G_BEGIN_DECLS

/**
 * spark_avatar_set_source:
 * @client: (nullable): of the backend that has the picture
 * @path: (nullable): of the picture there; NULL: there is none
 * @fetch: whether the backend may be asked; else only this computer is looked at
 *
 * Shows an account's picture as soon as it is there; until then, and without one, its initials.
 * Main thread.
 */
void spark_avatar_set_source (AdwAvatar *avatar, SparkCovers *covers, SparkClient *client,
                              const char *path, gboolean fetch);

G_END_DECLS
