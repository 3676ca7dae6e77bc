#include "agents/generation/liquid.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <compare>

#include "agents/generation/liquid_parser.h"
#include "agents/generation/liquid_program.h"
#include "base/utf8.h"
#include "text/utf8.h"

namespace cpo::generation {
namespace liquid {
namespace {

/// Where one running loop is.
struct RunningLoop {
    LoopState state;
    Value collection;       ///< nil with a range.
    std::int64_t low = 0;   ///< First number of a range.
    std::size_t first = 0;  ///< Elements skipped by offset.
    bool is_reversed = false;
    Value item;
};

/// Executes one program once.
class Renderer {
public:
    Renderer(const Program& program, const json::object& variables)
        : program_(program),
          variables_(variables),
          memory_(program.limits.work_bytes_max),
          slots_(static_cast<std::size_t>(program.slots)),
          is_assigned_(static_cast<std::size_t>(program.slots), false),
          loops_(static_cast<std::size_t>(program.loop_depth)) {}

    Result<std::string> render() {
        out_.reserve(program_.source.size() + program_.source.size() / 2);
        const auto count = static_cast<int>(program_.instructions.size());
        for (int next = 0; next < count;) {
            const Instruction& instruction = program_.instructions[static_cast<std::size_t>(next)];
            next = TRY(step(instruction, next));
            if (out_.size() > program_.limits.output_bytes_max)
                return exhausted(fmt::format("the text is longer than {} bytes",
                                             program_.limits.output_bytes_max));
        }
        return std::move(out_);
    }

private:
    static Error exhausted(std::string_view what) {
        return {ErrorCode::kResourceExhausted, fmt::format("template: {}", what), {}};
    }

    template <typename T>
    static const T& at(const std::vector<T>& list, int index) {
        return list[static_cast<std::size_t>(index)];
    }

    /// Gives the number of the instruction to run next.
    Result<int> step(const Instruction& instruction, int number) {
        switch (instruction.operation) {
            case Operation::kText:
                out_ += at(program_.pieces, instruction.argument);
                return number + 1;
            case Operation::kOutput:
                TRY(print(at(program_.expressions, instruction.argument)));
                return number + 1;
            case Operation::kAssign: {
                const auto slot = static_cast<std::size_t>(instruction.target);
                slots_[slot] = TRY(evaluate(at(program_.expressions, instruction.argument)));
                is_assigned_[slot] = true;
                return number + 1;
            }
            case Operation::kJump:
                return instruction.target;
            case Operation::kJumpUnless: {
                const bool holds = TRY(test(at(program_.conditions, instruction.argument)));
                return holds ? number + 1 : instruction.target;
            }
            case Operation::kJumpIf: {
                const bool holds = TRY(test(at(program_.conditions, instruction.argument)));
                return holds ? instruction.target : number + 1;
            }
            case Operation::kLoopBegin: {
                const bool has_any = TRY(begin(at(program_.loops, instruction.argument)));
                return has_any ? number + 1 : instruction.target;
            }
            case Operation::kLoopNext: {
                const bool has_more = TRY(advance(at(program_.loops, instruction.argument)));
                return has_more ? instruction.target : number + 1;
            }
        }
        return number + 1;
    }

    Result<void> print(const Expression& expression) {
        const Value value = TRY(evaluate(expression));
        if (append_text(out_, value)) return {};
        return error_at(program_,
                        at(program_.operands, expression.operand).position,
                        fmt::format("{} cannot be printed", kind_of(value)));
    }

    Result<Value> evaluate(const Expression& expression) {
        Value value = TRY(read(at(program_.operands, expression.operand), expression.is_lenient));
        for (std::uint32_t i = 0; i < expression.filters_count; ++i)
            value = TRY(apply(program_.filters[expression.filters_begin + i], value));
        return value;
    }

