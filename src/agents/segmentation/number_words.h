#pragma once

#include <string>

namespace cpo::segmentation {

/// "8,012", "92", "12.3", "0.46": what people read at a glance, whatever the locale.
std::string plain_number(double value);

/// "12.3 %" of 0.123.
std::string percentage(double share);

/// "1 day", "21 days".
std::string plain_days(double days);

/// With all its digits, up to ten: "12,345.5".
std::string full_number(double value);

/// In whole percent, where 0 % and 100 % mean just that: "94 %", "under 1 %", "over 99 %".
std::string whole_percentage(double share);

}  // namespace cpo::segmentation
