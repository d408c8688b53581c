/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "zip-fixture.h"

int
zip_fixture (const ZipMember *members, gsize n_members)
{
  int fd = memfd_create ("zip", MFD_CLOEXEC);
  struct archive *zip = archive_write_new ();
  static char spaces[65536];

  memset (spaces, ' ', sizeof spaces);
  archive_write_set_format_zip (zip);
  g_assert_cmpint (archive_write_open_fd (zip, fd), ==, ARCHIVE_OK);
  for (gsize i = 0; i < n_members; i++)
    {
      struct archive_entry *entry = archive_entry_new ();

      archive_entry_set_pathname (entry, members[i].name);
      archive_entry_set_filetype (entry, AE_IFREG);
      archive_entry_set_perm (entry, 0600);
      g_assert_cmpint (archive_write_header (zip, entry), ==, ARCHIVE_OK);
      archive_write_data (zip, members[i].text, strlen (members[i].text));
      for (gsize left = members[i].spaces; left > 0; left -= MIN (left, sizeof spaces))
        archive_write_data (zip, spaces, MIN (left, sizeof spaces));
      archive_entry_free (entry);
    }
  archive_write_close (zip);
  archive_write_free (zip);
  lseek (fd, 0, SEEK_SET);
  return fd;
}
