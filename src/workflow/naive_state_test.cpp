// The twin of fold: the same rules, read from docs/formats/store.md, asked from the end of the log backwards, one
// question at a time and without any state that is carried along. Slow, and different in every step; the two are
// compared on random logs, at every prefix.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/random.hpp"
#include "workflow/names.hpp"
#include "workflow/test_log.hpp"

namespace hedgerow::workflow {

std::string as_text(const State& state) {
  const auto decision = [](const Decision& d) {
    return fmt::format("{}:{}:{}:{}", d.event, d.reviewer, name(d.vote), d.reason);
  };
  std::string out = "reviewers";
  for (const std::string& reviewer : state.reviewers) out += " " + reviewer;
  out += "\nremoved";
  for (const std::string& reviewer : state.removed_reviewers) out += " " + reviewer;
  for (const Document& document : state.documents) {
    out += "\n";
    for (const std::int64_t record : document.records) out += fmt::format("{} ", record);
    out += fmt::format("kept {} origin {} removed {}{} not retrieved {} study '{}' label '{}'", document.kept,
                       static_cast<int>(document.origin), document.removed_automatic, document.removed_other,
                       document.not_retrieved, document.study, document.label);
    for (const StageState* stage : {&document.abstract, &document.fulltext}) {
      out += fmt::format("\n  {} '{}' {}", name(stage->outcome), stage->reason, stage->automatic);
      for (const Decision& d : stage->votes) out += " " + decision(d);
      out += " first";
      for (const Decision& d : stage->first) out += " " + decision(d);
      if (stage->resolution) out += " resolved " + decision(*stage->resolution);
    }
  }
  for (const auto& [a, b] : state.different) out += fmt::format("\n{} is not {}", a, b);
  for (const RandomSample* sample : {&state.abstract_sample, &state.fulltext_sample}) {
    out += fmt::format("\nsample {} from {}, begun {}:", sample->event, sample->unread, sample->begun);
    for (const std::int64_t record : sample->records) out += fmt::format(" {}", record);
  }
  return out;
}

namespace {

using Events = std::vector<store::Event>;

class Naive {
 public:
  Naive(const Events& events, const std::vector<store::StoredRecord>& heads) : events_(events), heads_(heads) {}

  State state() const {
    State state;
    std::tie(state.reviewers, state.removed_reviewers) = reviewers();
    for (const std::vector<std::int64_t>& group : groups()) state.documents.push_back(document(group));
    for (const store::StoredRecord& a : heads_)
      for (const store::StoredRecord& b : heads_)
        if (a.id < b.id && there(a.id) && there(b.id) && last_word(a.id, b.id).first == "different")
          state.different.emplace_back(a.id, b.id);
    state.abstract_sample = sample("abstract");
    state.fulltext_sample = sample("fulltext");
    return state;
  }

 private:
  bool counts(std::size_t i) const {
    for (std::size_t j = i + 1; j < events_.size(); ++j)
      if (events_[j].kind == "undo" && events_[j].other == events_[i].id && counts(j)) return false;
    return true;
  }
  const store::Event* import_of(std::int64_t record) const {
    for (const store::StoredRecord& head : heads_)
      for (std::size_t i = 0; i < events_.size(); ++i)
        if (head.id == record && events_[i].id == head.import_event && counts(i)) return &events_[i];
    return nullptr;
  }
  bool there(std::int64_t record) const { return import_of(record) != nullptr; }

  std::pair<std::vector<std::string>, std::vector<std::string>> reviewers() const {
    std::vector<std::string> in, out;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const store::Event& event = events_[i];
      const std::string& who = event.kind == "vote" ? event.author : event.value;
      const bool was_out = std::count(out.begin(), out.end(), who) > 0;
      if (!counts(i) || (event.kind == "vote" && (was_out || !there(event.record)))) continue;
      if (event.kind == "vote" || event.kind == "reviewer") {
        if (std::count(in.begin(), in.end(), who) == 0) in.push_back(who);
        std::erase(out, who);
      } else if (event.kind == "remove-reviewer") {
        std::erase(in, who);
        if (!was_out) out.push_back(who);
      }
    }
    return {in, out};
  }

