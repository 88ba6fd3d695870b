#include "engine/projection/projection_set.h"

#include "engine/base/assert.h"
#include "engine/base/bytes.h"

#include <algorithm>
#include <utility>

namespace tenure {
namespace {

constexpr std::size_t kProjectionsMax = 255;  // consumers() holds indexes of one byte

std::byte* bare_memory(const ProjectionSet& set) {
  return static_cast<std::byte*>(::operator new(std::max<std::size_t>(set.facts_bytes(), 1)));
}

std::byte* make_memory(const ProjectionSet& set) {
  std::byte* const memory = bare_memory(set);
  for (std::size_t k = 0; k < set.size(); ++k) set.at(k).construct(memory + set.offset(k));
  return memory;
}

}  // namespace

ProjectionSet::ProjectionSet(std::vector<ProjectionOps> projections)
    : projections_(std::move(projections)), consumers_(kEventTypeLimit) {
  TENURE_ASSERT(projections_.size() <= kProjectionsMax, "at most 255 projections");
  for (std::size_t k = 0; k < projections_.size(); ++k) {
    const ProjectionOps& projection = projections_[k];
    TENURE_ASSERT(projection.facts_align <= __STDCPP_DEFAULT_NEW_ALIGNMENT__,
                  "facts need an alignment that operator new does not give");
    const std::size_t align = projection.facts_align;
    facts_bytes_ = (facts_bytes_ + align - 1) / align * align;
    offsets_.push_back(facts_bytes_);
    facts_bytes_ += projection.facts_size;
    first_signals_.push_back(
        catalog_.add(projection.signals_specs.data(), projection.signals_specs.size()));
    owners_.insert(owners_.end(), projection.signals_specs.size(), k);
    for (std::size_t type = 0; type < kEventTypeLimit; ++type)
      if (projection.consumes.has(static_cast<EventType>(type)))
        consumers_[type].push_back(static_cast<std::uint8_t>(k));
  }
}

std::optional<std::size_t> ProjectionSet::find(std::string_view name) const {
  for (std::size_t k = 0; k < projections_.size(); ++k)
    if (projections_[k].name == name) return k;
  return std::nullopt;
}

std::span<const std::uint8_t> ProjectionSet::consumers(EventType type) const {
  const auto index = static_cast<std::size_t>(type);
  if (index >= consumers_.size()) return {};
  return consumers_[index];
}

std::string ProjectionSet::fingerprint() const {
  std::string text;
  for (const ProjectionOps& projection : projections_) {
    if (!text.empty()) text += ' ';
    text.append(projection.name).append("/").append(std::to_string(projection.version));
  }
  return text;
}

AccountFacts::AccountFacts(const ProjectionSet& set) : set_(&set), memory_(make_memory(set)) {}

AccountFacts::~AccountFacts() { release(); }

AccountFacts::AccountFacts(const AccountFacts& other)
    : set_(other.set_), memory_(bare_memory(*other.set_)) {
  for (std::size_t k = 0; k < set_->size(); ++k)
    set_->at(k).copy(memory_ + set_->offset(k), other.facts(k));
}

AccountFacts::AccountFacts(AccountFacts&& other) noexcept
    : set_(other.set_), memory_(std::exchange(other.memory_, nullptr)) {}

AccountFacts& AccountFacts::operator=(AccountFacts&& other) noexcept {
  if (this != &other) {
    release();
    set_ = other.set_;
    memory_ = std::exchange(other.memory_, nullptr);
  }
  return *this;
}

void AccountFacts::release() {
  if (memory_ == nullptr) return;
  for (std::size_t k = 0; k < set_->size(); ++k) set_->at(k).destroy(memory_ + set_->offset(k));
  ::operator delete(memory_);
  memory_ = nullptr;
}

bool AccountFacts::fold(const Event& event, AccountId self) {
  const auto consumers = set_->consumers(event.type);
  for (const std::uint8_t k : consumers) set_->at(k).fold(memory_ + set_->offset(k), event, self);
  return !consumers.empty();
}

AccountContext AccountFacts::context(AccountId account) const {
  AccountContext context;
  context.account = account;
  for (std::size_t k = 0; k < set_->size(); ++k)
    if (set_->at(k).context != nullptr) set_->at(k).context(facts(k), context);
  return context;
}

void AccountFacts::encode(std::string& bytes) const {
  std::string piece;
  for (std::size_t k = 0; k < set_->size(); ++k) {
    piece.clear();
    set_->at(k).encode(facts(k), piece);
    put_text(bytes, piece);
  }
}

Result<void> AccountFacts::decode(std::string_view stored) {
  ByteReader reader(stored);
  for (std::size_t k = 0; k < set_->size(); ++k) {
    std::string_view piece;
    if (!reader.text(piece))
      return fail(ErrorCode::kCorrupt, "stored facts end before projection " +
                                           std::string(set_->at(k).name) +
                                           "; delete the state, it is folded again from the log");
    TENURE_TRY(set_->at(k).decode(memory_ + set_->offset(k), piece));
  }
  if (!reader.done())
    return fail(
        ErrorCode::kCorrupt,
        "stored facts go on after the last projection; delete the state, it is folded again "
        "from the log");
  return ok();
}

}  // namespace tenure
