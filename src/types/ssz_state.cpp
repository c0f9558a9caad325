#include <quoin/codec/archive.hpp>
#include <quoin/types/state.hpp>

QUOIN_SSZ_CONTAINER(quoin::State)
QUOIN_SEALED_TYPE(quoin::State)
