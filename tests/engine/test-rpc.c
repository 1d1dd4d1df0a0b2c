/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/carrier.h"
#include "juju/rpc.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
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
} StandIn;

static gboolean
has_stand_in (void)
{
  const char *program = g_getenv ("REACTIVE_STAND_IN");

  if (program != NULL && g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    return TRUE;

  g_test_skip ("no stand-in");
  return FALSE;
}

/* A test that fails must not leave a server behind that holds the test runner's pipes. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* @address: relative to the server's own directory unless abstract */
static StandIn *
stand_in_new (const char *address, const char *const *options)
{
  StandIn *server = g_new0 (StandIn, 1);
  g_autofree char *model = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  char ready[6] = "";
  int output = -1;

  server->directory = g_dir_make_tmp ("test-rpc-XXXXXX", NULL);
  server->address = *address == '@' ? g_strdup_printf ("%s-%d", address, getpid ())
                                    : g_build_filename (server->directory, address, NULL);
  model = g_build_filename (server->directory, "model.json", NULL);
  g_assert_true (g_file_set_contents (model, "{\"leader\": true, \"missing-tools\": [\"leader-get\"]}", -1, NULL));

  const char *const fixed[] = {
    g_getenv ("REACTIVE_STAND_IN"), "serve", "--socket", server->address, "--model", model, "--context", CONTEXT
  };
  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    g_ptr_array_add (argv, (gpointer) fixed[i]);
  for (; *options != NULL; options++)
    g_ptr_array_add (argv, (gpointer) *options);
  g_ptr_array_add (argv, NULL);

  g_spawn_async_with_pipes (NULL, (char **) argv->pdata, NULL, G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent, NULL,
                            &server->pid, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (output, ready, sizeof ready), ==, 6);
  close (output);
  return server;
}

static void
stand_in_free (StandIn *server)
{
  g_autofree char *model = g_build_filename (server->directory, "model.json", NULL);
  int status = 0;

  kill (server->pid, SIGTERM);
  g_assert_cmpint (waitpid (server->pid, &status, 0), ==, server->pid);
  g_assert_cmpint (status, ==, 0);
  g_unlink (model);
  g_assert_cmpint (g_rmdir (server->directory), ==, 0);
  g_free (server->directory);
  g_free (server->address);
  g_free (server);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StandIn, stand_in_free)

static ReactiveCarrier *
connect_to (const StandIn *server)
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

static const char *const json[] = { "--format=json", NULL };

static void
test_addresses (void)
{
  const char *const addresses[] = { "agent.socket", "@test-rpc" };

  if (!has_stand_in ())
    return;

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (StandIn) server = stand_in_new (addresses[i], no_arguments);
      g_autoptr (ReactiveCarrier) carrier = connect_to (server);

      assert_run (carrier, "is-leader", json, "true\n");
      assert_run (carrier, "is-leader", NULL, "True\n");
    }
}

static void
test_thousand_calls (void)
{
  g_autoptr (StandIn) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;

  if (!has_stand_in ())
    return;

  server = stand_in_new ("@test-rpc", no_arguments);
  carrier = connect_to (server);
  for (guint i = 0; i < 1000; i++)
    assert_run (carrier, "is-leader", json, "true\n");
}

static void
test_large_reply (void)
{
  const char *const twenty[] = { "20000000", NULL };
  const char *const too_large[] = { "40000000", NULL };
  g_autoptr (StandIn) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;
  g_autofree char *expected = g_strnfill (20000000, 'x');
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!has_stand_in ())
    return;

  server = stand_in_new ("@test-rpc", no_arguments);
  carrier = connect_to (server);
  assert_run (carrier, "large", twenty, expected);
  assert_run (carrier, "is-leader", json, "true\n");

  g_assert_false (reactive_carrier_run (carrier, "large", too_large, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_true (g_str_has_prefix (error->message, "large: "));
}

static void
test_large_request (void)
{
  g_autofree char *text = g_strnfill (10000000, 'y');
  g_autofree char *pair = g_strconcat ("k=", text, NULL);
  const char *const set[] = { pair, NULL };
  const char *const get[] = { "k", NULL };
  g_autofree char *expected = g_strconcat (text, "\n", NULL);
  g_autoptr (StandIn) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;

  if (!has_stand_in ())
    return;

  server = stand_in_new ("@test-rpc", no_arguments);
  carrier = connect_to (server);
  assert_run (carrier, "state-set", set, "");
  assert_run (carrier, "state-get", get, expected);
}

static void
test_ids (void)
{
  const char *const counts[] = { "0", "1", "60", "300", "70000" };

  if (!has_stand_in ())
    return;

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      const char *const options[] = { "--ids", counts[i], NULL };
      g_autoptr (StandIn) server = stand_in_new ("@test-rpc", options);
      g_autoptr (ReactiveCarrier) carrier = connect_to (server);

      assert_run (carrier, "is-leader", json, "true\n");
      assert_run (carrier, "is-leader", json, "true\n");
    }
}

