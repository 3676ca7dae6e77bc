#include "app/completion.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace cpo::app {
namespace {

using testing::HasSubstr;

/// A program with a verb, a nested verb, a choice, a flag and descriptions that need quoting.
struct SmallProgram {
    SmallProgram() : root("A program", "tool") {
        auto* run = root.add_subcommand("run", "Does it: all of the user's work");
        run->add_option("--channel", text, "which")->check(CLI::IsMember({"email", "sms"}));
        run->add_option("-o,--output", text, "it's a folder");
        run->add_flag("--json", is_json, "for programs");
        auto* features = root.add_subcommand("features", "Numbers");
        root.add_subcommand("shell", "Script")
            ->add_option("name", text)
            ->check(CLI::IsMember({"bash", "zsh"}));
        features->add_subcommand("rfm", "Recency")->add_option("--input", text, "file");
    }
    CLI::App root;
    std::string text;
    bool is_json = false;
};

/// What bash itself offers for the words typed so far, the last one unfinished.
std::string bash_offers(const std::string& words) {
    const auto path =
        std::filesystem::temp_directory_path() / fmt::format("cpo-completion-{}.bash", ::getpid());
    const SmallProgram program;
    std::ofstream(path) << completion_script(program.root, Shell::kBash) << "COMP_WORDS=(" << words
                        << ")\n"
                        << "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_tool\necho ${COMPREPLY[@]}\n";
    std::string offered;
    std::FILE* pipe = ::popen(fmt::format("bash --norc '{}' 2>&1", path.string()).c_str(), "r");
    std::array<char, 256> buffer{};
    while (pipe != nullptr && std::fgets(buffer.data(), buffer.size(), pipe) != nullptr)
        offered += buffer.data();
    if (pipe != nullptr) ::pclose(pipe);
    std::filesystem::remove(path);
    return offered;
}

TEST(Completion, OffersVerbsOptionsAndChoicesInBash) {
    EXPECT_EQ(bash_offers("tool ''"), "run features shell --help -h\n");
    EXPECT_EQ(bash_offers("tool ru"), "run\n");
    EXPECT_EQ(bash_offers("tool run --o"), "--output\n");
    EXPECT_EQ(bash_offers("tool run --channel ''"), "email sms\n");
    EXPECT_EQ(bash_offers("tool run --channel s"), "sms\n");
    EXPECT_EQ(bash_offers("tool run --json --ch"), "--channel\n");
    EXPECT_EQ(bash_offers("tool run --output ''"), "\n") << "bash then completes file names";
    EXPECT_EQ(bash_offers("tool shell z"), "zsh\n");
    EXPECT_EQ(bash_offers("tool features r"), "rfm\n");
    EXPECT_EQ(bash_offers("tool features rfm --i"), "--input\n");
    EXPECT_EQ(bash_offers("tool rfm --i"), "\n") << "rfm is no verb of its own";
}

TEST(Completion, QuotesDescriptionsForZshAndFish) {
    const SmallProgram program;
    const auto zsh = completion_script(program.root, Shell::kZsh);
    EXPECT_THAT(zsh, testing::StartsWith("#compdef tool\n"));
    EXPECT_THAT(zsh, HasSubstr("'run:Does it'"));
    EXPECT_THAT(zsh, HasSubstr("'--output:it'\\''s a folder'"));
    EXPECT_THAT(zsh, HasSubstr("'tool run --channel') compadd -- email sms; return ;;"));
    const auto fish = completion_script(program.root, Shell::kFish);
    EXPECT_THAT(fish,
                HasSubstr("complete -c tool -n '__fish_seen_subcommand_from run' -l channel -x "
                          "-a 'email sms' -d 'which'\n"));
    EXPECT_THAT(fish, HasSubstr("-l output -s o -r -F -d 'it'\\''s a folder'\n"));
    EXPECT_THAT(fish,
                HasSubstr("-n '__fish_seen_subcommand_from features; and not "
                          "__fish_seen_subcommand_from rfm' -a rfm -d 'Recency'\n"));
}

TEST(Completion, KnowsItsShells) {
    EXPECT_EQ(parse_shell("fish"), Shell::kFish);
    EXPECT_EQ(parse_shell("csh"), std::nullopt);
}

}  // namespace
}  // namespace cpo::app
