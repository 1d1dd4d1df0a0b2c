/* SPDX-License-Identifier: Apache-2.0 */
#include "tool-fixture.h"

#include <string.h>

/* Ends the hook well, and begins another. */
static void
go_on (ToolFixture *fixture, Scene scene)
{
  g_autoptr (GError) error = NULL;

  reactive_hook_context_commit (fixture->context, &error);
  g_assert_no_error (error);
  reactive_hook_context_free (fixture->context);
  fixture->context = tool_fixture_begin (fixture, scene);
}

/* What @format, with @id in place of "%s", prints, or ("exit 2: ") complains of. Free with g_free(). */
static char *
run (ToolFixture *fixture, const char *format, const char *id)
{
  g_autoptr (GString) command = g_string_new (format);

  g_string_replace (command, "%s", id, 0);

  return tool_fixture_print (fixture, command->str);
}

static void
assert_run (ToolFixture *fixture, const char *format, const char *id, const char *expected)
{
  g_autofree char *output = run (fixture, format, id);

  g_assert_cmpstr (output, ==, expected);
}

/* The id of the secret that @command adds. */
static char *
add (ToolFixture *fixture, const char *command)
{
  g_autofree char *output = run (fixture, command, "");

  g_assert_true (g_str_has_prefix (output, "secret:"));
  g_assert_cmpuint (strlen (output), ==, strlen ("secret:") + 20 + 1);
  return g_strndup (output + strlen ("secret:"), 20);
}

static void
test_values_are_read_back (ToolFixture *fixture, gconstpointer data)
{
  g_autofree char *id = add (fixture, "secret-add token=abc=d key#base64=YWI=");
  g_autofree char *line = g_strconcat (id, "\n", NULL);

  assert_run (fixture, "secret-get %s", id, "key: ab\ntoken: abc=d\n");
  assert_run (fixture, "secret-get secret:%s --format=json", id, "{\"key\":\"ab\",\"token\":\"abc=d\"}\n");
  assert_run (fixture, "secret-get %s token", id, "abc=d\n");
  assert_run (fixture, "secret-get %s key#base64 --format=json", id, "\"YWI=\"\n");
  assert_run (fixture, "secret-get %s other", id, "exit 1: secret key value \"other\" not found");
  assert_run (fixture, "secret-get %s token x", id, "exit 2: unrecognized args: [\"x\"]");
  assert_run (fixture, "secret-ids", "", line);
}

static void
test_binary_values_survive_in_base64 (ToolFixture *fixture, gconstpointer data)
{
  g_autofree char *id = add (fixture, "secret-add key#base64=/wD+ long#base64=YQ==");

  assert_run (fixture, "secret-get %s key#base64", id, "/wD+\n");
  assert_run (fixture, "secret-get %s key --format=json", id, "\"\357\277\275\\u0000\357\277\275\"\n");
  assert_run (fixture, "secret-get %s long", id, "a\n");
}

static void
test_values_come_from_files (ToolFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "cert", NULL);
  g_autofree char *settings = g_build_filename (fixture->directory, "all", NULL);
  g_autofree char *yaml = g_build_filename (fixture->directory, "yaml", NULL);
  g_autofree char *id = NULL, *json_id = NULL, *yaml_id = NULL;

  g_assert_true (g_file_set_contents (path, "two\nlines\n", -1, NULL));
  g_assert_true (g_file_set_contents (settings, "{\"one\": \"\\ud83d\\ude00\", \"two\": \"\\/\"}", -1, NULL));
  g_assert_true (g_file_set_contents (yaml, "one: 1\n", -1, NULL));

  id = add (fixture, "secret-add cert#file=cert");
  assert_run (fixture, "secret-get %s cert --format=json", id, "\"two\\nlines\\n\"\n");
  json_id = add (fixture, "secret-add --file all one=overridden");
  assert_run (fixture, "secret-get %s --format=json", json_id, "{\"one\":\"\360\237\230\200\",\"two\":\"/\"}\n");
  yaml_id = add (fixture, "secret-add --file yaml");
  assert_run (fixture, "secret-get %s", yaml_id, "one: \"1\"\n");
}

static void
test_lacking_files_are_named (ToolFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "absent", NULL);
  g_autofree char *of_value
      = g_strdup_printf ("exit 2: reading content for secret key \"cert\": open %s: no such file or directory", path);
  g_autofree char *of_flag = g_strdup_printf ("exit 2: open %s: no such file or directory", path);

  assert_run (fixture, "secret-add cert#file=absent", "", of_value);
  assert_run (fixture, "secret-add --file absent", "", of_flag);
}

