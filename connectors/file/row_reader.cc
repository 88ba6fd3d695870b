#include "connectors/file/row_reader.h"

#include "connectors/file/internal/csv_splitter.h"
#include "connectors/file/internal/line_reader.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <set>

namespace tenure {

struct RowReader::Impl {
  Impl(const std::string& path, std::unique_ptr<internal::ByteStream> stream)
      : lines(path, std::move(stream)) {}

  Result<void> begin();
  Result<void> choose_format(std::string_view head);
  Result<void> read_header();
  Result<bool> next_csv(FileRow& row);
  Result<bool> next_ndjson(FileRow& row);
  Error wrong(std::uint64_t line, std::string_view what) const {
    return fail(ErrorCode::kInvalid, fmt::format("{}:{}: {}", lines.path(), line, what));
  }

  internal::LineReader lines;
  std::optional<internal::CsvSplitter> csv;
  FileFormat format = FileFormat::kCsv;
  std::vector<std::string> header;
  std::uint64_t bytes_total = 0;
};

namespace {

constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

std::optional<FileFormat> format_by_name(std::string_view path) {
  if (path.ends_with(".gz")) path.remove_suffix(3);
  for (const std::string_view ending : {".csv", ".tsv", ".txt"})
    if (path.ends_with(ending)) return FileFormat::kCsv;
  for (const std::string_view ending : {".ndjson", ".jsonl", ".json"})
    if (path.ends_with(ending)) return FileFormat::kNdjson;
  return std::nullopt;
}

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

// A comma, unless the header's first line has none and one of the others.
char separator_of(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\n'));
  if (line.find(',') != std::string_view::npos) return ',';
  if (line.find(';') != std::string_view::npos) return ';';
  return line.find('\t') != std::string_view::npos ? '\t' : ',';
}

std::string text_problem(std::string_view bytes) {
  if (bytes.find('\0') != std::string_view::npos)
    return "the row has a NUL byte; export the file as UTF-8 text";
  if (!is_utf8(bytes))
    return "the row is not UTF-8; convert the file, for example with `iconv -f latin1 -t utf8`";
  return {};
}

}  // namespace

Result<void> RowReader::Impl::choose_format(std::string_view head) {
  const auto first = head.find_first_not_of(" \t\r\n");
  const char begin = first == std::string_view::npos ? '\0' : head[first];
  if (begin == '[')
    return wrong(1,
                 "this is one JSON array; write one object a line, for example with `jq -c '.[]'`");
  if (head.substr(0, 1000).find('\0') != std::string_view::npos)
    return wrong(1, "this is a binary file; give CSV or NDJSON, plain or gzip");
  const bool object = begin == '{';
  const auto named = format_by_name(lines.path());
  if (named == FileFormat::kNdjson && !object)
    return wrong(1,
                 "the name says NDJSON, but the first line is no JSON object; rename the file or "
                 "choose another");
  // No sane header begins with a brace, so the content beats the name.
  format = object ? FileFormat::kNdjson : FileFormat::kCsv;
  return ok();
}

Result<void> RowReader::Impl::begin() {
  TENURE_TRY_ASSIGN(std::string_view head, lines.peek());
  if (head.starts_with("\xff\xfe") || head.starts_with("\xfe\xff"))
    return wrong(1, "the file is UTF-16; convert it, for example with `iconv -f utf-16 -t utf-8`");
  if (head.starts_with(kUtf8Mark)) {
    lines.drop(kUtf8Mark.size());
    head.remove_prefix(kUtf8Mark.size());
  }
  if (head.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return fail(ErrorCode::kInvalid,
                fmt::format("{} is empty; nothing can be read from it", lines.path()));
  TENURE_TRY(choose_format(head));
  if (format == FileFormat::kNdjson) return ok();
  csv.emplace(separator_of(head));
  return read_header();
}

Result<void> RowReader::Impl::read_header() {
  bool more = true;
  do {
    TENURE_TRY_ASSIGN(more, csv->next(lines));
  } while (more && csv->blank());
  if (!is_utf8(csv->bytes()))
    return wrong(
        csv->line(),
        "the header is not UTF-8; convert the file, for example with `iconv -f latin1 -t utf8`");
  if (csv->cells().size() > kColumnsMax)
    return wrong(csv->line(), fmt::format("the header has {} columns, at most {} are read",
                                          csv->cells().size(), kColumnsMax));
  std::set<std::string_view> seen;
  for (const std::string_view name : csv->cells()) {
    if (name.empty())
      return wrong(
          csv->line(),
          fmt::format("column {} of the header has no name; the first row must name every column",
                      header.size() + 1));
    if (!seen.insert(name).second)
      return wrong(csv->line(),
                   fmt::format("the header names the column \"{}\" twice; rename one", name));
    header.emplace_back(name);
  }
  return ok();
}

Result<bool> RowReader::Impl::next_csv(FileRow& row) {
  do {
    TENURE_TRY_ASSIGN(const bool more, csv->next(lines));
    if (!more) return false;
  } while (csv->blank());
  row.line = csv->line();
  row.bytes = csv->bytes();
  row.cells = csv->cells();
  row.problem = text_problem(row.bytes);
  if (row.problem.empty() && row.cells.size() != header.size())
    row.problem =
        fmt::format("the row has {} columns and the header {}; is a separator or a quote missing?",
                    row.cells.size(), header.size());
  if (row.problem.empty() && csv->odd_cell() != 0)
    row.problem = fmt::format(
        "column {} has text after its closing quote; double the quotes inside it", csv->odd_cell());
  return true;
}

Result<bool> RowReader::Impl::next_ndjson(FileRow& row) {
  std::string_view line;
  do {
    TENURE_TRY_ASSIGN(const bool more, lines.next(line));
    if (!more) return false;
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  } while (line.find_first_not_of(" \t") == std::string_view::npos);
  row.line = lines.line();
  row.bytes = line;
  row.cells = {};
  row.problem = text_problem(line);
  return true;
}

RowReader::RowReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RowReader::~RowReader() = default;

Result<std::unique_ptr<RowReader>> RowReader::open(const std::string& path) {
  TENURE_TRY_ASSIGN(auto stream, internal::open_unpacked(path));
  auto impl = std::make_unique<Impl>(path, std::move(stream));
  std::error_code ignored;  // a pipe has no size: progress then shows no end
  const auto size = std::filesystem::file_size(path, ignored);
  impl->bytes_total = ignored ? 0 : size;
  TENURE_TRY(impl->begin());
  return std::unique_ptr<RowReader>(new RowReader(std::move(impl)));
}

Result<bool> RowReader::next(FileRow& row) {
  return impl_->format == FileFormat::kCsv ? impl_->next_csv(row) : impl_->next_ndjson(row);
}

FileFormat RowReader::format() const { return impl_->format; }
const std::vector<std::string>& RowReader::header() const { return impl_->header; }
std::uint64_t RowReader::bytes_read() const { return impl_->lines.raw_bytes(); }
std::uint64_t RowReader::bytes_total() const { return impl_->bytes_total; }

}  // namespace tenure
