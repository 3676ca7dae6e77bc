#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/server/config.h"
#include "http/accounts.h"
#include "http/server.h"

namespace cpo::app {

/// The settings as the parts of the server take them.
http::ServerOptions server_options(const HttpConfig& config);
http::AccountsOptions accounts_options(const Config& config);

/// The dashboard's build: the folder of the settings, else the folder web beside that of the
/// program when a build is there. Empty: a server for programs.
std::filesystem::path web_folder_of(const HttpConfig& config);

/// Every reason for which the parts would refuse the settings and the environment, so that a check
/// finds what the start would. Opens and binds nothing; reads the files of TLS.
std::vector<std::string> refusals(const Config& config);

}  // namespace cpo::app
