# Sourced by ./dev demo: the whole flow on the demo shop's invented orders.

run_demo() {
    local output="$CPO_ROOT/build/demo"
    say "Running cpo on the demo shop"
    build/release/cpo run --transactions demo/orders.csv --content demo/gift-shop \
        --goal "win back lapsed customers" --output "$output" "$@"
    say "Open $output/report.html"
}
