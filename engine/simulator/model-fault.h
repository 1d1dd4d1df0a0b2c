/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/model.h"

/* Broken set-ups: hook tools that fail whatever they are asked, and tools that a Juju lacks. */
typedef enum
{
  REACTIVE_FAULT_REPLY,   /* the tool runs, and answers what the fault says */
  REACTIVE_FAULT_MISSING, /* this Juju has no such tool */
  REACTIVE_FAULT_REFUSED, /* the agent does not run it: its answer is an error of the RPC */
} ReactiveModelFaultKind;

typedef struct
{
  ReactiveModelFaultKind kind;
  int exit_code; /* of a reply */
  char *output;  /* (nullable): of a reply */
  char *message; /* (nullable): without "ERROR "; of a refusal its text */
} ReactiveModelFault;

/* From now on, for every unit, in the tool itself and in what ReactiveJuju asks it for. @fault is copied; NULL mends.
 */
void reactive_model_set_fault (ReactiveModel *model, const char *tool, const ReactiveModelFault *fault);
/* (nullable) */
const ReactiveModelFault *reactive_model_get_fault (const ReactiveModel *model, const char *tool);
/* Errors: what the fault is: NO_TOOL, CONNECTION of a refusal; of a reply INVALID for exit code 2, else TOOL. A reply
 * whose exit code is 0 is garbage to whoever wants to know something: BAD_DATA. */
gboolean reactive_model_check_fault (const ReactiveModel *model, const char *tool, GError **error);

/* Always FALSE with NO_TOOL, in the words of this Juju. */
gboolean reactive_model_refuse_unknown_tool (const ReactiveModel *model, const char *tool, GError **error);
