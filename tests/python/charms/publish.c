/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>

/* Says in every relation which generation the configuration is of, for the unit and for the application, once for each
 * generation: what was lost is not written again by the next hook of its own accord. */
static gboolean
publish (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, "website");
  const ReactiveJson *generation = reactive_config_get (unit, "generation");

  if (!reactive_data_changed (unit, "published", generation))
    return TRUE;

  for (ReactiveRelation *const *relation = reactive_endpoint_get_relations (endpoint); *relation != NULL; relation++)
    {
      ReactiveDatabag *databag = reactive_relation_get_to_publish (*relation);

      reactive_databag_set_json (databag, "generation", generation);
      reactive_databag_set (databag, "gone", NULL);
      reactive_databag_set_json (reactive_relation_get_to_publish_app (*relation), "generation", generation);
    }

  return TRUE;
}

static const ReactiveHandler handlers[] = { HANDLER (publish, ON ("config-changed")) };

REACTIVE_MODULE (HANDLERS (handlers));
