/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/model.h"

static ReactiveModelCharm *
charm_new (ReactiveCharmKind kind, const char *directory)
{
  ReactiveModelCharm *charm = g_new0 (ReactiveModelCharm, 1);

  g_atomic_ref_count_init (&charm->reference_count);
  charm->kind = kind;
  charm->directory = g_canonicalize_filename (directory, /* relative_to= */ NULL);

  return charm;
}

ReactiveModelCharm *
reactive_model_charm_new (ReactiveHandlers *handlers)
{
  const ReactiveCharm *files = reactive_handlers_get_charm (handlers);
  ReactiveModelCharm *charm = charm_new (REACTIVE_CHARM_IN_PROCESS, reactive_charm_get_directory (files));

  charm->handlers = handlers;
  return charm;
}

ReactiveModelCharm *
reactive_model_charm_load (const char *directory, ReactiveCharmKind kind, GError **error)
{
  g_autoptr (ReactiveModelCharm) charm = charm_new (kind, directory);

  if (kind == REACTIVE_CHARM_EXECUTABLE)
    charm->own_charm = reactive_charm_load (charm->directory, error);
  else
    charm->handlers = reactive_handlers_load (charm->directory, error);

  return charm->own_charm != NULL || charm->handlers != NULL ? g_steal_pointer (&charm) : NULL;
}

ReactiveModelCharm *
reactive_model_charm_ref (ReactiveModelCharm *charm)
{
  g_atomic_ref_count_inc (&charm->reference_count);
  return charm;
}

void
reactive_model_charm_unref (ReactiveModelCharm *charm)
{
  if (charm == NULL || !g_atomic_ref_count_dec (&charm->reference_count))
    return;

  reactive_handlers_unref (charm->handlers);
  reactive_charm_free (charm->own_charm);
  g_free (charm->directory);
  g_free (charm);
}

const ReactiveCharm *
reactive_model_charm_get_files (const ReactiveModelCharm *charm)
{
  return charm->handlers != NULL ? reactive_handlers_get_charm (charm->handlers) : charm->own_charm;
}