    Result<Value> apply(const FilterCall& call, const Value& input) {
        std::array<Value, 2> arguments;
        for (std::uint32_t i = 0; i < call.arguments_count; ++i)
            arguments[i] =
                TRY(read(at(program_.operands, program_.arguments[call.arguments_begin + i])));
        auto result =
            call.filter->apply(input, std::span(arguments.data(), call.arguments_count), memory_);
        if (result) return result;
        auto error =
            error_at(program_,
                     call.position,
                     fmt::format("filter '{}' {}", call.filter->name, result.error().message));
        error.code = result.error().code;
        return error;
    }

    /// The value of an operand. A missing name is nil when `is_lenient`.
    Result<Value> read(const Operand& operand, bool is_lenient = false) {
        if (operand.root == Root::kLiteral) return operand.literal;
        Value value;
        switch (operand.root) {
            case Root::kLiteral:
            case Root::kHidden:
                return slots_[static_cast<std::size_t>(operand.index)];
            case Root::kItem:
                value = at(loops_, operand.index).item;
                break;
            case Root::kForloop:
                value = {&at(loops_, operand.index).state};
                break;
            case Root::kAssigned:
            case Root::kVariable: {
                const auto slot = static_cast<std::size_t>(operand.index);
                if (operand.root == Root::kAssigned && is_assigned_[slot]) {
                    value = slots_[slot];
                    break;
                }
                const auto* found = variables_.if_contains(operand.name);
                if (found == nullptr && is_lenient) return Value{};
                if (found == nullptr)
                    return error_at(
                        program_, operand.position, fmt::format("unknown name '{}'", operand.name));
                value = value_of(*found);
                break;
            }
        }
        return operand.steps_count == 0 ? value : walk(operand, value, is_lenient);
    }

    Result<Value> walk(const Operand& operand, Value value, bool is_lenient) {
        for (std::uint32_t i = 0; i < operand.steps_count; ++i) {
            const Step& step = program_.steps[operand.steps_begin + i];
            Value key{step.name};
            if (step.operand >= 0) key = TRY(read(at(program_.operands, step.operand)));
            if (value.is_nil()) return Value{};
            const auto next = property_of(value, key);
            if (!next && is_lenient) return Value{};
            if (!next) {
                std::string name;
                append_text(name, key);
                return error_at(program_,
                                step.position,
                                fmt::format("there is no '{}' in {}", name, kind_of(value)));
            }
            value = *next;
        }
        return value;
    }

    static std::optional<Value> property_of(const Value& value, const Value& key) {
        const auto* name = key.as<std::string_view>();
        if (const auto* object = value.as<const json::object*>()) {
            if (name == nullptr) return std::nullopt;
            const auto* found = (*object)->if_contains(*name);
            if (found != nullptr) return value_of(*found);
            if (*name == "size") return Value{static_cast<std::int64_t>((*object)->size())};
            return std::nullopt;
        }
        if (const auto* loop = value.as<const LoopState*>())
            return name == nullptr ? std::nullopt : loop_property(**loop, *name);
        if (const auto* text = value.as<std::string_view>()) {
            if (name == nullptr || *name != "size") return std::nullopt;
            return Value{static_cast<std::int64_t>(text::code_point_count(*text))};
        }
        if (!value.is_array()) return std::nullopt;
        const auto length = static_cast<std::int64_t>(length_of(value));
        std::int64_t index = length;
        if (const auto* number = key.as<std::int64_t>())
            index = *number < 0 ? length + *number : *number;
        else if (name != nullptr && *name == "size")
            return Value{length};
        else if (name != nullptr && (*name == "first" || *name == "last"))
            index = *name == "first" ? 0 : length - 1;
        if (index < 0 || index >= length) return std::nullopt;
        return element_of(value, static_cast<std::size_t>(index));
    }

