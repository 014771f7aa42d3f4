#!/usr/bin/env bash
# Sets up what is missing, builds, and measures how fast the library trains on this machine; ends with one table.
# Arguments: --quick, --peers, --original folder, --json file, --case name; --help explains them and the table.
# Another command of the benchmark project may come first: tests/run-benchmarks.sh memory
set -euo pipefail
# shellcheck source=build/setup.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../build/setup.sh"

command=training
if [[ ${1:-} == [a-z]* ]]; then
  command=$1
  shift
fi

# What is compared with: package names, or nothing.
peers() {
  [[ $command == training ]] || return 0
  case " $* " in
    *" --help "* | *" -h "* | *" -? "*) return 0 ;;
  esac
  printf 'python3-torch\n' # fine-tuning is measured against it
  case " $* " in
    *" --peers "* | *" --original "* | *" --original="* | *" --original:"*) printf 'python3-sklearn\n' ;;
  esac
  case " $* " in
    *" --original "* | *" --original="* | *" --original:"*) printf 'python3-tqdm\n' ;;
  esac
}

setup
if command -v dpkg-query >/dev/null; then
  for package in $(peers "$@"); do
    if ! is_installed "$package"; then
      if ! can_install || ! install_packages "to compare with" "$package"; then
        say "warning: $package is not here and can't be installed; what it is compared with is skipped."
      fi
    fi
  done
fi

project=DeepBelief.Benchmarks
build "tests/$project/$project.csproj" || die "the build failed; nothing was measured."
# In the caller's folder, so that relative paths among the arguments mean what they say.
exec dotnet "$root/tests/$project/bin/$provider/Release/net10.0/$project.dll" "$command" "$@"
