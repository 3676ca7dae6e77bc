#pragma once

#include <functional>
#include <future>
#include <string>

#include "store/store.h"

namespace cpo::jobs {
class Worker;
}
namespace cpo::pipeline {
class Content;
class Screener;
}  // namespace cpo::pipeline

namespace cpo::store {
struct StoredAssignment;
template <typename T>
class RecentReads;
}  // namespace cpo::store

namespace cpo::http {

class Accounts;
class Metrics;
class StreamHub;

/// What handlers work with. Built once in app/, outlives the server; every part is safe to call
/// from many threads at once.
struct Services {
    store::Store& store;
    Accounts& accounts;            ///< http/accounts.h: sign-in, sessions, keys, throttling.
    pipeline::Content& content;    ///< pipeline/content.h: approved content and search in it.
    pipeline::Screener& screener;  ///< pipeline/screener.h: verdicts.
    store::RecentReads<store::StoredAssignment>& assignments;
    Metrics& metrics;
    StreamHub& streams;
    jobs::Worker* worker = nullptr;  ///< To wake; null when workers run elsewhere.
    std::function<bool()> are_models_ready;
    std::function<bool()> is_stopping;
    std::string version;
    std::shared_future<Result<std::string>> docs_page;  ///< Made when it is first asked for.
};

}  // namespace cpo::http
