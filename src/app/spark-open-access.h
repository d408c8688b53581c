/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-grant-list.h"

G_BEGIN_DECLS

/* What of access is still to be revoked: it is not over, and not being revoked already. */
gboolean spark_open_access_is (const SparkGrant *grant);

/* It is not over, though it may be being revoked already: what SPARK_ACCESS_ACTIVE shows. */
gboolean spark_open_access_is_active (const SparkGrant *grant);

/* It was ended, or never began: more time gives it nothing back. */
gboolean spark_open_access_was_ended (const SparkGrant *grant);

/* Whether the code of its video gives it more time: it was not ended, and no other code came since.
 */
gboolean spark_open_access_extends (SparkGrantItem *item);

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
