# Run by cpo_embed: writes STEM.h and STEM.cpp holding the bytes of FILE under NAME.
if(NOT EXISTS ${FILE} OR IS_DIRECTORY ${FILE})
    message(FATAL_ERROR "cpo_embed: ${FILE} is not a file")
endif()
file(READ ${FILE} bytes HEX)
string(LENGTH "${bytes}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${STEM}.h "#pragma once
#include <string_view>

namespace cpo::embedded {
std::string_view ${NAME}();
}  // namespace cpo::embedded
")
file(WRITE ${STEM}.cpp "#include \"embedded/${NAME}.h\"

namespace cpo::embedded {
namespace {
const unsigned char kBytes[] = {${bytes}0};
}  // namespace
std::string_view ${NAME}() { return {reinterpret_cast<const char*>(kBytes), ${size}}; }
}  // namespace cpo::embedded
")
