#!/usr/bin/env bash
# Checks that tests/data/liquid_cases.json is what npm liquidjs answers today; --write renews it.
# Installs the pinned liquidjs into the dependency cache. Says so and passes where npm is missing.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
version=10.30.1
integrity='sha512-P1Iz14WUHZdfbOYwHOIhtl/iAWIOYk1ks5l9rPZlDM6vZo+6BLeYIuWHAPkIz+U8Mm8HKZKITIrjX7DQJO2fqA=='
if ! command -v npm >/dev/null; then
    echo "liquid differential: skipped, no npm here"
    exit 0
fi
folder="${XDG_CACHE_HOME:-$HOME/.cache}/cpo/liquidjs-$version"
if [ ! -d "$folder" ]; then
    part=$(mktemp -d "$(dirname "$folder")/liquidjs.XXXXXX")
    trap 'rm -rf "$part"' EXIT
    npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$part" "liquidjs@$version"
    grep -qF "$integrity" "$part/package-lock.json" || {
        echo "liquid differential: liquidjs $version has another checksum than pinned" >&2
        exit 1
    }
    mv "$part" "$folder"
fi
mode=--check
[ "${1:-}" = --write ] && mode=
exec node "$root/tests/liquid_differential.mjs" --liquidjs "$folder" $mode
