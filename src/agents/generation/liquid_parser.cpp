#include "agents/generation/liquid_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "agents/generation/liquid_dates.h"

namespace cpo::generation::liquid {
namespace {

Value keyword_value(std::string_view name) {
    if (name == "true" || name == "false") return {name == "true"};
    if (name == "empty") return {Empty{}};
    if (name == "blank") return {Blank{}};
    return {};
}

template <typename T>
int add(std::vector<T>& list, T item) {
    list.push_back(std::move(item));
    return static_cast<int>(list.size()) - 1;
}

template <typename T>
std::uint32_t append(std::vector<T>& list, const std::vector<T>& items) {
    const auto begin = static_cast<std::uint32_t>(list.size());
    list.insert(list.end(), items.begin(), items.end());
    return begin;
}

}  // namespace

bool is_keyword(std::string_view name) {
    return name == "true" || name == "false" || name == "nil" || name == "null" ||
           name == "empty" || name == "blank";
}

Error Parser::error(const Cursor& cursor, std::string message) const {
    return error_at(program_, cursor.position(), std::move(message));
}

Result<void> Parser::expect_end(Cursor& cursor) const {
    if (cursor.is_at_end()) return {};
    if (cursor.peek() == '|')
        return error(cursor, "filters are not allowed here: assign the value to a name first");
    return error(cursor, "unexpected text");
}

Result<Value> Parser::parse_text(Cursor& cursor) const {
    const std::size_t position = cursor.position();
    const auto text = cursor.read_quoted();
    if (!text) return error_at(program_, position, "the text has no closing quote");
    if (text->find('\\') != std::string_view::npos)
        return error_at(program_, position, "a backslash is not allowed in quoted text");
    for (const std::string_view delimiter : {"{{", "{%"})
        if (text->find(delimiter) != std::string_view::npos)
            return error_at(
                program_, position, fmt::format("{} is not allowed in quoted text", delimiter));
    return Value{*text};
}

Result<Value> Parser::parse_number(Cursor& cursor) const {
    const std::size_t position = cursor.position();
    const auto digits = cursor.read_number();
    const bool is_range_next = cursor.peek() == '.' && cursor.peek(1) == '.';
    if (!is_range_next && (cursor.peek() == '.' || !Cursor(cursor).read_name_here().empty()))
        return error_at(program_, position, "not a number");
    const char* end = digits.data() + digits.size();
    std::from_chars_result read{};
    Value value;
    if (digits.find('.') == std::string_view::npos) {
        std::int64_t integer = 0;
        read = std::from_chars(digits.data(), end, integer);
        value = {integer};
    } else {
        double number = 0;
        read = std::from_chars(digits.data(), end, number);
        value = {number};
    }
    if (read.ec != std::errc()) return error_at(program_, position, "the number is too large");
    return value;
}

Result<int> Parser::parse_operand(Cursor& cursor) {
    cursor.skip_blank();
    Operand operand;
    operand.position = cursor.position();
    const char next = cursor.peek();
    if (next == '"' || next == '\'') {
        operand.literal = TRY(parse_text(cursor));
    } else if ((next >= '0' && next <= '9') || next == '-') {
        if (Cursor(cursor).read_number().empty()) return error(cursor, "expected a value");
        operand.literal = TRY(parse_number(cursor));
    } else {
        operand.name = cursor.read_name();
        if (operand.name.empty())
            return error(cursor, cursor.is_at_end() ? "a value is missing" : "expected a value");
        if (!is_keyword(operand.name)) return parse_path(cursor, operand);
        operand.literal = keyword_value(operand.name);
    }
    return add(program_.operands, operand);
}

Result<int> Parser::parse_path(Cursor& cursor, Operand operand) {
    if (++bracket_depth_ > program_.limits.depth_max)
        return Error{ErrorCode::kResourceExhausted,
                     error(cursor, "too many brackets inside brackets").message,
                     {}};
    resolve(operand);
    // Reserved before the indices inside its brackets, so that operands stand in order of use.
    const int index = add(program_.operands, operand);
    std::vector<Step> steps;
    while (true) {
        Step step;
        step.position = cursor.position();
        if (cursor.peek() == '.' && cursor.peek(1) != '.') {
            cursor.eat(".");
            step.name = cursor.read_name_here();
            if (step.name.empty()) return error(cursor, "expected a name after the dot");
        } else if (cursor.peek() == '[') {
            cursor.eat("[");
            step.operand = TRY(parse_operand(cursor));
            if (!cursor.eat("]")) return error(cursor, "expected ]");
        } else {
            break;
        }
        steps.push_back(step);
    }
    --bracket_depth_;
    auto& stored = program_.operands[static_cast<std::size_t>(index)];
    stored.steps_count = static_cast<std::uint32_t>(steps.size());
    stored.steps_begin = append(program_.steps, steps);
    return index;
}

void Parser::resolve(Operand& operand) const {
    operand.root = Root::kVariable;
    if (operand.name == "forloop" && !items_.empty()) {
        operand.root = Root::kForloop;
        operand.index = static_cast<int>(items_.size()) - 1;
        return;
    }
    const auto item = std::find(items_.rbegin(), items_.rend(), operand.name);
    if (item == items_.rend()) return;
    operand.root = Root::kItem;
    operand.index = static_cast<int>(items_.rend() - item) - 1;
}

Result<FilterCall> Parser::parse_filter(Cursor& cursor) {
    cursor.skip_blank();
    FilterCall call;
    call.position = cursor.position();
    const auto name = cursor.read_name();
    if (name.empty()) return error(cursor, "expected the name of a filter");
    call.filter = find_filter(name);
    if (call.filter == nullptr)
        return error_at(program_,
                        call.position,
                        fmt::format("unknown filter '{}'; there are {}", name, filter_names()));
    std::vector<int> arguments;
    if (cursor.eat(":")) {
        do {
            Cursor after = cursor;
            const bool is_named = !after.read_name().empty() && after.eat(":");
            if (is_named && (name != "default" || !cursor.eat_word("allow_false")))
                return error(cursor, fmt::format("'{}' has no argument of that name", name));
            if (is_named) cursor.eat(":");
            arguments.push_back(TRY(parse_operand(cursor)));
            if (name == "default" && is_named != (arguments.size() == 2))
                return error_at(program_, call.position, "write default: VALUE, allow_false: true");
        } while (cursor.eat(","));
    }
    const auto& filter = *call.filter;
    if (arguments.size() < filter.arguments_min || arguments.size() > filter.arguments_max)
        return error_at(program_,
                        call.position,
                        fmt::format("filter '{}' takes {} to {} arguments, not {}",
                                    name,
                                    filter.arguments_min,
                                    filter.arguments_max,
                                    arguments.size()));
    call.arguments_count = static_cast<std::uint32_t>(arguments.size());
    call.arguments_begin = append(program_.arguments, arguments);
    return call;
}

Result<void> Parser::check_literal_format(const FilterCall& call) const {
    if (call.filter->name != "date") return {};
    const auto& operand =
        program_.operands[static_cast<std::size_t>(program_.arguments[call.arguments_begin])];
    const auto* format = operand.literal.as<std::string_view>();
    if (operand.root != Root::kLiteral || format == nullptr) return {};
    const auto checked = check_date_format(*format);
    if (!checked) return error_at(program_, operand.position, checked.error().message);
    return {};
}

Result<int> Parser::parse_expression(Cursor& cursor) {
    Expression expression;
    expression.operand = TRY(parse_operand(cursor));
    std::vector<FilterCall> calls;
    while (cursor.eat("|")) {
        calls.push_back(TRY(parse_filter(cursor)));
        TRY(check_literal_format(calls.back()));
    }
    if (!cursor.is_at_end()) return error(cursor, "unexpected text");
    expression.is_lenient = !calls.empty() && calls.front().filter->name == "default";
    expression.filters_count = static_cast<std::uint32_t>(calls.size());
    expression.filters_begin = append(program_.filters, calls);
    return add(program_.expressions, expression);
}

Comparison Parser::parse_comparison(Cursor& cursor) {
    if (cursor.eat("==")) return Comparison::kEqual;
    if (cursor.eat("!=")) return Comparison::kNotEqual;
    if (cursor.eat("<=")) return Comparison::kLessOrEqual;
    if (cursor.eat(">=")) return Comparison::kGreaterOrEqual;
    if (cursor.eat("<")) return Comparison::kLess;
    if (cursor.eat(">")) return Comparison::kGreater;
    if (cursor.eat_word("contains")) return Comparison::kContains;
    return Comparison::kTruth;
}

bool Parser::is_predicate(int operand) const {
    const auto& literal = program_.operands[static_cast<std::size_t>(operand)].literal;
    return literal.as<Empty>() != nullptr || literal.as<Blank>() != nullptr;
}

Result<int> Parser::parse_condition(Cursor& cursor) {
    std::vector<Term> terms;
    bool is_more = true;
    while (is_more) {
        Term term;
        term.left = TRY(parse_operand(cursor));
        cursor.skip_blank();
        term.position = cursor.position();
        term.comparison = parse_comparison(cursor);
        if (term.comparison != Comparison::kTruth) term.right = TRY(parse_operand(cursor));
        const bool is_equality =
            term.comparison == Comparison::kEqual || term.comparison == Comparison::kNotEqual;
        if (term.comparison != Comparison::kTruth && !is_equality &&
            (is_predicate(term.left) || is_predicate(term.right)))
            return error_at(program_, term.position, "empty and blank only stand beside == and !=");
        if (cursor.eat_word("and"))
            term.next = Connector::kAnd;
        else if (cursor.eat_word("or"))
            term.next = Connector::kOr;
        is_more = term.next != Connector::kNone;
        terms.push_back(term);
    }
    TRY(expect_end(cursor));
    return add_condition(terms);
}

int Parser::add_condition(const std::vector<Term>& terms) {
    const auto count = static_cast<std::uint32_t>(terms.size());
    return add(program_.conditions, Condition{append(program_.terms, terms), count});
}

int Parser::emit(Operation operation, int argument, int target) {
    return add(program_.instructions, Instruction{operation, argument, target});
}

int Parser::here() const { return static_cast<int>(program_.instructions.size()); }

void Parser::land(int jump) {
    if (jump >= 0) program_.instructions[static_cast<std::size_t>(jump)].target = here();
}

Result<std::unique_ptr<const Program>> Parser::parse() {
    const auto pieces = TRY(cut(program_));
    for (const Piece& piece : pieces) {
        switch (piece.kind) {
            case Piece::Kind::kText:
            case Piece::Kind::kRawText:
                TRY(parse_plain(piece));
                break;
            case Piece::Kind::kOutput: {
                TRY(expect_no_case(piece));
                Cursor cursor(program_.source, piece.begin, piece.end);
                emit(Operation::kOutput, TRY(parse_expression(cursor)), 0);
                break;
            }
            case Piece::Kind::kTag:
                TRY(parse_tag(piece));
                break;
            case Piece::Kind::kMark:
                break;
        }
    }
    if (!blocks_.empty())
        return error_at(program_,
                        blocks_.back().position,
                        fmt::format("{} is not closed by end{}",
                                    name_of(blocks_.back().kind),
                                    name_of(blocks_.back().kind)));
    finish();
    return std::unique_ptr<const Program>(std::move(owned_));
}

/// Names that are assigned anywhere get their slot; the rest is what the template reads from
/// outside.
void Parser::finish() {
    program_.slots = slots_;
    std::vector<bool> is_lenient(program_.operands.size(), false);
    for (const Expression& expression : program_.expressions)
        if (expression.is_lenient) is_lenient[static_cast<std::size_t>(expression.operand)] = true;
    for (std::size_t i = 0; i < program_.operands.size(); ++i) {
        Operand& operand = program_.operands[i];
        if (operand.root != Root::kVariable) continue;
        if (const auto slot = assigned_.find(operand.name); slot != assigned_.end()) {
            operand.root = Root::kAssigned;
            operand.index = slot->second;
            continue;
        }
        std::string path(operand.name);
        for (std::uint32_t s = 0; s < operand.steps_count; ++s) {
            const Step& step = program_.steps[operand.steps_begin + s];
            if (step.operand >= 0) break;
            path.append(".").append(step.name);
        }
        auto& variables = program_.variables;
        const auto known = std::find_if(
            variables.begin(), variables.end(), [&](const auto& v) { return v.path == path; });
        if (known != variables.end()) {
            known->is_optional = known->is_optional && is_lenient[i];
            continue;
        }
        const Place place = place_of(program_.source, operand.position);
        variables.push_back({std::move(path), place.line, place.column, is_lenient[i]});
    }
}

}  // namespace cpo::generation::liquid
