/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "client/spark-backend.h"

G_BEGIN_DECLS

#define SPARK_TYPE_DEVICES_GROUP (spark_devices_group_get_type ())
G_DECLARE_FINAL_TYPE (SparkDevicesGroup, spark_devices_group, SPARK, DEVICES_GROUP,
                      AdwPreferencesGroup)

/*
 * Where the person of a sign-in is signed in, each with a way to sign out there. Hidden while the
 * backend knows of none, as it does for this computer and for a plain token. What failed stands above
 * them, with a button to try it again; they are loaded again when the connection is back.
 */

/* @backend: (nullable) */
void spark_devices_group_set_backend (SparkDevicesGroup *self, SparkBackend *backend);

/* It is another day: what is told by the day is told anew. */
void spark_devices_group_turn_day (SparkDevicesGroup *self);

/* (nullable): the id of this device's own sign-in, once the backend has said it */
const char *spark_devices_group_get_current (SparkDevicesGroup *self);

G_END_DECLS
