/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/agent-server.h"

#include "base/error.h"
#include "juju/rpc.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_CONNECTIONS 256
#define BACKLOG 64
#define READ_BYTES (64u * 1024)
/* Answers that a client has not read yet, beyond which none of its requests is looked at. */
#define MAX_UNSENT_BYTES (64u * 1024)
#define SOCKET_MODE 0700

typedef struct
{
  int fd;
  ReactiveGobServer *gob;
  GByteArray *answers;
  gsize sent;         /* bytes of them */
  gboolean is_broken; /* to be closed */
} Connection;

struct _ReactiveAgentServer
{
  int fd;
  char *path; /* (nullable): of the socket's file */
  dev_t device;
  ino_t inode;      /* of it */
  char *context_id; /* (nullable) */
  ReactiveAgentFunc func;
  gpointer data;
  GPtrArray *connections; /* of Connection */
};

static void
connection_free (Connection *connection)
{
  close (connection->fd);
  reactive_gob_server_free (connection->gob);
  g_byte_array_unref (connection->answers);
  g_free (connection);
}

/* Answers --------------------------------------------------------------------------------------------------------- */

/* The message of a refusal: in the order in which Juju looks, before it asks a tool. */
static char *
find_refusal (const ReactiveAgentServer *server, const ReactiveGobServerRequest *request)
{
  if (strchr (request->method, '.') == NULL)
    return g_strdup_printf ("rpc: service/method request ill-formed: %s", request->method);
  if (!g_str_has_prefix (request->method, "Jujuc."))
    return g_strdup_printf ("rpc: can't find service %s", request->method);
  if (!g_str_equal (request->method, "Jujuc.Main"))
    return g_strdup_printf ("rpc: can't find method %s", request->method);
  /* the token of a unix socket is empty */
  if (*request->token != '\0')
    return g_strdup ("bad request: token does not match");
  if (*request->tool == '\0')
    return g_strdup ("bad request: command not specified");
  if (!g_path_is_absolute (request->directory))
    return g_strdup ("bad request: Dir is not absolute");
  if (server->context_id == NULL)
    return g_strdup_printf ("bad request: unknown context id \"%s\"", request->context_id);
  if (!g_str_equal (request->context_id, server->context_id))
    return g_strdup_printf ("bad request: expected context id \"%s\", got \"%s\"", server->context_id,
                            request->context_id);
  return NULL;
}

static void
append_reply (Connection *connection, const ReactiveGobServerRequest *request, const ReactiveToolReply *reply)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) errors = NULL;

  /* a tool that went well may have warned */
  if (*reply->message != '\0')
    g_string_printf (text, "%s%s\n", reply->exit_code != 0 ? "ERROR " : "", reply->message);
  errors = g_bytes_new (text->str, text->len);
  reactive_gob_server_append_reply (connection->gob, connection->answers, request, reply->exit_code, reply->output,
                                    errors);
}

static void
answer (ReactiveAgentServer *server, Connection *connection, const ReactiveGobServerRequest *request)
{
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *refusal = find_refusal (server, request);

  if (refusal == NULL && !server->func (request, &reply, server->data, &error))
    {
      const char *prefix = g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL) ? "bad request: " : "";

      refusal = g_strconcat (prefix, error->message, NULL);
    }

  if (refusal != NULL)
    reactive_gob_server_append_refusal (connection->gob, connection->answers, request, refusal);
  else
    append_reply (connection, request, &reply);
}

/* Connections ----------------------------------------------------------------------------------------------------- */

static gsize
count_unsent (const Connection *connection)
{
  return connection->answers->len - connection->sent;
}

static void
send_answers (Connection *connection)
{
  while (count_unsent (connection) > 0)
    {
      ssize_t n = send (connection->fd, connection->answers->data + connection->sent, count_unsent (connection),
                        MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n >= 0)
        connection->sent += (gsize) n;
      else if (errno == EAGAIN)
        return;
      else if (errno != EINTR)
        {
          connection->is_broken = TRUE;
          return;
        }
    }

  g_byte_array_set_size (connection->answers, 0);
  connection->sent = 0;
}

/* Answers the requests that are there as long as the client takes the answers. */
static void
serve (ReactiveAgentServer *server, Connection *connection)
{
  gboolean is_complete = TRUE;

  send_answers (connection);
  while (is_complete && !connection->is_broken && count_unsent (connection) < MAX_UNSENT_BYTES)
    {
      g_auto (ReactiveGobServerRequest) request = { 0 };
      g_autoptr (GError) error = NULL;

      if (!reactive_gob_server_next (connection->gob, &is_complete, &request, &error))
        {
          g_debug ("agent socket: closing a connection: %s", error->message);
          connection->is_broken = TRUE;
          return;
        }
      if (!is_complete)
        return;

      answer (server, connection, &request);
      send_answers (connection);
    }
}

static void
receive (Connection *connection)
{
  guint8 buffer[READ_BYTES];
  ssize_t n = recv (connection->fd, buffer, sizeof buffer, MSG_DONTWAIT);

  if (n > 0)
    reactive_gob_server_feed (connection->gob, buffer, (gsize) n);
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    connection->is_broken = TRUE;
}

