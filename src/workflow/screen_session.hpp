// Screening by keys, without the terminal: what each key does, and what there is to see.
//
// The work list is taken at the start and after each decision: each key that decides writes one event, reads what
// others have written since, and moves on to the next document that still needs this reviewer. Nothing waits to be
// saved. A referee's session is the same over the conflicts of a stage, whose votes it shows; U leaves one open.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.hpp"
#include "workflow/highlight.hpp"
#include "workflow/review_store.hpp"
#include "workflow/work_list.hpp"

namespace hedgerow::workflow {

/// All documents in the order that reviewers share; empty: that of import. Asked again after each decision.
using Order = std::function<Expected<std::vector<std::size_t>>(const ReviewStore&)>;

/// What the screen shows of a document.
struct ScreenView {
  std::int64_t id = 0;  ///< number of the kept record; 0: nothing is left
  records::Record record;
  std::vector<Mark> title_marks, abstract_marks;  ///< empty while highlights are off
  std::string own_vote;                           ///< "include", "exclude (design)", ...; empty: none yet
  std::vector<std::string> notes;                 ///< the reviewer's own
  std::vector<std::string> votes;                 ///< "bo: exclude (design)"; for a referee alone
  std::size_t done = 0, total = 0, conflicts = 0;
  std::size_t withheld = 0;  ///< conflicts that somebody else has to decide, because this referee voted
  std::string message;       ///< what the last key did, or why it did nothing
};

class ScreenSession {
 public:
  /// Errors: somebody who may not vote, those of the store.
  static Expected<ScreenSession> start(ReviewStore review, const std::string& author, Stage stage,
                                       std::vector<Term> terms, Order order);

  /// The conflicts of a stage for a referee. `may_vote`: also those on which the referee voted. Errors: those of the
  /// store.
  static Expected<ScreenSession> referee(ReviewStore review, const std::string& author, Stage stage,
                                         std::vector<Term> terms, bool may_vote);

  /// What a key asks the terminal to do.
  enum class Then { nothing, read_note, read_search, help, quit };
  /// Carries a key out: i e u 1-9 z j k h n / ? q, in either case. Errors: those of the store alone; a request that is
  /// refused is a message.
  Expected<Then> press(char key);
  /// A note about the document that is shown.
  Checked note(const std::string& text);
  /// Goes to the next document whose texts hold all words.
  Checked search(const std::string& words);

  Expected<ScreenView> view() const;
  Stage stage() const { return stage_; }
  bool is_referee() const { return referee_; }
  const StageRule& rule() const;

 private:
  ScreenSession(ReviewStore review, std::string author, Stage stage, std::vector<Term> terms, Order order)
      : review_(std::move(review)),
        author_(std::move(author)),
        stage_(stage),
        terms_(std::move(terms)),
        order_(std::move(order)) {}

  Checked decide(Vote vote, const std::string& reason);
  Checked undo_last();
  Checked write(const Expected<store::Event>& event, const std::string& done);
  Checked fill();
  Checked advance();
  void move(int by);
  std::optional<std::size_t> current() const;
  bool waits(std::int64_t record) const;
  bool decides(const StageState& of) const;
  std::string own_decision(const StageState& of) const;
  void count(ScreenView& view) const;

  ReviewStore review_;
  std::string author_;
  Stage stage_;
  std::vector<Term> terms_;
  Order order_;
  std::vector<std::int64_t> list_;  ///< kept records: seen ones, then those to come
  std::size_t at_ = 0;
  bool highlights_ = true;
  bool referee_ = false, referee_may_vote_ = false;
  std::string message_;
};

}  // namespace hedgerow::workflow
