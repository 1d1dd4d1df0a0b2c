/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/expect.h"
#include "simulator/simulation.h"

/* NULL when @fact holds; else "expected …, …", what is. Free with g_free(). */
char *reactive_fact_look (const ReactiveFact *fact, ReactiveSimulation *simulation);
