#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace cpo::generation {

namespace liquid {
struct Program;
}

/// Limits of one template; over one of them parsing or rendering ends with kResourceExhausted.
struct LiquidLimits {
    std::size_t template_bytes_max = std::size_t{64} << 10;
    int depth_max = 16;                   ///< Blocks inside blocks, and brackets inside brackets.
    std::size_t iterations_max = 10'000;  ///< Of all loops of one rendering together.
    std::size_t output_bytes_max = std::size_t{256} << 10;
    std::size_t work_bytes_max = std::size_t{16} << 20;  ///< Text read and made by filters.
};

/// A variable that a template reads.
struct LiquidVariable {
    std::string path;          ///< "customer.first_name"; ends before the first computed index.
    int line = 1;              ///< Of its first use, 1-based.
    int column = 1;            ///< In code points, 1-based.
    bool is_optional = false;  ///< Every use is followed by the `default` filter.
};

/// A message template in a strict subset of Liquid (docs/templates.md lists it): output with
/// filters, if/elsif/else, unless, case/when, for/else, assign, comment, raw, whitespace control.
/// No includes. Whatever the Liquid dialects read differently is refused, so what is accepted
/// renders as liquidjs renders it. Nothing is escaped unless the template says `| escape`.
/// Compiled once to a list of instructions; immutable and thread-safe afterwards. Move-only.
class LiquidTemplate {
public:
    /// Errors: kInvalidArgument with line and column (syntax, unknown tag or filter, number of
    /// arguments), kResourceExhausted.
    static Result<LiquidTemplate> parse(std::string_view source, const LiquidLimits& limits = {});

    /// Fills the template. A name that is missing in `variables` is an error unless `default`
    /// directly follows it; a null is a known value and prints nothing. Pure: the same variables
    /// give the same text. Around 1 us for a message of 150 bytes.
    /// Errors: kInvalidArgument with line and column (unknown name, wrong type, bad date),
    /// kResourceExhausted.
    Result<std::string> render(const json::object& variables) const;

    /// The variables it reads from outside, in order of first use.
    const std::vector<LiquidVariable>& variables() const;

    LiquidTemplate(LiquidTemplate&&) noexcept;
    LiquidTemplate& operator=(LiquidTemplate&&) noexcept;
    ~LiquidTemplate();

private:
    explicit LiquidTemplate(std::unique_ptr<const liquid::Program> program);
    std::unique_ptr<const liquid::Program> program_;
};

}  // namespace cpo::generation
