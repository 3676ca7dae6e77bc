// The house rules as tests: who includes what, lengths, leftovers, the map of the README.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace cpo {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLineLengthMax = 100;
constexpr std::size_t kFileLinesMax = 500;
constexpr std::size_t kTestFileLinesMax = 600;
constexpr std::size_t kFunctionLinesMax = 70;
constexpr std::size_t kDecisionLinesMax = 60;

const fs::path kRoot = CPO_SOURCE_DIR;

/// One text file, split into lines without their ends.
struct SourceFile {
    std::string path;  ///< Relative to the repository, with '/'.
    std::vector<std::string> lines;

    bool is_test() const {
        return path.starts_with("tests/") || path.ends_with("_test.cpp") ||
               path.ends_with("_fuzz.cpp") || path.ends_with("_fixture.h");
    }
    std::string at(std::size_t line) const { return fmt::format("{}:{}", path, line + 1); }
};

SourceFile read(const fs::path& path) {
    SourceFile file{fs::relative(path, kRoot).generic_string(), {}};
    std::ifstream input(path);
    for (std::string line; std::getline(input, line);) file.lines.push_back(line);
    return file;
}

/// Files below `folder` whose extension is in `extensions`, in order of path.
std::vector<SourceFile> files_below(const std::string& folder,
                                    const std::set<std::string>& extensions) {
    std::vector<fs::path> paths;
    if (!fs::exists(kRoot / folder)) return {};
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / folder))
        if (entry.is_regular_file() && extensions.count(entry.path().extension().string()) > 0)
            paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    std::vector<SourceFile> files;
    for (const fs::path& path : paths) files.push_back(read(path));
    return files;
}

std::vector<SourceFile> cpp_files(const std::vector<std::string>& folders) {
    std::vector<SourceFile> files;
    for (const std::string& folder : folders) {
        auto found = files_below(folder, {".h", ".cpp"});
        std::move(found.begin(), found.end(), std::back_inserter(files));
    }
    return files;
}

/// "agents/safety" of "src/agents/safety/safety.h"; "app" of "src/app/commands/run.cpp".
std::string room_of(const std::string& path) {
    const std::string below = path.starts_with("src/") ? path.substr(4) : path;
    const auto first = below.find('/');
    const std::string top = below.substr(0, first);
    if (top != "agents" && top != "backends") return top;
    return below.substr(0, below.find('/', first + 1));
}

/// Every room of src: a folder with its own CMakeLists.txt.
std::vector<std::string> rooms() {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / "src"))
        if (entry.path().filename() == "CMakeLists.txt")
            found.push_back(
                fs::relative(entry.path().parent_path(), kRoot / "src").generic_string());
    std::sort(found.begin(), found.end());
    return found;
}

/// What a room may include beside itself. "interfaces" are backends/<room>/<room>.h. The rule of
/// the architecture: arrows point one way.
const std::map<std::string, std::set<std::string>>& allowed() {
    static const std::map<std::string, std::set<std::string>> kAllowed{
        {"base", {}},
        {"model", {"base"}},
        {"text", {"base", "model"}},
        {"statistics", {"base", "model"}},
        {"claims", {"base", "model", "text"}},
        {"ingest", {"base", "model"}},
        {"backends", {"base", "model", "http_client"}},
        {"agents", {"base", "model", "text", "claims", "statistics", "interfaces"}},
        {"report", {"base", "model", "text", "statistics"}},
        {"pipeline",
         {"base",
          "model",
          "text",
          "claims",
          "ingest",
          "statistics",
          "agents",
          "store",
          "interfaces"}},
        {"store", {"base", "model"}},
        {"jobs",
         {"base",
          "model",
          "text",
          "claims",
          "ingest",
          "statistics",
          "agents",
          "store",
          "pipeline",
          "interfaces"}},
        {"http", {"base", "model", "statistics", "store", "pipeline", "jobs"}},
        {"app", {"everything"}},
    };
    return kAllowed;
}

bool is_interface(const std::string& include) {
    static const std::regex kInterface(R"(backends/([a-z_]+)/\1\.h)");
    return std::regex_match(include, kInterface);
}

