/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"
#include "cli/hook-tool.h"
#include "simulator/agent-server.h"
#include "simulator/unit-view.h"

#define MODEL_MODE 0644
#define LINKS_MODE 0755

/* What the command line says. */
typedef struct
{
  char *address;
  char *model_path;
  char *context_id;
  char *journal_path; /* (nullable) */
  char *links;        /* (nullable): the directory for links to the tools */
} Options;

static void
options_clear (Options *options)
{
  g_free (options->address);
  g_free (options->model_path);
  g_free (options->context_id);
  g_free (options->journal_path);
  g_free (options->links);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* The unit, and the file that it was read from. */
typedef struct
{
  const Options *options;
  ReactiveUnitView *view; /* (nullable): NULL after a file that could not be read */
  struct stat status;     /* of the file, when it was read or written */
  int journal;            /* -1: none */
} Agent;

static void
agent_clear (Agent *agent)
{
  reactive_unit_view_free (agent->view);
  if (agent->journal >= 0)
    close (agent->journal);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Agent, agent_clear)

static gboolean
fail (const char *path, const char *what, GError **error)
{
  int code = errno;

  return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: %s: %s", path, what, g_strerror (code));
}

/* The file of the model ------------------------------------------------------------------------------------------- */

static gboolean
is_same_file (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size
         && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Whoever replaces the file between two calls is heard. */
static gboolean
load (Agent *agent, GError **error)
{
  const char *path = agent->options->model_path;
  g_autofree char *text = NULL;
  struct stat status = { 0 };
  gsize length = 0;

  if (stat (path, &status) == 0 && agent->view != NULL && is_same_file (&status, &agent->status))
    return TRUE;

  g_clear_pointer (&agent->view, reactive_unit_view_free);
  text = reactive_file_read (path, REACTIVE_JSON_MAX_BYTES, &length, error);
  if (text == NULL)
    return FALSE;

  agent->view = reactive_unit_view_parse (text, length, path, error);
  agent->status = status;
  return agent->view != NULL;
}

/* Renamed into place: whoever reads the file sees it before a call or after it. */
static gboolean
save (Agent *agent, GError **error)
{
  const char *path = agent->options->model_path;
  g_autofree char *new_path = g_strconcat (path, ".new", NULL);
  g_autofree char *text
      = reactive_json_to_text (reactive_unit_view_get_document (agent->view), REACTIVE_JSON_INSERTION_ORDER);

  if (!g_file_set_contents_full (new_path, text, -1, G_FILE_SET_CONTENTS_NONE, MODEL_MODE, error))
    return FALSE;
  /* before it is renamed: what stands there afterwards may be another's */
  if (stat (new_path, &agent->status) != 0 || g_rename (new_path, path) != 0)
    return fail (path, "cannot be replaced", error);

  return TRUE;
}

/* Calls ----------------------------------------------------------------------------------------------------------- */

static ReactiveJson *
input_to_json (GBytes *input)
{
  gsize length = 0;
  const char *text = input != NULL ? g_bytes_get_data (input, &length) : NULL;
  g_autofree char *valid = NULL;

  if (input == NULL)
    return reactive_json_new_null ();

  valid = length > 0 ? g_utf8_make_valid (text, (gssize) length) : g_strdup ("");
  return reactive_json_new_string (valid);
}

/* @refusal (nullable): why the tool was not run */
static void
record (const Agent *agent, const ReactiveGobServerRequest *request, int code, const char *refusal)
{
  g_autoptr (ReactiveJson) call = NULL;
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  if (agent->journal < 0)
    return;

  call = reactive_json_new_object ();
  reactive_json_object_set (call, "tool", reactive_json_new_string (request->tool));
  reactive_json_object_set (call, "args", reactive_json_new_strv (request->arguments));
  reactive_json_object_set (call, "stdin", input_to_json (request->input));
  reactive_json_object_set (call, "code", reactive_json_new_integer (refusal != NULL ? 1 : code));
  reactive_json_object_set_text (call, "error", refusal);
  text = reactive_json_to_text (call, REACTIVE_JSON_INSERTION_ORDER);
  line = g_strconcat (text, "\n", NULL);
  if (write (agent->journal, line, strlen (line)) < 0)
    g_printerr ("reactive agent: %s: %s\n", agent->options->journal_path, g_strerror (errno));
}

static gboolean
run_tool (Agent *agent, const ReactiveGobServerRequest *request, ReactiveToolReply *out_reply, GError **error)
{
  g_autoptr (ReactiveJson) before = NULL;

  if (!load (agent, error))
    return FALSE;

  before = reactive_json_ref (reactive_unit_view_get_document (agent->view));
  if (!reactive_unit_view_run (agent->view, request->tool, (const char *const *) request->arguments, request->directory,
                               request->input, out_reply, error))
    return FALSE;

  return before == reactive_unit_view_get_document (agent->view)
         || reactive_json_equal (before, reactive_unit_view_get_document (agent->view)) || save (agent, error);
}

static gboolean
answer (const ReactiveGobServerRequest *request, ReactiveToolReply *out_reply, gpointer data, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_auto (ReactiveToolReply) reply = { 0 };

  if (!run_tool (data, request, &reply, &local_error))
    {
      record (data, request, 1, local_error->message);
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  record (data, request, reply.exit_code, /* refusal= */ NULL);
  *out_reply = reply;
  reply = (ReactiveToolReply){ 0 };
  return TRUE;
}

/* Serving --------------------------------------------------------------------------------------------------------- */

/* A descriptor that is readable once we are told to end. */
static int
block_signals (void)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGTERM);
  sigaddset (&signals, SIGINT);
  sigprocmask (SIG_BLOCK, &signals, NULL);
  return signalfd (-1, &signals, SFD_CLOEXEC);
}

static void
serve (ReactiveAgentServer *server, int end)
{
  for (;;)
    {
      g_autoptr (GArray) polled
          = g_array_new (/* zero_terminated= */ FALSE, /* clear= */ FALSE, sizeof (struct pollfd));
      const struct pollfd ending = { .fd = end, .events = POLLIN };

      g_array_append_val (polled, ending);
      reactive_agent_server_append_polled (server, polled);
      if (poll ((struct pollfd *) polled->data, polled->len, -1) < 0)
        continue;
      if (g_array_index (polled, struct pollfd, 0).revents != 0)
        return;
      reactive_agent_server_handle (server, &g_array_index (polled, struct pollfd, 1), polled->len - 1);
    }
}

static gboolean
open_journal (Agent *agent, GError **error)
{
  const char *path = agent->options->journal_path;

  if (path == NULL)
    return TRUE;

  agent->journal = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, MODEL_MODE);
  return agent->journal >= 0 || fail (path, "cannot be written", error);
}

