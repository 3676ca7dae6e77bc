#include <algorithm>
#include <array>
#include <string>

#include "agents/safety/rules.h"
#include "agents/safety/validators.h"

namespace cpo::safety {
namespace {

bool has_digit(std::string_view value) {
    return std::any_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A long token whose characters look drawn at random; words in capitals and repeated letters do
/// not.
int grade_random_token(Match& match) {
    return has_digit(match.value()) && entropy_of(match.value()) >= 3.0 ? 6 : 0;
}

/// "password is required" states a rule, "password is hunter2" gives one away.
int grade_password(Match& match) {
    while (match.end > match.start &&
           std::string_view(".,;!?)\"'").find(match.text[match.end - 1]) != std::string_view::npos)
        --match.end;
    const std::string_view value = match.value();
    if (value.size() < 4) return 0;
    if (value.find("://") != std::string_view::npos || value.front() == '{' ||
        value.front() == '[' || value.front() == '<' || value.front() == '*')
        return 0;
    const bool is_plain_word = std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || c == '-' || c == '\'';
    });
    if (!is_plain_word) {
        const bool is_capitalised = std::all_of(
            value.begin() + 1, value.end(), [](char c) { return c >= 'a' && c <= 'z'; });
        return is_capitalised ? 0 : 6;
    }
    const std::string_view before = match.before(2);
    return before.find(':') != std::string_view::npos || before.find('=') != std::string_view::npos
               ? 6
               : 0;
}

int grade_connection(Match& match) {
    const std::string_view value = match.value();
    return value.front() == '{' || value.front() == '<' || value.front() == '$' ? 0 : 6;
}

/// JSON Web Token: the header is a JSON object, so its base64url begins with eyJ.
constexpr const char* kJwt =
    R"(\beyJ[A-Za-z0-9_-]{8,800}\.[A-Za-z0-9_-]{4,900}\.[A-Za-z0-9_-]{8,900})";

constexpr const char* kWhat = "A key or token that gives access to a service.";
constexpr const char* kFix = "Remove it and revoke it: it may already have been seen.";

/// A rule for a token with a well-known prefix.
constexpr Rule token(const char* id,
                     const char* type,
                     const char* pattern,
                     const char* prefilter = nullptr) {
    return {.id = id,
            .category = "secret",
            .type = type,
            .pattern = pattern,
            .severity = 6,
            .explanation = kWhat,
            .suggestion = kFix,
            .mask = "[SECRET]",
            .prefilter = prefilter,
            .is_case_sensitive = true};
}

/// The same where the format is so loose that the value has to look random as well.
constexpr Rule random_token(const char* id,
                            const char* type,
                            const char* pattern,
                            const char* prefilter) {
    Rule rule = token(id, type, pattern, prefilter);
    rule.grade = grade_random_token;
    rule.is_case_sensitive = false;
    return rule;
}

constexpr Rule phrase(const char* id,
                      const char* pattern,
                      const char* prefilter,
                      int (*grade)(Match&)) {
    Rule rule = token(id, "password", pattern, prefilter);
    rule.explanation = "A password or access code in plain words.";
    rule.suggestion = "Remove it and change it.";
    rule.grade = grade;
    rule.is_case_sensitive = false;
    return rule;
}

// Formats as their issuers document them.
constexpr std::array kRules = {
    token("secret.aws_access_key", "aws_key", R"(\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b)"),
    random_token("secret.aws_secret_key",
                 "aws_key",
                 R"(\baws[\w\s.:="'-]{0,24}(?:secret|key)[\w\s.:="'-]{0,16}([A-Za-z0-9/+]{40})\b)",
                 R"(\baws)"),
    token("secret.github", "github_token", R"(\bgh[pousr]_[A-Za-z0-9]{36,251}\b)", R"(gh[pousr]_)"),
    token("secret.github_fine",
          "github_token",
          R"(\bgithub_pat_[A-Za-z0-9_]{40,255}\b)",
          R"(github_pat_)"),
    token("secret.gitlab",
          "gitlab_token",
          R"(\bgl(?:pat|dt|ptt|rt|cbt|soat)-[A-Za-z0-9_-]{20,100})",
          R"(gl(?:pat|dt|ptt|rt|cbt|soat)-)"),
    token("secret.slack",
          "slack_token",
          R"(\bxox[abeoprs]-(?:[A-Za-z0-9]{1,20}-){1,4}[A-Za-z0-9]{8,200})",
          R"(xox[abeoprs]-)"),
    token("secret.slack_app",
          "slack_token",
          R"(\bxapp-\d-[A-Z0-9]{8,20}-\d{8,20}-[a-z0-9]{16,100})",
          R"(xapp-)"),
    token("secret.slack_webhook",
          "webhook",
          R"(\bhooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/]{30,80})",
          R"(hooks\.slack\.com/)"),
    token("secret.stripe",
          "stripe_key",
          R"(\b[srp]k_(?:live|test|prod)_[A-Za-z0-9]{10,247}\b)",
          R"(k_(?:live|test|prod)_)"),
    token("secret.stripe_webhook", "stripe_key", R"(\bwhsec_[A-Za-z0-9+/]{24,100})", R"(whsec_)"),
    token("secret.google_api", "google_key", R"(\bAIza[A-Za-z0-9_-]{35})", R"(AIza)"),
    token("secret.google_oauth",
          "google_key",
          R"(\bGOCSPX-[A-Za-z0-9_-]{28}|\bya29\.[A-Za-z0-9_-]{20,400})",
          R"(GOCSPX-|ya29\.)"),
    token("secret.openai",
          "ai_key",
          R"(\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,200})",
          R"(sk-)"),
    token("secret.hugging_face", "ai_key", R"(\b(?:hf|api_org)_[A-Za-z]{34}\b)", R"(hf_|api_org_)"),
    token("secret.sendgrid",
          "mail_key",
          R"(\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64})",
          R"(SG\.)"),
    token("secret.mailgun",
          "mail_key",
          R"(\bkey-[a-f0-9]{32}\b|\bpubkey-[a-f0-9]{32}\b)",
          R"(key-[a-f0-9]{8})"),
    token("secret.mailchimp", "mail_key", R"(\b[a-f0-9]{32}-us\d{1,2}\b)", R"([a-f0-9]-us\d)"),
    token("secret.brevo", "mail_key", R"(\bxkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}\b)", R"(xkeysib-)"),
    token("secret.twilio",
          "sms_key",
          R"(\bSK[0-9a-f]{32}\b|\bAC[0-9a-f]{32}\b)",
          R"((?:SK|AC)[0-9a-f]{8})"),
    token("secret.npm", "registry_token", R"(\bnpm_[A-Za-z0-9]{36}\b)", R"(npm_)"),
    token("secret.pypi", "registry_token", R"(\bpypi-AgE[A-Za-z0-9_-]{50,400})", R"(pypi-AgE)"),
    token("secret.ruby_gems", "registry_token", R"(\brubygems_[a-f0-9]{48}\b)", R"(rubygems_)"),
    token("secret.telegram", "bot_token", R"(\b\d{5,16}:AA?[A-Za-z0-9_-]{32,35}\b)", R"(\d:A)"),
    token("secret.discord_webhook",
          "webhook",
          R"(\bdiscord(?:app)?\.com/api/webhooks/\d{17,20}/[A-Za-z0-9_-]{60,80})",
          R"(/api/webhooks/)"),
    token("secret.digital_ocean", "cloud_key", R"(\bdo[opr]_v1_[a-f0-9]{64}\b)", R"(do[opr]_v1_)"),
    token("secret.shopify",
          "shop_key",
          R"(\bshp(?:at|ss|ca|pa)_[a-fA-F0-9]{32}\b)",
          R"(shp(?:at|ss|ca|pa)_)"),
    token("secret.square",
          "payment_key",
          R"(\bsq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}|\bEAAA[A-Za-z0-9_-]{60}\b)",
          R"(sq0(?:atp|csp)-|EAAA)"),
    token("secret.paypal_braintree",
          "payment_key",
          R"(\baccess_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}\b)",
          R"(access_token\$production)"),
    token("secret.facebook", "social_token", R"(\bEAA[MC][A-Za-z0-9]{80,400}\b)", R"(EAA[MC])"),
    token("secret.age_key",
          "private_key",
          R"(\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b)",
          R"(AGE-SECRET-KEY-1)"),
    token("secret.linear", "service_key", R"(\blin_api_[A-Za-z0-9]{40}\b)", R"(lin_api_)"),
    token("secret.notion",
          "service_key",
          R"(\b(?:ntn_\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43})\b)",
          R"(ntn_\d|secret_[A-Za-z0-9])"),
    token("secret.airtable",
          "service_key",
          R"(\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b)",
          R"([A-Za-z0-9]\.[a-f0-9]{16})"),
    token("secret.databricks", "cloud_key", R"(\bdapi[a-f0-9]{32}(?:-\d)?\b)", R"(dapi[a-f0-9])"),
    token("secret.grafana",
          "service_key",
          R"(\bgl(?:c|sa)_[A-Za-z0-9+/_]{32,400})",
          R"(gl(?:c|sa)_)"),
    token("secret.new_relic",
          "service_key",
          R"(\bNR(?:AK|JS|II|RA)-[A-Za-z0-9-]{19,36}\b)",
          R"(NR(?:AK|JS|II|RA)-)"),
    token("secret.postman", "service_key", R"(\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b)", R"(PMAK-)"),
    token("secret.hashicorp_vault",
          "service_key",
          R"(\bhv[sb]\.[A-Za-z0-9_-]{24,300})",
          R"(hv[sb]\.)"),
    token("secret.doppler",
          "service_key",
          R"(\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{40,80})",
          R"(dp\.(?:pt|st|ct|sa|scim|audit)\.)"),
    token("secret.one_password",
          "service_key",
          R"(\bA3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}\b)",
          R"(A3-[A-Z0-9]{6}-)"),
    token("secret.azure_storage",
          "cloud_key",
          R"(\bAccountKey=([A-Za-z0-9+/]{60,100}={0,2}))",
          R"(AccountKey=)"),
    token("secret.azure_signature",
          "cloud_key",
          R"([?&]sig=([A-Za-z0-9%+/]{30,120}(?:=|%3[dD])?))",
          R"(sig=)"),
    token("secret.jwt", "jwt", kJwt, "eyJ"),
    token("secret.private_key",
          "private_key",
          R"(-----BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s:,.-]{0,900})?)",
          R"(-----BEGIN)"),
    token("secret.bearer",
          "bearer_token",
          R"(\b[Bb]earer\s{1,3}([A-Za-z0-9_~+/.-]{20,400}={0,2}))",
          R"(earer\s)"),
    phrase("secret.connection_string",
           R"(\b[a-z][a-z0-9+]{1,20}://[^\s:@/]{0,64}:([^\s@/]{2,200})@[\w.-]{1,100})",
           "://",
           grade_connection),
    phrase("secret.password_field",
           R"(\b(?:password|passwd|passphrase|passcode|pwd)\b["']{0,1}\s{0,3}(?:is\b|was\b|=|:))"
           R"(\s{0,3}["'`]?([^\s"'`]{4,100}))",
           "(?:passw|passphrase|passcode|pwd)",
           grade_password),
    random_token(
        "secret.named_key",
        "api_key",
        R"(\b(?:api|access|secret|auth|client|private|encryption|signing)[ _.-]{0,2}(?:key|)"
        R"(token|secret)\b[\w"' ]{0,12}(?:=|:|=>|\bis\b)\s{0,3}["'`]?([A-Za-z0-9_/+=.-]{16,200}))",
        R"((?:key|token|secret))"),
    random_token("secret.named_token",
                 "api_key",
                 R"(\b(?:token|secret)\s{0,2}[=:]\s{0,2}["'`]?([A-Za-z0-9_/+=.-]{16,200}))",
                 R"((?:token|secret)\s{0,2}[=:])"),
    Rule{.id = "secret.one_time_code",
         .category = "secret",
         .type = "one_time_code",
         .pattern =
             R"(\b(?:one[- ]time (?:code|password|passcode|pin)|otp|verification code|)"
             R"(security code|login code|pin(?: code| number)?)\b\W{0,3}(?:is\W{1,3})?(\d{4,8})\b)",
         .severity = 3,
         .explanation = "A one-time code or PIN: it belongs in a transactional message only.",
         .suggestion = "Remove it from marketing messages.",
         .mask = "[CODE]",
         .prefilter = R"((?:code|password|passcode|pin|otp|number)\W)"},
};

}  // namespace

std::span<const Rule> secret_rules() { return kRules; }

}  // namespace cpo::safety
