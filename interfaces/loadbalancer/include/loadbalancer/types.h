/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/endpoint.h>

G_BEGIN_DECLS

/**
 * LBRequest:
 *
 * What a consumer wants of a load balancer, with the answer to it.
 */
typedef struct _LBRequest LBRequest;

/**
 * LBHealthCheck:
 *
 * How a load balancer finds out whether a backend is well.
 */
typedef struct _LBHealthCheck LBHealthCheck;

/**
 * LBResponse:
 *
 * The answer to a request: an address, or why there is none.
 */
typedef struct _LBResponse LBResponse;

/**
 * LBProvider:
 *
 * The provider of load balancers, as a charm that requires the interface sees it.
 */
typedef struct _LBProvider LBProvider;

/**
 * LBConsumers:
 *
 * Those who want load balancers, as a charm that provides the interface sees them.
 */
typedef struct _LBConsumers LBConsumers;

/**
 * LBProtocol:
 * @LB_PROTOCOL_NONE: not said yet
 * @LB_PROTOCOL_TCP: TCP
 * @LB_PROTOCOL_UDP: UDP
 * @LB_PROTOCOL_HTTP: HTTP
 * @LB_PROTOCOL_HTTPS: HTTPS
 *
 * What a load balancer forwards, or a health check speaks.
 */
typedef enum
{
  LB_PROTOCOL_NONE,
  LB_PROTOCOL_TCP,
  LB_PROTOCOL_UDP,
  LB_PROTOCOL_HTTP,
  LB_PROTOCOL_HTTPS,
} LBProtocol;

/**
 * LBErrorType:
 * @LB_ERROR_TYPE_NONE: no error
 * @LB_ERROR_TYPE_UNSUPPORTED: the provider cannot do what the request asks
 * @LB_ERROR_TYPE_PROVIDER: the provider failed
 *
 * Why a request has no load balancer.
 */
typedef enum
{
  LB_ERROR_TYPE_NONE,
  LB_ERROR_TYPE_UNSUPPORTED,
  LB_ERROR_TYPE_PROVIDER,
} LBErrorType;

G_END_DECLS
