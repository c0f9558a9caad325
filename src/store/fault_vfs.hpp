#pragma once

#include "fault_files.hpp"

#include <sqlite3.h>

namespace quoin::store {

/// SQLite's door to the files of a FaultDisk: registered under a name of its own for as long as it lives. Locks and the
/// shared index of the write-ahead log are in memory too, for the connections of this process.
class FaultVfs {
public:
    explicit FaultVfs(FaultFiles& files);
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;
    ~FaultVfs();

    const std::string& name() const { return name_; }

private:
    std::string name_;
    sqlite3_vfs vfs_{};
};

} // namespace quoin::store
