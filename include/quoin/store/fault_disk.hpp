#pragma once

#include <quoin/store/place.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace quoin::store {

/// A disk in memory for database files, which loses power, fails and fills up when it is told to. What it does follows
/// from its seed and the calls it gets. It and all stores on it belong to one thread; it outlives them.
///
/// A file's bytes are durable once they were synced, its name once any file was. Bytes get lost by sectors of 512 and
/// in any order; where a file had grown, zeros or noise remain.
class FaultDisk {
public:
    explicit FaultDisk(std::uint64_t seed);
    ~FaultDisk();

    Place file(const std::string& name) const;

    /// The processes that use it end: what was written stays, synced or not. Stores that are open fail from now on, and
    /// are only good for being destroyed.
    void kill_processes();
    /// As above, and of what was not synced some is lost.
    void cut_power();

    enum class Failure {
        io_error,  ///< this call fails half done; after a failed sync the bytes look written and are not durable
        disk_full, ///< from this call on files can not grow, until `set_full(false)`
        power_cut, ///< in the middle of this call
    };
    /// Makes one call fail: the `call`-th write, truncation or sync from now, from 1.
    void fail_at(std::uint64_t call, Failure failure);
    void set_full(bool full);
    /// A lying disk says that it synced and did not: what a checker has to notice.
    void set_lying(bool lying);

    /// Writes, truncations and syncs so far.
    std::uint64_t calls() const;
    std::uint64_t syncs() const;
    /// Calls that failed, and power cuts.
    std::uint64_t failures() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace quoin::store
