// The terminal of `screen next` and `screen resolve`: reads single keys, draws the record with its highlights. What a
// key means is in workflow/screen_session.
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/text.hpp"
#include "cli/record_print.hpp"
#include "cli/screen_commands.hpp"
#include "workflow/names.hpp"

namespace hedgerow::cli {
namespace {

using workflow::Mark;
using workflow::ScreenSession;
using workflow::ScreenView;

constexpr const char* kHelp =
    "I  include              1-9  exclude, for the reason of that number\n"
    "E  exclude              Z    undo your last vote\n"
    "U  maybe                N    write a note\n"
    "J  next record          H    highlights on and off\n"
    "K  previous record      /    search in your list\n"
    "?  these keys           Q    quit (everything is stored already)\n";

constexpr const char* kRefereeHelp =
    "I  include              1-9  exclude, for the reason of that number\n"
    "E  exclude              Z    undo your last decision\n"
    "U  leave it open        N    write a note\n"
    "J  next conflict        H    highlights on and off\n"
    "K  previous conflict    /    search among the conflicts\n"
    "?  these keys           Q    quit (everything is stored already)\n";

volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

// Keys without Enter and without echo, on the terminal's second screen; everything is put back at the end.
class RawTerminal {
 public:
  RawTerminal() {
    ::tcgetattr(STDIN_FILENO, &before_);
    raw_ = before_;
    raw_.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw_.c_cc[VMIN] = 1;
    raw_.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw_);
    struct sigaction action {};
    action.sa_handler = interrupt;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    std::fputs("\033[?1049h", stdout);
  }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  ~RawTerminal() {
    std::fputs("\033[?1049l", stdout);
    std::fflush(stdout);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }

  // A line with echo, for notes and searches.
  std::string line(const char* prompt) {
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    fmt::print("\r\033[K{}", prompt);
    std::fflush(stdout);
    std::string text;
    char c = 0;
    while (::read(STDIN_FILENO, &c, 1) == 1 && c != '\n') text += c;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw_);
    return text;
  }

 private:
  termios before_{}, raw_{};
};

bool colours() {
  const char* none = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return (none == nullptr || *none == '\0') && (terminal == nullptr || std::strcmp(terminal, "dumb") != 0);
}

struct Size {
  std::size_t columns = 80, rows = 24;
};

Size terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20 || size.ws_row < 8) return {};
  return {size.ws_col, size.ws_row};
}

// The text with its marks between escape sequences. Underlined as well as coloured: colour alone is no sign. Control
// characters of a record never reach the terminal.
std::string marked(std::string_view text, const std::vector<Mark>& marks, bool with_colours) {
  constexpr const char* kColours[] = {"32", "34", "36", "33", "35", "31"};
  std::string out;
  std::size_t next = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (next < marks.size() && at == marks[next].end) {
      out += "\033[24;39m";
      ++next;
    }
    if (at == text.size()) break;
    if (next < marks.size() && at == marks[next].begin)
      out += with_colours ? fmt::format("\033[4;{}m", kColours[marks[next].criterion]) : std::string("\033[4m");
    const auto c = static_cast<unsigned char>(text[at]);
    out += c < 32 || c == 127 ? (c == '\n' ? '\n' : ' ') : static_cast<char>(c);
  }
  return out;
}

// Wraps text in which escape sequences take no room.
std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  for (const std::string& paragraph : split(text, '\n')) {
    std::string line;
    std::size_t used = 0;
    for (const std::string& word : split(paragraph, ' ')) {
      std::string plain;
      for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == '\033')
          while (i + 1 < word.size() && word[i] != 'm') ++i;
        else
          plain += word[i];
      }
      const std::size_t length = utf8_length(plain);
      if (used > 0 && used + 1 + length > width) {
        lines.push_back(std::move(line));
        line.clear();
        used = 0;
      }
      if (used > 0) line += " ";
      line += word;
      used += length + (used > 0 ? 1 : 0);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string key_line(const ScreenSession& session) {
  const std::string out =
      fmt::format("I include  E exclude  U {}  Z undo  N note  J/K move  H highlights  / search  ? help  Q quit",
                  session.is_referee() ? "leave open" : "maybe");
  const std::vector<std::string>& reasons = session.rule().reasons;
  if (reasons.empty()) return out;
  std::string list;
  for (std::size_t i = 0; i < std::min<std::size_t>(reasons.size(), 9); ++i)
    list += fmt::format("{}{} {}", i == 0 ? "" : "  ", i + 1, reasons[i]);
  return list + "\n" + out;
}

