/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* What a charm that is to be made will be called, and what its files will be. */

typedef struct
{
  char *name;
  char *interface;
  char *role;   /* "provides" or "requires" */
  char *module; /* reactive/MODULE.c; also without '_' unique in the charm */
} PlannedEndpoint;

typedef struct
{
  char *name;
  char *module;
  GPtrArray *endpoints; /* PlannedEndpoint, as they were given */
} CharmPlan;

/* @template_dir: where `interfaces` is, which decides what interfaces and roles there are. Errors: USAGE. */
CharmPlan *charm_plan_new (const char *name, const char *const *interfaces, const char *template_dir, GError **error);
void charm_plan_free (CharmPlan *plan);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CharmPlan, charm_plan_free)
