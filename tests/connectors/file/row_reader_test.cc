#include "connectors/file/row_reader.h"

#include "tests/connectors/file/support/file_fixture.h"

#include <gmock/gmock.h>

#include <vector>

namespace tenure {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using RowReaderTest = test::FileFixture;

struct ReadRow {
  std::uint64_t line;
  std::vector<std::string> cells;
  std::string bytes;
  std::string problem;
};

std::vector<ReadRow> read_all(RowReader& reader) {
  std::vector<ReadRow> rows;
  FileRow row;
  for (;;) {
    const auto more = reader.next(row);
    EXPECT_TRUE(more.has_value()) << more.error().message;
    if (!more || !*more) return rows;
    rows.push_back(
        {row.line, {row.cells.begin(), row.cells.end()}, std::string(row.bytes), row.problem});
  }
}

TEST_F(RowReaderTest, CellsKeepQuotesSeparatorsAndLineEndsAndRowsTheirFirstLine) {
  const auto reader = RowReader::open(write("a.csv", "a,b\n1,\"x,\"\"y\"\"\nz\"\n\n3,\n\"\",4"));
  ASSERT_TRUE(reader.has_value());
  EXPECT_THAT((*reader)->header(), ElementsAre("a", "b"));
  const auto rows = read_all(**reader);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(rows[0].cells, ElementsAre("1", "x,\"y\"\nz"));
  EXPECT_EQ(rows[0].line, 2u);
  EXPECT_EQ(rows[0].bytes, "1,\"x,\"\"y\"\"\nz\"");
  EXPECT_THAT(rows[1].cells, ElementsAre("3", ""));
  EXPECT_EQ(rows[1].line, 5u);
  EXPECT_THAT(rows[2].cells, ElementsAre("", "4"));
  for (const ReadRow& row : rows) EXPECT_EQ(row.problem, "");
}

TEST_F(RowReaderTest, WindowsLineEndsAndTheByteOrderMarkAreNoPartOfTheCells) {
  const auto reader = RowReader::open(write("a.csv",
                                            "\xef\xbb\xbf"
                                            "a;b\r\n1;2\r\n"));
  ASSERT_TRUE(reader.has_value());
  EXPECT_THAT((*reader)->header(), ElementsAre("a", "b"));
  const auto rows = read_all(**reader);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_THAT(rows[0].cells, ElementsAre("1", "2"));
}

TEST_F(RowReaderTest, ABadRowCarriesItsProblemAndTheNextOneIsRead) {
  const auto reader = RowReader::open(write("a.csv", "a,b\n1\n1,2,3\n\"x\"y,2\n1,\xff\n1,2\n"));
  ASSERT_TRUE(reader.has_value());
  const auto rows = read_all(**reader);
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_THAT(rows[0].problem, HasSubstr("1 columns and the header 2"));
  EXPECT_THAT(rows[1].problem, HasSubstr("3 columns"));
  EXPECT_THAT(rows[2].problem, HasSubstr("column 1 has text after its closing quote"));
  EXPECT_THAT(rows[3].problem, HasSubstr("not UTF-8"));
  EXPECT_EQ(rows[4].problem, "");
}

TEST_F(RowReaderTest, JoinedGzipFilesAreReadAsOneAndProgressReachesTheEnd) {
  const auto reader =
      RowReader::open(write("a.ndjson.gz", packed("{\"a\":1}\n") + packed("{\"a\":2}\n")));
  ASSERT_TRUE(reader.has_value());
  EXPECT_EQ((*reader)->format(), FileFormat::kNdjson);
  const auto rows = read_all(**reader);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].bytes, "{\"a\":2}");
  EXPECT_EQ((*reader)->bytes_read(), (*reader)->bytes_total());
}

TEST_F(RowReaderTest, ContentBeatsANameThatSaysNothing) {
  const auto json = RowReader::open(write("a", "\n {\"a\":1}\n"));
  ASSERT_TRUE(json.has_value());
  EXPECT_EQ((*json)->format(), FileFormat::kNdjson);
  const auto csv = RowReader::open(write("b", "a,b\n"));
  ASSERT_TRUE(csv.has_value());
  EXPECT_EQ((*csv)->format(), FileFormat::kCsv);
}

TEST_F(RowReaderTest, LongestRowIsReadAndOneByteMoreIsRefused) {
  const std::string longest(kRowBytesMax - 2, 'x');
  for (const std::size_t more : {0u, 8u}) {
    const auto reader =
        RowReader::open(write("a.csv", "a,b\n" + longest + std::string(more, 'x') + ",1\n"));
    ASSERT_TRUE(reader.has_value());
    FileRow row;
    const auto read = (*reader)->next(row);
    ASSERT_EQ(read.has_value(), more == 0);
    if (read) continue;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(read.error().message, HasSubstr("a.csv:2: the line is longer than 1 MiB"));
  }
}

TEST_F(RowReaderTest, AQuoteThatNeverClosesNamesTheRowItOpensIn) {
  std::string text = "a,b\n1,\"open\n";
  for (int k = 0; k < 400'000; ++k) text += "1,2\n";
  const auto reader = RowReader::open(write("a.csv", text));
  ASSERT_TRUE(reader.has_value());
  FileRow row;
  const auto read = (*reader)->next(row);
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, HasSubstr("a.csv:2: the row is longer than 1 MiB"));
}

TEST_F(RowReaderTest, EveryCutOfAGzipFileIsNoticed) {
  const std::string whole = packed("a,b\n1,2\n3,4\n");
  for (std::size_t size = 3; size < whole.size(); ++size) {
    const auto reader = RowReader::open(write("a.csv.gz", whole.substr(0, size)));
    Result<bool> last = reader ? Result<bool>(true) : Result<bool>(reader.error());
    FileRow row;
    while (last && *last) last = (*reader)->next(row);
    ASSERT_FALSE(last.has_value()) << size;
    EXPECT_EQ(last.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(last.error().message, HasSubstr("cut off"));
  }
}

}  // namespace
}  // namespace tenure