static gboolean
run_agent (const Options *options, GError **error)
{
  g_auto (Agent) agent = { .options = options, .journal = -1 };
  g_autoptr (ReactiveAgentServer) server = NULL;
  int end;

  if (!load (&agent, error) || !open_journal (&agent, error))
    return FALSE;
  server = reactive_agent_server_new (options->address, error);
  if (server == NULL)
    return FALSE;
  end = block_signals ();
  if (end < 0)
    return fail ("signals", "cannot be waited for", error);

  reactive_agent_server_set_context (server, options->context_id, answer, &agent);
  g_print ("ready\n");
  serve (server, end);
  close (end);
  return TRUE;
}

/* Links to this program, under the name of each tool. */
static gboolean
make_links (const char *directory, GError **error)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", error);
  g_autofree const char **names = hook_tool_list ();

  if (program == NULL)
    return FALSE;
  if (g_mkdir_with_parents (directory, LINKS_MODE) != 0)
    return fail (directory, "cannot be made", error);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (directory, names[i], NULL);

      if ((g_unlink (path) != 0 && errno != ENOENT) || symlink (program, path) != 0)
        return fail (path, "cannot be made", error);
    }

  return TRUE;
}

static gboolean
check_options (const Options *options, char **arguments, GError **error)
{
  if (arguments[0] != NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "unexpected argument '%s'", arguments[0]);
  if (options->links == NULL
      && (options->address == NULL || options->model_path == NULL || options->context_id == NULL))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "--socket, --model and --context are needed, or --link");

  return TRUE;
}

int
command_agent (const Command *command, int argc, char **argv, GError **error)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    { "socket", 0, 0, G_OPTION_ARG_FILENAME, &options.address, "Listen there; @NAME is an abstract socket", "ADDRESS" },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &options.model_path, "The unit, as JSON; what tools change is written back",
      "FILE" },
    { "context", 0, 0, G_OPTION_ARG_STRING, &options.context_id, "Answer requests with this context id alone", "ID" },
    { "journal", 0, 0, G_OPTION_ARG_FILENAME, &options.journal_path, "Append a line of JSON for each call", "FILE" },
    { "link", 0, 0, G_OPTION_ARG_FILENAME, &options.links, "Make links to the hook tools, for a charm's PATH",
      "DIRECTORY" },
    G_OPTION_ENTRY_NULL,
  };
  g_auto (GStrv) arguments = NULL;

  if (!command_parse_options (command, entries, argc, argv, &arguments, error))
    return -1;
  if (arguments == NULL)
    return 0;
  if (!check_options (&options, arguments, error) || (options.links != NULL && !make_links (options.links, error))
      || (options.address != NULL && !run_agent (&options, error)))
    return -1;

  return 0;
}
