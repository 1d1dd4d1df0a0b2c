/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct _ReactiveCapture
{
  int file;
  int saved[2]; /* standard output and error output; -1: not begun, or closed in this process */
  gboolean has_begun;
};

ReactiveCapture *
reactive_capture_new (GError **error)
{
  ReactiveCapture *capture;
  int file = memfd_create ("output", MFD_CLOEXEC);

  /* Appending, so that whoever writes through another description does not write over it. */
  if (file < 0 || fcntl (file, F_SETFL, O_APPEND) < 0)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "what charms print cannot be captured: %s",
                   g_strerror (errno));
      if (file >= 0)
        close (file);
      return NULL;
    }

  capture = g_new0 (ReactiveCapture, 1);
  capture->file = file;
  capture->saved[0] = capture->saved[1] = -1;

  return capture;
}

void
reactive_capture_free (ReactiveCapture *capture)
{
  if (capture == NULL)
    return;

  reactive_capture_end (capture);
  close (capture->file);
  g_free (capture);
}

static void
flush (void)
{
  fflush (stdout);
  fflush (stderr);
}

void
reactive_capture_begin (ReactiveCapture *capture)
{
  g_assert (!capture->has_begun);

  flush ();
  for (int i = 0; i < 2; i++)
    {
      capture->saved[i] = fcntl (STDOUT_FILENO + i, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
      dup2 (capture->file, STDOUT_FILENO + i);
    }
  capture->has_begun = TRUE;
}

void
reactive_capture_end (ReactiveCapture *capture)
{
  if (!capture->has_begun)
    return;

  flush ();
  for (int i = 0; i < 2; i++)
    {
      if (capture->saved[i] >= 0)
        {
          dup2 (capture->saved[i], STDOUT_FILENO + i);
          close (capture->saved[i]);
        }
      else
        close (STDOUT_FILENO + i);
      capture->saved[i] = -1;
    }
  capture->has_begun = FALSE;
}

static void
split (char *text, ReactiveCaptureFunc func, gpointer data)
{
  for (char *line = text, *next; line != NULL && *line != '\0'; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      func (line, data);
    }
}

void
reactive_capture_take (ReactiveCapture *capture, ReactiveCaptureFunc func, gpointer data)
{
  g_autofree char *bytes = NULL;
  g_autofree char *text = NULL;
  off_t size;
  ssize_t n_read;

  flush ();
  size = lseek (capture->file, 0, SEEK_END);
  if (size <= 0)
    return;

  bytes = g_malloc (MIN (size, REACTIVE_CAPTURE_MAX_BYTES));
  n_read = pread (capture->file, bytes, MIN (size, REACTIVE_CAPTURE_MAX_BYTES), 0);
  if (ftruncate (capture->file, 0) != 0 || n_read <= 0)
    return;

  text = g_utf8_make_valid (bytes, n_read);
  split (text, func, data);
  if (size > n_read)
    func ("… and more", data);
}

int
reactive_capture_get_error_descriptor (const ReactiveCapture *capture)
{
  return capture->has_begun ? capture->saved[1] : STDERR_FILENO;
}

FILE *
reactive_capture_open_stream (int descriptor)
{
  int copy = fcntl (descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

  return copy >= 0 ? fdopen (copy, "w") : NULL;
}
