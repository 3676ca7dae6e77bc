#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "backends/embedder/embedder.h"

namespace cpo {

/// An embedder whose model is still being loaded when it is made. embed() waits for it until its
/// deadline; when loading failed, it gives kUnavailable with the reason.
class LazyEmbedder : public Embedder {
public:
    /// True once the model is loaded. Never blocks.
    virtual bool is_ready() const = 0;
    /// Why the model could not be loaded; nothing while it loads and afterwards. Never blocks.
    virtual std::optional<Error> failure() const = 0;
};

using EmbedderLoader = std::function<Result<std::unique_ptr<Embedder>>()>;

/// Starts `load` in a thread of its own; the destructor waits for it. `dimension` is what the
/// loaded embedder must have (else loading counts as failed), so that dimension() need not wait.
/// name() waits for the model; "unavailable" when loading failed.
std::unique_ptr<LazyEmbedder> make_lazy_embedder(EmbedderLoader load, int dimension);

}  // namespace cpo
