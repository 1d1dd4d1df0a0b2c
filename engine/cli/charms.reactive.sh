#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# For handlers in bash: a handler file sources this, has lines that begin with "@" above its functions, and ends with
# reactive_handler_main. See docs/external-handlers.md. It says nothing while it does its own part under "set -x", unless
# CHARMS_REACTIVE_TRACE is "true".

if [[ "$0" == "${BASH_SOURCE[0]}" ]]; then
    cat <<'HELP'
This file is for handlers in bash to source:

    source charms.reactive.sh

    @when db.ready
    @when_not app.configured
    function configure() {
        set_flag app.configured
    }

    reactive_handler_main

Above a function:
    @hook PATTERN...             the hook is one of those
    @when FLAG...                all flags are set (also @when_all)
    @when_any FLAG...            one of them is
    @when_not FLAG...            none of them is (also @when_none)
    @when_not_all FLAG...        one of them is not
    @when_file_changed FILE...   one of the files has changed
    @only_once                   it never ran

Commands:
    set_flag, clear_flag, all_flags_set, any_flags_set, relation_call, name_relation_get

HELP
    exit 0
fi

{
    shopt -s expand_aliases
    _reactive_options=$-
    if [[ "${CHARMS_REACTIVE_TRACE-}" == true ]]; then
        _reactive_quiet=-x
    else
        _reactive_quiet=+x
    fi
    set $_reactive_quiet
} 2>/dev/null

export PATH="$PATH:${CHARM_DIR-}/bin"
export PYTHONPATH="${PYTHONPATH-}:${CHARM_DIR-}/lib"

REACTIVE_ACTION="${1-}"
REACTIVE_ARGS="${2-}"

declare -A REACTIVE_HANDLERS # function -> FILE:LINE:FUNCTION
declare -A REACTIVE_TESTS    # function -> what "charms.reactive test" is asked about it

# Where the function below the line that called is defined; sets handler_id and func. Comments and other "@" lines may
# stand in between.
function _reactive_find_function() {
    local file=${BASH_SOURCE[2]} line number=0 first=${BASH_LINENO[1]}
    local definition='^[[:space:]]*(function[[:space:]]+)?([^[:space:]()]+)[[:space:]]*(\([[:space:]]*\))?[[:space:]]*[{(]?'

    func=
    while IFS= read -r line || [[ -n "$line" ]]; do
        number=$((number + 1))
        if ((number <= first)) || [[ "$line" =~ ^[[:space:]]*(@|#|$) ]]; then
            continue
        fi
        if [[ "$line" =~ $definition && -n "${BASH_REMATCH[1]}${BASH_REMATCH[3]}" ]]; then
            func=${BASH_REMATCH[2]}
            handler_id="$file:$number:$func"
            return 0
        fi
    done <"$file"
    echo "$file:$first: there is no function below this line" >&2
    exit 1
}

# Sets quoted to the arguments as one word for "charms.reactive test", which takes off two layers of quotes.
function _reactive_quote() {
    local argument

    quoted=
    for argument in "$@"; do
        argument=${argument//\\/\\\\}
        quoted+="\"${argument//\"/\\\"}\" "
    done
    quoted="'${quoted//\'/\'\\\'\'}'"
}

function @decorator() {
    { local - func handler_id quoted; set $_reactive_quiet; } 2>/dev/null
    local test_name=$1

    shift
    _reactive_find_function
    _reactive_quote "$@"
    REACTIVE_HANDLERS[$func]="${REACTIVE_HANDLERS[$func]-$handler_id}"
    REACTIVE_TESTS[$func]="${REACTIVE_TESTS[$func]-"$func '${handler_id//\'/\'\\\'\'}'"} $test_name $quoted"
}

# Its variables have long names, as handlers see them too.
function reactive_handler_main() {
    { local - _reactive_before=$-; set $_reactive_quiet; } 2>/dev/null
    local _reactive_handler _reactive_invoked=()

    if [[ "$REACTIVE_ACTION" == --test ]]; then
        _reactive_handler=$(charms.reactive test "${REACTIVE_TESTS[@]}")
        if [[ -z "$_reactive_handler" ]]; then
            exit 1
        fi
        echo "$_reactive_handler"
        exit 0
    elif [[ "$REACTIVE_ACTION" == --invoke ]]; then
        for _reactive_handler in ${REACTIVE_ARGS//,/ }; do
            echo "${0##*/}: $_reactive_handler" >&2
            if [[ "$_reactive_before" == *x* ]]; then
                set -x
            fi
            "$_reactive_handler"
            { set $_reactive_quiet; } 2>/dev/null
            _reactive_invoked+=("${REACTIVE_HANDLERS[$_reactive_handler]}")
        done
        charms.reactive mark_invoked "${_reactive_invoked[@]}"
    fi
}

# The arguments are those of relation-get, but for the name of a relation in the place of its id. The option --format
# comes last.
function name_relation_get() {
    { local -; set $_reactive_quiet; } 2>/dev/null
    local name=$1 unit=$2 key=- id

    shift 2
    if [[ -n "${1-}" && "$1" != --* ]]; then
        key=$1
        shift
    fi
    for id in $(relation-ids "$name"); do
        if relation-list -r "$id" | grep -qxF "$unit"; then
            relation-get -r "$id" "$key" "$unit" "$@"
            return
        fi
    done
    echo "name_relation_get: $unit is in no relation $name" >&2
    return 1
}

# An old name of: relation_call --flag FLAG METHOD
function state_relation_call() {
    { local -; set $_reactive_quiet; } 2>/dev/null
    charms.reactive relation_call --flag "$@"
}

alias @hook='@decorator hook'
alias @when='@decorator when'
alias @when_all='@decorator when_all'
alias @when_any='@decorator when_any'
alias @when_not='@decorator when_not'
alias @when_none='@decorator when_none'
alias @when_not_all='@decorator when_not_all'
alias @when_file_changed='@decorator when_file_changed'
alias @only_once='@decorator only_once'
alias set_flag='charms.reactive set_flag'
alias clear_flag='charms.reactive clear_flag'
alias all_flags_set='charms.reactive all_flags_set'
alias any_flags_set='charms.reactive any_flags_set'
alias relation_call='charms.reactive relation_call'
# Old names
alias set_state='charms.reactive set_flag'
alias remove_state='charms.reactive clear_flag'
alias all_states='charms.reactive all_flags_set'
alias any_states='charms.reactive any_flags_set'

{
    if [[ "$_reactive_options" == *x* ]]; then
        set -x
    else
        set +x
    fi
} 2>/dev/null
