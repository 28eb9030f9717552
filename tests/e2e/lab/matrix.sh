#!/bin/bash
# Measures what outages of an apiserver do to the clients of load balancers: 100 new TLS connections a second for 20 s, 200 watches.
#   matrix.sh [--out FILE] [--only LETTERS] [apilb|haproxy|haproxy-tuned]...
# One row per outage and balancer goes into FILE, a Markdown table (artifacts/outages.md); a row that is there already is replaced.
# LETTERS chooses outages: a frozen, b vanished, c kill -9, d graceful stop, e rolling restart, f overloaded. All three balancers and all
# six outages take about twenty minutes. Uses the ApiLb of this tree in Release, or the one that APILB_BINARY names.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$here/../../artifacts/outages.md
only=
balancers=()
usage() { sed --quiet '2,/^set/{/^#/s/^# \?//p}' "${BASH_SOURCE[0]}" >&2; exit 2; }

while (($# > 0)); do
    case $1 in
        --out) out=${2:?}; shift ;;
        --only) only=${2:?}; shift ;;
        apilb | haproxy | haproxy-tuned) balancers+=("$1") ;;
        *) usage ;;
    esac
    shift
done
((${#balancers[@]} > 0)) || balancers=(apilb haproxy haproxy-tuned)

mkdir --parents "$(dirname "$out")"
out=$(realpath "$out")
dotnet build "$here" --nologo --verbosity quiet --configuration Release
for balancer in "${balancers[@]}"; do
    APILB_E2E_BALANCER=$balancer APILB_E2E_MATRIX=$out APILB_E2E_MATRIX_ONLY=$only \
        "$here/bin/Release/net10.0/ApiLb.EndToEndTests" -noColor -noLogo -explicit only -class ApiLb.EndToEndTests.OutageMatrix
done
cat "$out"
