/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-private-backend.h"

G_BEGIN_DECLS

/* For tests: of the child process; NULL: none runs. */
const char *spark_private_backend_get_pid (SparkPrivateBackend *self);

/* For tests: where brands reach it, "http://127.0.0.1:PORT"; NULL: it has not said so yet. */
const char *spark_private_backend_get_brands_url (SparkPrivateBackend *self);

G_END_DECLS
