#!/bin/sh
# Stands in for sudo where there is none and everything is root's already: options that say who and
# how are taken off, and the command is run.
while [ $# -gt 0 ]; do
  case $1 in
    -u | -g | -p | -h | -C | -D) shift 2 ;;
    -s | -i) shift; [ $# -gt 0 ] || exec "${SHELL:-/bin/sh}" ;;
    --) shift; break ;;
    -*) shift ;;
    *=*) export "$1"; shift ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || exit 0
exec "$@"
