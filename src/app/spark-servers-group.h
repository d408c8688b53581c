/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-devices-group.h"
#include "app/spark-window.h"

G_BEGIN_DECLS

#define SPARK_TYPE_SERVERS_GROUP (spark_servers_group_get_type ())
G_DECLARE_FINAL_TYPE (SparkServersGroup, spark_servers_group, SPARK, SERVERS_GROUP,
                      AdwPreferencesGroup)

/* The servers that were joined, each with Sign Out…, which asks first: coming back takes a new
 * invitation or a sign-in. Follows the settings' "sign-ins". */

/* Once. All are borrowed; @devices: of the server in use, to end this device's sign-in there. */
void spark_servers_group_set_up (SparkServersGroup *self, SparkWindow *window, GSettings *settings,
                                 SparkDevicesGroup *devices);
/* Follows nothing any more and holds nothing. */
void spark_servers_group_stop (SparkServersGroup *self);

G_END_DECLS
