#!/usr/bin/env bash
# Makes the README's picture from the report of `./dev demo`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v chromium >/dev/null || {
    echo "The picture needs a browser: apt-get install chromium fonts-liberation" >&2
    exit 1
}
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
mkdir -p docs/images
chromium --headless --no-sandbox --disable-gpu --disable-background-networking --hide-scrollbars \
    --user-data-dir="$profile" --window-size=1000,1400 --screenshot=docs/images/report.png \
    "file://$PWD/build/demo/report.html"
