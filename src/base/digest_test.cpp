#include "base/digest.h"

#include <gtest/gtest.h>

namespace cpo {
namespace {

TEST(Sha256, MatchesTheStandard) {
    // FIPS 180-2, appendix B.1 and B.2.
    EXPECT_EQ(sha256_hex("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 hash;
    hash.update("abcdbcdecdefdefgefghfghighij");
    hash.update("hijkijkljklmklmnlmnomnopnopq");
    EXPECT_EQ(hash.finish(), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

}  // namespace
}  // namespace cpo
