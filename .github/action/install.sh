#!/usr/bin/env bash
# Puts tutcheck where later steps find it: what is there already, else the binary of the release, checked against its sum,
# else built from this very source. With the word `which`, only says the version that is wanted.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source/Cargo.toml" | head -n 1)
version=${VERSION:-$here}
version=${version#v}
if [ "${1:-}" = which ]; then
  echo "version=$version" >> "$GITHUB_OUTPUT"
  exit
fi
if command -v tutcheck > /dev/null; then
  tutcheck --version
  exit
fi
folder=$HOME/.cache/tutcheck-action/$version
mkdir -p "$folder"
echo "$folder" >> "$GITHUB_PATH"
if [ ! -x "$folder/tutcheck" ]; then
  target=$(uname -m)-unknown-linux-musl
  from=${SERVER:-}/${REPOSITORY:-}/releases/download/v$version
  archive=tutcheck-$target.tar.gz
  work=$(mktemp -d)
  fetch() { curl --fail --silent --show-error --location --output "$work/$1" "$from/$1"; }
  if fetch "$archive" && fetch SHA256SUMS; then
    (cd "$work" && grep " $archive\$" SHA256SUMS | sha256sum --check --quiet -)
    tar -xzf "$work/$archive" -C "$folder" tutcheck
  elif [ "$version" = "$here" ]; then
    echo "::warning::there is no binary of tutcheck $version for $target: it is built from source"
    cargo install --locked --path "$source" --root "$work"
    cp "$work/bin/tutcheck" "$folder/"
  else
    echo "::error::there is no binary of tutcheck $version for $target, and this is the source of $here"
    exit 1
  fi
fi
"$folder/tutcheck" --version
