/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unit/kill-point.h"
#include "unit/recorder.h"

/* What a simulation puts in the place of the machine that a unit runs on. What is NULL is as on a real one. */
typedef struct
{
  /* The wall clock. */
  gint64 (*now_us) (gpointer data);
  /* Where the unit's charm directory and root are, made if need be: asked at most once a hook, and only when something
   * looks for a file or runs a program. Both are for g_free(). An error fails the hook. */
  gboolean (*find_directories) (char **out_charm_dir, char **out_root_dir, gpointer data, GError **error);
  /* In place of `.juju-persistent-config`: the configuration as the last good hook left it, NULL before that (transfer
   * full), and what this one leaves (transfer full). Both or neither. */
  ReactiveJson *(*load_config) (gpointer data);
  void (*save_config) (ReactiveJson *config, gpointer data);
  /* reactive_text_digest() of what a remote unit says, which many units may hear. Free with g_free(). */
  char *(*digest) (const char *text, gsize length_bytes, gpointer data);
  /* Sees which flags change and which handlers run, in place of the lines about them in the log. */
  void (*event) (const ReactiveEvent *event, gpointer data);
  /* Whether the hook dies here; @detail is NULL where the point has none. */
  gboolean (*is_killed) (ReactiveKillPoint point, const char *detail, gpointer data);
  /* Whether the hook, whose handlers have run, may end well: an error fails it. */
  gboolean (*may_end) (gpointer data, GError **error);
} ReactiveUnitHost;
