/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/expect.h"
#include "simulator/scenario.h"

#define APPLICATIONS "applications: {a: {charm: c}, b: {charm: c}}\n"

static ReactiveScenario *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ReactiveScenario *scenario = reactive_scenario_parse (text, strlen (text), "/d/s.yaml", &error);

  g_assert_no_error (error);
  return scenario;
}

static const ReactiveScenarioStep *
get_step (const ReactiveScenario *scenario, guint index)
{
  g_assert_cmpuint (index, <, scenario->steps->len);

  return g_ptr_array_index (scenario->steps, index);
}

static void
test_defaults (void)
{
  g_autoptr (ReactiveScenario) scenario = parse ("applications: {b: {charm: ../x/}, a: {charm: /abs}}\n");
  const ReactiveScenarioApplication *application = g_ptr_array_index (scenario->applications, 1);

  g_assert_cmpint (scenario->juju, ==, REACTIVE_JUJU_3_6);
  g_assert_false (scenario->is_kubernetes || scenario->has_state_files || scenario->has_seed);
  g_assert_cmpuint (scenario->applications->len, ==, 2);
  g_assert_cmpstr (application->name, ==, "b");
  g_assert_cmpstr (application->directory, ==, "/x");
  g_assert_cmpuint (application->n_units, ==, 1);
  g_assert_false (application->is_isolated || application->is_trusted);
  application = g_ptr_array_index (scenario->applications, 0);
  g_assert_cmpstr (application->directory, ==, "/abs");
  g_assert_cmpuint (scenario->relations->len + scenario->steps->len, ==, 0);
}

static void
test_world (void)
{
  g_autoptr (ReactiveScenario) scenario
      = parse ("juju: 2.9\nsubstrate: kubernetes\nstate: file\nseed: 9007199254740993\n" APPLICATIONS);

  g_assert_cmpint (scenario->juju, ==, REACTIVE_JUJU_2_9);
  g_assert_true (scenario->is_kubernetes && scenario->has_state_files && scenario->has_seed);
  g_assert_cmpuint (scenario->seed, ==, G_GUINT64_CONSTANT (9007199254740993));
}

static void
test_application (void)
{
  g_autoptr (ReactiveScenario) scenario
      = parse ("applications:\n  app-x2: {charm: c, units: 3, config: {x: 1}, isolation: process, trust: yes,\n"
               "    resources: {image: i.txt}, storage: {data: 2}, machines: [4, 0]}\n");
  const ReactiveScenarioApplication *application = g_ptr_array_index (scenario->applications, 0);
  const ReactiveScenarioItem *resource = g_ptr_array_index (application->resources, 0);
  const ReactiveScenarioItem *storage = g_ptr_array_index (application->storages, 0);

  g_assert_cmpuint (application->n_units, ==, 3);
  g_assert_true (application->is_isolated && application->is_trusted);
  g_assert_cmpuint (reactive_yaml_get_length (application->config), ==, 1);
  g_assert_cmpstr (resource->name, ==, "image");
  g_assert_cmpstr (resource->path, ==, "/d/i.txt");
  g_assert_cmpstr (storage->name, ==, "data");
  g_assert_cmpuint (storage->count, ==, 2);
  g_assert_cmpuint (application->machines->len, ==, 2);
  g_assert_cmpuint (g_array_index (application->machines, guint, 0), ==, 4);
}

static void
test_relations (void)
{
  g_autoptr (ReactiveScenario) scenario = parse (APPLICATIONS "relations: [[a:x, b:y], [a, b]]\n");
  const ReactiveScenarioRelation *relation = g_ptr_array_index (scenario->relations, 0);

  g_assert_cmpuint (scenario->relations->len, ==, 2);
  g_assert_cmpstr (relation->first, ==, "a:x");
  g_assert_cmpstr (relation->second, ==, "b:y");
}

