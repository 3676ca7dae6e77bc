# Sourced by ./dev bench: our benchmarks, then the peers on the same data in the same run.

VEGETA_VERSION=12.12.0

# The load generator, by the Go proxy; Go checks what it downloads against its checksum database. Called as $(...), where
# bash ignores `set -e`: every step says itself that it failed.
vegeta_program() {
    local folder="$CPO_CACHE/vegeta-$VEGETA_VERSION"
    if [ ! -x "$folder/vegeta" ]; then
        command -v go >/dev/null || { say "The load test needs Go 1.22 or newer on the PATH"; return 1; }
        rm -rf "$folder" "$folder.part" || return 1
        GOBIN="$folder.part" go install "github.com/tsenart/vegeta/v12@v$VEGETA_VERSION" >&2 || return 1
        mv "$folder.part" "$folder" || return 1
    fi
    printf '%s\n' "$folder/vegeta"
}

# Clusterings beside the peers on the same data in the same run.
bench_segmentation() {
    local python=$1
    say "k-means beside scikit-learn and oneDAL"
    OMP_NUM_THREADS=2 "$python" bench/kmeans.py --binary build/release/cpo
    say "DBSCAN, HDBSCAN, hierarchies and mixtures beside their peers"
    "$python" bench/clustering.py --binary build/release/cpo
    say "Labels found again, beside scikit-learn and hdbscan"
    "$python" bench/clustering_quality.py --binary build/release/cpo
    say "How time grows with rows and columns"
    "$python" bench/growth.py --binary build/release/cpo --output bench/results/segmentation_growth.svg
}

# Everything, or what the first argument names; others go to Google Benchmark.
run_benchmarks() {
    local bench python vegeta
    if [ "${1:-}" = segmentation ]; then
        shift
        python=$(python_environment tools/bench-requirements.txt)/bin/python || return 1
        build/release/bench/kmeans_bench "$@"
        bench_segmentation "$python"
        return
    fi
    # Before the first bench: what is missing shows at once, not after minutes.
    python=$(python_environment tools/bench-requirements.txt)/bin/python || return 1
    vegeta=$(vegeta_program) || return 1
    command -v wrk >/dev/null || { say "The load test needs wrk: apt-get install wrk"; return 1; }
    for bench in build/release/bench/*_bench; do
        say "$(basename "$bench")"
        "$bench" "$@"
    done
    bench_segmentation "$python"
    say "Load on the server, and on FastAPI"
    "$python" bench/http_load.py --binary build/release/cpo --vegeta "$vegeta" --wrk "$(command -v wrk)"
}
