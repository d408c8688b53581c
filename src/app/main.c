/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include <glib/gi18n.h>

#include "app/spark-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (SparkApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = spark_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