static void
test_steps (void)
{
  static const struct
  {
    const char *text, *description;
    ReactiveStepKind kind;
    const char *target, *other;
    guint count;
  } cases[] = {
    { "settle", "settle", REACTIVE_STEP_SETTLE, NULL, NULL, 0 },
    { "settle:", "settle", REACTIVE_STEP_SETTLE, NULL, NULL, 0 },
    { "update-status", "update-status", REACTIVE_STEP_UPDATE_STATUS, NULL, NULL, 0 },
    { "run: 12", "run: 12", REACTIVE_STEP_RUN, NULL, NULL, 12 },
    { "relate: [a:x, b:y]", "relate: a:x b:y", REACTIVE_STEP_RELATE, "a:x", "b:y", 0 },
    { "unrelate: [a:x, b:y]", "unrelate: a:x b:y", REACTIVE_STEP_UNRELATE, "a:x", "b:y", 0 },
    { "add-unit: a", "add-unit: a", REACTIVE_STEP_ADD_UNIT, "a", NULL, 1 },
    { "add-unit: {a: 3}", "add-unit: a", REACTIVE_STEP_ADD_UNIT, "a", NULL, 3 },
    { "remove-unit: a/0", "remove-unit: a/0", REACTIVE_STEP_REMOVE_UNIT, "a/0", NULL, 0 },
    { "remove-application: a", "remove-application: a", REACTIVE_STEP_REMOVE_APPLICATION, "a", NULL, 0 },
    { "leader: a/0", "leader: a/0", REACTIVE_STEP_LEADER, "a/0", NULL, 0 },
    { "fail: a/0", "fail: a/0", REACTIVE_STEP_FAIL, "a/0", NULL, 0 },
    { "hook: {unit: a/0, name: c-pebble-ready}", "hook: a/0 c-pebble-ready", REACTIVE_STEP_HOOK, "a/0",
      "c-pebble-ready", 0 },
    { "kill: a/0", "kill: a/0 at before-exit", REACTIVE_STEP_KILL, "a/0", "before-exit", 0 },
    { "kill: {unit: a/0, at: p}", "kill: a/0 at p", REACTIVE_STEP_KILL, "a/0", "p", 0 },
    { "resolve: a/0", "resolve: a/0", REACTIVE_STEP_RESOLVE, "a/0", NULL, 0 },
    { "action: {unit: a/0, name: go}", "action: a/0 go", REACTIVE_STEP_ACTION, "a/0", "go", 0 },
    { "upgrade: {a: ../n}", "upgrade: a", REACTIVE_STEP_UPGRADE, "a", NULL, 0 },
    { "config: {a: {x: 1}}", "config: a", REACTIVE_STEP_CONFIG, "a", NULL, 0 },
    { "attach-storage: {unit: a/0, storage: d}", "attach-storage: a/0 d", REACTIVE_STEP_ATTACH_STORAGE, "a/0", "d", 0 },
    { "detach-storage: {unit: a/0, storage: d/1}", "detach-storage: a/0 d/1", REACTIVE_STEP_DETACH_STORAGE, "a/0",
      "d/1", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf (APPLICATIONS "steps:\n- %s\n", cases[i].text);
      g_autoptr (ReactiveScenario) scenario = parse (text);
      const ReactiveScenarioStep *step = get_step (scenario, 0);

      g_assert_cmpuint (scenario->steps->len, ==, 1);
      g_assert_cmpint (step->kind, ==, cases[i].kind);
      g_assert_cmpstr (step->text, ==, cases[i].description);
      g_assert_cmpstr (step->target, ==, cases[i].target);
      g_assert_cmpstr (step->other, ==, cases[i].other);
      g_assert_cmpuint (step->count, ==, cases[i].count);
    }
}

static void
test_step_details (void)
{
  g_autoptr (ReactiveScenario) scenario
      = parse (APPLICATIONS "steps:\n- config: {a: {x: 1, y: null}, b: {}}\n- upgrade: {b: ../n}\n"
                            "- remove-unit: [a/0, b/12]\n- resolve: {unit: a/0, retry: false}\n- resolve: a/0\n"
                            "- action: {unit: a/0, name: go, params: {n: 1.5}}\n"
                            "- attach-storage: {unit: a/0, storage: d, location: /srv}\n");
  g_autofree char *config = reactive_json_to_text (get_step (scenario, 0)->values, REACTIVE_JSON_INSERTION_ORDER);
  g_autofree char *params = reactive_json_to_text (get_step (scenario, 7)->values, REACTIVE_JSON_INSERTION_ORDER);

  g_assert_cmpstr (config, ==, "{\"x\": 1, \"y\": null}");
  g_assert_cmpstr (get_step (scenario, 1)->target, ==, "b");
  g_assert_cmpstr (get_step (scenario, 2)->directory, ==, "/n");
  g_assert_cmpstr (get_step (scenario, 3)->target, ==, "a/0");
  g_assert_cmpstr (get_step (scenario, 4)->target, ==, "b/12");
  g_assert_false (get_step (scenario, 5)->retry);
  g_assert_true (get_step (scenario, 6)->retry);
  g_assert_cmpstr (params, ==, "{\"n\": 1.5}");
  g_assert_cmpstr (get_step (scenario, 8)->location, ==, "/srv");
}

static void
test_facts (void)
{
  static const struct
  {
    const char *text;
    ReactiveFactKind kind;
    gboolean is_wanted;
    const char *aspect;
    const char *value;
    int count;
  } cases[] = {
    { "a/0: {exists: false}", REACTIVE_FACT_EXISTS, FALSE, "exists", NULL, 0 },
    { "a/0: {flags: [x.y]}", REACTIVE_FACT_FLAG, TRUE, "flags x.y", NULL, 0 },
    { "a/0: {flags: x.y}", REACTIVE_FACT_FLAG, TRUE, "flags x.y", NULL, 0 },
    { "a/0: {not-flags: [x.y]}", REACTIVE_FACT_FLAG, FALSE, "not-flags x.y", NULL, 0 },
    { "a/0: {status: blocked}", REACTIVE_FACT_STATUS, TRUE, "status", "blocked", 0 },
    { "a/0: {message: 12}", REACTIVE_FACT_MESSAGE, TRUE, "message", "12", 0 },
    { "a/0: {file: {f: l}}", REACTIVE_FACT_FILE, TRUE, "file f", "l", 0 },
    { "a/0: {file: {f: null}}", REACTIVE_FACT_FILE, TRUE, "file f", NULL, 0 },
    { "a/0: {not-file: {f: [l]}}", REACTIVE_FACT_FILE, FALSE, "not-file f", "l", 0 },
    { "a/0: {databag: {e: {k: v}}}", REACTIVE_FACT_DATABAG, TRUE, "databag e k", "v", 0 },
    { "a/0: {databag: {e: {k: null}}}", REACTIVE_FACT_DATABAG, TRUE, "databag e k", NULL, 0 },
    { "a/0: {databag: {e: null}}", REACTIVE_FACT_NO_RELATION, TRUE, "databag e", NULL, 0 },
    { "a/0: {config: {o: 1}}", REACTIVE_FACT_CONFIG, TRUE, "config o", "1", 0 },
    { "a/0: {action: {go: failed}}", REACTIVE_FACT_ACTION_STATUS, TRUE, "action go", "failed", 0 },
    { "a/0: {action: {go: {status: completed}}}", REACTIVE_FACT_ACTION_STATUS, TRUE, "action go", "completed", 0 },
    { "a/0: {action: {go: {message: m}}}", REACTIVE_FACT_ACTION_MESSAGE, TRUE, "action go", "m", 0 },
    { "a/0: {action: {go: {results: {r: 1}}}}", REACTIVE_FACT_ACTION_RESULT, TRUE, "action go r", "1", 0 },
    { "a/0: {hooks: [install]}", REACTIVE_FACT_HOOK, TRUE, "hooks install", NULL, -1 },
    { "a/0: {hooks: {install: 2}}", REACTIVE_FACT_HOOK, TRUE, "hooks install", NULL, 2 },
    { "a/0: {not-hooks: install}", REACTIVE_FACT_HOOK, FALSE, "not-hooks install", NULL, -1 },
    { "a/0: {handlers: [m:h]}", REACTIVE_FACT_HANDLER, TRUE, "handlers m:h", NULL, -1 },
    { "a/0: {not-handlers: [m:h]}", REACTIVE_FACT_HANDLER, FALSE, "not-handlers m:h", NULL, -1 },
    { "a/0: {error: true}", REACTIVE_FACT_ERROR, TRUE, "error", NULL, 0 },
    { "a/0: {error: false}", REACTIVE_FACT_ERROR, FALSE, "error", NULL, 0 },
    { "a/0: {error: install}", REACTIVE_FACT_ERROR, TRUE, "error", "install", 0 },
    { "a: {leader: a/1}", REACTIVE_FACT_LEADER, TRUE, "leader", "a/1", 0 },
    { "a: {leader: null}", REACTIVE_FACT_LEADER, TRUE, "leader", NULL, 0 },
    { "a: {version: 1.10}", REACTIVE_FACT_VERSION, TRUE, "version", "1.10", 0 },
    { "a: {units: 2}", REACTIVE_FACT_UNITS, TRUE, "units", NULL, 2 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf (APPLICATIONS "steps:\n- expect: {%s}\n", cases[i].text);
      g_autoptr (ReactiveScenario) scenario = parse (text);
      const GPtrArray *facts = get_step (scenario, 0)->facts;
      const ReactiveFact *fact = g_ptr_array_index (facts, 0);
      g_autofree char *aspect = reactive_fact_get_aspect (fact);

      g_assert_cmpuint (facts->len, ==, 1);
      g_assert_cmpint (fact->kind, ==, cases[i].kind);
      g_assert_cmpint (fact->is_wanted, ==, cases[i].is_wanted);
      g_assert_cmpstr (aspect, ==, cases[i].aspect);
      g_assert_cmpstr (fact->value != NULL ? reactive_yaml_get_text (fact->value) : NULL, ==, cases[i].value);
      g_assert_cmpint (fact->count, ==, cases[i].count);
    }
}

static void
test_many_facts (void)
{
  g_autoptr (ReactiveScenario) scenario
      = parse (APPLICATIONS "steps:\n- expect:\n    a/0: {flags: [x, y], databag: {e: {k: v, l: w}, f: {m: n}}}\n"
                            "    a/1: {file: {f: [1, 2], g: null}, ports: [80/tcp, 81/udp]}\n");
  const GPtrArray *facts = get_step (scenario, 0)->facts;
  g_autoptr (GString) seen = g_string_new (NULL);

  for (guint i = 0; i < facts->len; i++)
    {
      const ReactiveFact *fact = g_ptr_array_index (facts, i);
      g_autofree char *aspect = reactive_fact_get_aspect (fact);

      g_string_append_printf (seen, "%s %s; ", fact->subject, aspect);
    }
  g_assert_cmpstr (seen->str, ==,
                   "a/0 flags x; a/0 flags y; a/0 databag e k; a/0 databag e l; a/0 databag f m; a/1 file f; "
                   "a/1 file f; a/1 file g; a/1 ports; ");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text, *message;
  } cases[] = {
    { "[]", "1:1: not a scenario (expected a mapping)" },
    { "", "1:1: applications: missing" },
    { "applications: []", "1:15: applications: a list (expected a mapping)" },
    { "application: {}", "1:1: application: unknown key (did you mean 'applications'?)" },
    { APPLICATIONS "juju: 3.5", "2:7: juju: the float '3.5' (expected 2.9 or 3.6 or 4)" },
    { APPLICATIONS "seed: -1", "2:7: seed: the integer '-1' (expected an integer from 0)" },
    { APPLICATIONS "substrate: k8s", "2:12: substrate: the string 'k8s' (expected machines or kubernetes)" },
    { "applications: {A: {charm: c}}", "1:16: applications: 'A' is no name for an application" },
    { "applications: {a-1: {charm: c}}", "1:16: applications: 'a-1' is no name for an application" },
    { "applications: {a: {}}", "1:19: applications.a.charm: missing (expected the charm's directory)" },
    { "applications: {a: {charm: c, unit: 1}}", "1:30: unit: unknown key (did you mean 'units'?)" },
    { "applications: {a: {charm: c, units: -1}}",
      "1:37: applications.a.units: the integer '-1' (expected an integer from 0 to 100000)" },
    { "applications: {a: {charm: c, trust: 5}}",
      "1:37: applications.a.trust: the integer '5' (expected true or false)" },
    { "applications: {a: {charm: c, isolation: all}}",
      "1:41: applications.a.isolation: the string 'all' (expected none or process)" },
    { APPLICATIONS "relations: [a:x]",
      "2:13: relations: not a pair (expected [APPLICATION:ENDPOINT, APPLICATION:ENDPOINT])" },
    { APPLICATIONS "relations: [[a:x, 'b:']]", "2:19: relations: the string 'b:' (expected APPLICATION:ENDPOINT)" },
    { APPLICATIONS "steps: [setle]", "2:9: steps: unknown step 'setle' (did you mean 'settle'?)" },
    { APPLICATIONS "steps: [{settle: 5}]", "2:18: settle: the integer '5' (expected nothing)" },
    { APPLICATIONS "steps: [[settle]]",
      "2:9: steps: a list (expected a step such as 'settle' or 'run: 5', one an entry)" },
    { APPLICATIONS "steps: [{run: 0}]", "2:15: run: the integer '0' (expected an integer from 1 to 1000000000)" },
    { APPLICATIONS "steps: [run]", "2:9: run: the string 'run' (expected an integer from 1 to 1000000000)" },
    { APPLICATIONS "steps: [{fail: a}]", "2:16: fail: the string 'a' (expected a unit such as db/0)" },
    { APPLICATIONS "steps: [{fail: a/01}]", "2:16: fail: the string 'a/01' (expected a unit such as db/0)" },
    { APPLICATIONS "steps: [{kill: {unit: a/0, point: x}}]", "2:28: point: unknown key" },
    { APPLICATIONS "steps: [{action: {unit: a/0}}]", "2:18: action.name: missing (expected an action)" },
    { APPLICATIONS "steps: [{action: a/0}]", "2:18: action: the string 'a/0' (expected {unit: UNIT, name: ACTION})" },
    { APPLICATIONS "steps: [{config: {a: 5}}]", "2:22: config.a: the integer '5' (expected a mapping)" },
    { APPLICATIONS "steps: [{config: a}]", "2:18: config: the string 'a' (expected {APPLICATION: {OPTION: VALUE}})" },
    { APPLICATIONS "steps: [{expect: {A: {}}}]", "2:19: expect: 'A' is neither a unit nor an application" },
    { APPLICATIONS "steps: [{expect: {a/0: {flag: x}}}]", "2:25: flag: unknown key of a unit (did you mean 'flags'?)" },
    { APPLICATIONS "steps: [{expect: {a: {flags: x}}}]", "2:23: flags: unknown key of an application" },
    { APPLICATIONS "steps: [{expect: {a/0: {flags: [{}]}}}]",
      "2:33: a/0.flags: a mapping (expected a name, or a list of names)" },
    { APPLICATIONS "steps: [{expect: {a/0: {hooks: {install: many}}}}]",
      "2:42: a/0.hooks: the string 'many' (expected an integer from 0 to 1000000)" },
    { APPLICATIONS "steps: [{expect: {a: {leader: a}}}]",
      "2:31: a.leader: the string 'a' (expected a unit such as db/0)" },
    { "applications: &x {}\n", "1:15: " },
    { "applications:\n\t{}\n", "2:1: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *expected = g_strconcat ("s.yaml:", cases[i].message, NULL);

      g_assert_null (reactive_scenario_parse (cases[i].text, strlen (cases[i].text), "s.yaml", &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      if (g_str_has_suffix (expected, ": "))
        g_assert_true (g_str_has_prefix (error->message, expected));
      else
        g_assert_cmpstr (error->message, ==, expected);
    }
}

static void
test_no_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (reactive_scenario_load ("/nonexistent/s.yaml", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
}

static void
test_is_scenario (void)
{
  static const struct
  {
    const char *text;
    gboolean is_scenario;
  } cases[] = {
    { "applications: {}", TRUE },
    { "# a comment\n\nsteps: []", TRUE },
    { "{applications: {}}", TRUE },
    { " {\"applications\": {}}", TRUE },
    { "{\"name\": \"p\", \"handlers\": []}", FALSE },
    { "{", FALSE },
    { "\n [1]", FALSE },
    { "\"text\"", FALSE },
    { "", FALSE },
    { "nonsense", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (reactive_scenario_is_scenario (cases[i].text, strlen (cases[i].text)), ==, cases[i].is_scenario);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/scenario/world/has-defaults", test_defaults);
  g_test_add_func ("/scenario/world/is-read", test_world);
  g_test_add_func ("/scenario/application/is-read", test_application);
  g_test_add_func ("/scenario/relations/are-pairs", test_relations);
  g_test_add_func ("/scenario/steps/every-kind-is-read", test_steps);
  g_test_add_func ("/scenario/steps/details-are-read", test_step_details);
  g_test_add_func ("/scenario/expect/every-kind-is-read", test_facts);
  g_test_add_func ("/scenario/expect/is-taken-apart", test_many_facts);
  g_test_add_func ("/scenario/bad-ones-are-refused-with-their-place", test_refused);
  g_test_add_func ("/scenario/no-file-is-not-found", test_no_file);
  g_test_add_func ("/scenario/is-told-from-a-flag-program", test_is_scenario);

  return g_test_run ();
}
