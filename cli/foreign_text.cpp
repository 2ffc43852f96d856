// SPDX-License-Identifier: Apache-2.0
#include "cli/foreign_text.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "analyzer/io/document.hpp"

extern char** environ;

namespace nsgcheck::cli {
namespace {

constexpr std::size_t kMostOutput = 256U << 20;

struct Pipe {
  int read{-1};
  int write{-1};
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) == 0) read = ends[0], write = ends[1];
  }
  ~Pipe() {
    close_write();
    if (read >= 0) ::close(read);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_write() {
    if (write >= 0) ::close(write);
    write = -1;
  }
};

/// What a program wrote, and how it ended.
struct Finished {
  int status{};
  std::string out, err;
};

void drain(const std::array<int, 2>& from, const std::array<std::string*, 2>& into) {
  std::array<pollfd, 2> waits{{{from[0], POLLIN, 0}, {from[1], POLLIN, 0}}};
  std::array<char, 65536> block{};
  for (std::size_t open = 2; open > 0;) {
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return;
    for (std::size_t i = 0; i < waits.size(); ++i) {
      if (waits[i].fd < 0 || waits[i].revents == 0) continue;
      const ssize_t got = ::read(waits[i].fd, block.data(), block.size());
      if (got <= 0 || into[i]->size() > kMostOutput) {
        waits[i].fd = -1;
        --open;
      } else {
        into[i]->append(block.data(), static_cast<std::size_t>(got));
      }
    }
  }
}

// Empty when there is no such program on the PATH.
std::optional<Finished> run(std::vector<std::string> command) {
  Pipe out;
  Pipe err;
  if (out.read < 0 || err.read < 0) return std::nullopt;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write, STDERR_FILENO);
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int fault = ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  out.close_write();
  err.close_write();
  if (fault != 0) return std::nullopt;
  Finished finished;
  drain({out.read, err.read}, {&finished.out, &finished.err});
  while (::waitpid(child, &finished.status, 0) < 0 && errno == EINTR) continue;
  return finished;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_parameters(const std::string& path) { return ends_with(path, ".bicepparam"); }

// `bicep build-params --stdout` puts the parameter file as text into an object of its own.
tl::expected<std::string, std::string> parameters_in(const std::string& output) {
  const auto document = io::parse_json("", output, 0);
  const io::Node* text = document ? document->root.find("parametersJson") : nullptr;
  if (text == nullptr || !text->is(io::Node::Kind::String))
    return tl::unexpected{std::string{"bicep build-params gave no \"parametersJson\""}};
  return text->text;
}

}  // namespace

bool is_bicep(const std::string& path) { return ends_with(path, ".bicep") || is_parameters(path); }

tl::expected<std::string, std::string> compile_bicep(const std::string& path) {
  const std::string verb = is_parameters(path) ? "build-params" : "build";
  // "./" keeps a name that begins with "-" from being taken for an option.
  const std::string file = path.starts_with('-') ? "./" + path : path;
  auto finished = run({"bicep", verb, file, "--stdout", "--no-restore"});
  if (!finished) finished = run({"az", "bicep", verb, "--file", file, "--stdout", "--no-restore"});
  if (!finished)
    return tl::unexpected{
        fmt::format("Bicep is read as the JSON that it compiles to, and neither bicep nor az is on the PATH; run "
                    "\"bicep {} {}\" and give the .json file",
                    verb, path)};
  if (!WIFEXITED(finished->status) || WEXITSTATUS(finished->status) != 0)
    return tl::unexpected{fmt::format("bicep {} failed: {}", verb, finished->err.substr(0, 2000))};
  if (is_parameters(path)) return parameters_in(finished->out);
  return std::move(finished->out);
}

std::optional<std::string> advice_for(const std::string& path, std::string_view bytes) {
  if (ends_with(path, ".tf") || ends_with(path, ".tofu"))
    return "Terraform is read as the JSON of a plan; run \"terraform plan -out=tfplan\" and \"terraform show -json "
           "tfplan > plan.json\", and give plan.json";
  if (bytes.starts_with("PK\x03\x04"))
    return fmt::format(
        "a ZIP archive, as Terraform saves plans; run \"terraform show -json {} > plan.json\" and give "
        "plan.json",
        path);
  if (bytes.starts_with("{\"@level\""))
    return std::string{
        "messages of terraform -json, not the plan; run \"terraform plan -out=tfplan\" and \"terraform "
        "show -json tfplan > plan.json\", and give plan.json"};
  return std::nullopt;
}

}  // namespace nsgcheck::cli