  // The sample that an event belongs to: what it names if the last sample before it belongs to that one, else its own.
  std::int64_t sample_of(std::size_t i) const {
    const nlohmann::json detail = nlohmann::json::parse(events_[i].detail);
    for (std::size_t j = i; j-- > 0;)
      if (events_[j].kind == "sample" && events_[j].stage == events_[i].stage && counts(j))
        return detail.value("continues", std::int64_t{0}) == sample_of(j) ? sample_of(j) : events_[i].id;
    return events_[i].id;
  }
  RandomSample sample(const std::string& stage) const {
    RandomSample sample;
    std::set<std::int64_t> begun;
    for (std::size_t i = events_.size(); i-- > 0;) {
      if (events_[i].kind != "sample" || events_[i].stage != stage || !counts(i)) continue;
      begun.insert(sample_of(i));
      if (sample.event == 0) sample.event = sample_of(i);
      if (sample_of(i) != sample.event) continue;
      const nlohmann::json detail = nlohmann::json::parse(events_[i].detail);
      const auto records = detail.at("records").get<std::vector<std::int64_t>>();
      sample.records.insert(sample.records.begin(), records.begin(), records.end());
      sample.unread = detail.at("unread").get<std::size_t>();
    }
    sample.begun = begun.size();
    return sample;
  }

  // The last word about a pair, and the place in the log where it stands.
  std::pair<std::string, std::size_t> last_word(std::int64_t a, std::int64_t b) const {
    for (std::size_t i = events_.size(); i-- > 0;) {
      const store::Event& event = events_[i];
      const bool pair = event.kind == "link" || event.kind == "unlink" || event.kind == "different";
      const bool both = (event.record == a && event.other == b) || (event.record == b && event.other == a);
      if (pair && both && counts(i)) return {event.kind == "link" ? event.value : event.kind, i};
    }
    return {"", 0};
  }

  std::vector<std::vector<std::int64_t>> groups() const {
    std::map<std::int64_t, std::int64_t> label;
    for (const store::StoredRecord& head : heads_)
      if (there(head.id)) label[head.id] = head.id;
    for (const char* kind : {"manual", "automatic"})
      for (std::size_t i = 0; i < events_.size(); ++i) {
        const std::int64_t a = events_[i].record, b = events_[i].other;
        if (events_[i].kind != "link" || !label.contains(a) || !label.contains(b) || label[a] == label[b]) continue;
        if (last_word(a, b) != std::pair(std::string(kind), i) || must_not_meet(label, a, b)) continue;
        const std::int64_t from = std::max(label[a], label[b]), to = std::min(label[a], label[b]);
        for (auto& [record, of] : label) of = of == from ? to : of;
      }
    std::map<std::int64_t, std::vector<std::int64_t>> by_label;
    for (const auto& [record, of] : label) by_label[of].push_back(record);
    std::vector<std::vector<std::int64_t>> groups;
    for (const auto& [of, records] : by_label) groups.push_back(records);
    return groups;
  }
  bool must_not_meet(const std::map<std::int64_t, std::int64_t>& label, std::int64_t a, std::int64_t b) const {
    for (const auto& [x, of_x] : label)
      for (const auto& [y, of_y] : label)
        if (of_x == label.at(a) && of_y == label.at(b) && last_word(x, y).first == "different") return true;
    return false;
  }

