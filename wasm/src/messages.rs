//! Every text of the panel, by key. The words are in `extension/_locales/`.

/// Names each key, with the placeholders of its text in the order in which they are given.
macro_rules! keys {
    ($($variant:ident = $name:literal $([$($placeholder:ident),+])?;)+) => {
        /// A text of the panel.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Key {
            $(#[doc = $name] $variant,)+
        }

        impl Key {
            /// The name under which the browser knows the text.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Every key with its variant's name and its placeholders.
            #[cfg(test)]
            const ALL: &[(Self, &str, &[&str])] = &[
                $((Self::$variant, stringify!($variant), &[$($(stringify!($placeholder)),+)?]),)+
            ];
        }
    };
}

keys! {
    AccessAll = "panel_access_all";
    AccessConfirm = "panel_access_confirm";
    AccessDeclined = "panel_access_declined";
    AccessHere = "panel_access_here" [host];
    AccessNote = "panel_access_note";
    AccessSite = "panel_access_site";
    ActionAnswer = "panel_action_answer";
    ActionChat = "panel_action_chat";
    ActionCode = "panel_action_code";
    ActionCompare = "panel_action_compare";
    ActionExpand = "panel_action_expand";
    ActionExplain = "panel_action_explain";
    ActionExtract = "panel_action_extract";
    ActionMath = "panel_action_math";
    ActionProofread = "panel_action_proofread";
    ActionRewrite = "panel_action_rewrite";
    ActionShorten = "panel_action_shorten";
    ActionSummarize = "panel_action_summarize";
    ActionTranslate = "panel_action_translate";
    ActionWrite = "panel_action_write";
    Actions = "panel_actions";
    Add = "panel_add";
    AnnounceDone = "panel_announce_done" [action];
    AnnounceFailed = "panel_announce_failed" [action, why];
    AnnounceInterrupted = "panel_announce_interrupted" [action];
    AnnounceStopped = "panel_announce_stopped" [action];
    AskAnother = "panel_ask_another";
    AtMost = "panel_at_most" [cost];
    Cancel = "panel_cancel";
    CapturedNote = "panel_captured_note";
    CapturedTitle = "panel_captured_title";
    Characters = "panel_characters" [count];
    CheckAgreement = "panel_check_agreement";
    CheckCitations = "panel_check_citations";
    CheckCutOff = "panel_check_cut_off";
    CheckDates = "panel_check_dates";
    CheckGuard = "panel_check_guard";
    CheckJson = "panel_check_json";
    CheckKeyFacts = "panel_check_key_facts";
    CheckLanguage = "panel_check_language";
    CheckLeakage = "panel_check_leakage";
    CheckLengthRatio = "panel_check_length_ratio";
    CheckLinks = "panel_check_links";
    CheckNames = "panel_check_names";
    CheckNegation = "panel_check_negation";
    CheckNumbers = "panel_check_numbers";
    CheckPreamble = "panel_check_preamble";
    CheckRefusal = "panel_check_refusal";
    CheckRepetition = "panel_check_repetition";
    CheckSecondOpinion = "panel_check_second_opinion";
    CheckSentenceCount = "panel_check_sentence_count";
    CheckSlots = "panel_check_slots";
    CheckTerms = "panel_check_terms";
    CheckUnits = "panel_check_units";
    CheckUntranslated = "panel_check_untranslated";
    ChipArticle = "panel_chip_article";
    ChipPage = "panel_chip_page";
    ChipSelection = "panel_chip_selection";
    Citation = "panel_citation" [number];
    CommandCopy = "panel_command_copy";
    Composer = "panel_composer";
    ComposerHint = "panel_composer_hint";
    ConfidenceHigh = "panel_confidence_high";
    ConfidenceLow = "panel_confidence_low";
    ConfidenceMedium = "panel_confidence_medium";
    Continued = "panel_continued";
    Conversation = "panel_conversation";
    Copied = "panel_copied";
    Copy = "panel_copy";
    CopyFailed = "panel_copy_failed";
    CostNone = "panel_cost_none";
    CostUnknown = "panel_cost_unknown";
    Details = "panel_details";
    Doubts = "panel_doubts" [count];
    DoubtsOne = "panel_doubts_one";
    Draft = "panel_draft";
    Estimated = "panel_estimated" [cost];
    Expert = "panel_expert";
    ExpertAuto = "panel_expert_auto";
    ExpertAutoNote = "panel_expert_auto_note";
    ExpertAutoShort = "panel_expert_auto_short";
    ExpertNow = "panel_expert_now" [expert];
    ExpertResting = "panel_expert_resting";
    ExpertSpeed = "panel_expert_speed" [time];
    ExtensionTooOldBody = "panel_extension_too_old_body" [host, panel];
    ExtensionTooOldTitle = "panel_extension_too_old_title";
    FailureBadRequest = "panel_failure_bad_request";
    FailureBadSetting = "panel_failure_bad_setting";
    FailureBusy = "panel_failure_busy";
    FailureCapReached = "panel_failure_cap_reached";
    FailureContentPolicy = "panel_failure_content_policy";
    FailureDuplicateRequest = "panel_failure_duplicate_request";
    FailureEndedEarly = "panel_failure_ended_early";
    FailureIncompatible = "panel_failure_incompatible";
    FailureInternal = "panel_failure_internal";
    FailureKeyRefused = "panel_failure_key_refused";
    FailureKeyStore = "panel_failure_key_store";
    FailureMalformedAnswer = "panel_failure_malformed_answer";
    FailureMalformedMessage = "panel_failure_malformed_message";
    FailureNoExpert = "panel_failure_no_expert";
    FailureNoTranslator = "panel_failure_no_translator";
    FailureNotGreeted = "panel_failure_not_greeted";
    FailureNothingAsked = "panel_failure_nothing_asked";
    FailureNothingToRead = "panel_failure_nothing_to_read";
    FailureOverBudget = "panel_failure_over_budget";
    FailureOverloaded = "panel_failure_overloaded";
    FailureQuotaExhausted = "panel_failure_quota_exhausted";
    FailureRateLimited = "panel_failure_rate_limited";
    FailureTimedOut = "panel_failure_timed_out";
    FailureTooLarge = "panel_failure_too_large";
    FailureTooLong = "panel_failure_too_long";
    FailureUnknownDocument = "panel_failure_unknown_document";
    FailureUnknownExpert = "panel_failure_unknown_expert";
    FailureUnknownVendor = "panel_failure_unknown_vendor";
    FailureUnreachable = "panel_failure_unreachable";
    HabitAll = "panel_habit_all";
    HabitLanguage = "panel_habit_language";
    HabitLength = "panel_habit_length";
    HabitPrevious = "panel_habit_previous";
    HabitSite = "panel_habit_site";
    HabitTime = "panel_habit_time";
    Hidden = "panel_hidden" [count];
    HiddenOne = "panel_hidden_one";
    HostBrokenTitle = "panel_host_broken_title";
    HostEndedBody = "panel_host_ended_body";
    HostEndedTitle = "panel_host_ended_title";
    HostForbiddenBody = "panel_host_forbidden_body";
    HostForbiddenTitle = "panel_host_forbidden_title";
    HostMissingBody = "panel_host_missing_body";
    HostMissingTitle = "panel_host_missing_title";
    HostTooOldBody = "panel_host_too_old_body" [host, panel];
    HostTooOldTitle = "panel_host_too_old_title";
    Image = "panel_image";
    RungEnvironment = "panel_key_environment";
    RungFile = "panel_key_file";
    SecretGet = "panel_key_get";
    SecretInFile = "panel_key_in_file";
    RungKernel = "panel_key_kernel";
    RungKeychain = "panel_key_keychain";
    RungMemory = "panel_key_memory";
    SecretMissing = "panel_key_missing";
    SecretNotNeeded = "panel_key_not_needed";
    SecretTest = "panel_key_test";
    Language = "panel_language";
    Latest = "panel_latest";
    LinkNote = "panel_link_note" [host];
    LinkOpen = "panel_link_open";
    LinkTitle = "panel_link_title";
    Marks = "panel_marks" [count];
    MarksOne = "panel_marks_one";
    NearCap = "panel_near_cap" [spent, cap];
    NoPage = "panel_no_page";
    OpenExtensions = "panel_open_extensions";
    OpenSettings = "panel_open_settings";
    OpinionBad = "panel_opinion_bad";
    OpinionGood = "panel_opinion_good";
    PageBrowserBody = "panel_page_browser_body";
    PageBrowserTitle = "panel_page_browser_title";
    PageEmptyBody = "panel_page_empty_body";
    PageEmptyTitle = "panel_page_empty_title";
    PageErrorBody = "panel_page_error_body";
    PageErrorTitle = "panel_page_error_title";
    PageFileBody = "panel_page_file_body";
    PageFileTitle = "panel_page_file_title";
    PageGoneBody = "panel_page_gone_body";
    PageGoneTitle = "panel_page_gone_title";
    PageNotGrantedBody = "panel_page_not_granted_body";
    PageNotGrantedMore = "panel_page_not_granted_more";
    PageNotGrantedTitle = "panel_page_not_granted_title";
    PageOtherBody = "panel_page_other_body";
    PageOtherTitle = "panel_page_other_title";
    PagePdfBody = "panel_page_pdf_body";
    PagePdfTitle = "panel_page_pdf_title";
    PageReload = "panel_page_reload";
    PageSilentBody = "panel_page_silent_body";
    PageSilentTitle = "panel_page_silent_title";
    PageSourceBody = "panel_page_source_body";
    PageSourceTitle = "panel_page_source_title";
    PageStoreBody = "panel_page_store_body";
    PageStoreTitle = "panel_page_store_title";
    Pause = "panel_pause" [why, seconds];
    PlaceBuiltIn = "panel_place_built_in";
    PlaceCloud = "panel_place_cloud";
    PlaceThisMachine = "panel_place_this_machine";
    PlanAgain = "panel_plan_again";
    PlanAgree = "panel_plan_agree" [count];
    PlanAsking = "panel_plan_asking" [count];
    PlanBestOf = "panel_plan_best_of" [count];
    PlanDecided = "panel_plan_decided";
    PlanDeciding = "panel_plan_deciding";
    PlanDiffer = "panel_plan_differ";
    PlanFaithful = "panel_plan_faithful";
    PlanMended = "panel_plan_mended";
    PlanOutline = "panel_plan_outline";
    PlanParts = "panel_plan_parts" [all];
    PlanPartsRead = "panel_plan_parts_read" [all, read];
    PlanProposals = "panel_plan_proposals" [count];
    PlanSecondOpinion = "panel_plan_second_opinion";
    PlanSteps = "panel_plan_steps" [count];
    PlanWritten = "panel_plan_written";
    Price = "panel_price" [input, output];
    PriceFree = "panel_price_free";
    PriceUnknown = "panel_price_unknown";
    ProfileBalanced = "panel_profile_balanced";
    ProfileBalancedNote = "panel_profile_balanced_note";
    ProfileBest = "panel_profile_best";
    ProfileBestNote = "panel_profile_best_note";
    ProfileFast = "panel_profile_fast";
    ProfileFastNote = "panel_profile_fast_note";
    ProfilePrivate = "panel_profile_private";
    ProfilePrivateNote = "panel_profile_private_note";
    RatedCost = "panel_rated_cost" [cost];
    RatedFree = "panel_rated_free";
    RatedLearned = "panel_rated_learned";
    RatedSpeed = "panel_rated_speed" [time];
    Reading = "panel_reading";
    ReadingChosen = "panel_reading_chosen" [what];
    ReadingOthers = "panel_reading_others";
    ReadingSure = "panel_reading_sure" [what];
    ReadingUnsure = "panel_reading_unsure" [what];
    ReasonBuiltIn = "panel_reason_built_in";
    ReasonChosen = "panel_reason_chosen";
    ReasonHedge = "panel_reason_hedge" [expert];
    ReasonInstead = "panel_reason_instead" [expert, why];
    ReasonKeySet = "panel_reason_key_set";
    ReasonRated = "panel_reason_rated" [quality];
    ReasonThisMachine = "panel_reason_this_machine";
    Reasoning = "panel_reasoning";
    RemedyLanguage = "panel_remedy_language";
    RemedyQuestion = "panel_remedy_question";
    RemedyReload = "panel_remedy_reload";
    Remove = "panel_remove";
    Retry = "panel_retry";
    RetryAfter = "panel_retry_after" [seconds];
    RevisedBy = "panel_revised_by" [expert];
    RoleDecide = "panel_role_decide";
    RoleDoubt = "panel_role_doubt";
    RoleDraft = "panel_role_draft";
    RoleJoin = "panel_role_join";
    RoleMerge = "panel_role_merge";
    RoleOutline = "panel_role_outline";
    RolePart = "panel_role_part";
    RolePlan = "panel_role_plan";
    RolePolish = "panel_role_polish";
    RolePropose = "panel_role_propose";
    RoleSecond = "panel_role_second";
    RoleWhole = "panel_role_whole";
    SaidKept = "panel_said_kept";
    SaidRemoved = "panel_said_removed";
    SaidSaved = "panel_said_saved";
    SaidWorking = "panel_said_working";
    SaidWorks = "panel_said_works";
    Save = "panel_save";
    Seam = "panel_seam" [expert, silent];
    SeamHere = "panel_seam_here" [expert];
    SeamShow = "panel_seam_show";
    Seconds = "panel_seconds" [seconds];
    SecondsUnder = "panel_seconds_under" [seconds];
    Send = "panel_send";
    Settings = "panel_settings";
    SettingsCaps = "panel_settings_caps";
    SettingsCapsNote = "panel_settings_caps_note";
    SettingsChecked = "panel_settings_checked" [date];
    SettingsContext = "panel_settings_context" [tokens];
    SettingsCurrency = "panel_settings_currency";
    SettingsDaily = "panel_settings_daily";
    SettingsModels = "panel_settings_models";
    SettingsMonthly = "panel_settings_monthly";
    SettingsNoCap = "panel_settings_no_cap";
    SettingsNoneFound = "panel_settings_none_found";
    SettingsOwn = "panel_settings_own";
    SettingsOwnAddress = "panel_settings_own_address";
    SettingsOwnSecret = "panel_settings_own_key";
    SettingsOwnModel = "panel_settings_own_model";
    SettingsOwnName = "panel_settings_own_name";
    SettingsOwnNote = "panel_settings_own_note";
    SettingsOwnRemove = "panel_settings_own_remove" [name];
    SettingsProfile = "panel_settings_profile";
    SettingsRegion = "panel_settings_region";
    SettingsSearch = "panel_settings_search";
    SettingsVendors = "panel_settings_vendors";
    SettingsVendorsNote = "panel_settings_vendors_note";
    ShowDraft = "panel_show_draft";
    ShowRevision = "panel_show_revision";
    SkillAll = "panel_skill_all";
    StandingDone = "panel_standing_done";
    StandingFailed = "panel_standing_failed";
    StandingNotNeeded = "panel_standing_not_needed";
    StandingUndone = "panel_standing_undone";
    StandingWaiting = "panel_standing_waiting";
    StandingWorking = "panel_standing_working";
    StatusIncomplete = "panel_status_incomplete";
    StatusInterrupted = "panel_status_interrupted";
    StatusShortened = "panel_status_shortened" [percent];
    StatusStopped = "panel_status_stopped";
    StatusTruncated = "panel_status_truncated";
    Stop = "panel_stop";
    Stopping = "panel_stopping";
    TranslateInto = "panel_translate_into";
    TryAgain = "panel_try_again";
    Untitled = "panel_untitled";
    Usage = "panel_usage";
    UsageCalls = "panel_usage_calls";
    UsageDay = "panel_usage_day";
    UsageDays = "panel_usage_days" [days];
    UsageFailures = "panel_usage_failures";
    UsageModel = "panel_usage_model";
    UsageMoney = "panel_usage_money";
    UsageMonth = "panel_usage_month" [sum];
    UsageNone = "panel_usage_none";
    UsageNote = "panel_usage_note";
    UsageNothing = "panel_usage_nothing";
    UsageSpan = "panel_usage_span";
    UsageToday = "panel_usage_today" [sum];
    UsageTokensIn = "panel_usage_tokens_in";
    UsageTokensOut = "panel_usage_tokens_out";
    UsageUnknown = "panel_usage_unknown";
    UsageVendor = "panel_usage_vendor";
    Waiting = "panel_waiting";
    WaitingHost = "panel_waiting_host";
    WelcomeBody = "panel_welcome_body";
    WelcomeTitle = "panel_welcome_title";
    Why = "panel_why";
    Words = "panel_words" [count];
    WordsOne = "panel_words_one";
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs, path::Path};

    use serde_json::Value;

    use super::*;

    const LOCALES: [&str; 2] = ["en", "zh_CN"];

    fn extension() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../extension")
    }

    fn table(locale: &str) -> BTreeMap<String, Value> {
        let path = extension()
            .join("_locales")
            .join(locale)
            .join("messages.json");
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    /// The placeholders that a text declares, in the order in which they are filled, after
    /// checking that it uses exactly those.
    fn placeholders(entry: &Value) -> Vec<String> {
        let message = entry["message"].as_str().unwrap();
        let declared = entry["placeholders"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let mut filled: Vec<_> = declared
            .iter()
            .map(|(name, value)| (value["content"].as_str().unwrap().to_owned(), name.clone()))
            .collect();
        filled.sort();
        for (_, name) in &filled {
            let used = format!("${}$", name.to_uppercase());
            assert!(message.contains(&used), "{message:?} does not use {name}");
        }
        assert_eq!(
            message.matches('$').count() / 2,
            filled.len(),
            "{message:?}"
        );
        filled.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn every_text_exists_in_every_language_with_the_same_placeholders() {
        for locale in LOCALES {
            let table = table(locale);
            for (key, _, expected) in Key::ALL {
                let entry = table.get(key.name());
                let entry = entry.unwrap_or_else(|| panic!("{locale} lacks {}", key.name()));
                assert_eq!(placeholders(entry), *expected, "{locale} {}", key.name());
                assert_ne!(entry["message"], "", "{locale} {}", key.name());
            }
        }
    }

    /// All of the panel's source but this file, and the script that starts it.
    fn sources(folder: &Path, into: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, into);
            } else if path.file_name().unwrap() != "messages.rs" {
                into.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn no_text_is_unused() {
        let mut source = fs::read_to_string(extension().join("boot.js")).unwrap();
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut source,
        );
        let used = |variant: &str| {
            source
                .match_indices(&format!("Key::{variant}"))
                .any(|(at, found)| {
                    let next = source[at + found.len()..].chars().next();
                    !next.is_some_and(char::is_alphanumeric)
                })
        };
        for (_, variant, _) in Key::ALL {
            assert!(used(variant), "Key::{variant} is not used");
        }
        let names: Vec<_> = Key::ALL.iter().map(|(key, ..)| key.name()).collect();
        for name in table("en").keys().filter(|name| name.starts_with("panel_")) {
            let known = names.contains(&name.as_str()) || source.contains(&format!("\"{name}\""));
            assert!(known, "{name} is not used");
        }
    }

    #[test]
    fn both_tables_are_sorted_and_have_the_same_keys() {
        let names = |locale: &str| {
            let path = extension()
                .join("_locales")
                .join(locale)
                .join("messages.json");
            let text = fs::read_to_string(path).unwrap();
            let lines = text.lines().filter(|line| line.starts_with("  \""));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let english = names("en");
        assert!(english.is_sorted());
        for locale in LOCALES {
            assert_eq!(names(locale), english);
        }
    }
}
