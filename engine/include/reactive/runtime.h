/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/macros.h>

G_BEGIN_DECLS

REACTIVE_EXPORT int reactive_main (int argc, char **argv);

G_END_DECLS
