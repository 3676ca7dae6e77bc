#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cpo::retrieval {

/// Words of `query` that `text` has too, in the query's order and spelling, each once, at most
/// `count_max`: function words ("the", "of") left out, case and common English endings ignored.
std::vector<std::string> shared_words(std::string_view query,
                                      std::string_view text,
                                      std::size_t count_max);

/// "close in meaning (rank 1) and shares the words gift, wrap"; from rank 11 on "rank 11 by
/// meaning". A rank of 0 = not found that way.
std::string reason_of(int vector_rank, int lexical_rank, const std::vector<std::string>& shared);

}  // namespace cpo::retrieval
