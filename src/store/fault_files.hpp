#pragma once

#include <quoin/base/bytes.hpp>
#include <quoin/base/random.hpp>
#include <quoin/store/fault_disk.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace quoin::store {

struct FaultFileUsers;

/// A file of a FaultDisk: its bytes as its users see them, those that would survive a power cut, and the changes
/// between the two in the order they were made.
class FaultFile {
public:
    const ByteVector& bytes() const { return seen_; }

    void write(std::uint64_t offset, ByteView bytes);
    void truncate(std::uint64_t size);
    void sync();
    /// What was not synced never will be.
    void forget_changes();

    /// The same file, for those who come after its users have ended.
    std::shared_ptr<FaultFile> left_behind();
    /// What a power cut leaves of it.
    std::shared_ptr<FaultFile> torn(SeededRandom& random);

    bool gone = false; ///< its users have ended: this object stands for no file any more
    bool name_durable = false;
    std::shared_ptr<FaultFileUsers> users;

private:
    struct Change {
        bool is_truncation = false;
        std::uint64_t offset = 0; ///< or the new size
        std::size_t begin = 0;    ///< in `changed_bytes_`
        std::size_t size = 0;
    };
    void make_durable(const Change& change);
    std::vector<Change> sectors() const;

    ByteVector seen_;
    ByteVector durable_;
    std::vector<Change> changes_;
    ByteVector changed_bytes_;
};

/// The files of a FaultDisk and what befalls them.
class FaultFiles {
public:
    explicit FaultFiles(std::uint64_t seed) : random_(seed) {}

    std::shared_ptr<FaultFile> find(const std::string& name) const;
    std::shared_ptr<FaultFile> make(const std::string& name);
    void remove(const std::string& name, bool sync_name);

    enum class Outcome { done, failed, full };
    Outcome write(FaultFile& file, std::uint64_t offset, ByteView bytes);
    Outcome truncate(FaultFile& file, std::uint64_t size);
    Outcome sync(FaultFile& file);

    void kill_processes();
    void cut_power();
    void fail_at(std::uint64_t call, FaultDisk::Failure failure) { failing_ = {calls_ + call, failure}; }
    void set_full(bool full) { full_ = full; }
    void set_lying(bool lying) { lying_ = lying; }
    std::uint64_t calls() const { return calls_; }
    std::uint64_t syncs() const { return syncs_; }
    std::uint64_t failures() const { return failures_; }

private:
    struct Failing {
        std::uint64_t call = 0;
        FaultDisk::Failure failure = FaultDisk::Failure::io_error;
    };
    std::optional<FaultDisk::Failure> count_call();

    SeededRandom random_;
    std::map<std::string, std::shared_ptr<FaultFile>> files_;
    std::map<std::string, std::shared_ptr<FaultFile>> removed_; ///< and back after a power cut, perhaps
    Failing failing_;
    bool full_ = false;
    bool lying_ = false;
    std::uint64_t calls_ = 0;
    std::uint64_t syncs_ = 0;
    std::uint64_t failures_ = 0;
};

} // namespace quoin::store
