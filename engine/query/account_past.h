// engine/query/account_past.h
//
// An account put together for one question: its facts, its ledger and its signals at an instant.
//
// Lifetime: texts in `context` borrow from `facts` and `reference`.
#pragma once

#include "engine/query/answer_stamp.h"
#include "engine/query/queries.h"
#include "engine/runtime/account_signals.h"

#include <memory>
#include <string>
#include <vector>

namespace tenure {

struct AccountAt {
  AccountAt() = default;
  explicit AccountAt(const ProjectionSet& set) : hot(std::make_unique<HotAccount>(set)) {}
  void name_it(AccountId account) {
    text = std::make_unique<const std::string>(account.text);
    id = AccountId(*text);
  }
  // what `id` and the context borrow, wherever this is moved
  std::unique_ptr<const std::string> text;
  AccountId id;
  std::unique_ptr<HotAccount> hot;
  ReferencePtr reference;
  AccountContext context;
  Health health;
  Position position;
  bool complete = true;
  AnswerStamp stamp;  // of account_now()
};

/// Where an account's events stand, and how far its shard was folded then.
struct Postings {
  Position position;
  std::vector<Sequence> sequences;
};
/// kNotFound: no such account.
Result<Postings> postings_of(const Engine& engine, AccountId account);

/// The account now, at `now`, from its shard; kNotFound when it is not known.
Result<AccountAt> account_now(const Engine& engine, AccountId account, Instant now);

/// The account as of an instant, folded from its history. kNotFound when it had no events by then.
Result<AccountAt> account_as_of(const Engine& engine, AccountId account, AsOf as_of);

}  // namespace tenure
