// SPDX-License-Identifier: Apache-2.0
#include "analyzer/certificate/openssl_parts.hpp"

#include <openssl/asn1.h>
#include <openssl/bn.h>

#include <array>

namespace nsgcheck::certificate {

Frame frame_of(std::string_view bytes) {
  const QuietErrors quiet;
  const unsigned char* at = raw(bytes);
  long length = 0;
  int tag = 0;
  int tag_class = 0;
  if (bytes.empty() || bytes.front() != 0x30) return Frame::NotASequence;
  const int form = ASN1_get_object(&at, &length, &tag, &tag_class, static_cast<long>(bytes.size()));
  if ((form & 0x80) != 0) {
    // The header itself is cut, or tells of more than there is; any other fault of a header is damage.
    return ERR_GET_REASON(ERR_peek_last_error()) == ASN1_R_TOO_LONG || bytes.size() < 6 ? Frame::Truncated
                                                                                        : Frame::NotASequence;
  }
  // Of indefinite length: two zero bytes end it.
  const bool indefinite = (form & 1) != 0;
  return indefinite && bytes.find(std::string_view{"\0\0", 2}) == std::string_view::npos ? Frame::Truncated
                                                                                         : Frame::Whole;
}

std::string hex(const unsigned char* bytes, std::size_t size) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  text.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 0xFU];
  }
  return text;
}

std::string hex(const ASN1_STRING* text) {
  return text == nullptr ? std::string{}
                         : hex(ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text)));
}

std::string serial_text(const ASN1_INTEGER* serial) {
  const Owned<BIGNUM, BN_free> number{ASN1_INTEGER_to_BN(serial, nullptr)};
  char* text = number ? BN_bn2hex(number.get()) : nullptr;
  if (text == nullptr) return {};
  std::string out{text};
  OPENSSL_free(text);
  // BN_bn2hex() gives whole bytes.
  const std::size_t sign = out.rfind('-', 0) == 0 ? 1 : 0;
  const auto digit = out.find_first_not_of('0', sign);
  out.erase(sign, digit == std::string::npos ? out.size() - sign - 1 : digit - sign);
  return out;
}

std::string name_text(const X509_NAME* name) {
  const OwnedBio out{BIO_new(BIO_s_mem())};
  if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string name_der(const X509_NAME* name) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_NAME(name, &bytes);
  if (size < 0) return {};
  std::string der{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  OPENSSL_free(bytes);
  return der;
}

std::string object_text(const ASN1_OBJECT* object) {
  if (const int nid = OBJ_obj2nid(object); nid != NID_undef) return OBJ_nid2ln(nid);
  std::array<char, 128> text{};
  const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  return size <= 0 ? std::string{} : std::string{text.data()};
}

}  // namespace nsgcheck::certificate
