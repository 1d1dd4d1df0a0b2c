/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer/types.h>

#include "record.h"

/* As they stand in records; NULL for LB_PROTOCOL_NONE and LB_ERROR_TYPE_NONE, which NULL and any other text gives. */
const char *lb_protocol_to_text (LBProtocol protocol);
LBProtocol lb_protocol_from_text (const char *text);
const char *lb_error_type_to_text (LBErrorType type);
LBErrorType lb_error_type_from_text (const char *text);

/* What the field holds when nothing was said; NULL for null. Unref it. */
ReactiveJson *lb_field_get_initial (const LBField *field);
/* What the field makes of @value; NULL, and a problem, if it takes no such value. Unref it. */
ReactiveJson *lb_field_convert (const LBField *field, const ReactiveJson *value, LBProblems *problems);
