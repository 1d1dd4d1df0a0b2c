/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/runtime.h>

int
main (int argc, char **argv)
{
  return reactive_main (argc, argv);
}