  // Places of the events that count and are about one of these records (or about all), of some kinds and one stage.
  std::vector<std::size_t> about(const std::vector<std::int64_t>& group, const std::set<std::string>& kinds,
                                 const std::string& stage) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < events_.size(); ++i) {
      const bool mine = std::count(group.begin(), group.end(), events_[i].record) > 0 ||
                        (events_[i].record == 0 && events_[i].kind == "reopen");
      if (mine && counts(i) && kinds.contains(events_[i].kind) && events_[i].stage == stage) found.push_back(i);
    }
    return found;
  }
  const store::Event* last(const std::vector<std::int64_t>& group, const std::string& kind) const {
    const auto found = about(group, {kind}, "");
    return found.empty() ? nullptr : &events_[found.back()];
  }

  Decision decision(const store::Event& event) const {
    return {event.id, event.author, event.time, vote_named(event.value).value_or(Vote::exclude), event.reason, ""};
  }

  StageRule rule(const std::string& stage) const {
    StageRule rule;
    for (std::size_t i = 0; i < events_.size(); ++i)
      if (counts(i) && events_[i].kind == "rule" && events_[i].stage == stage) {
        rule.votes_needed = events_[i].detail.find("1") != std::string::npos ? 1 : 2;
        rule.reasons = {"population", "design"};
      }
    return rule;
  }

  StageState stage(const std::vector<std::int64_t>& group, const std::string& stage, bool asked) const {
    StageState state;
    std::set<std::string> seen;
    for (const std::size_t i : about(group, {"vote"}, stage))
      if (seen.insert(events_[i].author).second) state.first.push_back(decision(events_[i]));
    const auto reopened = about(group, {"reopen"}, stage);
    const std::size_t from = reopened.empty() ? 0 : reopened.back() + 1;
    const auto active = reviewers().first;
    for (const std::size_t i : about(group, {"vote"}, stage)) {
      bool valid = i >= from && std::count(active.begin(), active.end(), events_[i].author) > 0;
      for (const std::size_t j : about(group, {"vote", "withdraw"}, stage))
        if (j > i && events_[j].author == events_[i].author) valid = false;
      if (valid) state.votes.push_back(decision(events_[i]));
    }
    for (const std::size_t i : about(group, {"resolve"}, stage))
      if (i >= from) state.resolution = decision(events_[i]);
    if (asked) decide(state, rule(stage), group, stage, from);
    return state;
  }

  void decide(StageState& state, const StageRule& rule, const std::vector<std::int64_t>& group,
              const std::string& stage, std::size_t from) const {
    std::set<Vote> kinds;
    for (const Decision& vote : state.votes) kinds.insert(vote.vote);
    const std::vector<std::size_t> automatic = about(group, {"auto-exclude"}, stage);
    if (state.resolution) {
      state.outcome = state.resolution->vote == Vote::include ? Outcome::included : Outcome::excluded;
      if (state.outcome == Outcome::excluded) state.reason = state.resolution->reason;
    } else if (kinds.empty()) {
      state.automatic = !automatic.empty() && automatic.back() >= from;
      state.outcome = state.automatic ? Outcome::excluded : Outcome::pending;
      if (state.automatic) state.reason = events_[automatic.back()].reason;
    } else if (state.votes.size() < rule.votes_needed) {
      state.outcome = Outcome::partial;
    } else if (kinds.size() > 1 || kinds.contains(Vote::maybe)) {
      state.outcome = Outcome::conflict;
    } else {
      state.outcome = kinds.contains(Vote::include) ? Outcome::included : Outcome::excluded;
    }
    if (state.outcome != Outcome::excluded || !state.reason.empty() || state.automatic) return;
    std::vector<std::string> order = rule.reasons;
    for (const Decision& vote : state.votes) order.push_back(vote.reason);
    for (const std::string& reason : order)
      for (const Decision& vote : state.votes)
        if (state.reason.empty() && vote.vote == Vote::exclude && vote.reason == reason) state.reason = reason;
  }

  Document document(const std::vector<std::int64_t>& group) const {
    Document document;
    document.records = group;
    const auto* keep = last(group, "keep");
    document.kept = keep != nullptr ? keep->record : group.front();
    const std::vector<std::string> names = {"database", "registry", "website", "organisation", "citations", "previous"};
    std::vector<std::string> origins;
    for (const std::int64_t record : group) origins.push_back(import_of(record)->value);
    std::string origin = origins.front();
    for (const char* stronger : {"registry", "database", "previous"})
      if (std::count(origins.begin(), origins.end(), stronger) > 0) origin = stronger;
    document.origin = static_cast<Origin>(std::find(names.begin(), names.end(), origin) - names.begin());
    if (const auto* remove = last(group, "remove")) {
      document.removed_automatic = remove->value == "automatic";
      document.removed_other = remove->value == "other";
    }
    if (const auto* retrieval = last(group, "retrieval")) document.not_retrieved = retrieval->value != "retrieved";
    if (const auto* study = last(group, "study")) document.study = study->value;
    if (const auto* label = last(group, "label")) document.label = label->value;
    const bool gone = document.removed_automatic || document.removed_other || origin == "previous";
    const bool screened = origin == "database" || origin == "registry";
    document.abstract = stage(group, "abstract", !gone && screened);
    document.fulltext = stage(group, "fulltext",
                              !gone && (!screened || document.abstract.outcome == Outcome::included) &&
                                  !document.not_retrieved && document.label.empty());
    return document;
  }

  const Events& events_;
  const std::vector<store::StoredRecord>& heads_;
};

template <class Value>
const Value& pick(RandomStream& random, const std::vector<Value>& values) {
  return values[random.below(values.size())];
}

