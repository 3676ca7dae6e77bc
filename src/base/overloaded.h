#pragma once

namespace cpo {

/// Visits a std::variant with one lambda per alternative.
template <typename... Visitors>
struct Overloaded : Visitors... {
    using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace cpo
