#include "base/month_names.h"

#include <array>
#include <cassert>

namespace cpo {

std::string_view english_month(unsigned month) {
    static constexpr std::array<std::string_view, 12> kMonths{"January",
                                                              "February",
                                                              "March",
                                                              "April",
                                                              "May",
                                                              "June",
                                                              "July",
                                                              "August",
                                                              "September",
                                                              "October",
                                                              "November",
                                                              "December"};
    assert(month >= 1 && month <= kMonths.size());
    return kMonths[month - 1];
}

}  // namespace cpo
