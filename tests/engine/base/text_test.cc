#include "engine/base/text.h"

#include <gtest/gtest.h>

namespace tenure {
namespace {

TEST(ShownText, LeavesGoodTextAlone) {
  for (const std::string text : {"", "acc-7", "Müller & Söhne", "日本", "\xF0\x9F\x98\x80"})
    EXPECT_EQ(shown_text(text), text);
  EXPECT_EQ(shown_text(std::string(kShownBytesMax, 'a')), std::string(kShownBytesMax, 'a'));
}

TEST(ShownText, CutsBetweenCharacters) {
  EXPECT_EQ(shown_text(std::string(kShownBytesMax + 1, 'a')),
            std::string(kShownBytesMax - 3, 'a') + "...");
  EXPECT_EQ(shown_text("ääää", 7), "ää...");
  EXPECT_EQ(shown_text("ääää", 6), "ä...");
  EXPECT_EQ(shown_text("ääää", 8), "ääää");
  EXPECT_EQ(shown_text("aaaaaaaa", 3), "...");
}

TEST(ShownText, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(shown_text("a\xFF"
                       "b"),
            "a?b");
  EXPECT_EQ(shown_text("\xC3"), "?");                 // cut off
  EXPECT_EQ(shown_text("\xC0\xAF"), "??");            // longer than needed
  EXPECT_EQ(shown_text("\xE0\x80\xAF"), "???");       // longer than needed
  EXPECT_EQ(shown_text("\xED\xA0\x80"), "???");       // half of a surrogate pair
  EXPECT_EQ(shown_text("\xF4\x90\x80\x80"), "????");  // beyond the last character
  EXPECT_EQ(shown_text("\xF0\x9F\x98"
                       "x"),
            "???x");
}

}  // namespace
}  // namespace tenure
