#pragma once

#include <string>
#include <vector>

#include "model/run.h"

namespace cpo::safety {

/// E-mail addresses, telephone numbers and hosts of links that the approved, in-date documents of
/// a library state: they belong to the brand, so a message that repeats one gives nobody away. For
/// ScreeningRequest::sender_contacts. Sorted, each once. Thread-safe; linear.
std::vector<std::string> contacts_in(const Library& library);

}  // namespace cpo::safety
