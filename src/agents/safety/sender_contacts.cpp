#include "agents/safety/sender_contacts.h"

#include <re2/re2.h>

#include <set>

#include "agents/safety/phones.h"
#include "agents/safety/validators.h"

namespace cpo::safety {
namespace {

/// Calls `work` with every match of the first group of `expression`.
template <typename Work>
void for_each_match(std::string_view text, const RE2& expression, const Work& work) {
    re2::StringPiece rest(text);
    re2::StringPiece found;
    while (expression.ok() && RE2::FindAndConsume(&rest, expression, &found))
        work(std::string_view(found.data(), found.size()));
}

void collect(std::string_view text, std::set<std::string>& contacts) {
    static const RE2 email_pattern(R"(([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,250}[A-Za-z]))",
                                   RE2::Quiet);
    static const RE2 host_pattern(
        R"((?:https?://|\bwww\.)([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}))", RE2::Quiet);
    static const RE2 phone_pattern(R"((\+?\(?\d(?:[ ().\-/]{0,3}\d){6,16}))", RE2::Quiet);
    for_each_match(text, email_pattern, [&](std::string_view email) {
        if (is_email(email)) contacts.emplace(email);
    });
    for_each_match(text, host_pattern, [&](std::string_view host) { contacts.emplace(host); });
    for_each_match(text, phone_pattern, [&](std::string_view phone) {
        Match match{text,
                    static_cast<std::size_t>(phone.data() - text.data()),
                    static_cast<std::size_t>(phone.data() - text.data()) + phone.size()};
        if (grade_phone(match) > 0) contacts.emplace(phone);
    });
}

}  // namespace

std::vector<std::string> contacts_in(const Library& library) {
    std::set<std::string> contacts;
    for (const Document& document : library.documents) {
        collect(document.text, contacts);
        for (const DocumentFact& fact : document.facts) collect(fact.value, contacts);
    }
    return {contacts.begin(), contacts.end()};
}

}  // namespace cpo::safety
