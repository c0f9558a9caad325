# Reads CMakeLists.txt for the module table, then every source of ours, and prints each include that breaks the floors.
# Called by floors.sh in the tree to be checked. With -v unused=1 it also names public headers that nobody else needs.
# Exit status 1 if anything was printed.

function fail(text) {
    print FILENAME ":" FNR ": " text
    failed = 1
}

function declare_module(words, count,    i, name, mode) {
    name = words[1]
    for (i = 2; i <= count; i++) {
        if (words[i] == "FLOOR" || words[i] == "KNOWS" || words[i] == "LIBRARIES") {
            mode = words[i]
        } else if (mode == "FLOOR") {
            floor[name] = words[i] + 0
        } else if (mode == "KNOWS") {
            if (!(words[i] in floor)) {
                fail(name " is to know " words[i] ", which is not declared above it")
            } else if (floor[words[i]] >= floor[name]) {
                fail(name " (floor " floor[name] ") is to know " words[i] " (floor " floor[words[i]] "): arrows only point down")
            }
            learn(name, words[i])
        }
    }
}

# What a known module knows is known too.
function learn(name, other,    pair, parts) {
    knows[name, other] = 1
    for (pair in knows) {
        split(pair, parts, SUBSEP)
        if (parts[1] == other) {
            learned[parts[2]] = 1
        }
    }
    for (pair in learned) {
        knows[name, pair] = 1
        delete learned[pair]
    }
}

function list(set, names, value,    words, count, i) {
    count = split(names, words, " ")
    for (i = 1; i <= count; i++) {
        set[words[i]] = value
    }
}

function exists(path,    line, status) {
    status = (getline line < path)
    close(path)
    return status >= 0
}

function folder_of(path) {
    sub(/[^\/]*$/, "", path)
    return path
}

# The first component of a header's name stands for its library: boost/asio.hpp is boost.
function library_of(header) {
    sub(/\/.*$/, "", header)
    return header
}

BEGIN {
    list(impure, "atomic barrier chrono cmath condition_variable ctime filesystem fstream future iomanip " \
        "ios iostream istream latch locale mutex ostream random semaphore shared_mutex sstream stop_token thread " \
        "unordered_map unordered_set math.h time.h unistd.h pthread.h sys arpa netinet asio boost curl fmt openssl spdlog " \
        "sqlite3.h SQLiteCpp toml++ CLI CLI11.hpp zstd.h", 1)
    list(heavy, "boost cereal openssl rapidjson spdlog fmt sqlite3.h SQLiteCpp toml++ CLI blst.h sodium.h zstd.h", 1)
    list(heavy, "quoin/codec/archive.hpp quoin/codec/json_archive.hpp", 1)
    list(owner, "sqlite3.h SQLiteCpp", "store")
    list(owner, "blst.h sodium.h", "crypto")
    list(owner, "CLI", "app")
    list(folder_without_module, "asio", 1)
}

FILENAME == "CMakeLists.txt" {
    line = $0
    sub(/#.*/, "", line)
    if (call == "" && line !~ /^[ \t]*quoin_module\(/) {
        next
    }
    call = call " " line
    if (line ~ /\)/) {
        sub(/^[ \t]*quoin_module\(/, "", call)
        sub(/\).*/, "", call)
        word_count = split(call, words, " ")
        declare_module(words, word_count)
        call = ""
    }
    next
}

FNR == 1 {
    part_count = split(FILENAME, parts, "/")
    is_public = (parts[1] == "include")
    # The archives are templates over cereal: codec's two doors to them are heavy, and known to be.
    is_archive = (FILENAME ~ /^include\/quoin\/codec\/detail\//)
    if (is_public) {
        public_headers[substr(FILENAME, length("include/") + 1)] = 1
    }
    module = is_public ? parts[3] : parts[2]
    if (!(module in floor) && !(module in folder_without_module)) {
        fail("folder " module " is not a module of CMakeLists.txt")
    }
}

/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
    is_quoted = ($0 ~ /include[ \t]*"/)
    header = $0
    sub(/^[^<"]*[<"]/, "", header)
    sub(/[>"].*$/, "", header)
    library = library_of(header)
    if (!(module in floor)) {
        next
    }
    if (is_quoted) {
        if (is_public) {
            fail("a public header may not include the private \"" header "\"")
        } else if (header ~ /\.\./ || !(exists(folder_of(FILENAME) header) || exists("src/" module "/" header))) {
            fail("\"" header "\" is not a private header of " module)
        }
        next
    }
    if (library == "quoin") {
        split(header, words, "/")
        other = words[2]
        if (other != module || is_public) {
            is_used[header] = 1
        }
        if (!(other in floor)) {
            fail("<" header "> belongs to no module of CMakeLists.txt")
        } else if (other != module && words[3] == "detail") {
            fail("<" header "> is a detail of " other)
        } else if (is_public && other != module && (header in heavy)) {
            fail("<" header "> is too heavy for a public header: include it in a .cpp")
        } else if (other != module && !((module, other) in knows)) {
            fail(module " (floor " floor[module] ") may not know " other " (floor " floor[other] ")")
        }
        next
    }
    if ((library in floor) && exists("src/" header)) {
        fail("<" header "> is a private header of " library)
    }
    if (floor[module] <= 6 && (library in impure)) {
        fail("<" header "> is banned on floors 0-6, and " module " is on floor " floor[module])
    } else if (is_public && (library in heavy) && !is_archive) {
        fail("<" header "> is too heavy for a public header")
    } else if ((library in owner) && owner[library] != module) {
        fail("<" header "> belongs to " owner[library] " alone")
    }
}

END {
    for (header in public_headers) {
        if (unused && !(header in is_used)) {
            print "include/" header ": no other module includes it, so it is no public header"
            failed = 1
        }
    }
    exit failed
}
