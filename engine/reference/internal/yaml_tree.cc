#include "engine/reference/internal/yaml_tree.h"

#include "engine/base/text.h"
#include "engine/base/yaml_end.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <exception>
#include <optional>
#include <sstream>

namespace tenure::reference_internal {
namespace {

YamlPlace place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {mark.line + 1, mark.column + 1};
}

// Leaves yaml-cpp's parser; caught in read_yaml().
struct Refused {
  YamlPlace place;
  std::string what;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { place_ = place_of(mark); }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check(mark, anchor, "");
    add(node(YamlNode::Kind::kNull));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    // tidy: yaml-cpp offers its handlers no other way out; read_yaml() makes it an Error.
    throw Refused{place_of(mark), "aliases are not allowed; write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check(mark, anchor, tag);
    YamlNode scalar = node(YamlNode::Kind::kScalar);
    scalar.text = value;
    scalar.quoted = tag == "!";
    if (!scalar.quoted && (value == "~" || value == "null")) scalar.kind = YamlNode::Kind::kNull;
    add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, tag, YamlNode::Kind::kList);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, tag, YamlNode::Kind::kMap);
  }
  void OnMapEnd() override { close(); }

  std::optional<YamlNode> root;

 private:
  void check(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag) {
    place_ = place_of(mark);
    if (anchor != YAML::NullAnchor)
      // tidy: yaml-cpp offers its handlers no other way out; read_yaml() makes it an Error.
      throw Refused{place_, "anchors are not allowed; write the value out where it is needed"};
    if (!tag.empty() && tag != "!" && tag != "?")
      // tidy: yaml-cpp offers its handlers no other way out; read_yaml() makes it an Error.
      throw Refused{place_, "tags are not allowed; leave the '!' part out"};
    if (++count_ > kYamlNodesMax)
      // tidy: yaml-cpp offers its handlers no other way out; read_yaml() makes it an Error.
      throw Refused{place_, fmt::format("more than {} values; split the file", kYamlNodesMax)};
  }
  [[nodiscard]] YamlNode node(YamlNode::Kind kind) const {
    YamlNode made;
    made.kind = kind;
    made.place = place_;
    return made;
  }
  void open(const YAML::Mark& mark, YAML::anchor_t anchor, const std::string& tag,
            YamlNode::Kind kind) {
    check(mark, anchor, tag);
    if (open_.size() >= kYamlDepthMax)
      // tidy: yaml-cpp offers its handlers no other way out; read_yaml() makes it an Error.
      throw Refused{place_, fmt::format("nested deeper than {} levels", kYamlDepthMax)};
    open_.push_back(node(kind));
  }
  void close() {
    YamlNode done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done));
  }
  void add(YamlNode made) {
    if (open_.empty()) {
      root = std::move(made);
      return;
    }
    YamlNode& parent = open_.back();
    if (parent.kind == YamlNode::Kind::kList) {
      parent.items.push_back(std::move(made));
    } else if (parent.keys.size() == parent.values.size()) {
      add_key(parent, std::move(made));
    } else {
      parent.values.push_back(std::move(made));
    }
  }
  static void add_key(YamlNode& parent, YamlNode key) {
    // tidy: yaml-cpp offers its handlers no other way out; read_yaml() makes it an Error.
    if (key.kind != YamlNode::Kind::kScalar) throw Refused{key.place, "a key must be a text"};
    if (parent.find(key.text) != nullptr)
      // tidy: yaml-cpp offers its handlers no other way out; read_yaml() makes it an Error.
      throw Refused{key.place, fmt::format("'{:.64}' stands here twice; keep one", key.text)};
    parent.keys.push_back(std::move(key));
  }

  YamlPlace place_;
  std::size_t count_ = 0;
  std::vector<YamlNode> open_;
};

// yaml-cpp takes any bytes; a rule file's texts end up in sentences that people read.
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r'; }

Result<void> check_text(std::string_view yaml, std::string_view file) {
  YamlPlace place;
  for (std::size_t k = 0; k < yaml.size();) {
    const std::size_t size = character_bytes(yaml.substr(k));
    if (yaml[k] == '\t') return fail_at(file, place, "a tab; YAML wants spaces");
    if (size == 0 || is_control(yaml[k]))
      return fail_at(file, place, "a byte that is not UTF-8 text; save the file as UTF-8");
    if (yaml[k] == '\n') {
      ++place.line;
      place.column = 1;
    } else {
      ++place.column;
    }
    k += size;
  }
  return ok();
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (std::size_t k = 0; k < keys.size(); ++k)
    if (keys[k].text == key) return k < values.size() ? &values[k] : &keys[k];
  return nullptr;
}

std::string_view kind_name(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull: return "nothing";
    case YamlNode::Kind::kScalar: return "a text";
    case YamlNode::Kind::kList: return "a list";
    case YamlNode::Kind::kMap: return "a map";
  }
  return "nothing";
}

Error fail_at(std::string_view file, YamlPlace place, std::string_view what) {
  return fail(ErrorCode::kInvalid,
              fmt::format("{}:{}:{}: {}", file, place.line, place.column, what));
}

Result<YamlNode> read_yaml(std::string_view yaml, std::string_view file) {
  if (yaml.size() > kYamlBytesMax)
    return fail_at(
        file, {},
        fmt::format("{} bytes are too many; a file holds at most {}", yaml.size(), kYamlBytesMax));
  TENURE_TRY(check_text(yaml, file));
  try {
    std::istringstream stream{with_yaml_end(yaml)};
    YAML::Parser parser(stream);
    TreeBuilder builder;
    TreeBuilder second;
    TreeBuilder third;
    if (!parser.HandleNextDocument(builder) || !parser.HandleNextDocument(second) || !builder.root)
      return fail_at(file, {}, "the file is empty");
    if (parser.HandleNextDocument(third))
      return fail_at(file, second.root ? second.root->place : YamlPlace{},
                     "a second document; write one document a file");
    return std::move(*builder.root);
  } catch (const Refused& refused) {
    return fail_at(file, refused.place, refused.what);
  } catch (const YAML::Exception& error) {
    const YamlFault fault = yaml_fault(yaml, error.mark.line, error.msg);
    YAML::Mark mark = error.mark;
    mark.line = fault.line;
    return fail_at(file, place_of(mark), fmt::format("not YAML: {}", fault.what));
  } catch (const std::exception& error) {
    return fail_at(file, {}, std::string("not readable: ") + error.what());
  }
}

}  // namespace tenure::reference_internal
