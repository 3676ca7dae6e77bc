#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace cpo::safety {

enum class WordKind {
    kSlur,       ///< Demeans a group; toxic by itself.
    kInsult,     ///< Demeans a person; toxic when aimed at one.
    kProfanity,  ///< Swearing and vulgarity.
    kSexual,     ///< Explicit.
    kWeak,       ///< Ordinary words with a second meaning: never an issue, a hint for the score.
};

/// A word or phrase of the lexicon in a text, in bytes of the words view.
struct WordHit {
    std::size_t start = 0;
    std::size_t end = 0;
    WordKind kind = WordKind::kWeak;
    int severity = 0;  ///< 0 with kWeak.
};

/// Swear words and slurs: the npm package cuss (MIT), refined by our own list
/// (config/policies/words-en.txt), which adds words, sorts them by kind and exempts those that
/// marketing uses innocently. Words are looked up whole, up to five in a row, with plural and
/// participle endings; never inside other words. Immutable; thread-safe; linear.
class Lexicon {
public:
    /// Reads the embedded lists. Errors: kInternal when one cannot be read or is far too short.
    static Result<Lexicon> make();

    /// Hits in order, without overlaps, longest first.
    std::vector<WordHit> find(std::string_view words) const;

    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        WordKind kind;
        int severity;     ///< -1: exempt, in every form.
        bool is_curated;  ///< From our own list: counts with endings and doubled letters too.
    };
    Result<void> add_ratings(std::string_view source);
    Result<void> add_policy(std::string_view source);
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view term) const {
            return std::hash<std::string_view>()(term);
        }
    };
    template <typename Value>
    using Table = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

    const Entry* look_up(std::string_view term) const;
    const Entry* look_up_forms(std::string_view token) const;
    void set(const std::string& term, const Entry& entry);

    Table<Entry> entries_;
    Table<std::size_t> phrase_words_;  ///< First word of a phrase -> most words in one.
};

}  // namespace cpo::safety
