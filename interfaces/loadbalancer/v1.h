/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "record.h"

/* Version 1 of the wire format. The names of the fields, and their order, which is that of the schema's tables. */

/* What both applications say in `version`, and the greatest that is understood. */
#define LB_VERSION "1"

enum
{
  LB_HEALTH_CHECK_INTERVAL,
  LB_HEALTH_CHECK_PATH,
  LB_HEALTH_CHECK_PORT,
  LB_HEALTH_CHECK_PROTOCOL,
  LB_HEALTH_CHECK_RETRIES,
};

enum
{
  LB_REQUEST_ALGORITHM,
  LB_REQUEST_BACKENDS,
  LB_REQUEST_HEALTH_CHECKS,
  LB_REQUEST_ID,
  LB_REQUEST_INGRESS_ADDRESS,
  LB_REQUEST_NAME,
  LB_REQUEST_PORT_MAPPING,
  LB_REQUEST_PROTOCOL,
  LB_REQUEST_PUBLIC,
  LB_REQUEST_SENT_HASH,
  LB_REQUEST_STICKY,
  LB_REQUEST_TLS_CERT,
  LB_REQUEST_TLS_KEY,
  LB_REQUEST_TLS_TERMINATION,
};

enum
{
  LB_RESPONSE_ADDRESS,
  LB_RESPONSE_ERROR,
  LB_RESPONSE_ERROR_FIELDS,
  LB_RESPONSE_ERROR_MESSAGE,
  LB_RESPONSE_RECEIVED_HASH,
};

extern const LBSchema lb_health_check_schema;
extern const LBSchema lb_request_schema;
extern const LBSchema lb_response_schema;
