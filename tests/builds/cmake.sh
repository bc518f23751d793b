#!/bin/sh
# CMake takes naascc for the compiler that stands behind it, and lists its commands in compile_commands.json, which can be run.
. "$(dirname "$0")/lib.sh"
cmake=${CMAKE:-cmake}
need "$cmake"
expect 'configure' "$cmake" -S . -B build -DCMAKE_C_COMPILER="$naascc" -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS=-Rnaas
expect 'build' "$cmake" --build build -j2
right build/prog
"$cmake" -S . -B again -DCMAKE_C_COMPILER="$naascc" >configured
grep -qE 'C compiler identification is (GNU|Clang)' configured || { fail 'not identified'; cat configured >&2; }
contains build/compile_commands.json "$naascc"
command=$(sed -n 's/.*"command": "\(.*dot\.c\)",\{0,1\}$/\1/p' build/compile_commands.json)
expect 'a command of compile_commands.json' sh -c "cd build && $command"
finish
