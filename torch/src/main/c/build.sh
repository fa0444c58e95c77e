#!/bin/sh
# Compiles the kernels into one library: build.sh SOURCES TARGET_FOLDER
#
# The library is an extra: without a C compiler, or with one that is too old, the build goes on and the product uses
# libtorch alone. CC names another compiler; STIPPLE_KERNELS=skip leaves the library out, =require makes its lack an error.
set -eu
sources=$1
folder=$2
library=$folder/libstipple-kernels.so
log=$folder/build.log

without() {
  rm -f "$library"
  if [ "${STIPPLE_KERNELS:-}" = require ]; then
    echo "error: the native kernels are required, but $1" >&2
    exit 1
  fi
  echo "[WARNING] Stipple is built without its native kernels, because $1; it will use libtorch for everything and be slower" >&2
  exit 0
}

mkdir -p "$folder"
[ "${STIPPLE_KERNELS:-}" != skip ] || without "STIPPLE_KERNELS=skip asks for that"
case $(uname -s) in
  Linux) ;;
  *) without "$(uname -s) is not supported by them" ;;
esac
compiler=
for candidate in ${CC:-cc gcc clang}; do
  if command -v "$candidate" >/dev/null 2>&1; then
    compiler=$candidate
    break
  fi
done
[ -n "$compiler" ] || without "there is no C compiler (looked for ${CC:-cc, gcc, clang})"

# Nothing to do when the library is newer than every source.
if [ -f "$library" ] && [ -z "$(find "$sources" -newer "$library" -type f | head -n 1)" ]; then
  exit 0
fi

objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
flags='-O3 -std=gnu11 -fPIC -pthread -fvisibility=hidden -ffp-contract=off -fno-math-errno -fno-trapping-math -fopenmp-simd -Wall -Wextra -Wno-psabi'
: >"$log"
for source in "$sources"/*.c; do
  name=$(basename "$source" .c)
  # The name says which instructions a file may use; what runs is decided when the library is loaded.
  case $name in
    *_avx2) machine='-mavx2 -mfma' vector=1 ;;
    *_avx512) machine='-mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vnni -mavx2 -mfma' vector=1 ;;
    *_avx512bf16) machine='-mavx512f -mavx512bw -mavx512vl -mavx512dq -mavx512vnni -mavx512bf16 -mavx2 -mfma' vector=1 ;;
    *) machine='' vector='' ;;
  esac
  if [ -n "$vector" ] && [ "$(uname -m)" != x86_64 ]; then
    continue
  fi
  # shellcheck disable=SC2086 # flags are separated by spaces
  if ! "$compiler" $flags $machine -c "$source" -o "$objects/$name.o" >>"$log" 2>&1; then
    cat "$log" >&2
    without "$compiler cannot compile $name.c"
  fi
done
"$compiler" -shared -pthread -o "$library.new" "$objects"/*.o -lm >>"$log" 2>&1 || {
  cat "$log" >&2
  without "$compiler cannot link them"
}
cat "$log" >&2
rm -f "$log"
mv "$library.new" "$library"