std::vector<std::string> body(const ScreenView& view, bool referee, std::size_t width, bool with_colours) {
  if (view.id == 0 && referee)
    return {
        "", "No conflict is left for you in this stage.",
        view.withheld > 0 ? fmt::format("You voted on {} of them; somebody else has to decide.", view.withheld) : "",
        "K goes back, Z undoes your last decision, Q quits."};
  if (view.id == 0)
    return {"", "Nothing is left for you in this stage.", "K goes back, Z undoes your last vote, Q quits."};
  std::vector<std::string> lines = {""};
  const auto add = [&](const std::string& text) {
    for (std::string& line : wrapped(text, width)) lines.push_back(std::move(line));
  };
  add("\033[1m" + marked(view.record.title.empty() ? "[no title]" : view.record.title, view.title_marks, with_colours) +
      "\033[0m");
  if (view.record.retracted) add("RETRACTED");
  add(marked(citation_line(view.record), {}, false));
  for (const std::string& vote : view.votes) add("\033[1m" + marked(vote, {}, false) + "\033[0m");
  lines.emplace_back();
  add(marked(view.record.abstract.empty() ? "[no abstract]" : view.record.abstract, view.abstract_marks, with_colours));
  if (!view.record.keywords.empty()) add("\nKeywords: " + marked(join(view.record.keywords, "; "), {}, false));
  for (const std::string& note : view.notes) add("Note: " + marked(note, {}, false));
  return lines;
}

void draw(const ScreenSession& session, const ScreenView& view, bool with_colours) {
  const Size size = terminal_size();
  const std::size_t width = std::min<std::size_t>(size.columns, 110);
  std::string out = "\033[H\033[2J";
  out += fmt::format(
      "{}: {} of {}{}{}{}\n", workflow::name(session.stage()), view.done, view.total,
      view.conflicts > 0 ? fmt::format(" · {} conflict{}", view.conflicts, view.conflicts == 1 ? "" : "s") : "",
      view.id == 0 ? "" : fmt::format(" · record {}", view.id),
      view.own_vote.empty() ? "" : (session.is_referee() ? " · decided: " : " · your vote: ") + view.own_vote);
  const std::vector<std::string> keys = wrapped(key_line(session), width);
  std::vector<std::string> lines = body(view, session.is_referee(), width, with_colours);
  const std::size_t room = size.rows > keys.size() + 3 ? size.rows - keys.size() - 3 : 1;
  if (lines.size() > room) {
    lines.resize(room);
    lines.back() = "[... the window is too small for the rest]";
  }
  for (const std::string& line : lines) out += line + "\n";
  out += fmt::format("\033[{};1H{}\n", size.rows - keys.size(), view.message);
  for (std::size_t i = 0; i < keys.size(); ++i)
    out += "\033[2m" + keys[i] + "\033[0m" + (i + 1 < keys.size() ? "\n" : "");
  std::fputs(out.c_str(), stdout);
  std::fflush(stdout);
}

// The next key; arrows are J and K. 'q' at the end of the input and when the user interrupts.
char read_key() {
  char c = 0;
  if (::read(STDIN_FILENO, &c, 1) != 1 || interrupted != 0) return 'q';
  if (c == 26) return 'z';
  if (c != '\033') return c;
  char sequence[2] = {0, 0};
  if (::read(STDIN_FILENO, sequence, 2) != 2) return ' ';
  if (sequence[1] == 'B' || sequence[1] == 'C') return 'j';
  return sequence[1] == 'A' || sequence[1] == 'D' ? 'k' : ' ';
}

}  // namespace

Checked screen_on_terminal(ScreenSession& session) {
  RawTerminal terminal;
  const bool with_colours = colours();
  for (;;) {
    HR_TRY(const ScreenView view, session.view());
    draw(session, view, with_colours);
    HR_TRY(const ScreenSession::Then then, session.press(read_key()));
    if (then == ScreenSession::Then::quit) return {};
    if (then == ScreenSession::Then::read_note) HR_CHECK(session.note(terminal.line("Note: ")));
    if (then == ScreenSession::Then::read_search) HR_CHECK(session.search(terminal.line("Search: ")));
    if (then == ScreenSession::Then::help) {
      fmt::print("\033[H\033[2J{}\nAny key goes on.", session.is_referee() ? kRefereeHelp : kHelp);
      std::fflush(stdout);
      read_key();
    }
  }
}

}  // namespace hedgerow::cli