/// Rooms named after `keyword` in the cpo_module call of a room, by their target names.
std::set<std::string> named_in_cmake(const std::string& room, const std::string& keyword) {
    std::set<std::string> names;
    bool is_reading = false;
    std::string text;
    for (std::string line : read(kRoot / "src" / room / "CMakeLists.txt").lines)
        text += line.substr(0, line.find('#')) + "\n";
    const std::regex word(R"([A-Za-z0-9_:]+)");
    for (auto it = std::sregex_iterator(text.begin(), text.end(), word);
         it != std::sregex_iterator();
         ++it) {
        const std::string token = it->str();
        const auto after = static_cast<std::size_t>(it->position() + it->length());
        const bool is_keyword = token == "DEPS" || token == "LIBS" || token == "TEST_DEPS";
        if (is_keyword)
            is_reading = token == keyword;
        else if (is_reading)
            names.insert(token);
        if (after < text.size() && text[after] == ')') is_reading = false;
    }
    return names;
}

std::string target_of(const std::string& room) { return room.substr(room.rfind('/') + 1); }

bool may_include(const std::string& room, const std::string& include) {
    const std::string other = room_of(include);
    if (other == room) return true;
    if (other == "app") return false;
    const auto rule = allowed().find(room.substr(0, room.find('/')));
    if (rule == allowed().end()) return false;
    const std::set<std::string>& names = rule->second;
    if (names.count("everything") > 0) return true;
    if (other.starts_with("backends/"))
        return (names.count("interfaces") > 0 && is_interface(include)) ||
               (names.count("http_client") > 0 && include == "backends/http_client/http_client.h");
    return names.count(other.substr(0, other.find('/'))) > 0;
}

struct Include {
    std::size_t line = 0;
    std::string path;
};

std::vector<Include> own_includes(const SourceFile& file) {
    static const std::regex kInclude(R"re(^\s*#\s*include\s*"([^"]+)")re");
    std::vector<Include> includes;
    std::smatch match;
    for (std::size_t i = 0; i < file.lines.size(); ++i)
        if (std::regex_search(file.lines[i], match, kInclude)) includes.push_back({i, match[1]});
    return includes;
}

TEST(Tidy, EveryFolderIncludesOnlyWhatTheArchitectureAllows) {
    for (const SourceFile& file : cpp_files({"src"})) {
        const std::string room = room_of(file.path);
        const auto test_rooms =
            file.is_test() ? named_in_cmake(room, "TEST_DEPS") : std::set<std::string>();
        for (const Include& include : own_includes(file)) {
            if (include.path.starts_with("embedded/")) continue;  // Generated, belongs to the room.
            if (test_rooms.count(target_of(room_of(include.path))) > 0) continue;
            if (file.is_test() && fs::exists(kRoot / "tests" / include.path)) continue;
            EXPECT_TRUE(may_include(room, include.path))
                << file.at(include.line) << ": " << room << " may not include " << include.path;
        }
    }
}

TEST(Tidy, IncludesNameFilesThatExist) {
    for (const SourceFile& file : cpp_files({"src", "tests", "bench"}))
        for (const Include& include : own_includes(file)) {
            const bool is_there = include.path.starts_with("embedded/") ||
                                  fs::exists(kRoot / "src" / include.path) ||
                                  fs::exists(kRoot / "tests" / include.path);
            EXPECT_TRUE(is_there) << file.at(include.line) << ": write the path from src/, found "
                                  << include.path;
        }
}

TEST(Tidy, EveryFolderLinksOnlyWhatItMayInclude) {
    std::map<std::string, std::string> room_of_target;
    for (const std::string& room : rooms()) room_of_target[target_of(room)] = room;
    for (const std::string& room : rooms())
        for (const std::string& target : named_in_cmake(room, "DEPS")) {
            const auto other = room_of_target.find(target);
            ASSERT_NE(other, room_of_target.end()) << "src/" << room << ": no room " << target;
            EXPECT_TRUE(may_include(room, fmt::format("{}/{}.h", other->second, target)))
                << "src/" << room << "/CMakeLists.txt: may not link " << target;
        }
}

TEST(Tidy, EveryRoomHasARule) {
    for (const std::string& room : rooms())
        EXPECT_TRUE(allowed().count(room.substr(0, room.find('/'))) > 0)
            << "src/" << room << ": say in tests/tidy_test.cpp what it may include";
}

TEST(Tidy, FilesAreShort) {
    for (const SourceFile& file : cpp_files({"src", "tests", "bench"}))
        EXPECT_LE(file.lines.size(), file.is_test() ? kTestFileLinesMax : kFileLinesMax)
            << file.path << ":1: split the file by what its parts are about";
}

/// Lexes C++ just far enough to part code from comments and literals.
class Lexer {
public:
    explicit Lexer(const SourceFile& file) {
        for (const std::string& line : file.lines) read_line(line);
    }
    std::vector<std::string> code;      ///< [lines], literals and comments left out.
    std::vector<std::string> comments;  ///< [lines].
    std::vector<bool> is_raw;           ///< [lines], holds a piece of a raw string.

private:
    void read_line(const std::string& line) {
        code.emplace_back();
        comments.emplace_back();
        is_raw.push_back(!raw_end_.empty());
        for (std::size_t i = 0; i < line.size();) {
            if (!raw_end_.empty())
                i = skip_to(line, i, raw_end_);
            else if (is_comment_)
                i = read_comment(line, i);
            else
                i = read_code(line, i);
        }
    }
    std::size_t skip_to(const std::string& line, std::size_t i, std::string& end) {
        const auto found = line.find(end, i);
        if (found == std::string::npos) return line.size();
        i = found + end.size();
        end.clear();
        return i;
    }
    std::size_t read_comment(const std::string& line, std::size_t i) {
        const auto end = line.find("*/", i);
        comments.back() += line.substr(i, end == std::string::npos ? end : end - i);
        if (end == std::string::npos) return line.size();
        is_comment_ = false;
        return end + 2;
    }
    std::size_t read_code(const std::string& line, std::size_t i) {
        if (line.compare(i, 2, "//") == 0) {
            comments.back() += line.substr(i);
            return line.size();
        }
        if (line.compare(i, 2, "/*") == 0) {
            is_comment_ = true;
            return i + 2;
        }
        if (line.compare(i, 2, "R\"") == 0) {
            const auto open = line.find('(', i);
            if (open != std::string::npos) {
                raw_end_ = fmt::format("){}\"", line.substr(i + 2, open - i - 2));
                code.back() += "\"\"";
                is_raw.back() = true;
                return open + 1;
            }
        }
        const char c = line[i];
        // A quote after a digit separates thousands: 10'000.
        const bool is_separator = c == '\'' && i > 0 && std::isxdigit(line[i - 1]) != 0;
        if (c != '"' && (c != '\'' || is_separator)) {
            code.back() += c;
            return i + 1;
        }
        code.back() += "\"\"";
        for (++i; i < line.size() && line[i] != c; ++i)
            if (line[i] == '\\') ++i;
        return i + 1;
    }

    std::string raw_end_;
    bool is_comment_ = false;
};

std::size_t code_points(const std::string& line) {
    return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
    }));
}

