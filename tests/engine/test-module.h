/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/module.h>
#include <reactive/tables.h>

/* The tables of a module that is part of the test. */
#define TEST_MODULE(...)                                                                                               \
  {                                                                                                                    \
    .abi = REACTIVE_MODULE_ABI, .size = sizeof (ReactiveModule), .handler_size = sizeof (ReactiveHandler),             \
    .condition_size = sizeof (ReactiveCondition), .trigger_size = sizeof (ReactiveTrigger), __VA_ARGS__                \
  }
