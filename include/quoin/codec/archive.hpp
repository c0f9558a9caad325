#pragma once

#include <quoin/codec/detail/root_archive.hpp>
#include <quoin/codec/detail/seal_archive.hpp>
#include <quoin/codec/detail/ssz_reader.hpp>
#include <quoin/codec/detail/ssz_writer.hpp>
#include <quoin/codec/ssz.hpp>

/// What <quoin/codec/ssz.hpp> declares. Heavy (cereal): for the .cpp files that instantiate it, and no others.
namespace quoin::inline codec {

template <class T>
ByteVector encode(const T& value) {
    detail::SszWriter writer;
    writer.write(value);
    return writer.take();
}

template <class T>
Result<T> decode(ByteView bytes) {
    detail::SszReader reader;
    T value{};
    reader.read(bytes, value);
    if (reader.trail().failed()) {
        return reader.trail().fault();
    }
    return value;
}

template <class T>
Root hash_tree_root(const T& value) {
    if constexpr (wire_of<T>() == Wire::column) {
        if (value.sealed_root()) {
            return *value.sealed_root();
        }
    }
    detail::RootArchive archive;
    archive.push(value);
    return archive.pop();
}

template <class T>
std::vector<Root> field_roots(const T& value) {
    detail::RootArchive archive;
    archive.push_fields(value);
    return archive.take();
}

template <class T>
void seal_columns(T& value) {
    detail::SealArchive archive;
    archive.seal(value);
}

template <class T>
Root seal(T& value) {
    seal_columns(value);
    return hash_tree_root(value);
}

} // namespace quoin::inline codec

/// Instantiates what <quoin/codec/ssz.hpp> declares for a type. Stands outside of all namespaces, once per type:
///     QUOIN_SSZ_TYPE(quoin::Block)
/// and QUOIN_SSZ_CONTAINER for a container, which adds `field_roots`; QUOIN_SEALED_TYPE adds `seal` and `seal_columns`
/// for a type that holds columns.
#define QUOIN_SSZ_TYPE(...)                                                                                            \
    template quoin::ByteVector quoin::encode<__VA_ARGS__>(const __VA_ARGS__&);                                         \
    template quoin::Result<__VA_ARGS__> quoin::decode<__VA_ARGS__>(quoin::ByteView);                                   \
    template quoin::Root quoin::hash_tree_root<__VA_ARGS__>(const __VA_ARGS__&);
#define QUOIN_SSZ_CONTAINER(...)                                                                                       \
    QUOIN_SSZ_TYPE(__VA_ARGS__)                                                                                        \
    template std::vector<quoin::Root> quoin::field_roots<__VA_ARGS__>(const __VA_ARGS__&);
#define QUOIN_SEALED_TYPE(...)                                                                                         \
    template void quoin::seal_columns<__VA_ARGS__>(__VA_ARGS__&);                                                      \
    template quoin::Root quoin::seal<__VA_ARGS__>(__VA_ARGS__&);
