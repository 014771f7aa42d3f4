#!/usr/bin/env bash
# Sets up what is missing, builds, and runs the MNIST sample; arguments go on to it (--help lists them).
# 'samples/run.sh quickstart', 'tabular' or 'densities' runs another sample instead; none of these downloads data.
set -euo pipefail
# shellcheck source=build/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../build/setup.sh"

name=DeepBelief.Samples.Mnist
case ${1:-} in
  quickstart) name=DeepBelief.Samples.QuickStart && shift ;;
  tabular) name=DeepBelief.Samples.Tabular && shift ;;
  densities) name=DeepBelief.Samples.Densities && shift ;;
esac

setup
build "samples/$name/$name.csproj" || die "the build failed; nothing was run."
# In the caller's folder, so that relative paths among the arguments mean what they say.
exec dotnet "$root/samples/$name/bin/$provider/Release/net10.0/$name.dll" "$@"
