# Typed into a terminal's shell between two steps: writes down, as commands, all that makes the shell what it is, so
# that another one becomes the same by doing them. Every name starts with __tutcheck, and builtins are called as such.
#
# What bash sets itself is left out: another shell has its own. Options of `set` come last, since they would change
# how the rest is done.
__tutcheck_kept=$?
{
  builtin printf 'builtin cd -- %q || builtin return 1\n' "$PWD"
  builtin shopt -p || builtin true
  builtin printf '%s\n' 'builtin trap - INT' 'declare -A __tutcheck_is'
  __tutcheck_names=(
    "${!_@}" "${!A@}" "${!B@}" "${!C@}" "${!D@}" "${!E@}" "${!F@}" "${!G@}" "${!H@}" "${!I@}" "${!J@}" "${!K@}"
    "${!L@}" "${!M@}" "${!N@}" "${!O@}" "${!P@}" "${!Q@}" "${!R@}" "${!S@}" "${!T@}" "${!U@}" "${!V@}" "${!W@}"
    "${!X@}" "${!Y@}" "${!Z@}" "${!a@}" "${!b@}" "${!c@}" "${!d@}" "${!e@}" "${!f@}" "${!g@}" "${!h@}" "${!i@}"
    "${!j@}" "${!k@}" "${!l@}" "${!m@}" "${!n@}" "${!o@}" "${!p@}" "${!q@}" "${!r@}" "${!s@}" "${!t@}" "${!u@}"
    "${!v@}" "${!w@}" "${!x@}" "${!y@}" "${!z@}"
  )
  builtin printf '__tutcheck_is[%s]=1 ' "${__tutcheck_names[@]}"
  builtin printf '\n'
  builtin printf '%s\n' 'IFS=$'\'\\n\'' builtin read -r -d "" -a __tutcheck_names <<<"$(builtin compgen -A variable)" || builtin true' \
    'for __tutcheck_name in "${__tutcheck_names[@]}"; do' \
    '  [[ ${__tutcheck_is[$__tutcheck_name]-} || $__tutcheck_name == @(_|__tutcheck*|BASH*) ]] || builtin unset -v "$__tutcheck_name"' \
    'done'
  # In one call: each is written at once.
  __tutcheck_own=()
  for __tutcheck_name in "${__tutcheck_names[@]}"; do
    case $__tutcheck_name in
    __tutcheck* | _ | BASH | BASHOPTS | BASHPID | BASH_ALIASES | BASH_ARG* | BASH_CMDS | BASH_COMMAND | \
      BASH_EXECUTION_STRING | BASH_LINENO | BASH_LOADABLES_PATH | BASH_MONOSECONDS | BASH_REMATCH | BASH_SOURCE | \
      BASH_SUBSHELL | BASH_TRAPSIG | BASH_VERS* | COMP_* | DIRSTACK | EPOCH* | EUID | FUNCNAME | GROUPS | HISTCMD | \
      LINENO | PIPESTATUS | PPID | RANDOM | SECONDS | SHELLOPTS | SRANDOM | UID) ;;
    *) __tutcheck_own+=("$__tutcheck_name") ;;
    esac
  done
  builtin declare -p "${__tutcheck_own[@]}" || builtin true
  builtin declare -p -f
  builtin alias -p
  ((${#DIRSTACK[@]} < 2)) || for ((__tutcheck_name = ${#DIRSTACK[@]} - 1; __tutcheck_name > 0; __tutcheck_name--)); do
    builtin printf 'builtin pushd -n -- %q\n' "${DIRSTACK[__tutcheck_name]}"
  done
  builtin printf 'builtin set --'
  (($# == 0)) || builtin printf ' %q' "$@"
  builtin printf '\n'
  builtin umask -p
  builtin trap -p
  builtin set +o
  builtin printf '# whole\n'
} >|"$__tutcheck/state" 2>/dev/null
builtin return "$__tutcheck_kept"
