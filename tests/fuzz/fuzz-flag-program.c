/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <string.h>

#include "simulator/flag-program.h"

#define CAP 5
#define MAX_HOOKS 4
/* Triggers can set each other off for very long without doing so for ever. */
#define MAX_TRIGGERS 8

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_error (const GError *error)
{
  const char *place = error->message + strlen ("p:");

  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_true (g_str_has_prefix (error->message, "p:"));
  g_assert_true (g_ascii_isdigit (*place));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\n'));
}

static void
check_sorted (char **flags)
{
  for (guint i = 1; flags[i - 1] != NULL && flags[i] != NULL; i++)
    g_assert_cmpstr (flags[i - 1], <, flags[i]);
}

/* Runs a hook twice from the same state: the same must come out. A hook that fails leaves that state. */
static void
check_hook (const ReactiveFlagProgram *program, const ReactiveFlagHook *hook, ReactiveStore *first,
            ReactiveStore *second)
{
  g_auto (ReactiveFlagResult) result = { 0 }, again = { 0 };
  g_autoptr (ReactiveJson) events = NULL;
  g_autofree char *text = NULL;
  ReactiveFlagExpectation expectation;
  ReactiveStore *const stores[] = { first, second };
  ReactiveFlagResult *const results[] = { &result, &again };

  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    g_assert_true (reactive_flag_program_run (program, hook, stores[i], CAP, results[i], NULL));

  expectation = (ReactiveFlagExpectation){
    .is_error = again.error != NULL,
    .is_capped = again.cycle != NULL,
    .invocations = again.invocations,
    .flags = again.flags,
  };
  g_assert_null (reactive_flag_expectation_compare (&expectation, &result));
  check_sorted (result.flags);

  text = reactive_recorder_to_json (result.recorder, 1000);
  g_assert_cmpuint (strlen (text), <=, 1000);
  events = reactive_json_parse (text, -1, REACTIVE_JSON_STRICT, NULL);
  g_assert_nonnull (events);
}

static void
check_program (const ReactiveFlagProgram *program)
{
  g_autoptr (ReactiveStore) first = reactive_store_new_in_memory ();
  g_autoptr (ReactiveStore) second = reactive_store_new_in_memory ();

  g_assert_nonnull (program->name);
  if (program->n_triggers > MAX_TRIGGERS)
    return;

  for (guint i = 0; i < MIN (program->hooks->len, MAX_HOOKS); i++)
    {
      const ReactiveFlagHook *hook = g_ptr_array_index (program->hooks, i);

      check_hook (program, hook, first, second);
      if (hook->expect != NULL)
        {
          g_assert_nonnull (hook->expect->invocations);
          g_assert_nonnull (hook->expect->flags);
        }
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) programs = reactive_flag_programs_parse ((const char *) data, size, "p", &error);

  g_assert_true ((programs == NULL) == (error != NULL));
  if (programs == NULL)
    {
      check_error (error);
      return 0;
    }

  for (guint i = 0; i < MIN (programs->len, 3); i++)
    check_program (g_ptr_array_index (programs, i));

  return 0;
}