    static std::optional<Value> loop_property(const LoopState& loop, std::string_view name) {
        const auto position = static_cast<std::int64_t>(loop.position);
        const auto length = static_cast<std::int64_t>(loop.length);
        if (name == "index") return Value{position + 1};
        if (name == "index0") return Value{position};
        if (name == "rindex") return Value{length - position};
        if (name == "rindex0") return Value{length - position - 1};
        if (name == "first") return Value{position == 0};
        if (name == "last") return Value{position + 1 == length};
        if (name == "length") return Value{length};
        return std::nullopt;
    }

    /// a and b or c is a and (b or c): once a side decides, the rest is not read.
    Result<bool> test(const Condition& condition) {
        bool holds = false;
        for (std::uint32_t i = 0; i < condition.terms_count; ++i) {
            const Term& term = program_.terms[condition.terms_begin + i];
            holds = TRY(compare(term));
            if (term.next == Connector::kAnd && !holds) return false;
            if (term.next == Connector::kOr && holds) return true;
        }
        return holds;
    }

    Result<bool> compare(const Term& term) {
        const Value left = TRY(read(at(program_.operands, term.left)));
        if (term.comparison == Comparison::kTruth) return left.is_true();
        const Value right = TRY(read(at(program_.operands, term.right)));
        if (term.comparison == Comparison::kEqual) return are_equal(left, right);
        if (term.comparison == Comparison::kNotEqual) return !are_equal(left, right);
        if (term.comparison == Comparison::kContains) return contains(term, left, right);
        if (left.is_nil() || right.is_nil()) return false;
        const auto order = order_of(left, right);
        if (!order)
            return error_at(program_,
                            term.position,
                            fmt::format("{} and {} have no order", kind_of(left), kind_of(right)));
        switch (term.comparison) {
            case Comparison::kLess:
                return std::is_lt(*order);
            case Comparison::kLessOrEqual:
                return std::is_lteq(*order);
            case Comparison::kGreater:
                return std::is_gt(*order);
            default:
                return std::is_gteq(*order);
        }
    }

    static std::optional<std::partial_ordering> order_of(const Value& left, const Value& right) {
        const auto* left_text = left.as<std::string_view>();
        const auto* right_text = right.as<std::string_view>();
        if (left_text != nullptr && right_text != nullptr) return *left_text <=> *right_text;
        const auto* a = left.as<std::int64_t>();
        const auto* b = right.as<std::int64_t>();
        if (a != nullptr && b != nullptr) return *a <=> *b;
        const auto* x = left.as<double>();
        const auto* y = right.as<double>();
        if ((a == nullptr && x == nullptr) || (b == nullptr && y == nullptr)) return std::nullopt;
        return (x != nullptr ? *x : static_cast<double>(*a)) <=>
               (y != nullptr ? *y : static_cast<double>(*b));
    }

    Result<bool> contains(const Term& term, const Value& left, const Value& right) {
        if (left.is_array()) {
            for (std::size_t i = 0; i < length_of(left); ++i)
                if (are_equal(element_of(left, i), right)) return true;
            return false;
        }
        if (left.is_nil() || right.is_nil()) return false;
        const auto* text = left.as<std::string_view>();
        std::string part;
        if (text == nullptr || right.is_array() || !append_text(part, right))
            return error_at(program_,
                            term.position,
                            fmt::format("contains looks into text or an array, not {} for {}",
                                        kind_of(left),
                                        kind_of(right)));
        return text->find(part) != std::string_view::npos;
    }

    /// A whole number of a `for` tag; `fallback` when the option is not there.
    Result<std::int64_t> whole_number(int operand, std::int64_t fallback) {
        if (operand < 0) return fallback;
        const Value value = TRY(read(at(program_.operands, operand)));
        if (const auto* integer = value.as<std::int64_t>()) return *integer;
        return error_at(program_,
                        at(program_.operands, operand).position,
                        fmt::format("for needs a whole number here, not {}", kind_of(value)));
    }

