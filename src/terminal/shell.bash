# What the shell of a terminal runs: it sources one step after the other, and says how each went.
#
# The arguments are the private folder and the file in which each step stands; nobody can write it, it is another one for
# each step. A word that nobody can guess comes through a pipe for each: reading that waits until there is a step, and the
# answer has it, so that a job of the tutorial's that says a word of its own is found out. Standard output of the shell is
# the pipe for answers, and is put aside for a step; the folder's name, which is random, begins an answer, because a DEBUG
# or ERR trap of the tutorial's may print there. The pipe for words comes in the place of standard error. Two pipes for
# output take turns, so that the end of one step's output can be seen although the next step's is open already.
#
# The loop stands at the top level and not in a function: `declare` in a step must make a variable
# of the shell. Every name starts with __tutcheck, and every builtin is called as one, because a
# tutorial may define functions and aliases of any name.
__tutcheck=$1 __tutcheck_step=$2
shift 2
exec {__tutcheck_next}<&2 2>/dev/null
readonly __tutcheck __tutcheck_step __tutcheck_next
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
  __tutcheck_status=$?
  [[ -z $__tutcheck_turn ]] || builtin printf '%s\0' "$__tutcheck" "$__tutcheck_word" "$__tutcheck_status" "$PWD"
  __tutcheck_turn=$((1 - ${__tutcheck_turn:-1}))
  # Ctrl-C, where no step is there to be ended, ends nothing; without a pipe there are no more steps.
  until IFS= builtin read -r -u "$__tutcheck_next" __tutcheck_word; do [[ $? -gt 128 ]] || builtin exit; done
  [[ $__tutcheck_status == 0 ]] || __tutcheck_again
  . "$__tutcheck_step" >"$__tutcheck/out$__tutcheck_turn" 2>&1
done; done
