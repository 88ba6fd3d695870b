#include "connectors/file/importer.h"

#include "engine/kv/memory_store.h"
#include "tests/connectors/file/support/file_fixture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

namespace tenure {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kMapping = R"(source: desk
id: id
account: customer
occurred_at: {field: at, format: unix_s}
events:
  - type: note.added
)";
constexpr std::int64_t kFirstSecond = 1'700'000'000;

class ImporterTest : public test::FileFixture {
 protected:
  ImporterTest() {
    auto loaded = Mapping::load(kMapping, "mapping.yaml");
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    if (loaded) mapping_ = *loaded;
    open();
  }
  void open() {
    log_.reset();
    auto store = open_memory_store(disk_, log_store_options());
    ASSERT_TRUE(store.has_value());
    auto log = EventLog::open(std::move(*store), LogOptions{});
    ASSERT_TRUE(log.has_value()) << log.error().message;
    log_ = std::move(*log);
  }
  // Rows from the last instant to the first, so that the sort has everything to do.
  std::string rows(int count) const {
    std::string text = "id,customer,at\n";
    for (int k = count; k > 0; --k)
      text += fmt::format("{},account-{},{}\n", k, k % 7, kFirstSecond + k);
    return text;
  }
  Result<ImportReport> import(const std::string& file,
                              std::function<bool(const ImportProgress&)> progress = {}) {
    return import_file({file, mapping_, std::move(progress)}, *log_, clock_);
  }
  // recorded_at by id.
  std::map<std::string, Instant> stamps() const {
    std::map<std::string, Instant> found;
    for (std::uint16_t shard = 0; shard < log_->shards(); ++shard)
      EXPECT_TRUE(log_->scan(ShardId{shard}, 1,
                             [&](const BlockPtr& block) {
                               for (const LoggedEvent& logged : block->events())
                                 EXPECT_TRUE(
                                     found.emplace(logged.event.id, logged.recorded_at).second);
                               return true;
                             })
                      .has_value());
    return found;
  }

  std::shared_ptr<MemoryDisk> disk_ = make_memory_disk();
  std::unique_ptr<EventLog> log_;
  std::shared_ptr<const Mapping> mapping_;
  ManualClock clock_{Instant{(kFirstSecond + 100'000'000) * 1'000'000}};
};

TEST_F(ImporterTest, AFirstImportIsStampedWithItsOwnTimes) {
  const auto report = import(write("a.csv", rows(20'000)));
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_EQ(report->accepted, 20'000u);
  EXPECT_EQ(report->accounts, 7u);
  EXPECT_TRUE(report->dated);
  for (const auto& [id, stamp] : stamps())
    ASSERT_EQ(stamp.us, (kFirstSecond + std::stoll(id)) * 1'000'000);
  EXPECT_EQ(log_->offset(report->partition)->extra, 0);
  EXPECT_EQ(log_->offset(report->partition)->next, 20'000);
}

TEST_F(ImporterTest, AFirstImportThatWasCutOffIsResumedWithTheSameStamps) {
  const std::string file = write("a.csv", rows(20'000));
  const auto cut = import(file, [](const ImportProgress& at) {
    return at.phase == ImportProgress::Phase::kReading || at.done < 10'000;
  });
  ASSERT_FALSE(cut.has_value());
  EXPECT_EQ(cut.error().code, ErrorCode::kStopping);
  EXPECT_THAT(cut.error().message, HasSubstr("16384 rows were written"));
  open();
  clock_.advance_to(clock_.now() + kDay);
  const auto other = import(write("b.csv", rows(3)));
  ASSERT_FALSE(other.has_value());
  EXPECT_THAT(other.error().message, HasSubstr("not complete"));
  const auto again = import(file);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_TRUE(again->dated);
  EXPECT_EQ(again->repeated.total, 16'384u);
  EXPECT_EQ(again->accepted, 20'000u - 16'384u);
  const auto found = stamps();
  EXPECT_EQ(found.size(), 20'000u);
  for (const auto& [id, stamp] : found)
    ASSERT_EQ(stamp.us, (kFirstSecond + std::stoll(id)) * 1'000'000);
  EXPECT_FALSE(import(write("b.csv", rows(3)))->dated);
}

TEST_F(ImporterTest, ASecondImportIsAllRepeatedAndNamesTheFirstHundredLines) {
  const std::string file = write("a.csv", rows(9'000));
  ASSERT_TRUE(import(file).has_value());
  const auto again = import(file);
  ASSERT_TRUE(again.has_value()) << again.error().message;
  EXPECT_EQ(again->repeated.total, 9'000u);
  EXPECT_EQ(again->accepted, 0u);
  EXPECT_EQ(again->accounts, 7u);
  ASSERT_EQ(again->repeated.lines.size(), RowList::kLinesMax);
  EXPECT_EQ(again->repeated.lines.front(), 2u);
  EXPECT_EQ(again->repeated.lines.back(), 101u);
  EXPECT_EQ(log_->stat().events, 9'000u);
}

TEST_F(ImporterTest, ALaterImportIsRecordedNowAndNamesItsConflicts) {
  ASSERT_TRUE(import(write("a.csv", rows(3))).has_value());
  const auto later =
      import(write("b.csv", "id,customer,at\n50,new,1700000050\n2,other,1700000002\n"));
  ASSERT_TRUE(later.has_value()) << later.error().message;
  EXPECT_FALSE(later->dated);
  EXPECT_EQ(later->accepted, 1u);
  EXPECT_THAT(later->conflicts.lines, ElementsAre(3));
  EXPECT_EQ(log_->last_recorded_at(), clock_.now());
}

TEST_F(ImporterTest, QuarantinedRowsKeepTheirLineAndReasonAndAreRepeatedLater) {
  const std::string file =
      write("a.csv", "id,customer,at\n1,acme,soon\n2,acme,1700000000\n3,acme\n");
  const auto report = import(file);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_THAT(report->quarantined.lines, ElementsAre(2, 4));
  ASSERT_EQ(report->reasons.size(), 2u);
  EXPECT_THAT(report->reasons[0], HasSubstr("occurred_at"));
  EXPECT_THAT(report->reasons[1], HasSubstr("2 columns"));
  const auto again = import(file);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->repeated.total, 3u);
  EXPECT_EQ(log_->head(kQuarantineShard), 2u);
}

TEST_F(ImporterTest, ColumnsThatTheMappingNeedsAreMissedBeforeAnythingIsWritten) {
  const auto report = import(write("a.csv", "id,client,at\n1,acme,1700000000\n"));
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(report.error().message,
              HasSubstr("a.csv:1: the mapping looks at the column \"customer\""));
  EXPECT_EQ(log_->stat().events, 0u);
}

TEST_F(ImporterTest, ABrokenLaterFileSaysHowManyRowsWereWritten) {
  ASSERT_TRUE(import(write("a.csv", rows(1))).has_value());
  const auto report = import(write("b.csv", rows(10'000) + "1,\"open\n"));
  ASSERT_FALSE(report.has_value());
  EXPECT_THAT(report.error().message, HasSubstr("8192 rows before it were written"));
}

}  // namespace
}  // namespace tenure
