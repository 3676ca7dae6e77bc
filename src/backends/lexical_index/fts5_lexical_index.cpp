#include "backends/lexical_index/fts5_lexical_index.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <mutex>
#include <unordered_set>

namespace cpo {
namespace {

constexpr std::size_t kQueryWordsMax = 200;  // More make a query slower, not better.
constexpr std::size_t kQueryWordBytesMax = 200;

constexpr const char* kCreate =
    "CREATE VIRTUAL TABLE passages USING fts5(title, body, "
    "tokenize='porter unicode61 remove_diacritics 2')";
constexpr const char* kInsert = "INSERT INTO passages(rowid, title, body) VALUES (?1, ?2, ?3)";
// A word of the title says more about a text than a word in its middle: it counts twice.
constexpr const char* kSearch =
    "SELECT rowid, bm25(passages, 2.0, 1.0) AS score FROM passages WHERE passages MATCH ?1 "
    "ORDER BY score, rowid";

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

Error sqlite_error(sqlite3* database, int code) {
    const bool is_memory = code == SQLITE_NOMEM || code == SQLITE_FULL || code == SQLITE_TOOBIG;
    return {is_memory ? ErrorCode::kResourceExhausted : ErrorCode::kInternal,
            "the word index failed",
            fmt::format("sqlite {}: {}", code, sqlite3_errmsg(database))};
}

Result<Statement> prepare(sqlite3* database, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return sqlite_error(database, code);
    return Statement(statement);
}

void bind_text(sqlite3_stmt* statement, int place, std::string_view text) {
    // The caller's text outlives the step that reads it, so SQLite need not copy it.
    sqlite3_bind_text64(statement, place, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}

/// Each word quoted, joined by OR: inside quotes FTS5 knows no operators, and the words are cut at
/// every ASCII mark, so no quote can be inside. What is not ASCII is left to the tokenizer.
std::string match_expression(std::string_view query) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < query.size() && words.size() < kQueryWordsMax;) {
        if (!is_word_byte(query[i])) {
            ++i;
            continue;
        }
        const std::size_t start = i;
        while (i < query.size() && is_word_byte(query[i])) ++i;
        if (i - start > kQueryWordBytesMax) continue;
        std::string word = fmt::format("\"{}\"", query.substr(start, i - start));
        if (std::find(words.begin(), words.end(), word) == words.end())
            words.push_back(std::move(word));
    }
    return fmt::format("{}", fmt::join(words, " OR "));
}

class Fts5LexicalIndex : public LexicalIndex {
public:
    Fts5LexicalIndex(Database database, Statement insert, Statement search)
        : database_(std::move(database)), insert_(std::move(insert)), search_(std::move(search)) {}

    Result<void> add(std::uint32_t id, std::string_view title, std::string_view text) override {
        const std::lock_guard lock(mutex_);
        if (!ids_.insert(id).second)
            return Error{ErrorCode::kAlreadyExists,
                         fmt::format("text {} is in the word index already", id),
                         {}};
        sqlite3_stmt* statement = insert_.get();
        sqlite3_bind_int64(statement, 1, id);
        bind_text(statement, 2, title);
        bind_text(statement, 3, text);
        const int code = sqlite3_step(statement);
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
        if (code != SQLITE_DONE) return sqlite_error(database_.get(), code);
        return {};
    }

    Result<std::vector<LexicalMatch>> search(
        std::string_view query,
        std::size_t count_max,
        const std::function<bool(std::uint32_t)>& is_allowed) const override {
        std::vector<LexicalMatch> matches;
        const std::string expression = match_expression(query);
        if (expression.empty() || count_max == 0) return matches;
        const std::lock_guard lock(mutex_);
        sqlite3_stmt* statement = search_.get();
        bind_text(statement, 1, expression);
        int code = SQLITE_ROW;
        while (matches.size() < count_max && (code = sqlite3_step(statement)) == SQLITE_ROW) {
            const auto id = static_cast<std::uint32_t>(sqlite3_column_int64(statement, 0));
            if (is_allowed && !is_allowed(id)) continue;
            matches.push_back({id, -sqlite3_column_double(statement, 1)});
        }
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
        if (code != SQLITE_ROW && code != SQLITE_DONE) return sqlite_error(database_.get(), code);
        return matches;
    }

private:
    Database database_;  ///< Declared before the statements: closed after them.
    Statement insert_;
    Statement search_;
    std::unordered_set<std::uint32_t> ids_;
    mutable std::mutex mutex_;  ///< One connection, one statement each: one caller at a time.
};

}  // namespace

Result<std::unique_ptr<LexicalIndex>> make_fts5_lexical_index() {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(
        ":memory:",
        &opened,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
        nullptr);
    Database database(opened);
    if (code != SQLITE_OK) return sqlite_error(opened, code);
    // One open transaction for the life of the index: nothing is ever written out.
    for (const char* sql : {kCreate, "BEGIN"}) {
        const int done = sqlite3_exec(opened, sql, nullptr, nullptr, nullptr);
        if (done != SQLITE_OK) return sqlite_error(opened, done);
    }
    auto insert = TRY(prepare(opened, kInsert));
    auto search = TRY(prepare(opened, kSearch));
    return std::unique_ptr<LexicalIndex>(std::make_unique<Fts5LexicalIndex>(
        std::move(database), std::move(insert), std::move(search)));
}

}  // namespace cpo
