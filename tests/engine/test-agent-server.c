/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/agent-server.h"

#include "juju/rpc.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONTEXT "app/0-install-1"

static const char *const no_arguments[] = { NULL };
static const ReactiveGobRequest plain_request
    = { .context_id = CONTEXT, .directory = "/charm", .tool = "echo", .arguments = no_arguments, .token = "" };

/* Answers like tools do that are simple to foresee. */
static gboolean
answer (const ReactiveGobServerRequest *request, ReactiveToolReply *out_reply, gpointer data, GError **error)
{
  guint *n_calls = data;
  g_autofree char *text = g_strjoinv (" ", request->arguments);
  g_autoptr (GBytes) output = NULL, errors = NULL;
  int code = 0;

  (*n_calls)++;
  if (g_str_equal (request->tool, "none"))
    g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL, "unknown hook command: none");
  else if (g_str_equal (request->tool, "read") && request->input == NULL)
    g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "hook tool requires stdin, none supplied");
  if (error != NULL && *error != NULL)
    return FALSE;

  if (g_str_equal (request->tool, "large"))
    output = g_bytes_new_take (g_strnfill (8 << 20, 'x'), 8 << 20);
  else if (request->input != NULL)
    output = g_bytes_ref (request->input);
  else
    output = g_bytes_new (text, strlen (text));
  if (g_str_equal (request->tool, "fail"))
    code = 2;
  errors = g_bytes_new (request->tool, code != 0 || g_str_equal (request->tool, "warn") ? strlen (request->tool) : 0);
  reactive_tool_reply_set (out_reply, code, output, errors);
  return TRUE;
}

typedef struct
{
  char *directory;
  char *address;
  ReactiveAgentServer *server;
  guint n_calls;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->directory = g_dir_make_tmp ("reactive-agent-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->address = g_build_filename (fixture->directory, "agent.socket", NULL);
  fixture->server = reactive_agent_server_new (fixture->address, &error);
  g_assert_no_error (error);
  reactive_agent_server_set_context (fixture->server, CONTEXT, answer, &fixture->n_calls);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  reactive_agent_server_free (fixture->server);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->address);
  g_free (fixture->directory);
}

/* Serves while @client runs in a thread of its own with the fixture. */
static void
serve_while (Fixture *fixture, GThreadFunc client)
{
  int ends[2];
  g_autofree gpointer *arguments = g_new0 (gpointer, 2);
  GThread *thread;
  gboolean is_over = FALSE;

  g_assert_cmpint (pipe2 (ends, O_CLOEXEC), ==, 0);
  arguments[0] = fixture;
  arguments[1] = GINT_TO_POINTER (ends[1]);
  thread = g_thread_new ("client", client, arguments);
  while (!is_over)
    {
      g_autoptr (GArray) polled = g_array_new (FALSE, FALSE, sizeof (struct pollfd));
      const struct pollfd end = { .fd = ends[0], .events = POLLIN };

      g_array_append_val (polled, end);
      reactive_agent_server_append_polled (fixture->server, polled);
      g_assert_cmpint (poll ((struct pollfd *) polled->data, polled->len, -1), >, 0);
      is_over = g_array_index (polled, struct pollfd, 0).revents != 0;
      reactive_agent_server_handle (fixture->server, &g_array_index (polled, struct pollfd, 1), polled->len - 1);
    }
  g_thread_join (thread);
  close (ends[0]);
}

/* What a client thread does first and last. */
static Fixture *
begin (gpointer data)
{
  return ((gpointer *) data)[0];
}

static gpointer
end (gpointer data)
{
  close (GPOINTER_TO_INT (((gpointer *) data)[1]));
  return NULL;
}

static ReactiveRpc *
dial (const char *address)
{
  g_autoptr (GError) error = NULL;
  ReactiveRpc *rpc = reactive_rpc_connect (address, &error);

  g_assert_no_error (error);
  return rpc;
}

