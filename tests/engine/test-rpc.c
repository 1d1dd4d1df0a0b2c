/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/carrier.h"
#include "juju/rpc.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONTEXT "app/0-install-1"

static const char *const no_arguments[] = { NULL };
static const ReactiveGobRequest plain_request
    = { .context_id = CONTEXT, .directory = "/", .tool = "is-leader", .arguments = no_arguments, .token = "" };

/* A server that says what it was told to ------------------------------------------------------------------------- */

/* Waits for a request, answers some bytes, and closes or stays silent. */
typedef struct
{
  int fd;
  const guint8 *answer;
  gsize length;
  gboolean stays_open;
} FakeServer;

static gpointer
serve_fake (gpointer data)
{
  FakeServer *server = data;
  guint8 buffer[4096];

  /* one segment of a socket pair holds the whole of a small request */
  g_assert_cmpint (recv (server->fd, buffer, sizeof buffer, 0), >, 0);
  if (server->length > 0)
    g_assert_cmpint (send (server->fd, server->answer, server->length, MSG_NOSIGNAL), ==, (gssize) server->length);
  if (server->stays_open)
    while (recv (server->fd, buffer, sizeof buffer, 0) > 0)
      ;
  close (server->fd);
  return NULL;
}

/* A client of @server, which runs in a thread that the caller joins after having freed the client. */
static ReactiveRpc *
start_fake (FakeServer *server, GThread **out_thread)
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  server->fd = fds[1];
  *out_thread = g_thread_new ("server", serve_fake, server);
  return reactive_rpc_new_for_fd (fds[0]);
}

/* A whole call of is-leader against bytes. */
static gboolean
call_fake (const guint8 *answer, gsize length, ReactiveGobReply *out_reply, GError **error)
{
  FakeServer server = { .answer = answer, .length = length };
  GThread *thread = NULL;
  ReactiveRpc *rpc = start_fake (&server, &thread);
  gboolean is_good = reactive_rpc_call (rpc, &plain_request, out_reply, error);

  reactive_rpc_free (rpc);
  g_thread_join (thread);
  return is_good;
}

static GBytes *
load_capture (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("REACTIVE_TEST_DATA"), "vectors", "gob", directory, name, NULL);
  g_autoptr (GError) error = NULL;
  char *contents = NULL;
  gsize length = 0;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, length);
}

static void
test_cut_anywhere (void)
{
  const char *const directories[] = { "two-calls", "stdin-retry", "large-and-errors" };

  for (guint i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      g_autoptr (GBytes) capture = load_capture (directories[i], "02-response.bin");
      gsize length = 0;
      const guint8 *data = g_bytes_get_data (capture, &length);

      for (gsize cut = 0; cut < length; cut++)
        {
          g_auto (ReactiveGobReply) reply = { 0 };
          g_autoptr (GError) error = NULL;

          g_assert_false (call_fake (data, cut, &reply, &error));
          g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
          g_assert_nonnull (strstr (error->message, cut == 0 ? "without an answer" : "middle of an answer"));
          g_assert_true (g_str_has_prefix (error->message, "is-leader: "));
          g_assert_null (reply.output);
        }
    }
}

