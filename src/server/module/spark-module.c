/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-module"

#include "config.h"

#include <gmodule.h>

#include "model/spark-error.h"
#include "server/module/spark-module.h"

gpointer
spark_module_find (const char *name, const char *symbol, GError **error)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : g_strdup (LIBEXECDIR);
  g_autofree char *path = g_strdup_printf ("%s/sparkboxd-%s.so", folder, name);
  g_autoptr (GError) failed = NULL;
  /* Once it is open, this is a look into a list. */
  GModule *module = g_module_open_full (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL, &failed);
  gpointer found = NULL;

  if (module != NULL)
    {
      g_module_make_resident (module);
      if (!g_module_symbol (module, symbol, &found))
        failed = g_error_new_literal (G_MODULE_ERROR, G_MODULE_ERROR_FAILED, g_module_error ());
    }
  if (failed != NULL)
    {
      /* Its path is for those who run the server. */
      g_warning ("A part of Sparkbox could not be loaded: %s", failed->message);
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "This server’s part for %s is missing: sparkboxd must be installed again.",
                   name);
      return NULL;
    }
  return found;
}