static void
assert_output (const ReactiveGobReply *reply, const char *expected)
{
  g_assert_cmpmem (g_bytes_get_data (reply->output, NULL), g_bytes_get_size (reply->output), expected,
                   strlen (expected));
}

static void
call_well (ReactiveRpc *rpc, const ReactiveGobRequest *request, const char *expected)
{
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (reactive_rpc_call (rpc, request, &reply, &error));
  g_assert_no_error (error);
  assert_output (&reply, expected);
  g_assert_cmpint (reply.code, ==, 0);
}

static void
call_in_vain (ReactiveRpc *rpc, const ReactiveGobRequest *request, ReactiveError code, const char *message)
{
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (reactive_rpc_call (rpc, request, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, (gint) code);
  g_assert_nonnull (strstr (error->message, message));
}

static gpointer
call_tools (gpointer data)
{
  Fixture *fixture = begin (data);
  ReactiveRpc *rpc = dial (fixture->address);
  const char *const arguments[] = { "a", "b", NULL };
  g_autoptr (GBytes) input = g_bytes_new_static ("in", 2);
  ReactiveGobRequest request = plain_request;
  g_auto (ReactiveGobReply) failed = { 0 }, warned = { 0 };

  request.arguments = arguments;
  call_well (rpc, &request, "a b");
  request.tool = "read";
  call_in_vain (rpc, &request, REACTIVE_ERROR_TOOL, "read: hook tool requires stdin, none supplied");
  request.input = input;
  call_well (rpc, &request, "in");
  request.tool = "none";
  call_in_vain (rpc, &request, REACTIVE_ERROR_NO_TOOL, "no tool 'none'");

  request.tool = "fail";
  g_assert_true (reactive_rpc_call (rpc, &request, &failed, NULL));
  g_assert_cmpint (failed.code, ==, 2);
  g_assert_cmpmem (g_bytes_get_data (failed.errors, NULL), g_bytes_get_size (failed.errors), "ERROR fail\n", 11);
  request.tool = "warn";
  g_assert_true (reactive_rpc_call (rpc, &request, &warned, NULL));
  g_assert_cmpint (warned.code, ==, 0);
  g_assert_cmpmem (g_bytes_get_data (warned.errors, NULL), g_bytes_get_size (warned.errors), "warn\n", 5);

  reactive_rpc_free (rpc);
  return end (data);
}

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  serve_while (fixture, call_tools);
  g_assert_cmpuint (fixture->n_calls, ==, 6);
}

