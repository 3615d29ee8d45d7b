# What the shell of a terminal runs: it sources one step after the other, and says how each went.
#
# The argument is the private folder with the pipes. A step is itself a pipe: sourcing it waits
# until there is one. That nobody else opens it to write is seen from outside. Standard output of the shell is the pipe for answers; for a step it is put
# aside, where no process of the step can reach it; the folder's name, which is random, begins an
# answer, because a DEBUG or ERR trap of the tutorial's may print there. The status stands in the command that
# says it, where no trap comes between; behind it are the traps by which a step could still speak for itself. Two
# pipes for output take turns, so that the end of one step's output can be seen although the next step's is open
# already.
#
# The loop stands at the top level and not in a function: `declare` in a step must make a variable
# of the shell. Every name starts with __tutcheck, and every builtin is called as one, because a
# tutorial may define functions and aliases of any name.
declare -r __tutcheck=$1
shift
unset HISTFILE PS1
# Interactive for its messages (`bash: x: command not found`), but no job control: a reader closes
# the window and all of it ends, and `[1]+  Done` in the middle of a later step helps nobody.
set +m
# Ctrl-C ends the step, as it ends a command at a prompt, and not the shell.
trap 'builtin return 130' INT
__tutcheck_status=0
__tutcheck_turn=
# Gives a step the `$?` that the step before it left.
__tutcheck_again() { builtin return "$__tutcheck_status"; }
# Two loops, and the answer at the start of a turn: a `break` or `continue` in a step, which does
# nothing at a prompt, then does nothing here. `for ((;;))` leaves `$?` alone, unlike `while :`.
for ((;;)); do for ((;;)); do
  builtin printf '%s\0' "$__tutcheck" "$((__tutcheck_status = $?))" "$PWD"
  builtin trap -p ERR DEBUG RETURN
  builtin printf '\0'
  __tutcheck_turn=$((1 - ${__tutcheck_turn:-1}))
  [[ $__tutcheck_status == 0 ]] || __tutcheck_again
  builtin . "$__tutcheck/step" >"$__tutcheck/out$__tutcheck_turn" 2>&1
done; done
