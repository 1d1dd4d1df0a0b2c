/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

typedef struct
{
  char *directory;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("reactive-file-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->directory, "file", NULL);
}

static void
tear_down (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_rmdir (fixture->path);
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0); /* and nothing else was left in it */
  g_free (fixture->directory);
  g_free (fixture->path);
}

static void
write_file (const char *path, const char *contents, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (reactive_file_write (path, contents, length, 0600, -1, -1, &error));
  g_assert_no_error (error);
}

static void
assert_contents (const char *path, const char *expected, gsize expected_length)
{
  g_autoptr (GError) error = NULL;
  gsize length = 0;
  g_autofree char *contents = reactive_file_read (path, 1 << 20, &length, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (contents, length, expected, expected_length);
  g_assert_cmpint (contents[length], ==, '\0');
}

static void
assert_unreadable (const char *path, gsize max_bytes, ReactiveError code, const char *complaint)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf ("%s: %s", path, complaint);
  gsize length = 99;

  g_assert_null (reactive_file_read (path, max_bytes, &length, &error));
  g_assert_error (error, REACTIVE_ERROR, (int) code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpuint (length, ==, 99);
}

/*
 * Reading
 */

static void
test_reads_what_was_written (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  static const char binary[] = "a\0b\xff\n";
  g_autofree char *big = g_malloc (100000);

  memset (big, 'x', 100000);
  write_file (fixture->path, "", 0);
  assert_contents (fixture->path, "", 0);
  write_file (fixture->path, binary, sizeof binary);
  assert_contents (fixture->path, binary, sizeof binary);
  write_file (fixture->path, big, 100000);
  assert_contents (fixture->path, big, 100000);
}

static void
test_limit_is_exact (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *contents = NULL;

  write_file (fixture->path, "12345", 5);
  contents = reactive_file_read (fixture->path, 5, NULL, NULL);
  g_assert_cmpstr (contents, ==, "12345");
  assert_unreadable (fixture->path, 4, REACTIVE_ERROR_BAD_DATA, "larger than 4 bytes");
  assert_unreadable (fixture->path, 0, REACTIVE_ERROR_BAD_DATA, "larger than 0 bytes");
}

/* Files of /proc say that they are empty. */
static void
test_limit_holds_for_files_without_size (void)
{
  g_autofree char *contents = reactive_file_read ("/proc/self/status", 1 << 20, NULL, NULL);

  g_assert_nonnull (contents);
  g_assert_nonnull (strstr (contents, "Name:"));
  assert_unreadable ("/proc/self/status", 10, REACTIVE_ERROR_BAD_DATA, "larger than 10 bytes");
}

static void
test_missing_file (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *below = NULL;

  assert_unreadable (fixture->path, 100, REACTIVE_ERROR_NOT_FOUND, "cannot be opened: No such file or directory");

  write_file (fixture->path, "", 0);
  below = g_build_filename (fixture->path, "below", NULL);
  assert_unreadable (below, 100, REACTIVE_ERROR_NOT_FOUND, "cannot be opened: Not a directory");
}

static void
test_fifo_without_writer (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  assert_unreadable (fixture->path, 100, REACTIVE_ERROR_BAD_DATA, "not a regular file");
}

static void
test_socket (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int descriptor = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, fixture->path, sizeof address.sun_path);
  g_assert_cmpint (bind (descriptor, (struct sockaddr *) &address, sizeof address), ==, 0);
  assert_unreadable (fixture->path, 100, REACTIVE_ERROR_BAD_DATA, "not a regular file");
  close (descriptor);
}

static void
test_directory_and_device (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  assert_unreadable (fixture->directory, 100, REACTIVE_ERROR_BAD_DATA, "not a regular file");
  assert_unreadable ("/dev/zero", 100, REACTIVE_ERROR_BAD_DATA, "not a regular file");
}

static void
test_endless_links (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_assert_cmpint (symlink (fixture->path, fixture->path), ==, 0);
  assert_unreadable (fixture->path, 100, REACTIVE_ERROR_FAILED, "cannot be opened: Too many levels of symbolic links");
}

/* To the kernel this is a regular file; its first page cannot be read. */
static void
test_unreadable_contents (void)
{
  assert_unreadable ("/proc/self/mem", 100, REACTIVE_ERROR_FAILED, "cannot be read: Input/output error");
}

/*
 * Writing
 */

static void
test_mode_is_as_asked (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  static const guint modes[] = { 0600, 0644, 0755, 0666, 0400, 0 };
  mode_t mask = umask (077);

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      struct stat status;

      g_assert_true (reactive_file_write (fixture->path, "x", 1, modes[i], -1, -1, NULL));
      g_assert_cmpint (stat (fixture->path, &status), ==, 0);
      g_assert_cmpuint (status.st_mode & 07777, ==, modes[i]);
    }

  umask (mask);
}