/* Refusals leave the connection as it was. */
static void
test_failures (void)
{
  const char *const bad_status[] = { "odd", NULL };
  const char *const file[] = { "--file", "-", NULL };
  g_autoptr (StandIn) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!has_stand_in ())
    return;

  server = stand_in_new ("@test-rpc", no_arguments);
  carrier = connect_to (server);

  g_assert_true (reactive_carrier_run (carrier, "status-set", bad_status, NULL, &reply, &error));
  g_assert_no_error (error);
  g_assert_cmpint (reply.exit_code, ==, 2);
  g_assert_cmpstr (reply.message, ==, "invalid status \"odd\", expected one of [maintenance blocked waiting active]");
  reactive_tool_reply_clear (&reply);

  g_assert_false (reactive_carrier_run (carrier, "no-such-tool", NULL, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);
  g_assert_cmpstr (error->message, ==, "this Juju has no tool 'no-such-tool'");
  g_clear_error (&error);

  g_assert_false (reactive_carrier_run (carrier, "leader-get", json, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);
  g_clear_error (&error);

  g_assert_false (reactive_carrier_run (carrier, "state-set", file, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_assert_cmpstr (error->message, ==, "state-set: hook tool requires stdin, none supplied");

  assert_run (carrier, "is-leader", json, "true\n");
}

static void
test_input (void)
{
  const char *const file[] = { "--file", "-", NULL };
  const char *const get[] = { "k", NULL };
  g_autoptr (StandIn) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;
  g_autoptr (GBytes) input = g_bytes_new_static ("{\"k\": \"v\"}", 10);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!has_stand_in ())
    return;

  server = stand_in_new ("@test-rpc", no_arguments);
  carrier = connect_to (server);
  g_assert_true (reactive_carrier_run (carrier, "state-set", file, input, &reply, &error));
  g_assert_no_error (error);
  g_assert_cmpint (reply.exit_code, ==, 0);
  assert_run (carrier, "state-get", get, "v\n");
  reactive_tool_reply_clear (&reply);

  /* there, but empty: the tool is not asked to call again, and finds no JSON */
  g_assert_true (reactive_carrier_run (carrier, "state-set", file, empty, &reply, &error));
  g_assert_cmpint (reply.exit_code, ==, 1);
}

static void
test_wrong_context (void)
{
  const char *const options[] = { "--token", "secret", NULL };
  g_autoptr (StandIn) server = NULL;
  g_autoptr (ReactiveCarrier) stranger = NULL, guest = NULL, friend = NULL;
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!has_stand_in ())
    return;

  server = stand_in_new ("@test-rpc", options);
  stranger = reactive_carrier_new_for_socket (server->address, "app/0-old", "/", "secret", NULL);
  g_assert_false (reactive_carrier_run (stranger, "is-leader", json, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_assert_nonnull (strstr (error->message, "expected context id"));
  g_clear_error (&error);

  guest = connect_to (server);
  g_assert_false (reactive_carrier_run (guest, "is-leader", json, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_assert_nonnull (strstr (error->message, "token does not match"));

  friend = reactive_carrier_new_for_socket (server->address, CONTEXT, "/", "secret", NULL);
  assert_run (friend, "is-leader", json, "true\n");
}

/* The bytes of two replies, cut off after each number of them. */
static void
test_server_cut (void)
{
  if (!has_stand_in ())
    return;

  for (guint cut = 0; cut < 200; cut += 13)
    {
      g_autofree char *count = g_strdup_printf ("%u", cut);
      const char *const options[] = { "--cut", count, NULL };
      g_autoptr (StandIn) server = stand_in_new ("@test-rpc", options);
      g_autoptr (ReactiveCarrier) carrier = connect_to (server);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) later_error = NULL;
      g_auto (ReactiveToolReply) reply = { 0 };

      while (error == NULL)
        {
          reactive_tool_reply_clear (&reply);
          reactive_carrier_run (carrier, "is-leader", json, NULL, &reply, &error);
        }
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
      reactive_carrier_run (carrier, "is-leader", json, NULL, &reply, &later_error);
      g_assert_error (later_error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
      g_assert_cmpstr (later_error->message, ==, error->message);
    }
}

static void
test_server_garbage (void)
{
  const char *const options[] = { "--garbage", NULL };
  g_autoptr (StandIn) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!has_stand_in ())
    return;

  server = stand_in_new ("@test-rpc", options);
  carrier = connect_to (server);
  g_assert_false (reactive_carrier_run (carrier, "is-leader", json, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
}

/* A child that forked lets go of the socket; the parent's connection goes on. */
static void
test_fork (void)
{
  g_autoptr (StandIn) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;
  int status = 0;
  pid_t pid;

  if (!has_stand_in ())
    return;

  server = stand_in_new ("@test-rpc", no_arguments);
  carrier = connect_to (server);
  assert_run (carrier, "is-leader", json, "true\n");
  pid = fork ();
  if (pid == 0)
    {
      ReactiveToolReply reply = { 0 };
      GError *error = NULL;

      reactive_carrier_close_in_child (carrier);
      reactive_carrier_run (carrier, "is-leader", json, NULL, &reply, &error);
      /* A signal, because valgrind would have a say in an exit code. */
      raise (g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION) ? SIGUSR1 : SIGUSR2);
      _exit (1);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGUSR1);
  assert_run (carrier, "is-leader", json, "true\n");
}

/* No program that is executed inherits the socket. */
static void
test_close_on_exec (void)
{
  g_autoptr (StandIn) server = NULL;
  g_autoptr (ReactiveCarrier) carrier = NULL;
  guint n_sockets = 0;

  if (!has_stand_in ())
    return;

  server = stand_in_new ("@test-rpc", no_arguments);
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
  g_test_add_func ("/rpc/go/connection-cut-by-the-server", test_server_cut);
  g_test_add_func ("/rpc/go/garbage-from-the-server", test_server_garbage);
  g_test_add_func ("/rpc/go/forked-child-lets-go-of-the-socket", test_fork);
  g_test_add_func ("/rpc/go/socket-is-closed-on-exec", test_close_on_exec);
  return g_test_run ();
}
