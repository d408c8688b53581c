/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-module"

#include "config.h"

#include <gmodule.h>

#include "model/spark-error.h"
#include "server/module/spark-module.h"

static char *
get_folder (void)
{
  const char *other = g_getenv ("SPARKBOX_MODULES");
  g_autofree char *program = NULL;

  if (other != NULL)
    return g_strdup (other);
  program = g_file_read_link ("/proc/self/exe", NULL);
  return program != NULL ? g_path_get_dirname (program) : g_strdup (LIBEXECDIR);
}

gpointer
spark_module_find (const char *name, const char *symbol, GError **error)
{
  g_autofree char *folder = get_folder ();
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
      spark_error_log (G_LOG_DOMAIN, "A part of Sparkbox could not be loaded", failed);
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The server’s module “%s” is missing: it must be installed again.", name);
      return NULL;
    }
  return found;
}
