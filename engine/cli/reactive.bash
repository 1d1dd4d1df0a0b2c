# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Completion of reactive(1) for bash. Commands, options and what options take are read from the help, which knows them.

# Commands, one a line.
__reactive_commands () {
  reactive --help 2>/dev/null | sed -n '/^Commands:$/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p'
}

# Options of a command, one a line; what takes a value with what it takes: --format=text|json.
__reactive_options () {
  reactive "$1" --help 2>/dev/null | sed -nE 's/^  (-[a-zA-Z](, | ))?(--[a-z][a-z-]*)(=[^ ]+|  ?[A-Z][A-Z:=-]*)?( .*|$)/\3\4/p' \
    | sed -E 's/ +/=/'
}

# What may stand for the value of an option: the words of TEXT in --OPTION=TEXT that are not upper-case names.
__reactive_values () {
  __reactive_options "$1" | sed -n "s/^$2=//p" | tr '|' '\n' | grep -v '^[A-Z]'
}

# Flags of the state file that the command line names, or of the one here.
__reactive_flags () {
  local i options=()

  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    --state | --charm)
      if [ "${COMP_WORDS[i + 1]}" = = ]; then
        options+=("${COMP_WORDS[i]}=${COMP_WORDS[i + 2]}")
      else
        options+=("${COMP_WORDS[i]}=${COMP_WORDS[i + 1]}")
      fi
      ;;
    esac
  done
  reactive flags "${options[@]}" list 2>/dev/null
}

__reactive_words () {
  local command=$1 current=$2 previous=$3

  if [ "$previous" = = ]; then
    __reactive_values "$command" "${COMP_WORDS[COMP_CWORD - 2]}"
  elif [[ $previous == --* ]] && __reactive_options "$command" | grep -q "^$previous="; then
    __reactive_values "$command" "$previous"
  elif [[ $current == -* ]]; then
    __reactive_options "$command" | sed 's/=.*/=/'
  elif [ "$command" = flags ]; then
    if [[ " ${COMP_WORDS[*]:2} " =~ \ (set|clear|is-set)\  ]]; then
      __reactive_flags
    else
      printf '%s\n' list set clear is-set
    fi
  fi
}

_reactive () {
  local current=${COMP_WORDS[COMP_CWORD]}
  local word words

  if [ "$current" = = ]; then
    current=
    words=$(__reactive_values "${COMP_WORDS[1]}" "${COMP_WORDS[COMP_CWORD - 1]}")
  elif [ "$COMP_CWORD" -eq 1 ]; then
    words=$(__reactive_commands; printf '%s\n' --help --version)
  else
    words=$(__reactive_words "${COMP_WORDS[1]}" "$current" "${COMP_WORDS[COMP_CWORD - 1]}")
  fi

  # Not compgen -W, which would run what a flag's name may contain.
  COMPREPLY=()
  while read -r word; do
    if [[ -n $word && $word == "$current"* ]]; then
      COMPREPLY+=("$(printf %q "$word")")
    fi
  done <<<"$words"
  if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == --*= ]]; then
    compopt -o nospace
  fi
}

# Where nothing is found, names of files are.
complete -o bashdefault -o default -F _reactive reactive
