/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/rpc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

/* How long the agent may leave a connection waiting to be accepted. */
#define CONNECT_TIMEOUT_S 10
#define READ_BYTES (64 * 1024)

struct _ReactiveRpc
{
  int fd; /* -1 once closed */
  guint timeout_ms;
  guint64 sequence; /* of the next call */
  ReactiveGobDecoder *decoder;
  GError *failure; /* why the connection is of no more use */
};

static void
close_connection (ReactiveRpc *rpc)
{
  if (rpc->fd >= 0)
    close (rpc->fd);
  rpc->fd = -1;
}

/* Keeps the first error for the calls that come later, and closes at once: the agent waits for that. */
static gboolean
fail_for_good (ReactiveRpc *rpc, GError *cause, GError **error)
{
  close_connection (rpc);
  rpc->failure = cause;
  g_propagate_error (error, g_error_copy (cause));
  return FALSE;
}

static gboolean
set_system_error (GError **error, const char *what)
{
  int code = errno;

  return reactive_fail (error, REACTIVE_ERROR_CONNECTION, "%s the agent socket: %s", what, g_strerror (code));
}

/* Waits until the socket is ready for @events. A peer that is gone counts as ready: the next call on it tells. */
static gboolean
wait_for (ReactiveRpc *rpc, short events, gint64 deadline_us, GError **error)
{
  for (;;)
    {
      struct pollfd waiting = { .fd = rpc->fd, .events = events };
      gint64 left_ms = (deadline_us - g_get_monotonic_time () + 999) / 1000;
      int n_ready = left_ms > 0 ? poll (&waiting, 1, (int) left_ms) : 0;

      if (n_ready > 0)
        return TRUE;
      if (n_ready < 0 && errno != EINTR)
        return set_system_error (error, "cannot wait for");
      if (n_ready == 0)
        return reactive_fail (error, REACTIVE_ERROR_TIMEOUT, "the agent did not answer within %u ms", rpc->timeout_ms);
    }
}

static gboolean
send_all (ReactiveRpc *rpc, const GByteArray *bytes, gint64 deadline_us, GError **error)
{
  gsize sent = 0;

  while (sent < bytes->len)
    {
      ssize_t n = send (rpc->fd, bytes->data + sent, bytes->len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n >= 0)
        sent += (gsize) n;
      else if (errno == EAGAIN && !wait_for (rpc, POLLOUT, deadline_us, error))
        return FALSE;
      else if (errno != EAGAIN && errno != EINTR)
        return set_system_error (error, "cannot write to");
    }

  return TRUE;
}

/* Feeds what has arrived to the decoder, at least one byte. */
static gboolean
receive_some (ReactiveRpc *rpc, gint64 deadline_us, GError **error)
{
  guint8 buffer[READ_BYTES];

  for (;;)
    {
      ssize_t n = recv (rpc->fd, buffer, sizeof buffer, MSG_DONTWAIT);

      if (n > 0)
        {
          reactive_gob_decoder_feed (rpc->decoder, buffer, (gsize) n);
          return TRUE;
        }
      if (n == 0)
        return reactive_fail (error, REACTIVE_ERROR_CONNECTION, "%s",
                              reactive_gob_decoder_is_idle (rpc->decoder)
                                  ? "the agent closed its socket without an answer"
                                  : "the agent closed its socket in the middle of an answer");
      if (errno == EAGAIN && !wait_for (rpc, POLLIN, deadline_us, error))
        return FALSE;
      if (errno != EAGAIN && errno != EINTR)
        return set_system_error (error, "cannot read from");
    }
}

static gboolean
receive_reply (ReactiveRpc *rpc, gint64 deadline_us, ReactiveGobReply *out_reply, GError **error)
{
  gboolean is_complete = FALSE;

  while (!is_complete)
    if (!receive_some (rpc, deadline_us, error)
        || !reactive_gob_decoder_next (rpc->decoder, &is_complete, out_reply, error))
      return FALSE;

  return TRUE;
}

/* One request, one reply, nothing before and nothing after. */
static gboolean
exchange (ReactiveRpc *rpc, const ReactiveGobRequest *request, ReactiveGobReply *out_reply, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint64 sequence = rpc->sequence++;
  gint64 deadline_us = g_get_monotonic_time () + (gint64) rpc->timeout_ms * 1000;

  reactive_gob_append_request (bytes, request, sequence, /* is_first= */ sequence == 0);
  if (!send_all (rpc, bytes, deadline_us, error) || !receive_reply (rpc, deadline_us, out_reply, error))
    return FALSE;

  if (out_reply->sequence != sequence || !reactive_gob_decoder_is_idle (rpc->decoder))
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA,
                          "malformed reply: it is to call %" G_GUINT64_FORMAT ", not to call %" G_GUINT64_FORMAT
                          " alone",
                          out_reply->sequence, sequence);

  return TRUE;
}

