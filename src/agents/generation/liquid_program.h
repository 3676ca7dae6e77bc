#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agents/generation/liquid.h"
#include "agents/generation/liquid_filters.h"
#include "agents/generation/liquid_value.h"

namespace cpo::generation::liquid {

// What a template is compiled to. Every list lies flat in Program; instructions and operands name
// each other by index, so that rendering walks arrays and allocates next to nothing.

/// Where the first name of a path is looked up.
enum class Root : std::uint8_t {
    kLiteral,  ///< Operand::literal, no lookup.
    kVariable,
    kAssigned,  ///< Slot `index`; the variables while nothing was assigned yet.
    kItem,      ///< Loop variable of the loop at nesting depth `index`.
    kForloop,   ///< `forloop` of the loop at nesting depth `index`.
    kHidden,    ///< Slot `index` without a name: the subject of a `case`.
};

/// One step of a path: a name, or an index that is computed by another operand.
struct Step {
    std::string_view name;
    int operand = -1;  ///< -1: `name`.
    std::size_t position = 0;
};

struct Operand {
    Root root = Root::kLiteral;
    int index = 0;
    Value literal;
    std::string_view name;  ///< First name of the path.
    std::size_t position = 0;
    std::uint32_t steps_begin = 0;
    std::uint32_t steps_count = 0;
};

struct FilterCall {
    const Filter* filter = nullptr;
    std::uint32_t arguments_begin = 0;  ///< Into Program::arguments.
    std::uint32_t arguments_count = 0;
    std::size_t position = 0;
};

/// `operand | filter | filter`.
struct Expression {
    int operand = 0;
    std::uint32_t filters_begin = 0;
    std::uint32_t filters_count = 0;
    bool is_lenient = false;  ///< The first filter is `default`: a missing name is nil.
};

enum class Comparison : std::uint8_t {
    kTruth,  ///< Only the left side.
    kEqual,
    kNotEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kContains,
};
enum class Connector : std::uint8_t { kNone, kAnd, kOr };

/// One comparison and how it is tied to the rest, which is read from right to left as Liquid does.
struct Term {
    Comparison comparison = Comparison::kTruth;
    Connector next = Connector::kNone;
    int left = 0;
    int right = 0;
    std::size_t position = 0;
};
struct Condition {
    std::uint32_t terms_begin = 0;
    std::uint32_t terms_count = 0;
};

struct Loop {
    int depth = 0;            ///< Loops around it.
    int collection = -1;      ///< Operand; -1 with a range.
    int low = -1, high = -1;  ///< Operands of (low..high).
    int limit = -1, offset = -1;
    bool is_reversed = false;
    std::size_t position = 0;
};

enum class Operation : std::uint8_t {
    kText,        ///< Print pieces[argument].
    kOutput,      ///< Print expressions[argument].
    kAssign,      ///< Slot `target` = expressions[argument].
    kJump,        ///< To `target`.
    kJumpUnless,  ///< To `target` when conditions[argument] is false.
    kJumpIf,
    kLoopBegin,  ///< Start loops[argument]; to `target` when there is nothing to go through.
    kLoopNext,   ///< Next element of loops[argument] and to `target`, or on when it was the last.
};
struct Instruction {
    Operation operation = Operation::kText;
    int argument = 0;
    int target = 0;
};

struct Program {
    std::string source;  ///< Never moves: the views below point into it.
    LiquidLimits limits;
    std::vector<Instruction> instructions;
    std::vector<std::string_view> pieces;
    std::vector<Expression> expressions;
    std::vector<Operand> operands;
    std::vector<Step> steps;
    std::vector<FilterCall> filters;
    std::vector<int> arguments;  ///< Operands.
    std::vector<Condition> conditions;
    std::vector<Term> terms;
    std::vector<Loop> loops;
    int slots = 0;       ///< Assigned names and subjects of `case`.
    int loop_depth = 0;  ///< Deepest nesting of loops.
    std::vector<LiquidVariable> variables;
};

/// "template, line 2 column 7: `message`".
Error error_at(const Program& program, std::size_t position, std::string message);

/// Line and column (code points) of a byte, both 1-based.
struct Place {
    int line = 1;
    int column = 1;
};
Place place_of(std::string_view source, std::size_t position);

}  // namespace cpo::generation::liquid
