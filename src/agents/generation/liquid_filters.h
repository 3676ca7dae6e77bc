#pragma once

#include <array>
#include <cstddef>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>

#include "agents/generation/liquid_value.h"
#include "base/result.h"

namespace cpo::generation::liquid {

/// Memory that the values of one rendering live in, and the account of the work done.
class Memory {
public:
    explicit Memory(std::size_t work_bytes_max) : work_bytes_max_(work_bytes_max) {}

    /// Counts `bytes` of work. Errors: kResourceExhausted.
    Result<void> charge(std::size_t bytes);
    /// A lasting copy of `text`. Errors: kResourceExhausted.
    Result<Value> keep(std::string_view text);
    /// Room for `count` elements. Errors: kResourceExhausted.
    Result<Value*> make_items(std::size_t count);

private:
    alignas(std::max_align_t) std::array<std::byte, 1024> first_{};
    std::pmr::monotonic_buffer_resource pool_{first_.data(), first_.size()};
    std::size_t work_bytes_max_;
    std::size_t work_bytes_ = 0;
};

/// One filter of the subset. `apply` returns an error without a place; the caller adds it.
struct Filter {
    std::string_view name;
    std::size_t arguments_min = 0;
    std::size_t arguments_max = 0;
    Result<Value> (*apply)(const Value& input, std::span<const Value> arguments, Memory& memory);
};

/// Null when there is no such filter.
const Filter* find_filter(std::string_view name);
/// "append, capitalize, date, ...": for the message about an unknown one.
std::string filter_names();

}  // namespace cpo::generation::liquid