static void
test_too_large_values_are_refused (ToolFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "large", NULL);
  g_autofree char *larger = g_build_filename (fixture->directory, "larger", NULL);
  g_autofree char *text = g_strnfill (900000, 'x');
  g_autofree char *more = g_strnfill (1000001, 'x');
  g_autofree char *complaint
      = g_strdup_printf ("exit 2: secret content in file \"%s\" too large: 1000001 bytes", larger);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (g_file_set_contents (larger, more, -1, NULL));
  assert_run (fixture, "secret-add cert#file=large", "",
              "exit 2: base64 encoded secret content for key \"cert\" too large: 1200000 bytes");
  assert_run (fixture, "secret-add cert#file=larger", "", complaint);
}

static void
test_metadata_is_shown (ToolFixture *fixture, gconstpointer data)
{
  g_autofree char *id = add (fixture, "secret-add --label l --description d --rotate daily --owner unit "
                                      "--expire 2030-01-02T03:04:05+01:00 token=abc");
  g_autofree char *json = g_strdup_printf (
      "{\"%s\":{\"revision\":1,\"label\":\"l\",\"owner\":\"unit\",\"description\":\"d\",\"rotation\":\"daily\","
      "\"expiry\":\"2030-01-02T02:04:05Z\"}}\n",
      id);

  assert_run (fixture, "secret-info-get %s --format=json", id, json);
  assert_run (fixture, "secret-info-get --label l --format=json", "", json);
  assert_run (fixture, "secret-info-get %s x", id, "exit 2: unrecognized args: [\"x\"]");
}

static void
test_changes_make_revisions (ToolFixture *fixture, gconstpointer data)
{
  g_autofree char *id = add (fixture, "secret-add token=abc");

  go_on (fixture, SCENE_CHANGED);
  assert_run (fixture, "secret-get %s token", id, "abc\n");
  assert_run (fixture, "secret-set secret:%s token=new", id, "");
  go_on (fixture, SCENE_CHANGED);
  assert_run (fixture, "secret-get %s token", id, "abc\n");
  assert_run (fixture, "secret-get %s token --peek", id, "new\n");
  assert_run (fixture, "secret-get %s token", id, "abc\n");
  assert_run (fixture, "secret-get %s token --refresh", id, "new\n");
  assert_run (fixture, "secret-get %s token", id, "new\n");
  assert_run (fixture, "secret-remove %s --revision 1", id, "");
  assert_run (fixture, "secret-remove %s", id, "");
  go_on (fixture, SCENE_CHANGED);
  assert_run (fixture, "secret-ids --format=json", "", "null\n");
}

static void
test_grants_open_secrets_to_others (ToolFixture *fixture, gconstpointer data)
{
  g_autofree char *id = add (fixture, "secret-add token=abc");

  go_on (fixture, SCENE_REMOTE);
  assert_run (fixture, "secret-get %s token", id, "exit 1: permission denied");
  go_on (fixture, SCENE_CHANGED);
  assert_run (fixture, "secret-grant %s", id, "");
  go_on (fixture, SCENE_REMOTE);
  assert_run (fixture, "secret-get %s token --label mine", id, "abc\n");
  assert_run (fixture, "secret-get --label mine", "", "token: abc\n");
  go_on (fixture, SCENE_CHANGED);
  assert_run (fixture, "secret-revoke %s -r 1", id, "");
  go_on (fixture, SCENE_REMOTE);
  assert_run (fixture, "secret-get %s token", id, "exit 1: permission denied");
}

static void
test_uris_are_read (ToolFixture *fixture, gconstpointer data)
{
  static const char uuid[] = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
  static const char *const good[]
      = { "%s", "secret:%s", "secret:/%s", "secret://UUID/%s", "UUID/%s", "secret:UUID/%s" };
  static const char *const bad[] = { "", "secret:", "other:%s", "secret://x/%s", "%sx", "UUID%s", "UUID/UUID/%s" };
  g_autofree char *id = add (fixture, "secret-add token=abc");

  for (gsize i = 0; i < G_N_ELEMENTS (good) + G_N_ELEMENTS (bad); i++)
    {
      gboolean is_good = i < G_N_ELEMENTS (good);
      g_autoptr (GString) uri = g_string_new (is_good ? good[i] : bad[i - G_N_ELEMENTS (good)]);
      g_autofree char *output = NULL;

      g_string_replace (uri, "UUID", uuid, 0);
      g_string_replace (uri, "%s", id, 0);
      output = run (fixture, "secret-get '%s' token", uri->str);
      g_test_message ("%s: %s", uri->str, output);
      g_assert_true (is_good ? g_str_equal (output, "abc\n") : g_str_has_prefix (output, "exit 2: secret URI \""));
    }
}

