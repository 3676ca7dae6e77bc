#include "app/server/read_password.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

#include "store/accounts.h"

namespace cpo::app {
namespace {

/// Terminal without echo, until it is destroyed.
class Silence {
public:
    Silence() {
        is_set_ = tcgetattr(STDIN_FILENO, &before_) == 0;
        if (!is_set_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~Silence() {
        if (is_set_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

private:
    termios before_{};
    bool is_set_ = false;
};

std::string first_line(std::istream& input) {
    std::string line;
    std::getline(input, line);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

Result<std::string> ask_twice() {
    const Silence silence;
    std::cerr << "Password: " << std::flush;
    const std::string first = first_line(std::cin);
    std::cerr << "\nThe same again: " << std::flush;
    const std::string second = first_line(std::cin);
    std::cerr << '\n';
    if (first != second) return invalid_argument("the two passwords differ");
    return first;
}

Result<std::string> read_text(const std::string& file) {
    if (file.empty() && isatty(STDIN_FILENO) == 1) return ask_twice();
    if (file.empty() || file == "-") return first_line(std::cin);
    std::ifstream input(file);
    if (!input) return invalid_argument(fmt::format("{}: cannot be read", file));
    return first_line(input);
}

}  // namespace

Result<std::string> read_new_password(const std::string& file) {
    const std::string password = TRY(read_text(file));
    TRY(store::check_password(password));
    return password;
}

}  // namespace cpo::app
