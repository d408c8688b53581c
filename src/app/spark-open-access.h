/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-grant-list.h"

G_BEGIN_DECLS

/* What of access is still to be revoked: it is not over, and not being revoked already. */
gboolean spark_open_access_is (const SparkGrant *grant);

/**
 * spark_open_access_any:
 * @grants: in its usual order, with none filtered out
 */
gboolean spark_open_access_any (SparkGrantList *grants);

/**
 * spark_open_access_add_ids:
 * @grants: gets the filter SPARK_ACCESS_ACTIVE
 * @ids: (element-type utf8): gets those of what is still to be revoked
 */
void spark_open_access_add_ids (SparkGrantList *grants, GPtrArray *ids);

/* How many videos they are. @ids: (element-type utf8): of access */
guint spark_open_access_count_videos (SparkReplica *replica, GPtrArray *ids);

G_END_DECLS
