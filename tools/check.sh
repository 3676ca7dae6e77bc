# Sourced by ./dev check: formatting, clang-tidy, house rules.

source_files() { git ls-files --cached --others --exclude-standard "$@"; }

# Lints one file unless the same text, with the same headers and rules, was clean before.
tidy_one() {
    local file=$1 headers=$2
    local stamp="build/tidy/clean/$(cat "$file" <(printf '%s' "$headers") | sha256sum | cut -c1-32)"
    [ -e "$stamp" ] && return 0
    if clang-tidy-16 --quiet -p build/tidy --extra-arg=-Wno-unknown-warning-option "$file" \
        >"build/tidy/log.$$" 2>/dev/null; then
        touch "$stamp"
    else
        cat "build/tidy/log.$$"
        rm -f "build/tidy/log.$$"
        return 1
    fi
    rm -f "build/tidy/log.$$"
}
export -f tidy_one

run_checks() {
    say "Formatting"
    source_files '*.h' '*.cpp' | xargs clang-format-16 --dry-run --Werror
    say "clang-tidy"
    configure tidy
    cmake --build --preset tidy --target embedded_files
    mkdir -p build/tidy/clean
    local headers
    headers=$( (source_files '*.h' .clang-tidy | sort | xargs cat) | sha256sum)
    # Shipped code; tests are held by the compiler's warnings and the house rules.
    source_files 'src/*.cpp' | grep -vE '_(test|fuzz)\.cpp$' |
        xargs -P "$(nproc)" -I{} bash -c 'tidy_one "$1" "$2"' _ {} "$headers"
    say "Dashboard: types, lint, format"
    (cd web && npm run --silent check)
    say "House rules"
    build release tidy_test
    build/release/tests/tidy_test --gtest_brief=1
}
