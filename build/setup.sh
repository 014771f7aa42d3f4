# shellcheck shell=bash
# What samples/run.sh and tests/run.sh share: an environment in which dotnet works, a torch to run on,
# and a build. To be sourced. Says one sentence about what it installs, and nothing about what is there.

set -euo pipefail

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
state="$root/artifacts/setup" # ignored by git; safe to delete
provider=                     # set by choose_provider: package or system
properties=()                 # MSBuild properties for every dotnet command (-p:Name=Value); a caller may add some

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# ---------------------------------------------------------------- environment

prepare_environment() {
  exec </dev/null # nothing may wait for an answer
  mkdir -p "$state"

  # Containers and services often have no home; dotnet, NuGet and npm all want one.
  if [[ -z ${HOME:-} || ! -d $HOME || ! -w $HOME ]]; then
    export HOME="$root/artifacts/home"
    mkdir -p "$HOME"
  fi
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
  if [[ ${CI:-} == true ]]; then
    export MSBUILDDISABLENODEREUSE=1 # leave no build processes behind
  fi

  command -v dotnet >/dev/null || die "the .NET 10 SDK is not on the PATH; install it (on many systems the package is dotnet-sdk-10.0)."
  local version
  version=$(cd "$root" && dotnet --version 2>/dev/null) || version=none
  [[ ${version%%.*} =~ ^[0-9]+$ && ${version%%.*} -ge 10 ]] ||
    die "the .NET SDK 10 or newer is needed, found: $version."
}

# ---------------------------------------------------------------- Debian packages

# Root, or sudo that asks for no password.
apt_prefix() {
  if [[ $(id -u) == 0 ]]; then
    printf 'env'
  elif sudo -n true 2>/dev/null; then
    printf 'sudo -n env'
  else
    return 1
  fi
}

can_install() { command -v apt-get >/dev/null && apt_prefix >/dev/null; }

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# install_packages WHY PACKAGE...
install_packages() {
  local why=$1 log="$state/apt.log" prefix
  shift
  read -ra prefix <<<"$(apt_prefix)"
  local apt=("${prefix[@]}" DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=300)
  local install=("${apt[@]}" install --no-install-recommends "$@")
  say "Installing $* ($why)."
  # Package lists may be missing or old: fetch them only when the first try needed it.
  "${install[@]}" >"$log" 2>&1 ||
    { "${apt[@]}" update >>"$log" 2>&1 && "${install[@]}" >>"$log" 2>&1; } ||
    { tail -n 5 "$log" >&2; return 1; }
}

# ---------------------------------------------------------------- which torch

# In this order: the environment, local.props, what was found the last time, a try.
choose_provider() {
  provider=${TorchProvider:-}
  if [[ -z $provider && -f $root/local.props ]]; then
    provider=$(cd "$root" && dotnet msbuild local.props -getProperty:TorchProvider)
  fi
  if [[ -z $provider ]]; then
    recall_provider || try_packages
  fi
  [[ $provider == package || $provider == system ]] ||
    die "TorchProvider is '$provider'; expected 'package' or 'system'."
}

# What the answer depends on, in one number.
provider_key() {
  {
    cat "$root"/Directory.*.props "$root/local.props" "$root"/[Nn]u[Gg]et.[Cc]onfig \
      "$HOME"/.nuget/NuGet/*.[Cc]onfig 2>/dev/null || true
    printf '%s|' "$HOME" "${NUGET_PACKAGES:-}" "${TorchRuntime:-}" "${TorchSharpVersion:-}" "${properties[@]}"
  } | cksum
}

recall_provider() {
  [[ -f $state/torch-provider && $(sed 1d "$state/torch-provider") == "$(provider_key)" ]] &&
    provider=$(head -n 1 "$state/torch-provider")
}

try_packages() {
  local log="$state/probe.log"
  say "Asking NuGet for TorchSharp's runtime packages, a large download where they can be had."
  if (cd "$root" && dotnet restore build/TorchProbe/TorchProbe.csproj -p:TorchProvider=package "${properties[@]}") >"$log" 2>&1; then
    provider=package
  else
    provider=system
    # NU1101 to NU1103: no such package, or no such version. Anything else may pass, so it is not remembered.
    if ! grep -qE 'NU110[1-3]' "$log"; then
      say "NuGet gave no clear answer ($log); this time TorchProvider=system is used (set it in local.props to skip the question)."
      return
    fi
    say "They can't be had here, so TorchProvider=system is used (delete $state to be asked again)."
  fi
  printf '%s\n%s\n' "$provider" "$(provider_key)" >"$state/torch-provider"
}

# ---------------------------------------------------------------- libtorch of the system

blas_library() {
  local path
  path=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | awk '$1 == "libblas.so.3" { print $NF; exit }')
  [[ -n $path ]] && readlink -f "$path"
}

# The reference implementation, many times slower than any other, lies in a folder called 'blas'.
is_reference_blas() { [[ $(blas_library) == */blas/libblas.so.3* ]]; }

# A libtorch that the caller names (environment, command line or local.props) is not ours to install.
names_own_libtorch() {
  [[ -n ${TorchDir:-}${CMakePrefixPath:-}${Torch_DIR:-}${CMAKE_PREFIX_PATH:-} ]] ||
    [[ " ${properties[*]} " =~ :(TorchDir|CMakePrefixPath)= ]] ||
    grep -qsE '<(TorchDir|CMakePrefixPath)[ >]' "$root/local.props"
}

prepare_system_libtorch() {
  local missing=() own=false
  if names_own_libtorch; then own=true; fi

  command -v c++ >/dev/null || missing+=(g++)
  command -v cmake >/dev/null || missing+=(cmake)
  command -v make >/dev/null || command -v ninja >/dev/null || missing+=(make)
  if [[ $own == false ]]; then
    if ! is_installed libtorch-dev; then
      missing+=(libtorch-dev libopenblas0-pthread)
    elif is_reference_blas && ! is_installed libopenblas0-pthread; then
      missing+=(libopenblas0-pthread)
    fi
  fi

  if [[ ${#missing[@]} -gt 0 ]]; then
    can_install || die "${missing[*]} not found, and this script can't install it (that takes Debian's apt-get, and root or sudo without a password); install it, or set TorchDir to the folder of a libtorch's TorchConfig.cmake."
    install_packages "to build against the system's libtorch" "${missing[@]}" ||
      die "installing ${missing[*]} failed; the whole log is in $state/apt.log."
  fi
  if [[ $own == false ]] && is_reference_blas; then
    say "warning: matrix products go through the reference BLAS, many times slower than OpenBLAS; choose another with 'update-alternatives --config libblas.so.3-$(uname -m)-linux-gnu'."
  fi
}

# ---------------------------------------------------------------- together

setup() {
  prepare_environment
  choose_provider
  if [[ $provider == system ]]; then prepare_system_libtorch; fi
  properties+=("-p:TorchProvider=$provider")
}

# build PROJECT_OR_SOLUTION: Release, warnings as errors (Directory.Build.props). Silent when all is well,
# which 'dotnet build' is not.
build() {
  (cd "$root" && dotnet msbuild "$1" -restore -nologo -terminalLogger:off -verbosity:quiet -p:Configuration=Release "${properties[@]}")
}