/// A raw string (a pattern, a piece of HTML) cannot be broken without changing it.
TEST(Tidy, LinesFitTheScreen) {
    for (const SourceFile& file : cpp_files({"src", "tests", "bench"})) {
        const Lexer lexer(file);
        for (std::size_t i = 0; i < file.lines.size(); ++i)
            EXPECT_TRUE(lexer.is_raw[i] || code_points(file.lines[i]) <= kLineLengthMax)
                << file.at(i) << ": " << code_points(file.lines[i]) << " characters";
    }
}

std::size_t indent_of(const std::string& line) {
    return std::min(line.find_first_not_of(' '), line.size());
}

/// A block that clang-format closes with a brace alone on its line: functions, and the blocks
/// inside them. First line: the last one before with the same indentation.
TEST(Tidy, FunctionsAreShort) {
    for (const SourceFile& file : cpp_files({"src", "tests", "bench"})) {
        const std::vector<std::string> code = Lexer(file).code;
        for (std::size_t end = 0; end < code.size(); ++end) {
            const std::size_t indent = indent_of(code[end]);
            const auto last = code[end].find_last_not_of(' ');
            if (indent == code[end].size() || code[end][indent] != '}' || last != indent) continue;
            if (file.lines[end].find("namespace") != std::string::npos) continue;
            std::size_t start = end;
            while (start > 0) {
                --start;
                const bool is_blank = indent_of(code[start]) == code[start].size();
                if (!is_blank && indent_of(code[start]) <= indent) break;
            }
            EXPECT_LE(end - start + 1, kFunctionLinesMax)
                << file.at(start) << ": split the function by what its parts do";
        }
    }
}