void add_random(TestLog& log, RandomStream& random) {
  const std::vector<std::string> people = {"ana", "bo", "cy"}, stages = {"abstract", "abstract", "fulltext"},
                                 reasons = {"", "design", "population", "other"},
                                 votes = {"include", "include", "exclude", "maybe"};
  const auto some = [&] { return static_cast<std::int64_t>(1 + random.below(log.heads.size())); };
  const std::size_t dice = random.below(100);
  if (dice < 45) {
    log.vote(pick(random, people), some(), pick(random, votes), pick(random, stages), pick(random, reasons));
  } else if (dice < 57) {
    log.undo(static_cast<std::int64_t>(1 + random.below(log.events.size())));
  } else if (dice < 72) {
    const std::int64_t a = some(), b = some();
    if (a != b)
      log.pair(pick<std::string>(random, {"link", "link", "link", "unlink", "different"}), a, b,
               pick<std::string>(random, {"automatic", "manual"}));
  } else if (dice < 76) {
    log.say("resolve", some(), pick(random, stages), pick<std::string>(random, {"include", "exclude"}), "dee",
            pick(random, reasons));
  } else if (dice < 80) {
    log.say("withdraw", some(), pick(random, stages), "", pick(random, people));
  } else if (dice < 83) {
    log.say("reopen", random.below(2) == 0 ? 0 : some(), pick(random, stages));
  } else if (dice < 86) {
    log.say("auto-exclude", some(), pick(random, stages), "", "model", "ranked last");
  } else if (dice < 90) {
    log.say(pick<std::string>(random, {"reviewer", "remove-reviewer"}), 0, "", pick(random, people));
  } else if (dice < 91) {
    std::int64_t before = 0;
    for (const store::Event& event : log.events)
      if (event.kind == "sample" && random.below(2) == 0) before = event.id;
    log.say("sample", 0, pick(random, stages)).detail =
        fmt::format(R"({{"records": [{}, {}], "unread": 100, "continues": {}}})", some(), some(), before);
  } else if (dice < 92) {
    log.say("rule", 0, pick(random, stages)).detail =
        pick<std::string>(random, {R"({"votes_needed": 1, "reasons": ["population", "design"]})",
                                   R"({"votes_needed": 2, "reasons": ["population", "design"]})"});
  } else if (dice < 98) {
    const std::vector<std::pair<std::string, std::string>> facts = {{"remove", "automatic"},
                                                                    {"remove", "other"},
                                                                    {"retrieval", "retrieved"},
                                                                    {"retrieval", "not-retrieved"},
                                                                    {"study", "Smith 2015"},
                                                                    {"label", "ongoing"},
                                                                    {"label", ""},
                                                                    {"keep", ""}};
    const auto& [kind, value] = pick(random, facts);
    log.say(kind, some(), "", value);
  } else {
    log.import(1 + random.below(2), pick<std::string>(random, {"database", "registry", "citations", "previous"}));
  }
}

void expect_sound(const State& state, std::size_t records) {
  std::size_t seen = 0;
  for (const Document& document : state.documents) {
    seen += document.records.size();
    EXPECT_NE(std::count(document.records.begin(), document.records.end(), document.kept), 0);
    for (const auto& [a, b] : state.different)
      EXPECT_FALSE(std::count(document.records.begin(), document.records.end(), a) > 0 &&
                   std::count(document.records.begin(), document.records.end(), b) > 0);
    for (const StageState* stage : {&document.abstract, &document.fulltext}) {
      std::set<std::string> voters;
      for (const Decision& vote : stage->votes) EXPECT_TRUE(voters.insert(vote.reviewer).second);
      EXPECT_LE(voters.size(), state.reviewers.size());
      EXPECT_GE(stage->first.size(), stage->votes.size());
    }
    if (document.fulltext.outcome != Outcome::unseen && document.origin != Origin::citations) {
      EXPECT_EQ(document.abstract.outcome, Outcome::included);
    }
  }
  EXPECT_EQ(seen, state.import_of.size());
  EXPECT_EQ(seen, state.document_of.size());
  EXPECT_LE(seen, records);
}

}  // namespace

std::string naive_text(const std::vector<store::Event>& events, const std::vector<store::StoredRecord>& heads) {
  return as_text(Naive(events, heads).state());
}

TEST(State, AgreesWithItsTwinAtEveryPrefixOfRandomLogs) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    RandomStream random(20261123, seed);
    TestLog log;
    log.import(4);
    log.import(2, "citations");
    while (log.events.size() < 60) add_random(log, random);
    for (std::size_t n = 0; n <= log.events.size(); ++n) {
      const std::span<const store::Event> prefix(log.events.data(), n);
      // The records that are there at this time, and those that another process brings a moment later.
      const auto state = fold(prefix, log.heads);
      ASSERT_TRUE(state.ok()) << describe(state.error());
      expect_sound(*state, log.heads.size());
      if (n % 6 != 0) continue;
      const std::vector<store::Event> events(prefix.begin(), prefix.end());
      ASSERT_EQ(as_text(*state), naive_text(events, log.heads)) << "seed " << seed << ", " << n << " events";
    }
  }
}

}  // namespace hedgerow::workflow
