#include "fault_vfs.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <new>
#include <utility>

namespace quoin::store {

namespace {
struct Handle;
}

/// Who holds which lock of a file, and the index of its write-ahead log.
struct FaultFileUsers {
    struct IndexLock {
        unsigned shared = 0;
        bool exclusive = false;
    };

    unsigned shared = 0;
    const Handle* reserved = nullptr; ///< who is about to write
    const Handle* pending = nullptr;  ///< who waits for the readers to end, or has it for itself
    std::vector<std::unique_ptr<std::array<char, 32'768>>> index;
    std::array<IndexLock, SQLITE_SHM_NLOCK> index_locks{};
    unsigned index_users = 0;
};

namespace {

constexpr int path_bytes_max = 512;
constexpr int sector_size = 4'096;                                ///< as SQLite takes any disk of the system to have
constexpr sqlite3_int64 some_julian_day_ms = 210'866'803'200'000; ///< nothing here tells the time

/// What SQLite holds open.
struct Handle : sqlite3_file {
    FaultFiles* disk = nullptr;
    std::shared_ptr<FaultFile> file;
    std::shared_ptr<FaultFileUsers> users;
    std::string delete_at_close;
    int level = SQLITE_LOCK_NONE;
    bool uses_index = false;
    unsigned index_shared = 0; ///< bits of the locks it holds
    unsigned index_exclusive = 0;
};

Handle& handle_of(sqlite3_file* file) {
    return *static_cast<Handle*>(file);
}

int code_of(FaultFiles::Outcome outcome, int failed) {
    switch (outcome) {
    case FaultFiles::Outcome::done:
        return SQLITE_OK;
    case FaultFiles::Outcome::full:
        return SQLITE_FULL;
    case FaultFiles::Outcome::failed:
        break;
    }
    return failed;
}

int unlock(sqlite3_file* file, int level) {
    Handle& handle = handle_of(file);
    if (handle.level > SQLITE_LOCK_SHARED && level <= SQLITE_LOCK_SHARED) {
        handle.users->reserved = handle.users->reserved == &handle ? nullptr : handle.users->reserved;
        handle.users->pending = handle.users->pending == &handle ? nullptr : handle.users->pending;
    }
    handle.users->shared -= handle.level >= SQLITE_LOCK_SHARED && level == SQLITE_LOCK_NONE ? 1 : 0;
    handle.level = std::min(handle.level, level);
    return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
    Handle& handle = handle_of(file);
    FaultFileUsers& users = *handle.users;
    const auto taken = [&](const Handle* holder) { return holder != nullptr && holder != &handle; };
    if (level <= handle.level) {
        return SQLITE_OK;
    }
    if (taken(users.pending) || (level > SQLITE_LOCK_SHARED && taken(users.reserved))) {
        return SQLITE_BUSY;
    }
    if (handle.level == SQLITE_LOCK_NONE) {
        ++users.shared;
        handle.level = SQLITE_LOCK_SHARED;
    }
    if (level == SQLITE_LOCK_RESERVED) {
        users.reserved = &handle;
    } else if (level > SQLITE_LOCK_RESERVED) {
        users.pending = &handle;
        if (users.shared > 1) {
            handle.level = SQLITE_LOCK_PENDING;
            return SQLITE_BUSY;
        }
    }
    handle.level = level;
    return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* file, int* held) {
    *held = handle_of(file).users->reserved != nullptr || handle_of(file).users->pending != nullptr ? 1 : 0;
    return SQLITE_OK;
}

void release_index_locks(Handle& handle) {
    for (unsigned i = 0; i < SQLITE_SHM_NLOCK; ++i) {
        const unsigned bit = 1U << i;
        handle.users->index_locks[i].shared -= (handle.index_shared & bit) != 0 ? 1 : 0;
        handle.users->index_locks[i].exclusive &= (handle.index_exclusive & bit) == 0;
    }
    handle.index_shared = handle.index_exclusive = 0;
}

int index_unmap(sqlite3_file* file, int) {
    Handle& handle = handle_of(file);
    release_index_locks(handle);
    if (std::exchange(handle.uses_index, false) && --handle.users->index_users == 0) {
        handle.users->index.clear();
    }
    return SQLITE_OK;
}

int index_map(sqlite3_file* file, int region, int bytes, int extend, void volatile** where) {
    Handle& handle = handle_of(file);
    FaultFileUsers& users = *handle.users;
    *where = nullptr;
    if (handle.file->gone || bytes != 32'768) {
        return SQLITE_IOERR_SHMMAP;
    }
    if (!std::exchange(handle.uses_index, true)) {
        ++users.index_users;
    }
    while (extend != 0 && users.index.size() <= static_cast<std::size_t>(region)) {
        users.index.push_back(std::make_unique<std::array<char, 32'768>>());
    }
    if (static_cast<std::size_t>(region) < users.index.size()) {
        *where = users.index[static_cast<std::size_t>(region)]->data();
    }
    return SQLITE_OK;
}

int index_lock(sqlite3_file* file, int first, int count, int flags) {
    Handle& handle = handle_of(file);
    auto& locks = handle.users->index_locks;
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    unsigned& held = exclusive ? handle.index_exclusive : handle.index_shared;
    const bool releases = (flags & SQLITE_SHM_UNLOCK) != 0;
    for (int i = first; !releases && i < first + count; ++i) {
        const bool ours = (held & (1U << i)) != 0;
        const auto& other = locks[static_cast<std::size_t>(i)];
        if (!ours && (other.exclusive || (exclusive && other.shared > 0))) {
            return SQLITE_BUSY;
        }
    }
    for (int i = first; i < first + count; ++i) {
        const unsigned bit = 1U << i;
        if (((held & bit) != 0) != releases) {
            continue;
        }
        held ^= bit;
        auto& changed = locks[static_cast<std::size_t>(i)];
        if (exclusive) {
            changed.exclusive = !releases;
        } else {
            changed.shared += releases ? -1U : 1U;
        }
    }
    return SQLITE_OK;
}

void index_barrier(sqlite3_file*) {}

int close(sqlite3_file* file) {
    Handle& handle = handle_of(file);
    index_unmap(file, 0);
    unlock(file, SQLITE_LOCK_NONE);
    if (!handle.delete_at_close.empty() && !handle.file->gone) {
        handle.disk->remove(handle.delete_at_close, false);
    }
    handle.~Handle();
    return SQLITE_OK;
}

int read(sqlite3_file* file, void* into, int bytes, sqlite3_int64 offset) {
    const FaultFile& from = *handle_of(file).file;
    if (from.gone) {
        return SQLITE_IOERR_READ;
    }
    const auto wanted = static_cast<std::size_t>(bytes);
    const std::size_t begin = std::min(static_cast<std::size_t>(offset), from.bytes().size());
    const std::size_t there = std::min(wanted, from.bytes().size() - begin);
    auto* const bytes_into = static_cast<std::uint8_t*>(into);
    std::copy_n(from.bytes().begin() + static_cast<std::ptrdiff_t>(begin), there, bytes_into);
    std::fill(bytes_into + there, bytes_into + wanted, std::uint8_t{0});
    return there == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 offset) {
    Handle& handle = handle_of(file);
    if (handle.file->gone) {
        return SQLITE_IOERR_WRITE;
    }
    const ByteView view{static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(bytes)};
    return code_of(handle.disk->write(*handle.file, static_cast<std::uint64_t>(offset), view), SQLITE_IOERR_WRITE);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    Handle& handle = handle_of(file);
    return handle.file->gone
               ? SQLITE_IOERR_TRUNCATE
               : code_of(handle.disk->truncate(*handle.file, static_cast<std::uint64_t>(size)), SQLITE_IOERR_TRUNCATE);
}

int sync(sqlite3_file* file, int) {
    Handle& handle = handle_of(file);
    return handle.file->gone ? SQLITE_IOERR_FSYNC : code_of(handle.disk->sync(*handle.file), SQLITE_IOERR_FSYNC);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(handle_of(file).file->bytes().size());
    return handle_of(file).file->gone ? SQLITE_IOERR_FSTAT : SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) {
    return SQLITE_NOTFOUND;
}

int file_sector_size(sqlite3_file*) {
    return sector_size;
}

/// As SQLite takes any disk of the system to be: a write that is torn does no harm to the bytes beside it.
int device_characteristics(sqlite3_file*) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

constexpr sqlite3_io_methods methods{2,
                                     close,
                                     read,
                                     write,
                                     truncate,
                                     sync,
                                     file_size,
                                     lock,
                                     unlock,
                                     check_reserved_lock,
                                     file_control,
                                     file_sector_size,
                                     device_characteristics,
                                     index_map,
                                     index_lock,
                                     index_barrier,
                                     index_unmap,
                                     nullptr,
                                     nullptr};

FaultFiles& files_of(sqlite3_vfs* vfs) {
    return *static_cast<FaultFiles*>(vfs->pAppData);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* into, int flags, int* flags_out) {
    into->pMethods = nullptr;
    FaultFiles& files = files_of(vfs);
    std::shared_ptr<FaultFile> file = name == nullptr ? std::make_shared<FaultFile>() : files.find(name);
    if (!file) {
        if ((flags & SQLITE_OPEN_CREATE) == 0) {
            return SQLITE_CANTOPEN;
        }
        file = files.make(name);
    }
    if (!file->users) {
        file->users = std::make_shared<FaultFileUsers>();
    }
    auto* const handle = new (into) Handle{};
    handle->disk = &files;
    handle->users = file->users;
    handle->file = std::move(file);
    handle->delete_at_close = name != nullptr && (flags & SQLITE_OPEN_DELETEONCLOSE) != 0 ? name : "";
    handle->pMethods = &methods;
    if (flags_out != nullptr) {
        *flags_out = flags;
    }
    return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int sync_name) {
    files_of(vfs).remove(name, sync_name != 0);
    return SQLITE_OK;
}

int access(sqlite3_vfs* vfs, const char* name, int flags, int* found) {
    const auto file = files_of(vfs).find(name);
    *found = file && (flags != SQLITE_ACCESS_EXISTS || !file->bytes().empty()) ? 1 : 0;
    return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int bytes_max, char* into) {
    sqlite3_snprintf(bytes_max, into, "%s", name);
    return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int bytes, char* into) {
    std::fill_n(into, bytes, char{0});
    return bytes;
}

int do_not_sleep(sqlite3_vfs*, int microseconds) {
    return microseconds; // whoever has the lock is on this thread
}

int current_time(sqlite3_vfs*, sqlite3_int64* milliseconds) {
    *milliseconds = some_julian_day_ms;
    return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) {
    return 0;
}

std::string next_name() {
    static std::atomic<std::uint64_t> disks{0};
    return "quoin-fault-disk-" + std::to_string(disks++);
}

} // namespace

FaultVfs::FaultVfs(FaultFiles& files) : name_(next_name()) {
    vfs_.iVersion = 2;
    vfs_.szOsFile = sizeof(Handle);
    vfs_.mxPathname = path_bytes_max;
    vfs_.zName = name_.c_str();
    vfs_.pAppData = &files;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    vfs_.xAccess = access;
    vfs_.xFullPathname = full_path;
    vfs_.xRandomness = randomness;
    vfs_.xSleep = do_not_sleep;
    vfs_.xGetLastError = last_error;
    vfs_.xCurrentTimeInt64 = current_time;
    sqlite3_vfs_register(&vfs_, 0);
}

FaultVfs::~FaultVfs() {
    sqlite3_vfs_unregister(&vfs_);
}

} // namespace quoin::store