    /// Sets a loop up. False when it has nothing to go through.
    Result<bool> begin(const Loop& loop) {
        RunningLoop& running = loops_[static_cast<std::size_t>(loop.depth)];
        running = {};
        std::size_t length = 0;
        if (loop.collection >= 0) {
            running.collection = TRY(read(at(program_.operands, loop.collection)));
            if (!running.collection.is_array() && !running.collection.is_nil())
                return error_at(
                    program_,
                    at(program_.operands, loop.collection).position,
                    fmt::format("for needs an array, not {}", kind_of(running.collection)));
            length = length_of(running.collection);
        } else {
            running.low = TRY(whole_number(loop.low, 0));
            const std::int64_t high = TRY(whole_number(loop.high, 0));
            if (high >= running.low)
                length = static_cast<std::size_t>(high) - static_cast<std::size_t>(running.low) + 1;
            if (high >= running.low && length == 0) return too_many();
        }
        if (length == 0) return false;
        const auto offset = TRY(whole_number(loop.offset, 0));
        const auto limit = TRY(whole_number(loop.limit, std::numeric_limits<std::int64_t>::max()));
        if (offset < 0 || limit < 1)
            return error_at(
                program_, loop.position, "offset must be at least 0 and limit at least 1");
        running.first = std::min(length, static_cast<std::size_t>(offset));
        running.state.length = std::min(length - running.first, static_cast<std::size_t>(limit));
        running.is_reversed = loop.is_reversed;
        if (running.state.length == 0) return false;
        return load_item(running);
    }

    Result<bool> advance(const Loop& loop) {
        RunningLoop& running = loops_[static_cast<std::size_t>(loop.depth)];
        if (++running.state.position >= running.state.length) return false;
        return load_item(running);
    }

    Error too_many() const {
        return exhausted(
            fmt::format("more than {} loop iterations", program_.limits.iterations_max));
    }

    Result<bool> load_item(RunningLoop& running) {
        if (++iterations_ > program_.limits.iterations_max) return too_many();
        const auto& state = running.state;
        const std::size_t index =
            running.first +
            (running.is_reversed ? state.length - 1 - state.position : state.position);
        running.item = running.collection.is_nil()
                           ? Value{running.low + static_cast<std::int64_t>(index)}
                           : element_of(running.collection, index);
        return true;
    }

    const Program& program_;
    const json::object& variables_;
    Memory memory_;
    std::string out_;
    std::vector<Value> slots_;
    std::vector<bool> is_assigned_;
    std::vector<RunningLoop> loops_;  ///< By nesting depth.
    std::size_t iterations_ = 0;
};

}  // namespace
}  // namespace liquid

LiquidTemplate::LiquidTemplate(std::unique_ptr<const liquid::Program> program)
    : program_(std::move(program)) {}
LiquidTemplate::LiquidTemplate(LiquidTemplate&&) noexcept = default;
LiquidTemplate& LiquidTemplate::operator=(LiquidTemplate&&) noexcept = default;
LiquidTemplate::~LiquidTemplate() = default;

Result<LiquidTemplate> LiquidTemplate::parse(std::string_view source, const LiquidLimits& limits) {
    if (source.size() > limits.template_bytes_max)
        return Error{ErrorCode::kResourceExhausted,
                     fmt::format("template: {} bytes, at most {} are allowed",
                                 source.size(),
                                 limits.template_bytes_max),
                     {}};
    if (!is_utf8(source)) return invalid_argument("template: not valid UTF-8");
    auto program = std::make_unique<liquid::Program>();
    program->source = source;
    program->limits = limits;
    return LiquidTemplate(TRY(liquid::Parser(std::move(program)).parse()));
}

Result<std::string> LiquidTemplate::render(const json::object& variables) const {
    return liquid::Renderer(*program_, variables).render();
}

const std::vector<LiquidVariable>& LiquidTemplate::variables() const { return program_->variables; }

}  // namespace cpo::generation
