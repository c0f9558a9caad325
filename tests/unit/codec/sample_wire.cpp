#include "sample.hpp"

#include <quoin/codec/archive.hpp>
#include <quoin/codec/json_archive.hpp>

// As a module of the project does it: instantiated once, here; the tests include the light headers only.
QUOIN_SSZ_CONTAINER(quoin::test::Sample)
QUOIN_JSON_TYPE(quoin::test::Sample)
QUOIN_SEALED_TYPE(quoin::test::Sample)
QUOIN_SSZ_TYPE(quoin::Optional<quoin::test::Walk>)
QUOIN_SSZ_TYPE(quoin::Union<quoin::test::Walk, quoin::test::Jump, quoin::test::Rest>)
QUOIN_SSZ_TYPE(quoin::test::Walk)
