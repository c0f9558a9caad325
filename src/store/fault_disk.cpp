#include "fault_vfs.hpp"

namespace quoin::store {

struct FaultDisk::Parts {
    explicit Parts(std::uint64_t seed) : files(seed), vfs(files) {}

    FaultFiles files;
    FaultVfs vfs;
};

FaultDisk::FaultDisk(std::uint64_t seed) : parts_(std::make_unique<Parts>(seed)) {}
FaultDisk::~FaultDisk() = default;

Place FaultDisk::file(const std::string& name) const {
    return {name, parts_->vfs.name()};
}

void FaultDisk::kill_processes() {
    parts_->files.kill_processes();
}

void FaultDisk::cut_power() {
    parts_->files.cut_power();
}

void FaultDisk::fail_at(std::uint64_t call, Failure failure) {
    parts_->files.fail_at(call, failure);
}

void FaultDisk::set_full(bool full) {
    parts_->files.set_full(full);
}

void FaultDisk::set_lying(bool lying) {
    parts_->files.set_lying(lying);
}

std::uint64_t FaultDisk::calls() const {
    return parts_->files.calls();
}

std::uint64_t FaultDisk::syncs() const {
    return parts_->files.syncs();
}

std::uint64_t FaultDisk::failures() const {
    return parts_->files.failures();
}

} // namespace quoin::store
