#pragma once

#include <string>

namespace quoin::store {

/// Where a database file lies: a path on the system's disk, or a name on a FaultDisk.
struct Place {
    Place(std::string on_disk) : path(std::move(on_disk)) {}
    Place(std::string name, std::string file_system) : path(std::move(name)), vfs(std::move(file_system)) {}

    std::string path;
    std::string vfs; ///< SQLite's name for the file system; empty: the system's own
};

} // namespace quoin::store
