#include <fmt/format.h>

#include <algorithm>

#include "agents/generation/liquid_parser.h"

namespace cpo::generation::liquid {
namespace {

bool is_reserved(std::string_view name) { return name == "forloop" || is_keyword(name); }

}  // namespace

const char* Parser::name_of(BlockKind kind) {
    switch (kind) {
        case BlockKind::kIf:
            return "if";
        case BlockKind::kUnless:
            return "unless";
        case BlockKind::kCase:
            return "case";
        case BlockKind::kFor:
            return "for";
    }
    return "";
}

Result<void> Parser::parse_plain(const Piece& piece) {
    const auto text =
        std::string_view(program_.source).substr(piece.begin, piece.end - piece.begin);
    if (text.empty()) return {};
    if (!blocks_.empty() && blocks_.back().kind == BlockKind::kCase && !blocks_.back().has_branch) {
        if (text.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos) return {};
        return error_at(program_, piece.position, "text between case and its first when");
    }
    program_.pieces.push_back(text);
    emit(Operation::kText, static_cast<int>(program_.pieces.size()) - 1, 0);
    return {};
}

Result<void> Parser::expect_no_case(const Piece& piece) const {
    if (blocks_.empty() || blocks_.back().kind != BlockKind::kCase || blocks_.back().has_branch)
        return {};
    return error_at(program_, piece.position, "only when and else may follow case");
}

Result<void> Parser::parse_tag(const Piece& piece) {
    Cursor cursor(program_.source, piece.begin, piece.end);
    const auto name = cursor.read_name();
    if (name == "when") return parse_when(cursor, piece);
    if (name == "else") return parse_else(cursor, piece);
    if (name == "endcase") return close_block(BlockKind::kCase, cursor, piece);
    TRY(expect_no_case(piece));
    if (name == "if") return parse_if(BlockKind::kIf, cursor, piece);
    if (name == "elsif") return parse_elsif(cursor, piece);
    if (name == "endif") return close_block(BlockKind::kIf, cursor, piece);
    if (name == "unless") return parse_if(BlockKind::kUnless, cursor, piece);
    if (name == "endunless") return close_block(BlockKind::kUnless, cursor, piece);
    if (name == "case") return parse_case(cursor, piece);
    if (name == "for") return parse_for(cursor, piece);
    if (name == "endfor") return close_block(BlockKind::kFor, cursor, piece);
    if (name == "assign") return parse_assign(cursor);
    if (name.empty()) return error_at(program_, piece.position, "a tag needs a name");
    return error_at(program_,
                    piece.begin,
                    fmt::format("unknown tag '{}'; there are assign, case, comment, for, if, raw, "
                                "unless and the tags inside them",
                                name));
}

Result<void> Parser::open_block(BlockKind kind, const Piece& piece) {
    if (blocks_.size() >= static_cast<std::size_t>(program_.limits.depth_max)) {
        auto error = error_at(program_, piece.position, "too many blocks inside blocks");
        error.code = ErrorCode::kResourceExhausted;
        return error;
    }
    blocks_.emplace_back();
    blocks_.back().kind = kind;
    blocks_.back().position = piece.position;
    return {};
}

Result<Parser::Block*> Parser::inside(std::initializer_list<BlockKind> kinds,
                                      std::string_view tag,
                                      const Piece& piece) {
    if (!blocks_.empty() &&
        std::find(kinds.begin(), kinds.end(), blocks_.back().kind) != kinds.end())
        return &blocks_.back();
    if (blocks_.empty())
        return error_at(
            program_, piece.begin, fmt::format("'{}' without a block that it belongs to", tag));
    return error_at(program_,
                    piece.begin,
                    fmt::format("'{}' does not belong to the open '{}' of line {}",
                                tag,
                                name_of(blocks_.back().kind),
                                place_of(program_.source, blocks_.back().position).line));
}

Result<void> Parser::parse_if(BlockKind kind, Cursor& cursor, const Piece& piece) {
    TRY(open_block(kind, piece));
    const int condition = TRY(parse_condition(cursor));
    blocks_.back().pending =
        emit(kind == BlockKind::kIf ? Operation::kJumpUnless : Operation::kJumpIf, condition, 0);
    return {};
}

Result<void> Parser::parse_elsif(Cursor& cursor, const Piece& piece) {
    Block& block = *TRY(inside({BlockKind::kIf, BlockKind::kUnless}, "elsif", piece));
    if (block.has_else) return error_at(program_, piece.begin, "elsif after else");
    block.exits.push_back(emit(Operation::kJump, 0, 0));
    land(block.pending);
    block.pending = emit(Operation::kJumpUnless, TRY(parse_condition(cursor)), 0);
    return {};
}

Result<void> Parser::parse_else(Cursor& cursor, const Piece& piece) {
    Block& block = *TRY(inside(
        {BlockKind::kIf, BlockKind::kUnless, BlockKind::kCase, BlockKind::kFor}, "else", piece));
    if (block.has_else) return error_at(program_, piece.begin, "a second else");
    TRY(expect_end(cursor));
    block.has_else = true;
    switch (block.kind) {
        case BlockKind::kIf:
        case BlockKind::kUnless:
            block.exits.push_back(emit(Operation::kJump, 0, 0));
            land(block.pending);
            block.pending = -1;
            return {};
        case BlockKind::kFor:
            // liquidjs looks at the whole array here, Shopify at what offset leaves of it.
            if (program_.loops[static_cast<std::size_t>(block.loop)].offset >= 0)
                return error_at(program_, piece.begin, "a for with offset takes no else");
            emit(Operation::kLoopNext, block.loop, block.pending + 1);
            block.exits.push_back(emit(Operation::kJump, 0, 0));
            land(block.pending);
            block.pending = -1;
            items_.pop_back();
            return {};
        case BlockKind::kCase:
            break;
    }
    // Every `when` that matches is rendered, so `else` asks again whether any of them did.
    land(block.pending);
    block.pending = -1;
    block.has_branch = true;
    std::vector<Term> terms;
    terms.reserve(block.choices.size());
    for (const int choice : block.choices)
        terms.push_back(
            {Comparison::kEqual, Connector::kOr, block.subject, choice, piece.position});
    if (terms.empty()) return {};
    terms.back().next = Connector::kNone;
    block.exits.push_back(emit(Operation::kJumpIf, add_condition(terms), 0));
    return {};
}

Result<void> Parser::parse_case(Cursor& cursor, const Piece& piece) {
    TRY(open_block(BlockKind::kCase, piece));
    Expression expression;
    expression.operand = TRY(parse_operand(cursor));
    TRY(expect_end(cursor));
    program_.expressions.push_back(expression);
    const int slot = slots_++;
    emit(Operation::kAssign, static_cast<int>(program_.expressions.size()) - 1, slot);
    Operand subject;
    subject.root = Root::kHidden;
    subject.index = slot;
    subject.position = piece.position;
    program_.operands.push_back(subject);
    blocks_.back().subject = static_cast<int>(program_.operands.size()) - 1;
    return {};
}

Result<void> Parser::parse_when(Cursor& cursor, const Piece& piece) {
    Block& block = *TRY(inside({BlockKind::kCase}, "when", piece));
    if (block.has_else) return error_at(program_, piece.begin, "when after else");
    land(block.pending);
    block.has_branch = true;
    std::vector<Term> terms;
    do {
        const int choice = TRY(parse_operand(cursor));
        block.choices.push_back(choice);
        terms.push_back(
            {Comparison::kEqual, Connector::kOr, block.subject, choice, piece.position});
    } while (cursor.eat(",") || cursor.eat_word("or"));
    TRY(expect_end(cursor));
    terms.back().next = Connector::kNone;
    block.pending = emit(Operation::kJumpUnless, add_condition(terms), 0);
    return {};
}

Result<void> Parser::parse_for(Cursor& cursor, const Piece& piece) {
    TRY(open_block(BlockKind::kFor, piece));
    cursor.skip_blank();
    const std::size_t position = cursor.position();
    const auto item = cursor.read_name();
    if (item.empty() || is_reserved(item))
        return error_at(program_, position, "expected the name of the loop variable");
    if (!cursor.eat_word("in")) return error(cursor, "expected 'in'");
    Loop loop;
    loop.depth = static_cast<int>(items_.size());
    loop.position = piece.position;
    TRY(parse_collection(cursor, loop));
    TRY(parse_loop_options(cursor, loop));
    program_.loops.push_back(loop);
    Block& block = blocks_.back();
    block.loop = static_cast<int>(program_.loops.size()) - 1;
    block.pending = emit(Operation::kLoopBegin, block.loop, 0);
    items_.push_back(item);
    program_.loop_depth = std::max(program_.loop_depth, loop.depth + 1);
    return {};
}

Result<void> Parser::parse_collection(Cursor& cursor, Loop& loop) {
    if (!cursor.eat("(")) {
        loop.collection = TRY(parse_operand(cursor));
        return {};
    }
    loop.low = TRY(parse_operand(cursor));
    if (!cursor.eat("..")) return error(cursor, "expected .. of a range (first..last)");
    loop.high = TRY(parse_operand(cursor));
    if (!cursor.eat(")")) return error(cursor, "expected ) of a range (first..last)");
    return {};
}

Result<void> Parser::parse_loop_options(Cursor& cursor, Loop& loop) {
    while (!cursor.is_at_end()) {
        const std::size_t position = cursor.position();
        const auto name = cursor.read_name();
        if (name == "reversed" && !loop.is_reversed) {
            loop.is_reversed = true;
            continue;
        }
        int* option = name == "limit" ? &loop.limit : name == "offset" ? &loop.offset : nullptr;
        if (option == nullptr || *option >= 0)
            return error_at(
                program_, position, "for takes limit: N, offset: N and reversed, each once");
        if (!cursor.eat(":")) return error(cursor, fmt::format("expected : after {}", name));
        if (cursor.eat_word("continue")) return error(cursor, "offset: continue is not known here");
        *option = TRY(parse_operand(cursor));
    }
    return {};
}

Result<void> Parser::parse_assign(Cursor& cursor) {
    cursor.skip_blank();
    const std::size_t position = cursor.position();
    const auto name = cursor.read_name();
    if (name.empty() || is_reserved(name))
        return error_at(program_, position, "expected a name to assign to");
    if (!cursor.eat("=")) return error(cursor, "expected =");
    const int expression = TRY(parse_expression(cursor));
    const auto [slot, is_new] = assigned_.try_emplace(name, slots_);
    if (is_new) ++slots_;
    emit(Operation::kAssign, expression, slot->second);
    return {};
}

Result<void> Parser::close_block(BlockKind kind, Cursor& cursor, const Piece& piece) {
    Block& block = *TRY(inside({kind}, fmt::format("end{}", name_of(kind)), piece));
    TRY(expect_end(cursor));
    if (kind == BlockKind::kFor && !block.has_else) {
        emit(Operation::kLoopNext, block.loop, block.pending + 1);
        items_.pop_back();
    }
    land(block.pending);
    for (const int jump : block.exits) land(jump);
    blocks_.pop_back();
    return {};
}

}  // namespace cpo::generation::liquid
