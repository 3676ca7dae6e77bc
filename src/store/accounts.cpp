#include "store/accounts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kSelectSetup = "SELECT number FROM setup";
constexpr std::string_view kCloseSetup =
    "INSERT INTO setup (number, closed_at) VALUES (1, $1) ON CONFLICT (number) DO NOTHING";

bool is_control_or_space(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; }

/// Code points of UTF-8: every byte that does not continue one.
std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

}  // namespace

const char* name_of(Role role) {
    switch (role) {
        case Role::kViewer:
            return "viewer";
        case Role::kEditor:
            return "editor";
        case Role::kReviewer:
            return "reviewer";
        case Role::kAdmin:
            return "admin";
    }
    std::abort();
}

std::optional<Role> parse_role(std::string_view name) {
    for (const Role role : {Role::kViewer, Role::kEditor, Role::kReviewer, Role::kAdmin})
        if (name == name_of(role)) return role;
    return std::nullopt;
}

std::string normal_email(std::string_view email) {
    std::string normal(email);
    for (char& c : normal)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return normal;
}

Result<void> check_email(std::string_view email) {
    const auto at = email.find('@');
    const bool is_address = email.size() <= kEmailBytesMax && at != std::string_view::npos &&
                            at > 0 && at + 1 < email.size() &&
                            email.find('@', at + 1) == std::string_view::npos &&
                            std::none_of(email.begin(), email.end(), is_control_or_space);
    if (is_address) return {};
    return invalid_argument("email: expected an address such as ada@example.com");
}

Result<void> check_password(std::string_view password) {
    const std::size_t characters = characters_in(password);
    if (characters >= kPasswordCharactersMin && characters <= kPasswordCharactersMax) return {};
    return invalid_argument(fmt::format("password: expected {} to {} characters, got {}",
                                        kPasswordCharactersMin,
                                        kPasswordCharactersMax,
                                        characters));
}

Result<bool> is_setup_open(Session& session) {
    const Rows rows = TRY(session.execute(kSelectSetup));
    return rows.empty();
}

Result<bool> close_setup(Session& session, MilliTime now) {
    const Rows rows = TRY(session.execute(kCloseSetup, {milliseconds_of(now)}));
    return rows.affected == 1;
}

}  // namespace cpo::store
