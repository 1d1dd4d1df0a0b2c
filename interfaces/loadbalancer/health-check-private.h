/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer/health-check.h>

#include "record.h"

struct _LBHealthCheck
{
  LBRecord record;
};

/* Reads one as version 1 has it; NULL, and problems, if it is not right. */
LBHealthCheck *lb_health_check_new_from_json (const ReactiveJson *value, LBProblems *problems);
/* Takes over what a record holds, right or not. */
LBHealthCheck *lb_health_check_new_from_record (const ReactiveJson *object);