static gboolean
fail_for_refusal (const ReactiveGobRequest *request, const char *message, GError **error)
{
  if (reactive_carrier_is_unknown_tool (message))
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL, "this Juju has no tool '%s'", request->tool);
  else
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "%s: %s", request->tool, message);
  return FALSE;
}

gboolean
reactive_rpc_ask (ReactiveRpc *rpc, const ReactiveGobRequest *request, ReactiveGobReply *out_reply, GError **error)
{
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) local_error = NULL;

  if (rpc->failure != NULL)
    {
      g_propagate_error (error, g_error_copy (rpc->failure));
      return FALSE;
    }
  if (rpc->fd < 0)
    return reactive_fail (error, REACTIVE_ERROR_CONNECTION, "the agent socket belongs to the parent process");

  if (!exchange (rpc, request, &reply, &local_error))
    {
      g_prefix_error (&local_error, "%s: ", request->tool);
      return fail_for_good (rpc, g_steal_pointer (&local_error), error);
    }

  *out_reply = reply;
  memset (&reply, 0, sizeof reply);
  return TRUE;
}

gboolean
reactive_rpc_call (ReactiveRpc *rpc, const ReactiveGobRequest *request, ReactiveGobReply *out_reply, GError **error)
{
  g_auto (ReactiveGobReply) reply = { 0 };

  if (!reactive_rpc_ask (rpc, request, &reply, error))
    return FALSE;
  if (reply.error != NULL)
    return fail_for_refusal (request, reply.error, error);

  *out_reply = reply;
  memset (&reply, 0, sizeof reply);
  return TRUE;
}

/* An abstract name is as long as it says and has no terminator; '@' stands for the NUL byte that it begins with. */
gboolean
reactive_rpc_make_address (const char *text, struct sockaddr_un *out_address, socklen_t *out_length, GError **error)
{
  gsize length = strlen (text);
  gboolean is_abstract = text[0] == '@';

  if (length <= (is_abstract ? 1 : 0) || length + (is_abstract ? 0 : 1) > sizeof out_address->sun_path)
    return reactive_fail (error, REACTIVE_ERROR_CONNECTION,
                          "the address of the agent socket is empty or longer than %" G_GSIZE_FORMAT " bytes: '%s'",
                          sizeof out_address->sun_path, text);

  memset (out_address, 0, sizeof *out_address);
  out_address->sun_family = AF_UNIX;
  memcpy (out_address->sun_path, text, length);
  if (is_abstract)
    out_address->sun_path[0] = '\0';
  *out_length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length + (is_abstract ? 0 : 1));
  return TRUE;
}

ReactiveRpc *
reactive_rpc_new_for_fd (int fd)
{
  ReactiveRpc *rpc = g_new0 (ReactiveRpc, 1);

  rpc->fd = fd;
  rpc->timeout_ms = REACTIVE_CARRIER_TIMEOUT_MS;
  rpc->decoder = reactive_gob_decoder_new ();
  return rpc;
}

ReactiveRpc *
reactive_rpc_connect (const char *address, GError **error)
{
  const struct timeval timeout = { .tv_sec = CONNECT_TIMEOUT_S };
  g_autoptr (ReactiveRpc) rpc = NULL;
  struct sockaddr_un sockaddr;
  socklen_t length = 0;
  int fd;

  if (!reactive_rpc_make_address (address, &sockaddr, &length, error))
    return NULL;

  fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    {
      set_system_error (error, "cannot make");
      return NULL;
    }

  rpc = reactive_rpc_new_for_fd (fd);
  /* connect() waits as long as sending may */
  if (setsockopt (fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) < 0
      || connect (fd, (const struct sockaddr *) &sockaddr, length) < 0)
    {
      set_system_error (error, "cannot connect to");
      g_prefix_error (error, "%s: ", address);
      return NULL;
    }

  return g_steal_pointer (&rpc);
}

void
reactive_rpc_set_timeout (ReactiveRpc *rpc, guint timeout_ms)
{
  rpc->timeout_ms = timeout_ms;
}

void
reactive_rpc_close_in_child (ReactiveRpc *rpc)
{
  close_connection (rpc);
}

void
reactive_rpc_free (ReactiveRpc *rpc)
{
  if (rpc == NULL)
    return;

  close_connection (rpc);
  reactive_gob_decoder_free (rpc->decoder);
  g_clear_error (&rpc->failure);
  g_free (rpc);
}
