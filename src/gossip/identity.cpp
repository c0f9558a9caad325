#include "identity.hpp"

#include <quoin/crypto/sha256.hpp>
#include <quoin/gossip/gossip.hpp>

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>

namespace quoin::gossip {

namespace {

namespace fs = std::filesystem;

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

void require(bool condition, const char* what) {
    if (!condition) {
        throw std::runtime_error(std::string{"OpenSSL could not "} + what);
    }
}

Fault not_writable(const std::string& path, int error) {
    return Fault{Reason::not_writable, path, std::strerror(error)};
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(length)};
}

std::string pem_of(EVP_PKEY& key) {
    const Bio bio{BIO_new(BIO_s_mem())};
    require(PEM_write_bio_PKCS8PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "write a key");
    return text_of(bio.get());
}

std::string pem_of(X509& certificate) {
    const Bio bio{BIO_new(BIO_s_mem())};
    require(PEM_write_bio_X509(bio.get(), &certificate) == 1, "write a certificate");
    return text_of(bio.get());
}

/// Written beside and moved into place, so that a crash leaves the whole file or none.
Result<void> write_private_file(const std::string& path, const std::string& content) {
    const std::string beside = path + ".new";
    ::unlink(beside.c_str());
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        return not_writable(beside, errno);
    }
    const bool written =
        ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && ::fsync(file) == 0;
    const int error = errno;
    ::close(file);
    if (!written) {
        return not_writable(beside, error);
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) {
        return not_writable(path, errno);
    }
    return {};
}

std::optional<std::string> content_of(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        return std::nullopt;
    }
    return std::string{std::istreambuf_iterator<char>{file}, {}};
}

Result<KeyHandle> load_key(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        KeyHandle key = make_key();
        if (const Result<void> written = write_private_file(path, pem_of(*key)); !written) {
            return written.fault();
        }
        return key;
    }
    if ((status.st_mode & 077) != 0) {
        return Fault{Reason::config_invalid, path, "the key may be read by others: chmod 600"};
    }
    const std::optional<std::string> text = content_of(path);
    if (!text) {
        return Fault{Reason::config_invalid, path, "the key can not be read"};
    }
    const Bio bio{BIO_new_mem_buf(text->data(), static_cast<int>(text->size()))};
    KeyHandle key{PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)};
    if (!key) {
        return Fault{Reason::config_invalid, path, "not a private key in PEM"};
    }
    return key;
}

Result<CertificateHandle> load_certificate(const std::string& path, EVP_PKEY& key) {
    const std::optional<std::string> text = content_of(path);
    if (!text) {
        CertificateHandle certificate = make_certificate(key);
        if (const Result<void> written = write_private_file(path, pem_of(*certificate)); !written) {
            return written.fault();
        }
        return certificate;
    }
    const Bio bio{BIO_new_mem_buf(text->data(), static_cast<int>(text->size()))};
    CertificateHandle certificate{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)};
    if (!certificate) {
        return Fault{Reason::config_invalid, path, "not a certificate in PEM"};
    }
    if (X509_check_private_key(certificate.get(), &key) != 1) {
        return Fault{Reason::config_invalid, path, "the certificate is not for the key beside it"};
    }
    return certificate;
}

} // namespace

KeyHandle make_key() {
    KeyHandle key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
    require(key != nullptr, "make a key");
    return key;
}

CertificateHandle make_certificate(EVP_PKEY& key) {
    CertificateHandle certificate{X509_new()};
    X509* x509 = certificate.get();
    std::uint64_t serial = 0;
    require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "draw random bytes");
    require(X509_set_version(x509, X509_VERSION_3) == 1 &&
                ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), serial >> 1 | 1) == 1 &&
                ASN1_TIME_set_string(X509_getm_notBefore(x509), "20200101000000Z") == 1 &&
                ASN1_TIME_set_string(X509_getm_notAfter(x509), "99991231235959Z") == 1,
            "fill in a certificate");
    X509_NAME* name = X509_get_subject_name(x509);
    const auto* common_name = reinterpret_cast<const unsigned char*>("quoin");
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
                X509_set_issuer_name(x509, name) == 1 && X509_set_pubkey(x509, &key) == 1,
            "fill in a certificate");
    const bool signs_without_digest = EVP_PKEY_get_base_id(&key) == EVP_PKEY_ED25519;
    require(X509_sign(x509, &key, signs_without_digest ? nullptr : EVP_sha256()) > 0, "sign a certificate");
    return certificate;
}

engine::PeerId peer_id_of(const X509& certificate) {
    unsigned char* encoded = nullptr;
    const int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(&certificate), &encoded);
    require(length > 0, "encode a public key");
    const engine::PeerId id = crypto::sha256({encoded, static_cast<std::size_t>(length)});
    OPENSSL_free(encoded);
    return id;
}

Result<Identity> load_identity(const std::string& tls_folder) {
    std::error_code error;
    if (fs::create_directories(tls_folder, error)) {
        fs::permissions(tls_folder, fs::perms::owner_all, error);
    }
    if (error) {
        return Fault{Reason::not_writable, tls_folder, error.message()};
    }
    Result<KeyHandle> key = load_key((fs::path{tls_folder} / "key.pem").string());
    if (!key) {
        return key.fault();
    }
    Result<CertificateHandle> certificate =
        load_certificate((fs::path{tls_folder} / "certificate.pem").string(), *key.value());
    if (!certificate) {
        return certificate.fault();
    }
    const engine::PeerId id = peer_id_of(*certificate.value());
    return Identity{std::move(key).value(), std::move(certificate).value(), id};
}

Result<engine::PeerId> ensure_identity(const std::string& tls_folder) {
    const Result<Identity> identity = load_identity(tls_folder);
    if (!identity) {
        return identity.fault();
    }
    return identity->id;
}

} // namespace quoin::gossip
