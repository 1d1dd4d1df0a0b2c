/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>

/* Reads what a load balancer has to look at in every hook, and does nothing with it: the databags of both applications,
 * and, on the provider's side, the address of each unit, where backends are the default. */
static gboolean
read_relations (ReactiveUnit *unit, GError **error)
{
  static const char *const names[] = { "lb-consumers", "lb-provider" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, names[i]);
      ReactiveRelation *relation = endpoint != NULL ? *reactive_endpoint_get_relations (endpoint) : NULL;

      if (relation == NULL)
        continue;
      reactive_databag_get (reactive_relation_get_received_app (relation), "version", NULL);
      reactive_databag_get (reactive_relation_get_to_publish_app (relation), "version", NULL);
      if (reactive_endpoint_get_role (endpoint) == REACTIVE_ROLE_PROVIDES)
        reactive_databag_get (reactive_endpoint_get_received (endpoint), "ingress-address", NULL);
    }

  return TRUE;
}

static const ReactiveHandler handlers[] = { HANDLER (read_relations, ON ("update-status")) };

REACTIVE_MODULE (HANDLERS (handlers));