static void
test_recorded_reply (void)
{
  g_autoptr (GBytes) capture = load_capture ("two-calls", "02-response.bin");
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (call_fake (g_bytes_get_data (capture, NULL), g_bytes_get_size (capture), &reply, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (reply.output, NULL), g_bytes_get_size (reply.output), "true\n", 5);
}

static void
test_error_replies (void)
{
  g_autoptr (GBytes) capture = load_capture ("stdin-retry", "02-response.bin");
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (call_fake (g_bytes_get_data (capture, NULL), g_bytes_get_size (capture), &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_assert_cmpstr (error->message, ==, "is-leader: hook tool requires stdin, none supplied");
}

static void
test_garbage (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  for (guint i = 0; i < 200; i++)
    {
      guint8 bytes[64];
      g_auto (ReactiveGobReply) reply = { 0 };
      g_autoptr (GError) error = NULL;

      for (guint j = 0; j < sizeof bytes; j++)
        bytes[j] = (guint8) g_rand_int (random);
      g_assert_false (call_fake (bytes, sizeof bytes, &reply, &error));
      g_assert_true (g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA)
                     || g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION));
    }
}

/* Plausible bytes around a reply: another call's, and more than a reply. */
static void
test_wrong_sequence (void)
{
  g_autoptr (GBytes) first = load_capture ("two-calls", "02-response.bin");
  g_autoptr (GBytes) second = load_capture ("two-calls", "04-response.bin");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize header_end = 0x3b;
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  /* definition of the header, header of call 1, definition and value of the body of call 0 */
  g_byte_array_append (bytes, g_bytes_get_data (first, NULL), (guint) header_end);
  g_byte_array_append (bytes, g_bytes_get_data (second, NULL), 0x12);
  g_byte_array_append (bytes, (const guint8 *) g_bytes_get_data (first, NULL) + 0x4b,
                       (guint) g_bytes_get_size (first) - 0x4b);
  g_assert_false (call_fake (bytes->data, bytes->len, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_nonnull (strstr (error->message, "call 1"));
}

static void
test_more_than_asked_for (void)
{
  g_autoptr (GBytes) first = load_capture ("two-calls", "02-response.bin");
  g_autoptr (GBytes) second = load_capture ("two-calls", "04-response.bin");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_byte_array_append (bytes, g_bytes_get_data (first, NULL), (guint) g_bytes_get_size (first));
  g_byte_array_append (bytes, g_bytes_get_data (second, NULL), (guint) g_bytes_get_size (second));
  g_assert_false (call_fake (bytes->data, bytes->len, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
}

static void
test_silence (void)
{
  FakeServer server = { .stays_open = TRUE };
  GThread *thread = NULL;
  ReactiveRpc *rpc = start_fake (&server, &thread);
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) later_error = NULL;
  gint64 start_us = g_get_monotonic_time ();

  reactive_rpc_set_timeout (rpc, 50);
  g_assert_false (reactive_rpc_call (rpc, &plain_request, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TIMEOUT);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >=, 50 * 1000);

  /* the connection is closed, so that the agent need not wait for it, and is not tried again */
  g_thread_join (thread);
  g_assert_false (reactive_rpc_call (rpc, &plain_request, &reply, &later_error));
  g_assert_error (later_error, REACTIVE_ERROR, REACTIVE_ERROR_TIMEOUT);
  g_assert_cmpstr (later_error->message, ==, error->message);
  reactive_rpc_free (rpc);
}

/* A server that never reads: the request does not fit into the socket. */
static void
test_deaf_server (void)
{
  g_autofree char *large = g_malloc0 (4 * 1024 * 1024);
  g_autoptr (GBytes) input = g_bytes_new (large, 4 * 1024 * 1024);
  ReactiveGobRequest request = plain_request;
  g_autoptr (ReactiveRpc) rpc = NULL;
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  rpc = reactive_rpc_new_for_fd (fds[0]);
  reactive_rpc_set_timeout (rpc, 50);
  request.input = input;
  g_assert_false (reactive_rpc_call (rpc, &request, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TIMEOUT);
  close (fds[1]);
}

/* No SIGPIPE, which would end the test. */
static void
test_gone_server (void)
{
  g_autoptr (ReactiveRpc) rpc = NULL;
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  close (fds[1]);
  rpc = reactive_rpc_new_for_fd (fds[0]);
  g_assert_false (reactive_rpc_call (rpc, &plain_request, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
}

static void
test_bad_addresses (void)
{
  g_autofree char *long_path = g_strnfill (108, 'x');
  g_autofree char *long_name = g_strconcat ("@", long_path, NULL);
  const char *const addresses[]
      = { "", "@", long_path, long_name, "/nonexistent/agent.socket", "/dev/null", "@no-server-has-this-name" };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (reactive_rpc_connect (addresses[i], &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
    }
}

/* A socket whose server is gone refuses; the file is left. */
static void
test_refused (void)
{
  g_autofree char *directory = g_dir_make_tmp ("test-rpc-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "agent.socket", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_autoptr (GError) error = NULL;

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  close (fd);
  g_assert_null (reactive_rpc_connect (path, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_unlink (path);
  g_rmdir (directory);
}

/* A real Go server ------------------------------------------------------------------------------------------------ */

typedef struct
{
  char *directory;
  char *address;
  GPid pid;
  int input; /* its own; it ends when this is closed */
} GoPeer;

static gboolean
has_go_peer (void)
{
  const char *program = g_getenv ("REACTIVE_GO_PEER");

  if (program != NULL && g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    return TRUE;

  g_test_skip ("no Go peer");
  return FALSE;
}

/* @address: relative to the server's own directory unless abstract; @ids: how many type ids it uses up first */
static GoPeer *
go_peer_new (const char *address, const char *token, const char *ids)
{
  GoPeer *server = g_new0 (GoPeer, 1);
  g_autoptr (GError) error = NULL;
  char ready[6] = "";
  int output = -1;

  server->directory = g_dir_make_tmp ("test-rpc-XXXXXX", NULL);
  server->address = *address == '@' ? g_strdup_printf ("%s-%d", address, getpid ())
                                    : g_build_filename (server->directory, address, NULL);

  const char *const argv[] = { g_getenv ("REACTIVE_GO_PEER"), "serve", server->address, CONTEXT, token, ids, NULL };

  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &server->pid,
                            &server->input, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (output, ready, sizeof ready), ==, 6);
  close (output);
  return server;
}

static void
go_peer_free (GoPeer *server)
{
  int status = 0;

  close (server->input);
  g_assert_cmpint (waitpid (server->pid, &status, 0), ==, server->pid);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpint (g_rmdir (server->directory), ==, 0);
  g_free (server->directory);
  g_free (server->address);
  g_free (server);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GoPeer, go_peer_free)

static ReactiveCarrier *
connect_to (const GoPeer *server)
{
  g_autoptr (GError) error = NULL;
  ReactiveCarrier *carrier = reactive_carrier_new_for_socket (server->address, CONTEXT, "/", NULL, &error);

  g_assert_no_error (error);
  return carrier;
}

static void
assert_run (ReactiveCarrier *carrier, const char *tool, const char *const *argv, const char *expected)
{
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (reactive_carrier_run (carrier, tool, argv, NULL, &reply, &error));
  g_assert_no_error (error);
  g_assert_cmpint (reply.exit_code, ==, 0);
  g_assert_cmpmem (g_bytes_get_data (reply.output, NULL), g_bytes_get_size (reply.output), expected, strlen (expected));
  g_assert_cmpstr (reply.message, ==, "");
}

static const char *const words[] = { "a", "b c", NULL };

static void
test_addresses (void)
{
  const char *const addresses[] = { "agent.socket", "@test-rpc" };

  if (!has_go_peer ())
    return;

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GoPeer) server = go_peer_new (addresses[i], "", "0");
      g_autoptr (ReactiveCarrier) carrier = connect_to (server);

      assert_run (carrier, "echo", words, "a b c");
      assert_run (carrier, "echo", NULL, "");
    }
}

static void
test_thousand_calls (void)
{
  g_autoptr (GoPeer) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;

  if (!has_go_peer ())
    return;

  server = go_peer_new ("@test-rpc", "", "0");
  carrier = connect_to (server);
  for (guint i = 0; i < 1000; i++)
    assert_run (carrier, "echo", words, "a b c");
}

static void
test_large_reply (void)
{
  const char *const twenty[] = { "20000000", NULL };
  const char *const too_large[] = { "40000000", NULL };
  g_autoptr (GoPeer) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;
  g_autofree char *expected = g_strnfill (20000000, 'x');
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!has_go_peer ())
    return;

  server = go_peer_new ("@test-rpc", "", "0");
  carrier = connect_to (server);
  assert_run (carrier, "large", twenty, expected);
  assert_run (carrier, "echo", words, "a b c");

  g_assert_false (reactive_carrier_run (carrier, "large", too_large, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_true (g_str_has_prefix (error->message, "large: "));
}

static void
test_large_request (void)
{
  g_autofree char *text = g_strnfill (10000000, 'y');
  const char *const one[] = { text, NULL };
  g_autoptr (GoPeer) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;

  if (!has_go_peer ())
    return;

  server = go_peer_new ("@test-rpc", "", "0");
  carrier = connect_to (server);
  assert_run (carrier, "echo", one, text);
}

static void
test_ids (void)
{
  const char *const counts[] = { "0", "1", "60", "300", "33000" }; /* of one byte to three */

  if (!has_go_peer ())
    return;

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr (GoPeer) server = go_peer_new ("@test-rpc", "", counts[i]);
      g_autoptr (ReactiveCarrier) carrier = connect_to (server);

      assert_run (carrier, "echo", words, "a b c");
      assert_run (carrier, "echo", words, "a b c");
    }
}

/* Refusals leave the connection as it was. */
static void
test_failures (void)
{
  g_autoptr (GoPeer) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!has_go_peer ())
    return;

  server = go_peer_new ("@test-rpc", "", "0");
  carrier = connect_to (server);

  g_assert_true (reactive_carrier_run (carrier, "fail", NULL, NULL, &reply, &error));
  g_assert_no_error (error);
  g_assert_cmpint (reply.exit_code, ==, 2);
  g_assert_cmpstr (reply.message, ==, "told to fail");
  reactive_tool_reply_clear (&reply);

  g_assert_false (reactive_carrier_run (carrier, "no-such-tool", NULL, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);
  g_assert_cmpstr (error->message, ==, "this Juju has no tool 'no-such-tool'");
  g_clear_error (&error);

  g_assert_false (reactive_carrier_run (carrier, "read", NULL, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_assert_cmpstr (error->message, ==, "read: hook tool requires stdin, none supplied");

  assert_run (carrier, "echo", words, "a b c");
}

static void
test_input (void)
{
  g_autoptr (GoPeer) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;
  g_autoptr (GBytes) input = g_bytes_new_static ("k: v\n\0", 6);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!has_go_peer ())
    return;

  server = go_peer_new ("@test-rpc", "", "0");
  carrier = connect_to (server);
  g_assert_true (reactive_carrier_run (carrier, "read", NULL, input, &reply, &error));
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (reply.output, input));
  reactive_tool_reply_clear (&reply);

  /* there, but empty: the tool is not asked to call again */
  g_assert_true (reactive_carrier_run (carrier, "read", NULL, empty, &reply, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (reply.output), ==, 0);
}

static void
test_wrong_context (void)
{
  g_autoptr (GoPeer) server = NULL;
  g_autoptr (ReactiveCarrier) stranger = NULL, guest = NULL, friend = NULL;
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!has_go_peer ())
    return;

  server = go_peer_new ("@test-rpc", "secret", "0");
  stranger = reactive_carrier_new_for_socket (server->address, "app/0-old", "/", "secret", NULL);
  g_assert_false (reactive_carrier_run (stranger, "echo", words, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_assert_nonnull (strstr (error->message, "expected context id"));
  g_clear_error (&error);

  guest = connect_to (server);
  g_assert_false (reactive_carrier_run (guest, "echo", words, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_assert_nonnull (strstr (error->message, "token does not match"));

  friend = reactive_carrier_new_for_socket (server->address, CONTEXT, "/", "secret", NULL);
  assert_run (friend, "echo", words, "a b c");
}

/* A child that forked lets go of the socket; the parent's connection goes on. */
static void
test_fork (void)
{
  g_autoptr (GoPeer) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;
  int status = 0;
  pid_t pid;

  if (!has_go_peer ())
    return;

  server = go_peer_new ("@test-rpc", "", "0");
  carrier = connect_to (server);
  assert_run (carrier, "echo", words, "a b c");
  pid = fork ();
  if (pid == 0)
    {
      ReactiveToolReply reply = { 0 };
      GError *error = NULL;

      reactive_carrier_close_in_child (carrier);
      reactive_carrier_run (carrier, "echo", words, NULL, &reply, &error);
      /* A signal, because valgrind would have a say in an exit code; one that nobody can ignore. */
      if (g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION))
        raise (SIGKILL);
      _exit (1);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  assert_run (carrier, "echo", words, "a b c");
}

/* No program that is executed inherits the socket. */
static void
test_close_on_exec (void)
{
  g_autoptr (GoPeer) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;
  guint n_sockets = 0;

  if (!has_go_peer ())
    return;

  server = go_peer_new ("@test-rpc", "", "0");
  carrier = connect_to (server);
  for (int fd = 3; fd < 256; fd++)
    {
      struct sockaddr_un peer;
      socklen_t length = sizeof peer;

      if (getpeername (fd, (struct sockaddr *) &peer, &length) < 0
          || length < offsetof (struct sockaddr_un, sun_path) + 9 || memcmp (peer.sun_path + 1, "test-rpc", 8) != 0)
        continue;
      n_sockets++;
      g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
    }
  g_assert_cmpuint (n_sockets, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rpc/recorded-reply-is-read", test_recorded_reply);
  g_test_add_func ("/rpc/refusal-is-an-error-of-the-tool", test_error_replies);
  g_test_add_func ("/rpc/reply-cut-at-every-byte-is-a-lost-connection", test_cut_anywhere);
  g_test_add_func ("/rpc/garbage-is-refused", test_garbage);
  g_test_add_func ("/rpc/reply-to-another-call-is-refused", test_wrong_sequence);
  g_test_add_func ("/rpc/more-than-one-reply-is-refused", test_more_than_asked_for);
  g_test_add_func ("/rpc/silent-server-times-out-and-stays-failed", test_silence);
  g_test_add_func ("/rpc/server-that-does-not-read-times-out", test_deaf_server);
  g_test_add_func ("/rpc/server-gone-is-a-lost-connection", test_gone_server);
  g_test_add_func ("/rpc/connect/bad-addresses-are-refused", test_bad_addresses);
  g_test_add_func ("/rpc/connect/refused", test_refused);
  g_test_add_func ("/rpc/go/path-and-abstract-name", test_addresses);
  g_test_add_func ("/rpc/go/thousand-calls-on-one-connection", test_thousand_calls);
  g_test_add_func ("/rpc/go/large-reply-and-one-over-the-limit", test_large_reply);
  g_test_add_func ("/rpc/go/large-request", test_large_request);
  g_test_add_func ("/rpc/go/type-ids-of-any-size", test_ids);
  g_test_add_func ("/rpc/go/refusals-leave-the-connection-usable", test_failures);
  g_test_add_func ("/rpc/go/input-goes-with-the-first-request", test_input);
  g_test_add_func ("/rpc/go/wrong-context-or-token-is-refused", test_wrong_context);
  g_test_add_func ("/rpc/go/forked-child-lets-go-of-the-socket", test_fork);
  g_test_add_func ("/rpc/go/socket-is-closed-on-exec", test_close_on_exec);
  return g_test_run ();
}
