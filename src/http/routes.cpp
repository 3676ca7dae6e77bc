#include "http/routes.h"

#include <array>

#include "http/handlers/audit.h"
#include "http/handlers/auth.h"
#include "http/handlers/campaigns.h"
#include "http/handlers/customers.h"
#include "http/handlers/documents.h"
#include "http/handlers/experiments.h"
#include "http/handlers/generation.h"
#include "http/handlers/jobs.h"
#include "http/handlers/keys.h"
#include "http/handlers/overview.h"
#include "http/handlers/safety.h"
#include "http/handlers/search.h"
#include "http/handlers/segmentation.h"
#include "http/handlers/system.h"
#include "http/handlers/users.h"

namespace cpo::http {
namespace {

constexpr Route kRoutes[] = {
    {"getHealth", get_health},
    {"getReadiness", get_readiness},
    {"getMetrics", get_metrics},
    {"getOpenApi", get_open_api},
    {"getDocs", get_docs},
    {"getSetup", get_setup},
    {"setUp", set_up},
    {"signIn", sign_in},
    {"getSession", get_session},
    {"signOut", sign_out},
    {"changePassword", change_password},
    {"listUsers", list_users},
    {"createUser", create_user},
    {"getUser", get_user},
    {"updateUser", update_user},
    {"listKeys", list_keys},
    {"createKey", create_key},
    {"getKey", get_key},
    {"revokeKey", revoke_key},
    {"listCustomers", list_customers},
    {"getCustomer", get_customer},
    {"getOverview", get_overview},
    {"listPeople", list_people},
    {"listImports", list_imports},
    {"importCustomers", import_customers},
    {"previewImport", preview_import},
    {"loadSample", load_sample},
    {"getImport", get_import},
    {"getRejectedLines", get_rejected_lines},
    {"listSegmentationRuns", list_segmentation_runs},
    {"startSegmentationRun", start_segmentation_run},
    {"getSegmentationRun", get_segmentation_run},
    {"listSegments", list_segments},
    {"getSegment", get_segment},
    {"listSegmentMembers", list_segment_members},
    {"getSegmentContrast", get_segment_contrast},
    {"getSegmentationMap", get_segmentation_map},
    {"getSegmentationModel", get_segmentation_model},
    {"assignCustomers", assign_customers},
    {"listMapCustomers", list_map_customers},
    {"listDocuments", list_documents},
    {"createDocument", create_document},
    {"importDocuments", import_documents},
    {"approveDocuments", approve_documents},
    {"getDocument", get_document},
    {"updateDocument", update_document},
    {"approveDocument", approve_document},
    {"revokeDocumentApproval", revoke_document_approval},
    {"expireDocument", expire_document},
    {"search", search},
    {"listGenerationRuns", list_generation_runs},
    {"startGenerationRun", start_generation_run},
    {"getGenerationRun", get_generation_run},
    {"listContexts", list_contexts},
    {"listVariants", list_variants},
    {"getVariant", get_variant},
    {"updateVariant", update_variant},
    {"screenText", screen_text},
    {"screenVariant", screen_variant},
    {"listReviews", list_reviews},
    {"reviewVariant", review_variant},
    {"listVerdicts", list_verdicts},
    {"listExperiments", list_experiments},
    {"createExperiment", create_experiment},
    {"getExperiment", get_experiment},
    {"updateExperiment", update_experiment},
    {"startExperiment", start_experiment},
    {"pauseExperiment", pause_experiment},
    {"resumeExperiment", resume_experiment},
    {"stopExperiment", stop_experiment},
    {"shipExperiment", ship_experiment},
    {"rollBackExperiment", roll_back_experiment},
    {"assignUnits", assign_units},
    {"recordEvents", record_events},
    {"getResults", get_results},
    {"getExperimentTraffic", get_experiment_traffic},
    {"listCampaigns", list_campaigns},
    {"createCampaign", create_campaign},
    {"getCampaign", get_campaign},
    {"updateCampaign", update_campaign},
    {"listCampaignRuns", list_campaign_runs},
    {"startCampaignRun", start_campaign_run},
    {"getCampaignRun", get_campaign_run},
    {"listJobs", list_jobs},
    {"getJob", get_job},
    {"cancelJob", cancel_job},
    {"retryJob", retry_job},
    {"listAudit", list_audit},
    {"verifyAudit", verify_audit},
    {"openStream", open_stream},
};

}  // namespace

std::span<const Route> routes() { return kRoutes; }

}  // namespace cpo::http
