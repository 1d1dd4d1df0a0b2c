#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck source=/dev/null
source charms.reactive.sh
set -e

@hook install upgrade-charm
function install() {
    status-set maintenance "installing"
    set_flag mixed.installed
}

# mixed.rendered is set by the handler in C, when it has written the file.
@when mixed.rendered
@when_file_changed greeting.txt
function restart() {
    status-set active "says $(cat greeting.txt)"
    set_flag mixed.started
}

@only_once
function welcome() {
    juju-log "a new unit: $JUJU_UNIT_NAME"
}

reactive_handler_main
