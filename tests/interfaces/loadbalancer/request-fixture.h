/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer.h>

#include "request-private.h"

#define ADD_TEST(path, function) g_test_add_func ("/loadbalancer/request/" path, function)

/* The text of a request that can be sent. g_free() it. */
char *write_request (const LBRequest *request);
void assert_has (const LBRequest *request, const char *expected);
/* A request from the text that this side would send. */
LBRequest *read_released (const char *text);