static void
test_owner_is_as_asked (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  struct stat status;

  g_assert_true (reactive_file_write (fixture->path, "x", 1, 0600, (int) geteuid (), (int) getegid (), NULL));

  if (geteuid () != 0)
    {
      g_test_skip ("only root may give files away");
      return;
    }

  g_assert_true (reactive_file_write (fixture->path, "x", 1, 04750, 1234, -1, NULL));
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_uid, ==, 1234);
  g_assert_cmpuint (status.st_gid, ==, getegid ());
  g_assert_cmpuint (status.st_mode & 07777, ==, 04750);

  g_assert_true (reactive_file_write (fixture->path, "x", 1, 0640, -1, 5678, NULL));
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_uid, ==, geteuid ());
  g_assert_cmpuint (status.st_gid, ==, 5678);
}

static void
test_open_readers_keep_the_old_file (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (GMappedFile) before = NULL;

  write_file (fixture->path, "old", 3);
  before = g_mapped_file_new (fixture->path, FALSE, NULL);
  g_assert_nonnull (before);
  write_file (fixture->path, "new", 3);
  g_assert_cmpmem (g_mapped_file_get_contents (before), g_mapped_file_get_length (before), "old", 3);
  assert_contents (fixture->path, "new", 3);
}

static void
test_name_without_directory (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *before = g_get_current_dir ();

  g_assert_cmpint (g_chdir (fixture->directory), ==, 0);
  write_file ("file", "here", 4);
  g_assert_cmpint (g_chdir (before), ==, 0);
  assert_contents (fixture->path, "here", 4);
}

static void
assert_not_written (const char *path, const char *contents, gsize length, int owner, ReactiveError code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *prefix = g_strdup_printf ("%s: ", path);

  g_assert_false (reactive_file_write (path, contents, length, 0600, owner, -1, &error));
  g_assert_error (error, REACTIVE_ERROR, (int) code);
  g_assert_true (g_str_has_prefix (error->message, prefix));
}

static void
test_missing_directory (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "below", NULL);

  assert_not_written (path, "x", 1, -1, REACTIVE_ERROR_NOT_FOUND);
}

/* tear_down() sees that the temporary file is gone. */
static void
test_directory_in_the_way (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  assert_not_written (fixture->path, "x", 1, -1, REACTIVE_ERROR_FAILED);
}

/* A limit on the size of files stands in for a full disk. */
static void
test_full_disk (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *contents = g_malloc0 (10000);
  struct rlimit before, limit;
  void (*handler) (int) = signal (SIGXFSZ, SIG_IGN);

  write_file (fixture->path, "old", 3);

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 5000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  assert_not_written (fixture->path, contents, 10000, -1, REACTIVE_ERROR_FAILED);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, handler);

  assert_contents (fixture->path, "old", 3);
}

static void
test_owner_not_allowed (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  write_file (fixture->path, "old", 3);
  if (geteuid () == 0)
    {
      g_test_skip ("root may give files to anybody");
      return;
    }

  assert_not_written (fixture->path, "new", 3, 0, REACTIVE_ERROR_FAILED);
  assert_contents (fixture->path, "old", 3);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/file/read/gives-what-was-written", test_reads_what_was_written);
  ADD ("/file/read/limit-is-exact", test_limit_is_exact);
  g_test_add_func ("/file/read/limit-holds-for-files-that-say-no-size", test_limit_holds_for_files_without_size);
  ADD ("/file/read/missing-file-is-not-found", test_missing_file);
  ADD ("/file/read/fifo-without-writer-does-not-block", test_fifo_without_writer);
  ADD ("/file/read/socket-is-refused", test_socket);
  ADD ("/file/read/directory-and-device-are-refused", test_directory_and_device);
  ADD ("/file/read/endless-links-fail", test_endless_links);
  g_test_add_func ("/file/read/failure-within-the-file-is-told", test_unreadable_contents);
  ADD ("/file/write/mode-is-as-asked-whatever-the-umask", test_mode_is_as_asked);
  ADD ("/file/write/owner-and-group-are-as-asked", test_owner_is_as_asked);
  ADD ("/file/write/open-readers-keep-the-old-file", test_open_readers_keep_the_old_file);
  ADD ("/file/write/name-without-directory-is-in-this-one", test_name_without_directory);
  ADD ("/file/write/missing-directory-is-not-found", test_missing_directory);
  ADD ("/file/write/directory-in-the-way-leaves-nothing-behind", test_directory_in_the_way);
  ADD ("/file/write/full-disk-keeps-old-file", test_full_disk);
  ADD ("/file/write/owner-not-allowed-keeps-old-file", test_owner_not_allowed);
  return g_test_run ();
}
