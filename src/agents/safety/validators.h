#pragma once

#include <string_view>

namespace cpo::safety {

// Checks of single values by their public formats. Pure functions; linear.

/// ISO/IEC 7812-1 annex B (Luhn) over the digits of `digits`; other characters are skipped.
bool has_luhn_checksum(std::string_view digits);

/// 12-19 digits (spaces and hyphens allowed between) with the prefix and length of a card scheme:
/// Visa, Mastercard, American Express, Discover, Diners Club, JCB, UnionPay, Maestro. No checksum.
bool has_card_prefix(std::string_view value);

/// Length of the IBAN of a country (ISO 13616 registry) in characters; 0 = no such country.
int iban_length(std::string_view country);

/// ISO 13616: length of the country and ISO 7064 mod 97-10. Spaces and hyphens are skipped, case
/// does not matter.
bool is_iban(std::string_view value);

/// US Social Security number AAA-GG-SSSS: area not 000, 666 or 900-999, group not 00, serial not
/// 0000, not one of the numbers known from advertisements. Takes nine digits with or without
/// separators.
bool is_social_security_number(std::string_view value);

/// Dotted quad without leading zeros, each part at most 255.
bool is_ipv4(std::string_view value);
/// RFC 4291 text form, with an optional zone (%eth0) on a link-local address.
bool is_ipv6(std::string_view value);
/// Loopback, private or documentation ranges (RFC 1918, 5737): say nothing about a person.
bool is_private_ipv4(std::string_view value);

/// RFC 5321 sizes (64 and 254 octets), dot-atom or quoted local part, host name with a top-level
/// domain of letters.
bool is_email(std::string_view value);

/// Shannon entropy of the bytes in bits each.
double entropy_of(std::string_view value);

}  // namespace cpo::safety
