// engine/projection/projection_set.h
//
// The projections of a process behind one table of functions, and the facts of one account in one
// piece of memory.
//
// Threads:  a set is immutable after start. AccountFacts belongs to its shard's worker.
#pragma once

#include "engine/projection/projection.h"

#include <memory>
#include <new>
#include <optional>
#include <type_traits>

namespace tenure {

/// A projection as functions over untyped facts.
struct ProjectionOps {
  std::string_view name;
  std::uint32_t version = 0;
  bool order_free = false;
  EventTypes consumes;
  std::span<const SignalSpec> signals_specs;
  std::size_t facts_size = 0;
  std::size_t facts_align = 0;
  void (*construct)(void* facts) = nullptr;
  void (*copy)(void* facts, const void* from) = nullptr;  // constructs
  void (*destroy)(void* facts) = nullptr;
  void (*fold)(void* facts, const Event& event, AccountId self) = nullptr;
  void (*signals)(const void* facts, Instant now, const AccountContext& account,
                  const Reference& reference, SignalSink& sink) = nullptr;
  void (*causes)(const History& history, Instant now, const AccountContext& account,
                 const Reference& reference, std::size_t signal, SubjectId subject,
                 CauseSink& sink) = nullptr;
  void (*encode)(const void* facts, std::string& bytes) = nullptr;
  Result<void> (*decode)(void* facts, std::string_view stored) = nullptr;  // into constructed facts
  std::string (*describe)(const void* facts) = nullptr;
  // null unless it keeps the context
  void (*context)(const void* facts, AccountContext& account) = nullptr;
};

template <Projection P>
ProjectionOps projection_ops() {
  using Facts = typename P::Facts;
  ProjectionOps ops;
  ops.name = P::kName;
  ops.version = P::kVersion;
  if constexpr (requires { P::kOrderFree; }) ops.order_free = P::kOrderFree;
  ops.consumes = P::consumes();
  ops.signals_specs = std::span<const SignalSpec>(P::kSignals);
  ops.facts_size = sizeof(Facts);
  ops.facts_align = alignof(Facts);
  ops.construct = [](void* facts) { new (facts) Facts(); };
  ops.copy = [](void* facts, const void* from) {
    new (facts) Facts(*static_cast<const Facts*>(from));
  };
  ops.destroy = [](void* facts) { static_cast<Facts*>(facts)->~Facts(); };
  ops.fold = [](void* facts, const Event& event, AccountId self) {
    P::fold(*static_cast<Facts*>(facts), event, self);
  };
  ops.signals = [](const void* facts, Instant now, const AccountContext& account,
                   const Reference& reference, SignalSink& sink) {
    P::signals(*static_cast<const Facts*>(facts), now, account, reference, sink);
  };
  ops.causes = &P::causes;
  ops.encode = [](const void* facts, std::string& bytes) {
    P::encode(*static_cast<const Facts*>(facts), bytes);
  };
  ops.decode = [](void* facts, std::string_view stored) -> Result<void> {
    auto decoded = P::decode(stored);
    if (!decoded) return std::move(decoded).error();
    *static_cast<Facts*>(facts) = std::move(*decoded);
    return {};
  };
  ops.describe = [](const void* facts) { return P::describe(*static_cast<const Facts*>(facts)); };
  if constexpr (KeepsContext<P>)
    ops.context = [](const void* facts, AccountContext& account) {
      P::context(*static_cast<const Facts*>(facts), account);
    };
  return ops;
}

/// The chosen projections, in a fixed order, with the signals they offer.
class ProjectionSet final {
 public:
  explicit ProjectionSet(std::vector<ProjectionOps> projections);

  [[nodiscard]] std::size_t size() const { return projections_.size(); }
  [[nodiscard]] const ProjectionOps& at(std::size_t index) const { return projections_[index]; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  [[nodiscard]] SignalId first_signal(std::size_t index) const { return first_signals_[index]; }
  /// The projection that offers a signal.
  [[nodiscard]] std::size_t owner(SignalId signal) const { return owners_[signal.value]; }
  [[nodiscard]] const SignalCatalog& catalog() const { return catalog_; }
  /// Indexes of the projections that consume a type.
  [[nodiscard]] std::span<const std::uint8_t> consumers(EventType type) const;
  /// Where the facts of projection `index` lie in the piece of memory of an account, and its size.
  [[nodiscard]] std::size_t offset(std::size_t index) const { return offsets_[index]; }
  [[nodiscard]] std::size_t facts_bytes() const { return facts_bytes_; }
  /// Name and version of each: stored with a checkpoint, so that another set is noticed.
  [[nodiscard]] std::string fingerprint() const;

 private:
  std::vector<ProjectionOps> projections_;
  std::vector<SignalId> first_signals_;
  std::vector<std::size_t> owners_;
  std::vector<std::size_t> offsets_;
  std::size_t facts_bytes_ = 0;
  SignalCatalog catalog_;
  std::vector<std::vector<std::uint8_t>> consumers_;
};

/// The facts of one account in all projections of a set, which must outlive them. Begins empty.
class AccountFacts final {
 public:
  explicit AccountFacts(const ProjectionSet& set);
  ~AccountFacts();
  AccountFacts(AccountFacts&& other) noexcept;
  AccountFacts& operator=(AccountFacts&& other) noexcept;
  explicit AccountFacts(const AccountFacts& other);  // for readers; the shard's stay its own
  AccountFacts& operator=(const AccountFacts&) = delete;

  /// Folds an event into every projection that consumes it; true when there was one.
  bool fold(const Event& event, AccountId self);
  [[nodiscard]] const void* facts(std::size_t index) const { return memory_ + set_->offset(index); }
  /// Fills everything but the profile and calendar of the context.
  [[nodiscard]] AccountContext context(AccountId account) const;

  /// All projections' canonical bytes, one after another with their lengths; and back.
  void encode(std::string& bytes) const;
  Result<void> decode(std::string_view stored);

 private:
  void release();
  const ProjectionSet* set_;
  std::byte* memory_;
};

}  // namespace tenure