TEST(Tidy, NoWorkIsLeftOver) {
    // Put together here, so that this file passes its own test.
    const std::regex leftover(fmt::format(R"(\b({}|{}|{}|{})\b)",
                                          std::string("TO") + "DO",
                                          std::string("FIX") + "ME",
                                          std::string("XX") + "X",
                                          std::string("HA") + "CK"));
    for (const SourceFile& file : cpp_files({"src", "tests", "bench"})) {
        const std::vector<std::string> comments = Lexer(file).comments;
        for (std::size_t i = 0; i < comments.size(); ++i)
            EXPECT_FALSE(std::regex_search(comments[i], leftover)) << file.at(i) << comments[i];
    }
    for (const char* folder : {"cmake", "tools", "src", "tests", "bench"})
        for (const SourceFile& file : files_below(folder, {".cmake", ".txt", ".sh", ".py", ".env"}))
            for (std::size_t i = 0; i < file.lines.size(); ++i) {
                const auto comment = file.lines[i].find('#');
                if (comment == std::string::npos) continue;
                EXPECT_FALSE(std::regex_search(file.lines[i].substr(comment), leftover))
                    << file.at(i);
            }
}

TEST(Tidy, NoExceptionIsSwallowed) {
    const std::regex empty_catch(R"(catch\s*\([^)]*\)\s*\{\s*\})");
    for (const SourceFile& file : cpp_files({"src", "tests", "bench"})) {
        const std::vector<std::string> code = Lexer(file).code;
        for (std::size_t i = 0; i < code.size(); ++i) {
            if (code[i].find("catch") == std::string::npos) continue;
            std::string window;
            for (std::size_t k = i; k < std::min(i + 4, code.size()); ++k) window += code[k] + "\n";
            std::smatch match;
            const bool is_empty = std::regex_search(window, match, empty_catch) &&
                                  static_cast<std::size_t>(match.position()) < code[i].size();
            EXPECT_FALSE(is_empty) << file.at(i) << ": say what the exception means";
        }
    }
}

TEST(Tidy, HeadersAreIncludedOnceAndOpenNoNamespace) {
    for (const SourceFile& file : files_below("src", {".h"})) {
        const std::vector<std::string> code = Lexer(file).code;
        const auto first = std::find_if(code.begin(), code.end(), [](const std::string& line) {
            return indent_of(line) < line.size();
        });
        EXPECT_TRUE(first != code.end() && *first == "#pragma once") << file.path << ":1";
        for (std::size_t i = 0; i < code.size(); ++i)
            EXPECT_EQ(code[i].find("using namespace"), std::string::npos) << file.at(i);
    }
}

TEST(Tidy, FilesAreNamedAfterWhatIsInThem) {
    const std::regex vague(R"((^|/|_)(utils?|helpers?|common|managers?|misc)(_|\.|/))");
    for (const SourceFile& file : cpp_files({"src", "tests", "bench"}))
        EXPECT_FALSE(std::regex_search(file.path, vague)) << file.path << ":1";
}

TEST(Tidy, TheReadmeMapsEveryFolderAndNoOther) {
    const SourceFile readme = read(kRoot / "README.md");
    ASSERT_FALSE(readme.lines.empty()) << "README.md is missing";
    std::string text;
    for (const std::string& line : readme.lines) text += line + "\n";
    for (const std::string& room : rooms())
        EXPECT_NE(text.find(fmt::format("| `src/{}` |", room)), std::string::npos)
            << "README.md: the map lacks src/" << room;
    const std::regex row(R"(^\| `([^`]+)` \|)");
    std::smatch match;
    for (std::size_t i = 0; i < readme.lines.size(); ++i)
        if (std::regex_search(readme.lines[i], match, row)) {
            EXPECT_TRUE(fs::exists(kRoot / match[1].str()))
                << readme.at(i) << ": there is no " << match[1];
        }
}

TEST(Tidy, DecisionsFitOnAPage) {
    for (const SourceFile& file : files_below("docs/decisions", {".md"}))
        EXPECT_LE(file.lines.size(), kDecisionLinesMax) << file.path << ":1";
}

TEST(Tidy, EveryPinnedVersionHasItsChecksum) {
    const SourceFile file = read(kRoot / "tools/versions.env");
    const std::regex version(R"(^([A-Z0-9_]+)_VERSION=\S+$)");
    const std::regex checksum(R"(^([A-Z0-9_]+)_SHA256=[0-9a-f]{64}$)");
    std::map<std::string, std::size_t> versions;
    std::set<std::string> checksums;
    std::smatch match;
    for (std::size_t i = 0; i < file.lines.size(); ++i)
        if (std::regex_match(file.lines[i], match, version))
            versions[match[1]] = i;
        else if (std::regex_match(file.lines[i], match, checksum))
            checksums.insert(match[1]);
    EXPECT_FALSE(versions.empty());
    for (const auto& [name, line] : versions)
        EXPECT_TRUE(checksums.count(name) > 0) << file.at(line) << ": no SHA-256 of " << name;
}

}  // namespace
}  // namespace cpo
