#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agents/generation/content_choice.h"
#include "agents/generation/phrases.h"

namespace cpo::generation {

/// Where a sentence stands in a message.
enum class Slot {
    kOpening,
    kLead,
    kFact,
    kOffer,
    kDeadline,
    kCall,
    kTerms,
    kOptOut,
    kPostalAddress
};

/// A sentence and what it rests on.
struct Sentence {
    Slot slot = Slot::kOpening;
    std::string text;
    std::string document;  ///< Empty for words that claim nothing.
};

/// One message while it is being put together: picks sentences slot by slot and lays them out.
class Draft {
public:
    /// `strategy` as in Brief. `number` moves the choice of phrases: other segments and other
    /// positions read differently.
    Draft(const GenerationRequest& request,
          const Ingredients& ingredients,
          std::string strategy,
          std::size_t number);

    /// Picks everything but the subject.
    void fill();
    /// A subject (push: title) that is not in `taken`; empty when the channel has none or none
    /// fits.
    std::string subject(const std::vector<std::string>& taken) const;
    /// The text of the message from the layout of the channel.
    Result<std::string> text() const;

    const std::vector<Sentence>& sentences() const { return sentences_; }
    /// Takes the first sentence out that contains `words` and is not a legal line. False when none.
    bool drop(const std::string& words);
    /// Takes out the least needed sentence to make the text shorter. False when none is left.
    bool shorten();

    /// Documents the message may rest on.
    std::vector<std::string> cited() const;
    bool has(Slot slot) const;
    Channel channel() const { return request_.campaign.channel; }
    /// How many facts the strategy and the channel would like: text messages and notifications have
    /// room for one, and only where it is the point or there is no offer.
    std::size_t facts_wanted() const;
    /// The facts that were taken.
    const std::vector<FactSentence>& facts() const { return facts_; }

private:
    bool is_control() const { return strategy_ == "control"; }
    bool is_brief() const;
    bool is_sayable(const std::string& text) const;
    std::optional<std::string> pick(const std::string& key) const;
    void add(Slot slot, const std::optional<std::string>& text, const std::string& document);
    bool is_confusing(const FactSentence& fact) const;
    bool take_fact(const FactSentence& fact);
    void choose_facts();
    void add_opening();
    void add_offer();
    void add_call();
    void add_legal_lines();
    std::string joined(std::initializer_list<Slot> slots) const;

    const GenerationRequest& request_;
    const Ingredients& ingredients_;
    std::string strategy_;
    std::size_t number_;
    json::object variables_;
    std::vector<FactSentence> facts_;
    std::vector<Sentence> sentences_;
};

}  // namespace cpo::generation