static gboolean
is_readable (const Connection *connection)
{
  return count_unsent (connection) == 0;
}

static void
accept_connection (ReactiveAgentServer *server)
{
  int fd = accept4 (server->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  Connection *connection;

  if (fd < 0)
    return;

  connection = g_new0 (Connection, 1);
  connection->fd = fd;
  connection->gob = reactive_gob_server_new ();
  connection->answers = g_byte_array_new ();
  g_ptr_array_add (server->connections, connection);
}

void
reactive_agent_server_append_polled (const ReactiveAgentServer *server, GArray *polled)
{
  const struct pollfd listening = { .fd = server->fd, .events = POLLIN };

  if (server->connections->len < MAX_CONNECTIONS)
    g_array_append_val (polled, listening);
  for (guint i = 0; i < server->connections->len; i++)
    {
      const Connection *connection = g_ptr_array_index (server->connections, i);
      const struct pollfd connected = { .fd = connection->fd, .events = is_readable (connection) ? POLLIN : POLLOUT };

      g_array_append_val (polled, connected);
    }
}

static Connection *
find_connection (const ReactiveAgentServer *server, int fd)
{
  for (guint i = 0; i < server->connections->len; i++)
    {
      Connection *connection = g_ptr_array_index (server->connections, i);

      if (connection->fd == fd)
        return connection;
    }

  return NULL;
}

static void
handle_connection (ReactiveAgentServer *server, Connection *connection)
{
  if (is_readable (connection))
    receive (connection);
  if (!connection->is_broken)
    serve (server, connection);
  if (connection->is_broken)
    g_ptr_array_remove (server->connections, connection);
}

void
reactive_agent_server_handle (ReactiveAgentServer *server, const struct pollfd *polled, guint n_polled)
{
  gboolean is_called = FALSE;

  for (guint i = 0; i < n_polled; i++)
    {
      Connection *connection = polled[i].revents != 0 ? find_connection (server, polled[i].fd) : NULL;

      if (connection != NULL)
        handle_connection (server, connection);
      else if (polled[i].revents != 0 && polled[i].fd == server->fd)
        is_called = TRUE;
    }

  /* last, as a new connection may have the number of one that was closed */
  if (is_called)
    accept_connection (server);
}

guint
reactive_agent_server_count_connections (const ReactiveAgentServer *server)
{
  return server->connections->len;
}

void
reactive_agent_server_close_connections (ReactiveAgentServer *server)
{
  int fd;

  g_ptr_array_set_size (server->connections, 0);
  while ((fd = accept4 (server->fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
    close (fd);
}

/* The socket ------------------------------------------------------------------------------------------------------ */

static gboolean
fail (const char *address, GError **error)
{
  int code = errno;

  return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: cannot listen there: %s", address, g_strerror (code));
}

/* A socket that an agent left behind is in the way of the next; nothing else is removed. */
static void
remove_old_socket (const char *path)
{
  struct stat status;

  if (lstat (path, &status) == 0 && S_ISSOCK (status.st_mode))
    unlink (path);
}

static gboolean
listen_at (ReactiveAgentServer *server, const char *address, GError **error)
{
  struct sockaddr_un sockaddr;
  socklen_t length = 0;
  struct stat status;

  if (!reactive_rpc_make_address (address, &sockaddr, &length, error))
    return FALSE;

  server->fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (server->fd < 0 || fchmod (server->fd, SOCKET_MODE) != 0)
    return fail (address, error);
  if (*address != '@')
    remove_old_socket (address);
  if (bind (server->fd, (const struct sockaddr *) &sockaddr, length) != 0 || listen (server->fd, BACKLOG) != 0)
    return fail (address, error);

  if (*address != '@' && lstat (address, &status) == 0)
    {
      server->path = g_strdup (address);
      server->device = status.st_dev;
      server->inode = status.st_ino;
    }
  return TRUE;
}

ReactiveAgentServer *
reactive_agent_server_new (const char *address, GError **error)
{
  g_autoptr (ReactiveAgentServer) server = g_new0 (ReactiveAgentServer, 1);

  server->fd = -1;
  server->connections = g_ptr_array_new_with_free_func ((GDestroyNotify) connection_free);
  return listen_at (server, address, error) ? g_steal_pointer (&server) : NULL;
}

void
reactive_agent_server_set_context (ReactiveAgentServer *server, const char *context_id, ReactiveAgentFunc func,
                                   gpointer data)
{
  g_assert (context_id == NULL || func != NULL);

  g_free (server->context_id);
  server->context_id = g_strdup (context_id);
  server->func = func;
  server->data = data;
}

void
reactive_agent_server_free (ReactiveAgentServer *server)
{
  struct stat status;

  if (server == NULL)
    return;

  g_ptr_array_unref (server->connections);
  if (server->fd >= 0)
    close (server->fd);
  /* unless another has taken its place */
  if (server->path != NULL && lstat (server->path, &status) == 0 && status.st_dev == server->device
      && status.st_ino == server->inode)
    unlink (server->path);
  g_free (server->path);
  g_free (server->context_id);
  g_free (server);
}
