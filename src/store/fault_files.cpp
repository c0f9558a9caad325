#include "fault_files.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace quoin::store {

namespace {

constexpr std::uint64_t sector_bytes = 512;

void put(ByteVector& into, std::uint64_t offset, ByteView bytes) {
    if (into.size() < offset + bytes.size()) {
        into.resize(offset + bytes.size());
    }
    std::copy(bytes.begin(), bytes.end(), into.begin() + static_cast<std::ptrdiff_t>(offset));
}

} // namespace

void FaultFile::write(std::uint64_t offset, ByteView bytes) {
    put(seen_, offset, bytes);
    changes_.push_back({false, offset, changed_bytes_.size(), bytes.size()});
    changed_bytes_.insert(changed_bytes_.end(), bytes.begin(), bytes.end());
}

void FaultFile::truncate(std::uint64_t size) {
    seen_.resize(size);
    changes_.push_back({true, size, 0, 0});
}

void FaultFile::sync() {
    for (const Change& change : changes_) {
        make_durable(change);
    }
    forget_changes();
}

void FaultFile::forget_changes() {
    changes_.clear();
    changed_bytes_.clear();
}

void FaultFile::make_durable(const Change& change) {
    if (change.is_truncation) {
        durable_.resize(change.offset);
    } else {
        put(durable_, change.offset, ByteView{changed_bytes_}.subspan(change.begin, change.size));
    }
}

/// The changes, none of them reaching over the border of a sector.
std::vector<FaultFile::Change> FaultFile::sectors() const {
    std::vector<Change> parts;
    for (Change rest : changes_) {
        while (!rest.is_truncation && rest.offset % sector_bytes + rest.size > sector_bytes) {
            const std::size_t size = sector_bytes - rest.offset % sector_bytes;
            parts.push_back({false, rest.offset, rest.begin, size});
            rest = {false, rest.offset + size, rest.begin + size, rest.size - size};
        }
        parts.push_back(rest);
    }
    return parts;
}

std::shared_ptr<FaultFile> FaultFile::left_behind() {
    auto left = std::make_shared<FaultFile>(std::move(*this));
    left->users.reset();
    gone = true;
    return left;
}

std::shared_ptr<FaultFile> FaultFile::torn(SeededRandom& random) {
    const std::shared_ptr<FaultFile> left = left_behind();
    const std::vector<Change> parts = left->sectors();
    const bool in_order = random.chance(50);
    const std::uint64_t kept_percent = random.below(4) * 33; // nothing, some, most, nearly all
    const std::uint64_t kept = random.below(parts.size() + 1);
    const bool noisy = random.chance(50);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (in_order ? i >= kept : !random.chance(kept_percent)) {
            continue;
        }
        const std::size_t size = left->durable_.size();
        left->make_durable(parts[i]);
        for (std::size_t at = size; noisy && !parts[i].is_truncation && at < parts[i].offset; ++at) {
            left->durable_[at] = static_cast<std::uint8_t>(random.next());
        }
    }
    left->forget_changes();
    left->seen_ = left->durable_;
    left->name_durable = true;
    return left;
}

std::shared_ptr<FaultFile> FaultFiles::find(const std::string& name) const {
    const auto found = files_.find(name);
    return found == files_.end() ? nullptr : found->second;
}

std::shared_ptr<FaultFile> FaultFiles::make(const std::string& name) {
    return files_[name] = std::make_shared<FaultFile>();
}

void FaultFiles::remove(const std::string& name, bool sync_name) {
    const auto found = files_.find(name);
    if (found == files_.end()) {
        return;
    }
    if (found->second->name_durable && (!sync_name || lying_)) {
        removed_[name] = found->second;
    }
    files_.erase(found);
}

/// The failure this call is meant to meet.
std::optional<FaultDisk::Failure> FaultFiles::count_call() {
    ++calls_;
    if (calls_ != failing_.call) {
        return std::nullopt;
    }
    failures_ += failing_.failure == FaultDisk::Failure::io_error ? 1 : 0;
    full_ = full_ || failing_.failure == FaultDisk::Failure::disk_full;
    return failing_.failure;
}

FaultFiles::Outcome FaultFiles::write(FaultFile& file, std::uint64_t offset, ByteView bytes) {
    const auto failure = count_call();
    if (full_ && offset + bytes.size() > file.bytes().size()) {
        ++failures_;
        return Outcome::full;
    }
    if (failure == FaultDisk::Failure::io_error) {
        file.write(offset, bytes.first(bytes.size() / 2));
        return Outcome::failed;
    }
    file.write(offset, bytes);
    if (failure == FaultDisk::Failure::power_cut) {
        cut_power();
        return Outcome::failed;
    }
    return Outcome::done;
}

FaultFiles::Outcome FaultFiles::truncate(FaultFile& file, std::uint64_t size) {
    const auto failure = count_call();
    if (failure == FaultDisk::Failure::io_error) {
        return Outcome::failed;
    }
    file.truncate(size);
    if (failure == FaultDisk::Failure::power_cut) {
        cut_power();
        return Outcome::failed;
    }
    return Outcome::done;
}

FaultFiles::Outcome FaultFiles::sync(FaultFile& file) {
    const auto failure = count_call();
    ++syncs_;
    if (failure == FaultDisk::Failure::power_cut) {
        cut_power();
        return Outcome::failed;
    }
    if (failure == FaultDisk::Failure::io_error) {
        file.forget_changes();
        return Outcome::failed;
    }
    if (!lying_) {
        file.sync();
        removed_.clear();
        for (const auto& [name, each] : files_) {
            each->name_durable = true;
        }
    }
    return Outcome::done;
}

void FaultFiles::kill_processes() {
    for (auto& [name, file] : files_) {
        file = file->left_behind();
    }
}

void FaultFiles::cut_power() {
    ++failures_;
    for (const auto& [name, file] : std::exchange(removed_, {})) {
        if (!files_.contains(name) && random_.chance(50)) {
            files_[name] = file;
        }
    }
    for (auto entry = files_.begin(); entry != files_.end();) {
        const bool loses_its_name = !entry->second->name_durable && random_.chance(50);
        entry->second = entry->second->torn(random_);
        entry = loses_its_name ? files_.erase(entry) : std::next(entry);
    }
}

} // namespace quoin::store
