# Sourced by ./dev fuzz: builds and runs each libFuzzer target, [seconds per target] as argument.

run_fuzzers() {
    local seconds=${1:-60} failed=0 target
    local targets=()
    while read -r file; do targets+=("$(basename "$file" .cpp)"); done \
        < <(git ls-files --cached --others --exclude-standard 'src/*_fuzz.cpp')
    build fuzz "${targets[@]}"
    for target in "${targets[@]}"; do
        say "$target, $seconds s"
        mkdir -p "build/fuzz/corpus/$target"
        "$(find build/fuzz -name "$target" -type f -perm -u+x)" -max_total_time="$seconds" -timeout=10 \
            -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
            -artifact_prefix="build/fuzz/$target-" "build/fuzz/corpus/$target" || failed=1
    done
    [ $failed = 0 ] && say "No target failed"
    return $failed
}
