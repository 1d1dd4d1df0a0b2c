/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Everything that a charm's handler modules use. */
#include <reactive/action.h>
#include <reactive/config.h>
#include <reactive/endpoint.h>
#include <reactive/error.h>
#include <reactive/flags.h>
#include <reactive/hook.h>
#include <reactive/host.h>
#include <reactive/json.h>
#include <reactive/juju.h>
#include <reactive/kv.h>
#include <reactive/leadership.h>
#include <reactive/log.h>
#include <reactive/module.h>
#include <reactive/payload.h>
#include <reactive/resource.h>
#include <reactive/runtime.h>
#include <reactive/secret.h>
#include <reactive/state.h>
#include <reactive/status.h>
#include <reactive/storage.h>
#include <reactive/types.h>
#include <reactive/unit.h>
