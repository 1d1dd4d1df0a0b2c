/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

void
world_free (World *world)
{
  world->klass->free (world);
}
