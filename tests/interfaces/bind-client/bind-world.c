/* SPDX-License-Identifier: Apache-2.0 */
#include "bind-world.h"

void
bind_world_free (BindWorld *world)
{
  world->klass->free (world);
}

char *
bind_world_get_metadata (gboolean is_provider)
{
  return g_strdup_printf ("name: app\n%s: {" BIND_ENDPOINT ": {interface: bind-client}}\n",
                          is_provider ? "provides" : "requires");
}
