#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cpo::store {

/// Life of an experiment:
///
///            start           stop            ship
///   draft ─────────▶ running ─────▶ stopped ─────▶ shipped
///                     │  ▲            ▲  ▲            │
///               pause │  │ resume     │  └─rollback───┘
///                     ▼  │            │
///                    paused ──stop────┘
///
/// Draft: nobody is in. Running: units get the arm of their bucket. Paused: nobody new enters, who
/// was exposed keeps the arm. Stopped: everybody gets control. Shipped: everybody gets one arm.
enum class ExperimentState { kDraft, kRunning, kPaused, kStopped, kShipped };
enum class ExperimentMove { kStart, kPause, kResume, kStop, kShip, kRollBack };

/// "draft", ...; "start", ..., "rollback": as in JSON and in the store.
const char* name_of(ExperimentState state);
const char* name_of(ExperimentMove move);
std::optional<ExperimentState> parse_experiment_state(std::string_view name);
std::optional<ExperimentMove> parse_experiment_move(std::string_view name);

struct ExperimentTransition {
    ExperimentState from;
    ExperimentMove move;
    ExperimentState to;
};
/// Every move there is; what is not here is refused.
inline constexpr ExperimentTransition kExperimentTransitions[] = {
    {ExperimentState::kDraft, ExperimentMove::kStart, ExperimentState::kRunning},
    {ExperimentState::kRunning, ExperimentMove::kPause, ExperimentState::kPaused},
    {ExperimentState::kPaused, ExperimentMove::kResume, ExperimentState::kRunning},
    {ExperimentState::kRunning, ExperimentMove::kStop, ExperimentState::kStopped},
    {ExperimentState::kPaused, ExperimentMove::kStop, ExperimentState::kStopped},
    {ExperimentState::kStopped, ExperimentMove::kShip, ExperimentState::kShipped},
    {ExperimentState::kShipped, ExperimentMove::kRollBack, ExperimentState::kStopped},
};

/// Where `move` leads; nothing when `from` does not allow it.
std::optional<ExperimentState> state_after(ExperimentState from, ExperimentMove move);
/// In the order of the table.
std::vector<ExperimentMove> allowed_moves(ExperimentState from);

}  // namespace cpo::store
