/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SPARK_TYPE_SEARCH_PROVIDER (spark_search_provider_get_type ())
G_DECLARE_FINAL_TYPE (SparkSearchProvider, spark_search_provider, SPARK, SEARCH_PROVIDER, GObject)

/*
 * org.gnome.Shell.SearchProvider2: videos found by words of their caption or brands, with their
 * state, from the copy on this computer; never a code. Choosing one activates app.show-video, asking
 * for all of them app.search-videos. Keeps
 * the application running for some seconds after each question, so that typing does not start it
 * again and again. Main thread.
 */
SparkSearchProvider *spark_search_provider_new (GApplication *application);

/* @path: of the application; the provider is at "PATH/SearchProvider" until it goes. */
gboolean spark_search_provider_export (SparkSearchProvider *self, GDBusConnection *connection,
                                       const char *path, GError **error);

G_END_DECLS
