#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agents/generation/liquid_lexer.h"
#include "agents/generation/liquid_program.h"

namespace cpo::generation::liquid {

/// true, false, nil, null, empty, blank.
bool is_keyword(std::string_view name);

/// Compiles one template: recursive descent inside a tag, a stack of open blocks across tags.
/// Expressions are read in liquid_parser.cpp, tags in liquid_tags.cpp. Use once.
class Parser {
public:
    explicit Parser(std::unique_ptr<Program> program)
        : owned_(std::move(program)), program_(*owned_) {}

    /// Errors: kInvalidArgument and kResourceExhausted, with line and column.
    Result<std::unique_ptr<const Program>> parse();

private:
    enum class BlockKind { kIf, kUnless, kCase, kFor };
    struct Block {
        BlockKind kind = BlockKind::kIf;
        std::size_t position = 0;
        int pending = -1;        ///< Jump that goes to the next branch.
        std::vector<int> exits;  ///< Jumps that go behind the block.
        bool has_else = false;
        int loop = -1;             ///< With kFor.
        int subject = -1;          ///< With kCase: operand of the hidden slot.
        std::vector<int> choices;  ///< With kCase: operands of every `when` so far.
        bool has_branch = false;   ///< With kCase: a `when` or `else` was seen.
    };
    static const char* name_of(BlockKind kind);

    // Expressions.
    Error error(const Cursor& cursor, std::string message) const;
    Result<void> expect_end(Cursor& cursor) const;
    Result<Value> parse_text(Cursor& cursor) const;
    Result<Value> parse_number(Cursor& cursor) const;
    Result<int> parse_operand(Cursor& cursor);
    Result<int> parse_path(Cursor& cursor, Operand operand);
    void resolve(Operand& operand) const;
    Result<FilterCall> parse_filter(Cursor& cursor);
    Result<void> check_literal_format(const FilterCall& call) const;
    Result<int> parse_expression(Cursor& cursor);
    static Comparison parse_comparison(Cursor& cursor);
    bool is_predicate(int operand) const;
    Result<int> parse_condition(Cursor& cursor);
    int add_condition(const std::vector<Term>& terms);

    // Instructions.
    int emit(Operation operation, int argument, int target);
    int here() const;
    /// Lets the jump `jump` (-1: none) go to the next instruction.
    void land(int jump);
    void finish();

    // Tags.
    Result<void> parse_plain(const Piece& piece);
    Result<void> expect_no_case(const Piece& piece) const;
    Result<void> parse_tag(const Piece& piece);
    Result<void> open_block(BlockKind kind, const Piece& piece);
    Result<Block*> inside(std::initializer_list<BlockKind> kinds,
                          std::string_view tag,
                          const Piece& piece);
    Result<void> parse_if(BlockKind kind, Cursor& cursor, const Piece& piece);
    Result<void> parse_elsif(Cursor& cursor, const Piece& piece);
    Result<void> parse_else(Cursor& cursor, const Piece& piece);
    Result<void> parse_case(Cursor& cursor, const Piece& piece);
    Result<void> parse_when(Cursor& cursor, const Piece& piece);
    Result<void> parse_for(Cursor& cursor, const Piece& piece);
    Result<void> parse_collection(Cursor& cursor, Loop& loop);
    Result<void> parse_loop_options(Cursor& cursor, Loop& loop);
    Result<void> parse_assign(Cursor& cursor);
    Result<void> close_block(BlockKind kind, Cursor& cursor, const Piece& piece);

    std::unique_ptr<Program> owned_;
    Program& program_;
    std::vector<Block> blocks_;
    std::vector<std::string_view> items_;       ///< Loop variables in scope, outermost first.
    std::map<std::string_view, int> assigned_;  ///< Name -> slot.
    int slots_ = 0;
    int bracket_depth_ = 0;
};

}  // namespace cpo::generation::liquid
