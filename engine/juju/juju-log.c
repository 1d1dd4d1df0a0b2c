/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/juju-log.h"

#include <string.h>

#include "base/error.h"

struct _ReactiveJujuLog
{
  GString *pending;
  ReactiveLogLevel level; /* of what is pending */
  gboolean is_pending;    /* an empty line is a line, too */
  GError *failure;        /* (nullable): the first since the last flush */
};

static const char *const level_names[] = {
  [REACTIVE_LOG_TRACE] = "TRACE",     [REACTIVE_LOG_DEBUG] = "DEBUG", [REACTIVE_LOG_INFO] = "INFO",
  [REACTIVE_LOG_WARNING] = "WARNING", [REACTIVE_LOG_ERROR] = "ERROR", [REACTIVE_LOG_CRITICAL] = "CRITICAL",
};

/* A message may hold what a peer wrote: controls must not reach the terminal of whoever reads the log. */
static char *
make_printable (const char *message)
{
  g_autofree char *valid = g_utf8_make_valid (message, -1);
  GString *text = g_string_sized_new (strlen (valid));

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar character = g_utf8_get_char (at);
      gboolean is_plain = character == '\n' || character == '\t' || !g_unichar_iscntrl (character);

      g_string_append_unichar (text, is_plain ? character : '?');
    }

  return g_string_free (text, /* free_segment= */ FALSE);
}

static gboolean
send_message (ReactiveCarrier *carrier, ReactiveLogLevel level, const char *message, GError **error)
{
  const char *const argv[] = { "--log-level", level_names[level], "--", message, NULL };
  g_auto (ReactiveToolReply) reply = { 0 };

  if (!reactive_carrier_run (carrier, "juju-log", argv, /* input= */ NULL, &reply, error))
    return FALSE;
  if (reply.exit_code != 0)
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "juju-log: %s (exit %d)", reply.message, reply.exit_code);

  return TRUE;
}

static void
send_pending (ReactiveJujuLog *log, ReactiveCarrier *carrier)
{
  g_autoptr (GError) local_error = NULL;

  if (!log->is_pending)
    return;

  if (!send_message (carrier, log->level, log->pending->str, &local_error) && log->failure == NULL)
    log->failure = g_steal_pointer (&local_error);
  g_string_truncate (log->pending, 0);
  log->is_pending = FALSE;
}

/* As much of @text as fits into @room bytes: up to the last line break if there is one, else to a whole character. */
static gsize
piece_length (const char *text, gsize length, gsize room)
{
  const char *end;

  if (length <= room)
    return length;

  end = memrchr (text, '\n', room);
  if (end == NULL || end == text)
    {
      end = text + room;
      while (((guchar) *end & 0xc0) == 0x80)
        end--;
    }
  return (gsize) (end - text);
}

void
reactive_juju_log_add (ReactiveJujuLog *log, ReactiveCarrier *carrier, ReactiveLogLevel level, const char *message)
{
  g_autofree char *text = make_printable (message);
  gsize length = strlen (text);
  const char *rest = text;

  if (log->is_pending && (log->level != level || log->pending->len + 1 + length > REACTIVE_JUJU_LOG_MAX_BYTES))
    send_pending (log, carrier);

  while (length > REACTIVE_JUJU_LOG_MAX_BYTES)
    {
      gsize piece = piece_length (rest, length, REACTIVE_JUJU_LOG_MAX_BYTES);

      g_string_append_len (log->pending, rest, (gssize) piece);
      log->level = level;
      log->is_pending = TRUE;
      send_pending (log, carrier);
      piece += rest[piece] == '\n';
      rest += piece;
      length -= piece;
    }

  if (log->is_pending)
    g_string_append_c (log->pending, '\n');
  g_string_append (log->pending, rest);
  log->level = level;
  log->is_pending = TRUE;
  /* a warning is worth a call of its own: the process may end at any moment after it */
  if (level >= REACTIVE_LOG_WARNING)
    send_pending (log, carrier);
}

gboolean
reactive_juju_log_flush (ReactiveJujuLog *log, ReactiveCarrier *carrier, GError **error)
{
  send_pending (log, carrier);
  if (log->failure == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&log->failure));
  return FALSE;
}

ReactiveJujuLog *
reactive_juju_log_new (void)
{
  ReactiveJujuLog *log = g_new0 (ReactiveJujuLog, 1);

  log->pending = g_string_new (NULL);
  return log;
}

void
reactive_juju_log_free (ReactiveJujuLog *log)
{
  if (log == NULL)
    return;

  g_string_free (log->pending, /* free_segment= */ TRUE);
  g_clear_error (&log->failure);
  g_free (log);
}
