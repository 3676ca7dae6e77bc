#include "app/server/service_options.h"

#include "app/server/open_database.h"
#include "app/wiring.h"
#include "backends/http_client/http_client.h"
#include "http/web_files.h"

namespace cpo::app {

http::ServerOptions server_options(const HttpConfig& config) {
    http::ServerOptions options;
    options.address = config.address;
    options.port = config.port;
    options.tls_certificate_file = config.certificate_file;
    options.tls_key_file = config.key_file;
    options.path_prefix = config.prefix;
    options.cors_origins = config.cors_origins;
    options.trusted_proxies = config.trusted_proxies;
    options.io_threads = static_cast<int>(config.io_threads);
    options.threads = static_cast<int>(config.handler_threads);
    options.queue_max = static_cast<std::size_t>(config.queue_max);
    options.connections_max = static_cast<std::size_t>(config.connections_max);
    return options;
}

http::AccountsOptions accounts_options(const Config& config) {
    http::AccountsOptions options;
    options.session_max = config.accounts.session;
    options.idle_max = config.accounts.idle;
    options.is_cookie_secure =
        !config.http.certificate_file.empty() || config.http.public_url.starts_with("https://");
    if (!config.http.prefix.empty()) options.cookie_path = config.http.prefix;
    http::fit_hashes(options, http::handler_threads(server_options(config.http)));
    return options;
}

std::filesystem::path web_folder_of(const HttpConfig& config) {
    namespace fs = std::filesystem;
    if (!config.web_folder.empty()) return config.web_folder;
    std::error_code failure;
    const fs::path program = fs::read_symlink("/proc/self/exe", failure);
    const fs::path folder = program.parent_path().parent_path() / "web";
    return !failure && fs::exists(folder / "index.html", failure) ? folder : fs::path();
}

std::vector<std::string> refusals(const Config& config) {
    std::vector<std::string> faults;
    for (const std::string& fault : http::check_options(server_options(config.http)))
        faults.push_back("http: " + fault);
    if (const auto place = check_place(config.store.database); !place)
        faults.push_back("store.database: " + place.error().message);
    if (const auto folder = web_folder_of(config.http); !folder.empty()) {
        const auto web = http::WebFiles::read(folder, config.http.prefix);
        if (!web) faults.push_back("http.web_folder: " + web.error().message);
    }
    const auto client = make_curl_http_client({});
    if (const auto llm = make_llm(*client); !llm) faults.push_back(llm.error().message);
    return faults;
}

}  // namespace cpo::app
