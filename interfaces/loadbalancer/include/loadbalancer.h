/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The `loadbalancer` interface, both sides: LBProvider asks for load balancers, LBConsumers hears who asks. */
#include <loadbalancer/consumers.h>
#include <loadbalancer/health-check.h>
#include <loadbalancer/provider.h>
#include <loadbalancer/request.h>
#include <loadbalancer/response.h>
#include <loadbalancer/types.h>