/* Expiry ---------------------------------------------------------------------------------------------------------- */

static const struct
{
  const char *text;
  const char *expiry; /* NULL: not valid */
} expiries[] = {
  { "2030-01-02T03:04:05Z", "2030-01-02T03:04:05Z" },
  { "2030-01-02T03:04:05", "2030-01-02T03:04:05Z" },
  { "2030-01-02T03:04:05.5Z", "2030-01-02T03:04:05Z" },
  { "2030-01-02T03:04:05-01:30", "2030-01-02T04:34:05Z" },
  { "2030-13-02T03:04:05Z", NULL },
  { "2030-01-02", NULL },
  { "2030-01-02T03:04:05+1", NULL },
  { "2030-01-02T03:04:05Zx", NULL },
  { "24", NULL },
  { "h", NULL },
  { "1h2", NULL },
  { "1d", NULL },
  { "", NULL },
  { "99999999999999h", NULL },
};

static void
test_expiry_times_are_read (ToolFixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (expiries); i++)
    {
      g_autofree char *label = g_strdup_printf ("l%" G_GSIZE_FORMAT, i);
      g_autofree char *command
          = g_strdup_printf ("secret-add --label %s --expire %s token=abc", label, expiries[i].text);
      g_autofree char *output = NULL;
      g_autofree char *info = NULL;

      if (*expiries[i].text == '\0')
        continue;
      g_test_message ("%s", expiries[i].text);
      output = run (fixture, "%s", command);
      if (expiries[i].expiry == NULL)
        {
          g_assert_true (g_str_has_prefix (output, "exit 2: expire time or duration"));
          continue;
        }

      info = run (fixture, "secret-info-get --format=json --label %s", label);
      g_assert_nonnull (strstr (info, expiries[i].expiry));
    }
}

static void
test_durations_count_from_now (ToolFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    gint64 seconds;
  } durations[] = { { "24h", 86400 }, { "1h30m", 5400 }, { "1.5h", 5400 }, { "90s", 90 }, { "3000000us", 3 } };

  for (gsize i = 0; i < G_N_ELEMENTS (durations); i++)
    {
      gint64 seconds = fixture->base.model->now_us / G_USEC_PER_SEC + durations[i].seconds;
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
      g_autofree char *expected = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
      g_autofree char *label = g_strdup_printf ("d%" G_GSIZE_FORMAT, i);
      g_autofree char *command
          = g_strdup_printf ("secret-add --label %s --expire %s token=abc", label, durations[i].text);
      g_autofree char *output = run (fixture, "%s", command);
      g_autofree char *info = run (fixture, "secret-info-get --format=json --label %s", label);

      g_assert_true (g_str_has_prefix (output, "secret:"));
      g_assert_nonnull (strstr (info, expected));
    }
}

#define ADD(path, function) g_test_add (path, ToolFixture, NULL, tool_fixture_enter, function, tool_fixture_leave)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/hook-tool/secret/values-are-read-back", test_values_are_read_back);
  ADD ("/hook-tool/secret/binary-values-survive-in-base64", test_binary_values_survive_in_base64);
  ADD ("/hook-tool/secret/values-come-from-files", test_values_come_from_files);
  ADD ("/hook-tool/secret/lacking-files-are-named", test_lacking_files_are_named);
  ADD ("/hook-tool/secret/too-large-values-are-refused", test_too_large_values_are_refused);
  ADD ("/hook-tool/secret/metadata-is-shown", test_metadata_is_shown);
  ADD ("/hook-tool/secret/changes-make-revisions", test_changes_make_revisions);
  ADD ("/hook-tool/secret/grants-open-secrets-to-others", test_grants_open_secrets_to_others);
  ADD ("/hook-tool/secret/uris-are-read", test_uris_are_read);
  ADD ("/hook-tool/secret/expiry-times-are-read", test_expiry_times_are_read);
  ADD ("/hook-tool/secret/durations-count-from-now", test_durations_count_from_now);

  return g_test_run ();
}
