# Sourced by ./dev bench: our benchmarks, then the peers on the same data in the same run.

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
}
