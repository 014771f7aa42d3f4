#!/usr/bin/env bash
# Sets up what is missing, builds Release with warnings as errors, runs all tests, and ends with one line:
# N passed, N failed, N skipped. Arguments go on to 'dotnet test': tests/run.sh --filter Dbn
# MSBuild properties among them (-p:TorchSharpVersion=...) count for the build, too.
set -euo pipefail
# shellcheck source=build/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../build/setup.sh"

for argument in "$@"; do
  case $argument in
    --) break ;;
    -p:TorchProvider=* | --property:TorchProvider=*) TorchProvider=${argument#*=} ;;
    -p:* | --property:*) properties+=("$argument") ;;
  esac
done

setup

# The .pt files are checked against PyTorch itself; without it those tests are skipped.
if command -v dpkg-query >/dev/null && ! is_installed python3-torch; then
  if ! can_install || ! install_packages "to check saved files against PyTorch" python3-torch; then
    say "warning: python3-torch is not here and can't be installed; the tests that need it are skipped."
  fi
fi

build DeepBelief.sln || die "the build failed; no test ran."

results="$root/artifacts/test-results"
rm -rf "$results"
passed=0 failed=0 skipped=0
for project in "$root"/tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  trx="$results/$name.trx"
  status=0
  (cd "$root" && dotnet test "$project" -c Release --no-build --nologo "${properties[@]}" \
    --results-directory "$results" --logger "trx;LogFileName=$name.trx" "$@") || status=$?

  read -r total good bad < <(
    [[ -f $trx ]] && sed -nE 's/.*<Counters total="([0-9]+)" executed="[0-9]+" passed="([0-9]+)" failed="([0-9]+)".*/\1 \2 \3/p' "$trx"
    echo "0 0 0" # no results, no counts
  ) || true
  # A run that broke off has failed, whatever it had counted by then.
  if [[ $status != 0 && $bad == 0 ]]; then
    say "error: the test run of $name ended with exit code $status without a failed test: it crashed or never started."
    bad=1 total=$((total + 1))
  fi
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + total - good - bad))
done

if [[ $((passed + failed + skipped)) == 0 ]]; then
  die "no test ran: none matches the arguments ($*)."
fi
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[[ $failed == 0 ]]
