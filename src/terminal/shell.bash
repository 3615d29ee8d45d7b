# What the shell of a terminal runs: it sources a step whenever it is told to, and says how it went.
#
# Arguments: the private folder with the pipes. Descriptors 198 and 199 are closed for a step, so
# that no process of a step can hold them; numbers that high leave 3 to 9 to the tutorial.
# The loop stands at the top level and not in a function: `declare` in a step must make a variable
# of the shell. Every name starts with __tutcheck, and every builtin is called as one, because a
# tutorial may define functions and aliases of any name.
__tutcheck=$1
shift
unset HISTFILE PS1
# Interactive for its messages (`bash: x: command not found`), but no job control: a reader closes
# the window and all of it ends, and `[1]+  Done` in the middle of a later step helps nobody.
set +m
# Ctrl-C ends the step, as it ends a command at a prompt, and not the shell.
trap 'builtin return 130' INT
exec 198<"$__tutcheck/requests" 199>"$__tutcheck/answers"
__tutcheck_status=0
# Gives a step the `$?` that the step before it left.
__tutcheck_again() { builtin return "$__tutcheck_status"; }
while IFS= builtin read -r -u 198 __tutcheck_streams; do
  if [[ $__tutcheck_streams == both ]]; then
    __tutcheck_again
    . "$__tutcheck/step" >"$__tutcheck/out" 2>&1 198<&- 199>&-
  else
    __tutcheck_again
    . "$__tutcheck/step" >"$__tutcheck/out" 2>"$__tutcheck/err" 198<&- 199>&-
  fi
  __tutcheck_status=$?
  builtin printf '%s\0%s\0' "$__tutcheck_status" "$PWD" >&199
done