static gpointer
call_wrongly (gpointer data)
{
  Fixture *fixture = begin (data);
  ReactiveRpc *rpc = dial (fixture->address);
  const struct
  {
    ReactiveGobRequest request;
    const char *message;
  } cases[] = {
    { { "app/0-stop-2", "/", "echo", no_arguments, NULL, "" },
      "bad request: expected context id \"" CONTEXT "\", got \"app/0-stop-2\"" },
    { { CONTEXT, "here", "echo", no_arguments, NULL, "" }, "bad request: Dir is not absolute" },
    { { CONTEXT, "", "echo", no_arguments, NULL, "" }, "bad request: Dir is not absolute" },
    { { CONTEXT, "/", "", no_arguments, NULL, "" }, "bad request: command not specified" },
    { { CONTEXT, "/", "echo", no_arguments, NULL, "t" }, "bad request: token does not match" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    call_in_vain (rpc, &cases[i].request, REACTIVE_ERROR_TOOL, cases[i].message);
  /* the connection is as good as before */
  call_well (rpc, &plain_request, "");
  reactive_rpc_free (rpc);
  return end (data);
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  serve_while (fixture, call_wrongly);
  g_assert_cmpuint (fixture->n_calls, ==, 1);
}

static gpointer
call_other_methods (gpointer data)
{
  Fixture *fixture = begin (data);
  const struct
  {
    const char *method; /* as long as Jujuc.Main */
    const char *message;
  } cases[] = {
    { "Jujud.Main", "rpc: can't find service Jujud.Main" },
    { "Jujuc.Mean", "rpc: can't find method Jujuc.Mean" },
    { "JujucoMain", "rpc: service/method request ill-formed: JujucoMain" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (ReactiveGobDecoder) decoder = reactive_gob_decoder_new ();
      g_auto (ReactiveGobReply) reply = { 0 };
      struct sockaddr_un sockaddr;
      socklen_t length = 0;
      guint8 buffer[1024];
      gboolean is_complete = FALSE;
      int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      guint8 *name;

      g_assert_true (reactive_rpc_make_address (fixture->address, &sockaddr, &length, NULL));
      g_assert_cmpint (connect (fd, (struct sockaddr *) &sockaddr, length), ==, 0);
      reactive_gob_append_request (bytes, &plain_request, 0, /* is_first= */ TRUE);
      name = memmem (bytes->data, bytes->len, "Jujuc.Main", strlen ("Jujuc.Main"));
      g_assert_nonnull (name);
      memcpy (name, cases[i].method, strlen ("Jujuc.Main"));
      g_assert_cmpint (send (fd, bytes->data, bytes->len, MSG_NOSIGNAL), ==, bytes->len);
      while (!is_complete)
        {
          ssize_t n = recv (fd, buffer, sizeof buffer, 0);

          g_assert_cmpint (n, >, 0);
          reactive_gob_decoder_feed (decoder, buffer, (gsize) n);
          g_assert_true (reactive_gob_decoder_next (decoder, &is_complete, &reply, NULL));
        }
      g_assert_cmpstr (reply.error, ==, cases[i].message);
      close (fd);
    }

  return end (data);
}

static void
test_other_methods (Fixture *fixture, gconstpointer data)
{
  serve_while (fixture, call_other_methods);
  g_assert_cmpuint (fixture->n_calls, ==, 0);
}

static int
dial_raw (const char *address)
{
  struct sockaddr_un sockaddr;
  socklen_t length = 0;
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_true (reactive_rpc_make_address (address, &sockaddr, &length, NULL));
  g_assert_cmpint (connect (fd, (struct sockaddr *) &sockaddr, length), ==, 0);
  return fd;
}

static void
send_whole (int fd, const GByteArray *bytes)
{
  for (gsize sent = 0; sent < bytes->len;)
    {
      ssize_t n = send (fd, bytes->data + sent, bytes->len - sent, MSG_NOSIGNAL);

      g_assert_cmpint (n, >, 0);
      sent += (gsize) n;
    }
}

#define N_PIPELINED 200

/* All requests are written before the first answer is read, which are larger than what the socket holds. */
static gpointer
pipeline (gpointer data)
{
  Fixture *fixture = begin (data);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (ReactiveGobDecoder) decoder = reactive_gob_decoder_new ();
  g_autofree char *word = g_strnfill (8000, 'w');
  const char *const arguments[] = { word, NULL };
  ReactiveGobRequest request = plain_request;
  guint8 buffer[65536];
  int fd = dial_raw (fixture->address);

  request.arguments = arguments;
  for (guint i = 0; i < N_PIPELINED; i++)
    reactive_gob_append_request (bytes, &request, i, /* is_first= */ i == 0);
  /* less than a socket buffer of requests, of which the server takes only some before it is read from */
  g_assert_cmpint (fcntl (fd, F_SETFL, O_NONBLOCK), ==, 0);
  for (gsize sent = 0, n_replies = 0; n_replies < N_PIPELINED;)
    {
      struct pollfd waiting = { .fd = fd, .events = (short) (POLLIN | (sent < bytes->len ? POLLOUT : 0)) };
      gboolean is_complete = TRUE;
      ssize_t n;

      g_assert_cmpint (poll (&waiting, 1, -1), ==, 1);
      /* reads only when no more can be written */
      if ((waiting.revents & POLLOUT) != 0)
        {
          n = send (fd, bytes->data + sent, bytes->len - sent, MSG_NOSIGNAL);
          sent += n > 0 ? (gsize) n : 0;
          continue;
        }
      n = recv (fd, buffer, sizeof buffer, 0);
      g_assert_cmpint (n, >, 0);
      reactive_gob_decoder_feed (decoder, buffer, (gsize) n);
      while (is_complete)
        {
          g_auto (ReactiveGobReply) reply = { 0 };

          g_assert_true (reactive_gob_decoder_next (decoder, &is_complete, &reply, NULL));
          if (!is_complete)
            continue;
          g_assert_cmpuint (reply.sequence, ==, n_replies);
          assert_output (&reply, word);
          n_replies++;
        }
    }

  close (fd);
  return end (data);
}

static void
test_pipelining (Fixture *fixture, gconstpointer data)
{
  serve_while (fixture, pipeline);
  g_assert_cmpuint (fixture->n_calls, ==, N_PIPELINED);
}

/* One does not read a long answer; the others are served all the same. */
static gpointer
be_slow (gpointer data)
{
  Fixture *fixture = begin (data);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  ReactiveGobRequest request = plain_request;
  ReactiveRpc *others[20];
  int fd = dial_raw (fixture->address);

  request.tool = "large";
  reactive_gob_append_request (bytes, &request, 0, /* is_first= */ TRUE);
  send_whole (fd, bytes);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    others[i] = dial (fixture->address);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    call_well (others[i], &plain_request, "");
  g_assert_cmpuint (fixture->n_calls, ==, G_N_ELEMENTS (others) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    reactive_rpc_free (others[i]);
  close (fd);
  return end (data);
}

static void
test_slow_client (Fixture *fixture, gconstpointer data)
{
  serve_while (fixture, be_slow);
}

static gpointer
ask_much (gpointer data)
{
  Fixture *fixture = begin (data);
  g_autoptr (GBytes) input = g_bytes_new_take (g_strnfill (8 << 20, 'y'), 8 << 20);
  ReactiveGobRequest request = plain_request;
  ReactiveRpc *rpc = dial (fixture->address);
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  request.tool = "read";
  request.input = input;
  g_assert_true (reactive_rpc_call (rpc, &request, &reply, &error));
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (reply.output, input));
  reactive_rpc_free (rpc);
  return end (data);
}

static void
test_large (Fixture *fixture, gconstpointer data)
{
  serve_while (fixture, ask_much);
}

/* Garbage, half a request, and nothing at all: those connections are closed, no other. */
static gpointer
be_hostile (gpointer data)
{
  Fixture *fixture = begin (data);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const guint8 garbage[] = { 0x03, 0xff, 0xee, 0xdd, 0x00, 0x01 };
  guint8 buffer[16];
  ReactiveRpc *good = dial (fixture->address);
  int fd;

  reactive_gob_append_request (bytes, &plain_request, 0, /* is_first= */ TRUE);
  for (guint cut = 0; cut < bytes->len; cut++)
    {
      fd = dial_raw (fixture->address);
      if (cut > 0)
        g_assert_cmpint (send (fd, bytes->data, cut, MSG_NOSIGNAL), ==, cut);
      close (fd);
    }

  fd = dial_raw (fixture->address);
  g_assert_cmpint (send (fd, garbage, sizeof garbage, MSG_NOSIGNAL), ==, sizeof garbage);
  g_assert_cmpint (recv (fd, buffer, sizeof buffer, 0), ==, 0);
  close (fd);
  call_well (good, &plain_request, "");
  reactive_rpc_free (good);
  return end (data);
}

static void
test_hostile (Fixture *fixture, gconstpointer data)
{
  serve_while (fixture, be_hostile);
  g_assert_cmpuint (fixture->n_calls, ==, 1);
}

static void
test_socket_file (void)
{
  g_autofree char *directory = g_dir_make_tmp ("reactive-agent-XXXXXX", NULL);
  g_autofree char *address = g_build_filename (directory, "s", NULL);
  g_autofree char *file = g_build_filename (directory, "file", NULL);
  g_autofree char *missing = g_build_filename (directory, "none", "s", NULL);
  g_autofree char *too_long = g_strnfill (108, 'x');
  g_autoptr (GError) error = NULL;
  ReactiveAgentServer *first = reactive_agent_server_new (address, &error);
  ReactiveAgentServer *second;
  struct stat status;

  g_assert_no_error (error);
  g_assert_cmpint (lstat (address, &status), ==, 0);
  g_assert_true (S_ISSOCK (status.st_mode));
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);

  /* a second takes its place, and the first one's end does not touch it */
  second = reactive_agent_server_new (address, &error);
  g_assert_no_error (error);
  reactive_agent_server_free (first);
  g_assert_cmpint (lstat (address, &status), ==, 0);
  reactive_agent_server_free (second);
  g_assert_cmpint (lstat (address, &status), !=, 0);

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_null (reactive_agent_server_new (file, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
  g_assert_true (g_file_test (file, G_FILE_TEST_IS_REGULAR));
  g_clear_error (&error);
  g_assert_null (reactive_agent_server_new (missing, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (reactive_agent_server_new (too_long, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
  g_unlink (file);
  g_rmdir (directory);
}

static gpointer
call_once (gpointer data)
{
  Fixture *fixture = begin (data);
  ReactiveRpc *rpc = dial (fixture->address);

  call_well (rpc, &plain_request, "");
  reactive_rpc_free (rpc);
  return end (data);
}

static void
test_abstract (void)
{
  Fixture fixture = { .address = g_strdup_printf ("@reactive-agent-%d", (int) getpid ()) };
  g_autoptr (GError) error = NULL;

  fixture.server = reactive_agent_server_new (fixture.address, &error);
  g_assert_no_error (error);
  reactive_agent_server_set_context (fixture.server, CONTEXT, answer, &fixture.n_calls);
  serve_while (&fixture, call_once);

  g_assert_null (reactive_agent_server_new (fixture.address, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
  reactive_agent_server_free (fixture.server);
  g_free (fixture.address);
}

static gpointer
call_without_hook (gpointer data)
{
  Fixture *fixture = begin (data);
  ReactiveRpc *rpc = dial (fixture->address);

  call_in_vain (rpc, &plain_request, REACTIVE_ERROR_TOOL, "bad request: unknown context id");
  reactive_rpc_free (rpc);
  return end (data);
}

static void
test_no_context (Fixture *fixture, gconstpointer data)
{
  reactive_agent_server_set_context (fixture->server, NULL, NULL, NULL);
  serve_while (fixture, call_without_hook);
  g_assert_cmpuint (fixture->n_calls, ==, 0);
}

int
main (int argc, char **argv)
{
  const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/agent-server/answers-with-what-the-tool-gave", test_answers },
    { "/agent-server/refuses-bad-requests-in-the-words-of-juju", test_refusals },
    { "/agent-server/refuses-other-methods-in-the-words-of-go", test_other_methods },
    { "/agent-server/answers-pipelined-requests-in-their-order", test_pipelining },
    { "/agent-server/does-not-wait-for-a-client-that-does-not-read", test_slow_client },
    { "/agent-server/takes-and-gives-megabytes", test_large },
    { "/agent-server/closes-hostile-connections-alone", test_hostile },
    { "/agent-server/refuses-every-request-between-hooks", test_no_context },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  g_test_add_func ("/agent-server/replaces-and-removes-its-socket-and-nothing-else", test_socket_file);
  g_test_add_func ("/agent-server/listens-at-an-abstract-address", test_abstract);

  return g_test_run ();
}
