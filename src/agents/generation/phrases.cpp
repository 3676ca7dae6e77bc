#include "agents/generation/phrases.h"

#include <cstdlib>
#include <iostream>

#include "embedded/phrases_en.h"
#include "embedded/template_email.h"
#include "embedded/template_push.h"
#include "embedded/template_sms.h"
#include "embedded/template_web.h"

namespace cpo::generation {
namespace {

/// Our own files are wrong only by our own bug: say which one and stop.
template <typename T>
T must(Result<T> result, std::string_view what) {
    if (!result) {
        std::cerr << "cpo: built-in " << what << ": " << result.error().message << '\n';
        std::abort();
    }
    return *std::move(result);
}

/// Whether the dotted path leads to something else than null.
bool has_value(const json::object& variables, std::string_view path) {
    const json::object* object = &variables;
    while (true) {
        const auto dot = std::min(path.find('.'), path.size());
        const json::value* value = object->if_contains(path.substr(0, dot));
        if (value == nullptr || value->is_null()) return false;
        if (dot == path.size()) return true;
        object = value->if_object();
        if (object == nullptr) return false;
        path.remove_prefix(dot + 1);
    }
}

bool has_all(const json::object& variables, const LiquidTemplate& phrase) {
    for (const LiquidVariable& variable : phrase.variables())
        if (!variable.is_optional && !has_value(variables, variable.path)) return false;
    return true;
}

}  // namespace

PhraseBank::PhraseBank() {
    add("", must(parse_json(embedded::phrases_en()), "phrases.en.json"));
    const auto add_layout = [&](Channel channel, std::string_view source) {
        layouts_.emplace(channel, must(LiquidTemplate::parse(source), name_of(channel)));
    };
    add_layout(Channel::kEmail, embedded::template_email());
    add_layout(Channel::kSms, embedded::template_sms());
    add_layout(Channel::kPush, embedded::template_push());
    add_layout(Channel::kWeb, embedded::template_web());
}

void PhraseBank::add(const std::string& key, const json::value& value) {
    if (value.is_object()) {
        for (const auto& [name, child] : value.as_object())
            add(key.empty() ? std::string(name) : key + "." + std::string(name), child);
    } else if (value.is_array()) {
        auto& phrases = phrases_[key];
        for (const json::value& phrase : value.as_array())
            phrases.push_back(must(LiquidTemplate::parse(std::string(phrase.as_string())), key));
    } else {
        tones_[key] = std::string(value.as_string());
    }
}

const PhraseBank& PhraseBank::english() {
    static const PhraseBank bank;
    return bank;
}

std::optional<std::string> PhraseBank::pick(
    const std::string& key,
    const json::object& variables,
    std::size_t start,
    const std::function<bool(const std::string&)>& accept) const {
    const auto found = phrases_.find(key);
    if (found == phrases_.end()) return std::nullopt;
    const auto& phrases = found->second;
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        const LiquidTemplate& phrase = phrases[(start + i) % phrases.size()];
        if (!has_all(variables, phrase)) continue;
        auto text = phrase.render(variables);
        if (text && accept(*text)) return *std::move(text);
    }
    return std::nullopt;
}

const std::string& PhraseBank::tone_of(const std::string& strategy) const {
    return tones_.at("strategies." + strategy + ".tone");
}

const LiquidTemplate& PhraseBank::layout(Channel channel) const { return layouts_.at(channel); }

}  // namespace cpo::generation
