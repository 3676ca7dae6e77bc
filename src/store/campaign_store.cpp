#include "store/campaign_store.h"

#include <fmt/format.h>

#include "base/id.h"
#include "store/stored_values.h"

namespace cpo::store {
namespace {

constexpr std::string_view kInsertCampaign =
    "INSERT INTO campaigns (id, workspace_id, version, content, created_by, created_at, "
    "updated_at) VALUES ($1, $2, 1, $3, $4, $5, $5)";
constexpr std::string_view kUpdateCampaign =
    "UPDATE campaigns SET content = $4, updated_at = $5, version = version + 1 "
    "WHERE workspace_id = $1 AND id = $2 AND version = $3";
constexpr std::string_view kSelectCampaigns =
    "SELECT c.id, c.version, c.content, c.created_by, c.created_at, c.updated_at, "
    "(SELECT MAX(r.id) FROM campaign_runs r WHERE r.campaign_id = c.id) AS latest_run "
    "FROM campaigns c WHERE c.workspace_id = $1";

Result<StoredCampaign> campaign_of(const Row& row) {
    StoredCampaign campaign;
    campaign.id = row.text("id");
    campaign.version = row.integer("version");
    campaign.content = TRY(object_in(row, "content"));
    campaign.created_by = row.text("created_by");
    campaign.latest_run = row.text_or_empty("latest_run");
    campaign.created_at = time_in(row, "created_at");
    campaign.updated_at = time_in(row, "updated_at");
    return campaign;
}

}  // namespace

Result<StoredCampaign> insert_campaign(Change& change, const json::object& content) {
    const std::string id = new_id(change.now());
    TRY(change.session().execute(kInsertCampaign,
                                 {id,
                                  change.workspace(),
                                  write_json(content),
                                  change.actor().person,
                                  milliseconds_of(change.now())}));
    TRY(change.record({"campaign.create", "campaign", id, {{"version", 1}}}));
    return get_campaign(change.session(), change.workspace(), id);
}

Result<StoredCampaign> update_campaign(Change& change,
                                       const std::string& id,
                                       std::int64_t version,
                                       const json::object& content) {
    const Rows updated = TRY(change.session().execute(
        kUpdateCampaign,
        {change.workspace(), id, version, write_json(content), milliseconds_of(change.now())}));
    auto present = TRY(get_campaign(change.session(), change.workspace(), id));
    if (updated.affected == 0) return changed_meanwhile(present.version, version);
    TRY(change.record({"campaign.edit", "campaign", id, {{"version", present.version}}}));
    return present;
}

Result<StoredCampaign> get_campaign(Session& session,
                                    const std::string& workspace,
                                    const std::string& id) {
    static const std::string sql = std::string(kSelectCampaigns) + " AND c.id = $2";
    const Rows rows = TRY(session.execute(sql, {workspace, id}));
    if (rows.empty()) return not_found("campaign");
    return campaign_of(rows.front());
}

Result<Page<StoredCampaign>> list_campaigns(Session& session,
                                            const std::string& workspace,
                                            const PageRequest& page) {
    const std::string sql = std::string(kSelectCampaigns) + page.clause("c.id", 2);
    const Rows rows = TRY(session.execute(sql, {workspace, page.bound(), page.row_count()}));
    std::vector<StoredCampaign> campaigns;
    for (const Row& row : rows) campaigns.push_back(TRY(campaign_of(row)));
    return page_of(page, std::move(campaigns));
}

}  // namespace cpo::store
