# Sourced by ./dev test: every test, in a release build and under the sanitizers.
source tools/postgres.sh

# Rooms that start threads or are called from many: their tests also run under the thread sanitizer.
TSAN_TESTS=(cpo_base_test cpo_segmentation_test cpo_embedder_test cpo_vector_index_test cpo_lexical_index_test
    cpo_retrieval_test cpo_safety_test cpo_http_client_test cpo_llm_test cpo_pipeline_test cpo_store_test
    cpo_jobs_test cpo_http_test)

# run_gtests PRESET [PROGRAM...]: runs the test programs through ctest (all without names), results as JSON
# beside the build.
run_gtests() {
    local preset=$1
    shift
    local chosen=()
    [ $# -gt 0 ] && chosen=(-R "^($(IFS='|'; echo "$*"))\$")
    local results="$CPO_ROOT/build/$preset/test-results"
    rm -rf "$results"
    mkdir -p "$results"
    # A fixed seed for the property tests: a red run can be repeated.
    RC_PARAMS="seed=20261126" TSAN_OPTIONS="suppressions=$CPO_ROOT/tools/tsan.supp" GTEST_OUTPUT="json:$results/" ctest --test-dir "build/$preset" -j "$(nproc)" --output-on-failure \
        "${chosen[@]}" --no-tests=error --timeout 900 >"$results/ctest.log" 2>&1 || {
        cat "$results/ctest.log"
        return 1
    }
    tail -4 "$results/ctest.log"
}

# python_environment REQUIREMENTS: an environment with what the file pins, outside the tree; prints its folder.
python_environment() {
    local folder="$CPO_CACHE/python-$(sha256sum "$1" | cut -c1-8)"
    if [ ! -d "$folder" ]; then
        say "Preparing the Python environment of $1" >&2
        rm -rf "$folder.part"
        python3 -m venv "$folder.part"
        "$folder.part/bin/python" -m pip install -q --disable-pip-version-check --require-hashes \
            -r "$1" >&2
        mv "$folder.part" "$folder"
    fi
    printf '%s\n' "$folder"
}

run_all_tests() {
    local failed=0 preset postgres
    say "Starting PostgreSQL for the tests"
    postgres=$(mktemp -d "${TMPDIR:-/tmp}/cpo-postgres-XXXXXX")
    # shellcheck disable=SC2064 # The folder of now.
    trap "stop_postgres '$postgres'" EXIT
    CPO_TEST_POSTGRES=$(start_postgres "$postgres")
    export CPO_TEST_POSTGRES
    say "Release build"
    build release
    say "Tests, release build"
    run_gtests release || failed=1
    say "Tests of the whole program"
    local python program schemathesis
    python=$(python_environment tools/test-requirements.txt)/bin/python
    schemathesis=$(python_environment tools/schemathesis-requirements.txt)/bin/python
    for program in system server recovery quickstart; do
        "$python" "tests/${program}_test.py" --binary build/release/cpo --results build/release/test-results || failed=1
    done
    "$python" tests/schemathesis_test.py --binary build/release/cpo --schemathesis "$schemathesis" \
        --results build/release/test-results || failed=1
    say "Address and undefined-behaviour sanitizers"
    build asan tests cpo
    run_gtests asan || failed=1
    "$python" tests/server_test.py --binary build/asan/cpo --results build/asan/test-results || failed=1
    say "Thread sanitizer"
    build tsan "${TSAN_TESTS[@]}"
    run_gtests tsan "${TSAN_TESTS[@]}" || failed=1
    python3 tools/count_tests.py build/*/test-results || failed=1
    return $failed
}
