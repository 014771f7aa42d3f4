#!/usr/bin/env bash
# Sets up what is missing, builds, and runs the MNIST sample; arguments go on to it (--help lists them).
# 'samples/run.sh quickstart' runs the quick start instead, which downloads no data.
set -euo pipefail
# shellcheck source=build/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../build/setup.sh"

name=DeepBelief.Samples.Mnist
if [[ ${1:-} == quickstart ]]; then
  name=DeepBelief.Samples.QuickStart
  shift
fi

setup
build "samples/$name/$name.csproj" || die "the build failed; nothing was run."
# In the caller's folder, so that relative paths among the arguments mean what they say.
exec dotnet "$root/samples/$name/bin/$provider/Release/net10.0/$name.dll" "$@"
