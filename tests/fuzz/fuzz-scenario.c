/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <string.h>

#include "simulator/expect.h"
#include "simulator/scenario.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_error (const GError *error)
{
  const char *place = error->message + strlen ("d/s.yaml:");

  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_true (g_str_has_prefix (error->message, "d/s.yaml:"));
  g_assert_true (g_ascii_isdigit (*place));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\n'));
}

static void
check_facts (const GPtrArray *facts)
{
  for (guint i = 0; i < facts->len; i++)
    {
      const ReactiveFact *fact = g_ptr_array_index (facts, i);
      g_autofree char *aspect = reactive_fact_get_aspect (fact);

      g_assert_nonnull (fact->node);
      g_assert_nonnull (fact->subject);
      g_assert_cmpint (fact->is_of_unit, ==, strchr (fact->subject, '/') != NULL);
      g_assert_nonnull (aspect);
    }
}

static void
check_steps (const ReactiveScenario *scenario)
{
  for (guint i = 0; i < scenario->steps->len; i++)
    {
      const ReactiveScenarioStep *step = g_ptr_array_index (scenario->steps, i);

      g_assert_nonnull (step->node);
      g_assert_nonnull (step->text);
      g_assert_true ((step->kind == REACTIVE_STEP_EXPECT) == (step->facts != NULL));
      g_assert_true ((step->kind == REACTIVE_STEP_UPGRADE) == (step->directory != NULL));
      if (step->facts != NULL)
        check_facts (step->facts);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveScenario) scenario = reactive_scenario_parse ((const char *) data, size, "d/s.yaml", &error);

  reactive_scenario_is_scenario ((const char *) data, size);
  g_assert_true ((scenario == NULL) == (error != NULL));
  if (scenario == NULL)
    {
      check_error (error);
      return 0;
    }

  for (guint i = 0; i < scenario->applications->len; i++)
    {
      const ReactiveScenarioApplication *application = g_ptr_array_index (scenario->applications, i);

      g_assert_true (g_path_is_absolute (application->directory));
    }
  check_steps (scenario);

  return 0;
}
