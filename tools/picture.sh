#!/usr/bin/env bash
# Makes the README's picture: the overview of the sample shop with four simulated experiments, as the tests see it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
CPO_ROOT=$PWD CPO_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/cpo"
source tools/setup.sh
source tools/versions.env
setup_web
(cd web && CPO_BINARY=../build/release/cpo npx playwright test screenshots --grep "screen overview")
mkdir -p docs/images
cp build/screenshots/overview-desktop-light.png docs/images/dashboard.png
