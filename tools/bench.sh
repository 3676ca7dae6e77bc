# Sourced by ./dev bench: our benchmarks, then the peers on the same data in the same run.

VEGETA_VERSION=12.12.0

# The load generator, by the Go proxy; Go checks what it downloads against its checksum database.
vegeta_program() {
    local folder="$CPO_CACHE/vegeta-$VEGETA_VERSION"
    if [ ! -x "$folder/vegeta" ]; then
        command -v go >/dev/null || { say "The load test needs Go 1.22 or newer on the PATH"; return 1; }
        GOBIN="$folder.part" go install "github.com/tsenart/vegeta/v12@v$VEGETA_VERSION" >&2
        mv "$folder.part" "$folder"
    fi
    printf '%s\n' "$folder/vegeta"
}

run_benchmarks() {
    local folder="$CPO_CACHE/bench-$(sha256sum "$CPO_ROOT/tools/bench-requirements.txt" | cut -c1-8)"
    if [ ! -d "$folder" ]; then
        say "Preparing the Python environment of the peers"
        rm -rf "$folder.part"
        python3 -m venv "$folder.part"
        "$folder.part/bin/python" -m pip install -q --disable-pip-version-check --require-hashes \
            -r "$CPO_ROOT/tools/bench-requirements.txt" >&2
        mv "$folder.part" "$folder"
    fi
    local bench
    for bench in build/release/bench/*_bench; do
        say "$(basename "$bench")"
        "$bench" "$@"
    done
    say "scikit-learn on the points of kmeans_bench"
    build/release/bench/kmeans_bench --write-data build/release/bench/points.f32
    OMP_NUM_THREADS=2 "$folder/bin/python" bench/peers/kmeans_sklearn.py build/release/bench/points.f32
    say "Open-loop load on the server, and on FastAPI"
    "$folder/bin/python" bench/http_load.py --binary build/release/cpo --vegeta "$(vegeta_program)"
}
