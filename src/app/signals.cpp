#include "signals.hpp"

#include <malloc.h>
#include <spdlog/spdlog.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include <csignal>
#include <ctime>

namespace quoin::app {

namespace {

sigset_t ending_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    return signals;
}

} // namespace

void hold_signals() {
    const sigset_t signals = ending_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

StopOnSignal::StopOnSignal(std::function<void()> stop)
    : waiter_([stop = std::move(stop)](const std::stop_token& over) {
          const sigset_t signals = ending_signals();
          constexpr timespec look_up_every{0, 100'000'000};
          while (!over.stop_requested()) {
              const int signal = ::sigtimedwait(&signals, nullptr, &look_up_every);
              if (signal > 0) {
                  spdlog::info("app stopping signal={}", signal);
                  stop();
                  return;
              }
          }
      }) {}

void guard_memory() {
    if (::prctl(PR_SET_DUMPABLE, 0) != 0) {
        spdlog::debug("app not_guarded what=dumpable");
    }
    if (::mlockall(MCL_CURRENT | MCL_ONFAULT) != 0) {
        spdlog::debug("app not_guarded what=mlock");
    }
}

void save_memory() {
    constexpr int arenas_max = 2;
    ::mallopt(M_ARENA_MAX, arenas_max);
}

} // namespace quoin::app
