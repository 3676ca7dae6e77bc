#include "store/experiment_state.h"

#include <array>
#include <cstdlib>

namespace cpo::store {
namespace {

constexpr std::array kStates{ExperimentState::kDraft,
                             ExperimentState::kRunning,
                             ExperimentState::kPaused,
                             ExperimentState::kStopped,
                             ExperimentState::kShipped};
constexpr std::array kMoves{ExperimentMove::kStart,
                            ExperimentMove::kPause,
                            ExperimentMove::kResume,
                            ExperimentMove::kStop,
                            ExperimentMove::kShip,
                            ExperimentMove::kRollBack};

template <typename Values>
auto find_named(const Values& values, std::string_view name)
    -> std::optional<typename Values::value_type> {
    for (const auto value : values)
        if (name == name_of(value)) return value;
    return std::nullopt;
}

}  // namespace

const char* name_of(ExperimentState state) {
    switch (state) {
        case ExperimentState::kDraft:
            return "draft";
        case ExperimentState::kRunning:
            return "running";
        case ExperimentState::kPaused:
            return "paused";
        case ExperimentState::kStopped:
            return "stopped";
        case ExperimentState::kShipped:
            return "shipped";
    }
    std::abort();
}

const char* name_of(ExperimentMove move) {
    switch (move) {
        case ExperimentMove::kStart:
            return "start";
        case ExperimentMove::kPause:
            return "pause";
        case ExperimentMove::kResume:
            return "resume";
        case ExperimentMove::kStop:
            return "stop";
        case ExperimentMove::kShip:
            return "ship";
        case ExperimentMove::kRollBack:
            return "rollback";
    }
    std::abort();
}

std::optional<ExperimentState> parse_experiment_state(std::string_view name) {
    return find_named(kStates, name);
}

std::optional<ExperimentMove> parse_experiment_move(std::string_view name) {
    return find_named(kMoves, name);
}

std::optional<ExperimentState> state_after(ExperimentState from, ExperimentMove move) {
    for (const ExperimentTransition& transition : kExperimentTransitions)
        if (transition.from == from && transition.move == move) return transition.to;
    return std::nullopt;
}

std::vector<ExperimentMove> allowed_moves(ExperimentState from) {
    std::vector<ExperimentMove> moves;
    for (const ExperimentTransition& transition : kExperimentTransitions)
        if (transition.from == from) moves.push_back(transition.move);
    return moves;
}

}  // namespace cpo::store
