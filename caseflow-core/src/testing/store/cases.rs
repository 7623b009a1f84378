//! The list of cases, and the macro that makes tests of them.

/// Makes a test of each case of the [store's kit](crate::testing::store).
///
/// It is given an expression that makes a fresh, empty store: an `Arc` of the store, or a pair of
/// that and a value to be kept until the test is over. Alone, it makes plain tests that need no
/// runtime; as an `async` block after attributes, each test is an `async fn` under these attributes.
///
/// ```
/// # #[cfg(test)] // a kit makes tests
/// mod conformance {
///     use std::sync::Arc;
///     use caseflow_core::adapters::memory::MemoryStore;
///
///     caseflow_core::store_conformance!(Arc::new(MemoryStore::new()));
/// }
/// ```
///
/// ```text
/// caseflow_core::store_conformance! {
///     #[tokio::test(flavor = "multi_thread")]
///     async { MyStore::fresh_in_a_folder().await }
/// }
/// ```
#[macro_export]
macro_rules! store_conformance {
    ($(#[$attribute:meta])+ async $make:block) => {
        $crate::__store_cases! { [$(#[$attribute])+] ($make) }
    };
    ($make:expr) => {
        $crate::__store_cases! { [] ($make) }
    };
}

/// The list: each file of the kit with its cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_cases {
    ($how:tt $make:tt) => {
        $crate::__store_cases! {
            @files $how $make
            atomicity {
                case_01_all_parts_of_a_commit_are_visible
                case_01_a_read_sees_a_commit_whole
                case_02_a_stale_write_leaves_nothing
                case_03_a_duplicate_leaves_nothing
                case_03_a_second_charge_leaves_nothing
                case_03_a_second_signature_leaves_nothing
                case_03_a_missing_reference_leaves_nothing
                case_04_a_failure_midway_leaves_nothing
            }
            versions {
                case_06_an_update_needs_a_record_and_an_insert_needs_none
                case_07_another_version_is_a_conflict
                case_08_one_writer_wins_a_version
                case_09_opposite_orders_do_not_deadlock
                case_10_many_records_are_all_or_none
            }
            once {
                case_11_of_64_simultaneous_requests_one_is_applied
                case_12_a_key_for_another_request_is_refused
                case_13_a_key_belongs_to_its_firm_and_its_principal
                case_14_a_repetition_gets_the_first_answer
                case_15_a_refusal_does_not_consume_the_key
                case_16_keys_go_when_they_have_expired
                case_17_a_request_whose_answer_was_lost_is_done_once
            }
            scope {
                case_18_e02_no_read_crosses_firms
                case_18_no_write_crosses_firms
                case_19_one_id_in_two_firms_is_two_records
                case_20_e01_no_portal_read_crosses_clients
                case_ids_of_different_kinds_do_not_meet
            }
            lists {
                case_21_rows_of_one_date_are_in_the_order_of_ids
                case_22_pages_have_no_gaps_while_rows_come_in
                case_24_status_and_client_filters_combine
                case_25_a_page_says_whether_there_is_another
                a26_badge_and_filter_agree
                a26_another_zone_counts_at_once
            }
            records {
                case_23_text_comes_out_as_it_went_in
                case_40_minor_units_are_exact
                case_people_come_out_as_they_went_in
                case_a_firm_comes_out_as_it_went_in
                case_logos_are_kept_by_their_hash
                case_files_hold_all_parts_in_the_order_of_ids
                case_ledgers_hold_all_parts_in_the_order_of_ids
            }
            portal {
                case_drafts_are_invisible_in_the_portal
                case_the_dashboard_adds_up_what_is_open
                case_the_dashboard_shows_ten_of_each
                case_the_year_is_the_firms_year
                case_announcements_show_to_whom_and_when_they_are_meant
                case_the_feed_knows_closed_sections
                case_a_guest_is_known_as_it_is
            }
            editions {
                case_a_change_moves_the_editions_of_whom_it_concerns
                case_an_edition_moves_with_what_is_done
                case_an_edition_comes_with_its_session
                case_an_edition_is_for_known_visitors_alone
                case_a_page_that_differs_has_another_edition
                case_of_commits_at_once_each_has_an_edition
                case_the_dashboard_says_when_it_changes_by_itself
            }
            statements {
                case_a_receipt_comes_with_its_invoice_and_whom_it_is_for
                case_a_statement_holds_what_happened_and_brings_the_rest_forward
                case_a_statement_counts_what_went_back_and_came_back
                case_a_statement_is_cut_one_beyond_its_bound
            }
            history {
                case_26_the_log_is_in_order_page_by_page
                case_27_a_row_about_two_records_is_in_both_histories
                case_28_d08_the_chain_holds_and_only_grows
            }
            counters {
                case_29_simultaneous_moves_add_up
                case_30_each_counter_is_its_own_and_begins_at_zero
                case_31_counters_move_both_ways_to_the_last_bit
                case_32_a_repetition_does_not_count_again
            }
            queue {
                case_33_a_mail_is_never_leased_twice_at_once
                case_34_a_lease_that_has_run_out_can_be_taken_again
                case_35_a_lease_that_has_run_out_settles_nothing
                case_36_nothing_is_leased_before_its_time
                case_37_a_mail_to_be_tried_again_waits_and_a_dead_one_rests
                case_38_leases_come_in_the_order_in_which_they_are_due
                case_39_the_store_never_reads_a_clock
                case_mails_come_out_as_they_went_in
            }
            mails {
                case_mails_are_listed_by_whether_they_are_dead
                case_a_mail_says_where_it_goes_and_why_it_did_not
                case_a_setback_comes_out_as_it_went_in
                case_a_dead_letter_is_tried_again_as_if_it_were_new
                case_18_e02_another_firms_mail_is_not_there
            }
            constraints {
                case_numbers_have_no_gaps_under_32_issues
                case_one_contact_has_an_email_address
                case_an_email_address_is_free_again_after_removal
                case_one_contact_of_a_client_is_primary
                case_a_link_is_used_once
                case_of_tries_made_at_once_each_one_counts
                case_a_secret_opens_one_thing
            }
            attempts {
                case_attempts_come_out_as_they_went_in
                case_of_attempts_made_at_once_one_is_live
                case_an_attempt_that_is_over_is_in_nobodys_way
                case_a_checkout_is_one_attempts
                case_attempts_are_listed_by_stage_and_invoice
            }
            charges {
                case_b04_a_second_payment_of_one_charge_is_refused
                case_b04_of_payments_of_one_charge_at_once_one_is_recorded
                case_a_charge_is_known_in_its_merchant_alone
                case_payments_come_out_as_they_went_in
                case_refunds_come_out_as_they_went_in
            }
            reversals {
                case_reversals_come_out_as_they_went_in
                case_a_movement_of_money_counts_once_a_kind
                case_notes_are_numbered_without_gaps
                case_the_history_holds_payments_and_reversals_in_one_order
            }
            alerts {
                case_alerts_come_out_as_they_went_in
                case_alerts_are_listed_by_whether_they_are_settled
                case_a_mail_about_an_online_payment_comes_with_what_it_is_about
            }
            gateways {
                case_a_notice_is_kept_as_it_came_first
                case_of_notices_delivered_at_once_one_is_kept
                case_notices_are_known_in_their_merchant
                case_a_sweep_is_its_merchants_own
                case_old_notices_go_when_they_are_worked_off
            }
            work {
                case_work_comes_in_the_order_in_which_it_is_due
                case_work_is_never_leased_twice_at_once
                case_work_waits_for_its_time_and_comes_again
                case_a_notice_that_is_worked_off_never_comes_again
                case_a_commit_that_fails_works_no_notice_off
                case_leasing_moves_no_version
                case_of_writes_and_leases_at_once_one_write_counts
            }
            scope_online {
                case_18_no_read_of_online_payments_crosses_firms
                case_20_no_portal_read_of_online_payments_crosses_clients
                case_18_no_write_of_online_payments_crosses_firms
                case_19_two_firms_have_online_payments_of_the_same_names
            }
            offers {
                case_offers_come_out_as_they_went_in
                case_offers_keep_all_scripts_lines_and_currencies
                case_offer_links_are_found_by_their_secret
            }
            contracts {
                case_contracts_come_out_as_they_went_in
                case_contracts_keep_all_scripts
                case_signatures_come_out_as_they_went_in
                case_files_come_out_byte_for_byte
            }
            races {
                case_proposals_and_estimates_are_numbered_without_gaps
                c04_of_answers_at_once_one_is_taken
                case_offers_and_links_have_versions
                c16_of_signatures_at_once_one_is_written
                case_a_signature_is_the_only_one_and_stays
                c17_of_signing_and_declining_at_once_one_is_taken
                case_contracts_have_versions
            }
            waiting {
                case_what_waits_comes_first_page_by_page
                c06_what_expires_goes_to_the_history_at_midnight
                case_the_dashboard_shows_ten_to_decide_and_ten_to_sign
            }
            library {
                case_articles_come_out_as_they_went_in
                case_articles_keep_all_scripts
                case_of_articles_at_once_one_has_a_slug
                case_articles_have_versions
                e13_drafts_and_internal_articles_reach_no_contact
                case_no_article_crosses_firms
            }
            findings {
                case_articles_are_found_by_the_beginnings_of_their_words
                case_articles_are_found_by_what_they_say_now
                case_the_library_is_in_the_order_of_places_page_by_page
                case_groups_stand_where_their_first_article_stands
                case_the_firms_articles_are_listed_by_stage_and_words
            }
            badges {
                case_filters_of_offers_and_contracts_are_their_badges
            }
            own_sessions {
                case_a_contact_is_shown_its_own_live_sessions
                case_of_many_sessions_the_last_used_are_shown
            }
            seals {
                case_seals_come_in_the_order_in_which_they_are_due
                case_a_seal_is_never_leased_twice_at_once
                c23_a_seal_comes_back_until_it_is_there
                case_of_seals_and_leases_at_once_one_seal_counts
            }
            told {
                case_a_line_of_the_feed_has_number_and_title
                case_a_mail_about_paperwork_comes_with_what_it_is_about
            }
            scope_paperwork {
                case_18_no_read_of_paperwork_crosses_firms
                case_20_e01_no_portal_read_of_paperwork_crosses_clients
                case_18_no_write_of_paperwork_crosses_firms
                case_each_file_of_a_contract_is_looked_up
                case_19_two_firms_have_paperwork_of_the_same_names
            }
            documents {
                case_documents_come_out_as_they_went_in
                case_documents_keep_all_scripts
                case_readers_are_those_that_were_chosen_last
            }
            document_lists {
                case_documents_are_in_the_order_of_their_dates
                case_a_document_moves_with_its_date
                case_pages_of_documents_have_no_gaps_while_rows_come_in
                case_the_firms_documents_are_listed_by_client_sharing_and_words
                case_documents_are_found_by_the_beginnings_of_their_words
                case_documents_are_found_by_what_they_are_called_now
            }
            document_versions {
                case_a_version_is_written_once_and_stays
                case_versions_come_newest_first
                case_a_document_and_its_versions_are_of_one_moment
                case_documents_have_versions
                case_of_versions_at_once_one_is_the_next
                case_of_removing_and_changing_at_once_one_is_done
                case_a_removed_document_takes_all_versions_along
            }
            readers {
                case_20_e01_e19_a_document_is_there_for_its_readers_alone
                case_20_e01_an_item_is_there_for_its_readers_alone
                case_a_reader_who_was_removed_is_in_nobodys_way
                case_readers_of_a_document_are_contacts_of_its_client
                case_readers_of_an_item_are_contacts_of_its_client
            }
            scope_files {
                case_18_e02_no_read_of_files_crosses_firms
                case_18_no_write_of_files_crosses_firms
                case_19_two_firms_have_files_of_the_same_names
            }
            vault {
                case_items_come_out_as_they_went_in
                case_items_are_listed_newest_first_page_by_page
                case_items_have_versions
                case_of_rewraps_and_changes_at_once_one_is_done
                case_a_removed_item_is_gone
            }
            vault_keys {
                case_keys_are_counted_over_all_firms
                case_items_of_a_key_come_in_the_order_of_firms_and_ids
                case_f08_a_rotation_reaches_every_item
                case_blobs_are_known_as_long_as_a_record_refers_to_them
            }
            vault_log {
                case_the_log_of_a_vault_holds_rows_about_it_newest_first
                case_the_log_of_a_vault_comes_page_by_page
                case_the_log_comes_with_the_items_that_are_there
                case_the_log_comes_with_all_contacts_of_the_client
            }
            proofs {
                case_sessions_come_out_with_their_last_proof
                case_a_session_is_only_ever_proved_later
                case_of_proofs_at_once_the_last_one_counts
            }
            told_files {
                case_a_line_about_a_document_has_its_newest_name
                case_lines_about_a_document_come_and_go_with_it
                case_lines_about_an_item_come_and_go_with_it
                case_lines_that_are_hidden_take_no_place
                case_a_mail_about_a_document_comes_with_it
            }
            access {
                case_a_newer_link_replaces_those_of_its_purpose
                case_sessions_end_one_by_one_or_together
                case_a_session_is_only_ever_seen_later
                case_a_sign_in_card_says_who_and_how_often
                case_a_removed_contact_cannot_be_found_by_email
                case_what_has_expired_goes_and_nothing_else
                case_api_keys_are_found_by_their_secret
                case_a_mail_card_holds_what_the_mail_is_about
            }
        }
    };
    (@files $how:tt $make:tt $($file:ident { $($case:ident)* })*) => {
        $( $crate::__store_cases! { @file $how $make $file $($case)* } )*
    };
    (@file $how:tt $make:tt $file:ident $($case:ident)*) => {
        $( $crate::__store_case! { $how $make $file $case } )*
    };
}

/// One test.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_case {
    ([] ($make:expr) $file:ident $case:ident) => {
        #[test]
        fn $case() {
            $crate::testing::block_on(async {
                let kept = $make;
                let store = $crate::testing::store::UnderTest::store(&kept);
                $crate::testing::store::$file::$case(store).await;
            });
        }
    };
    ([$(#[$attribute:meta])+] ($make:expr) $file:ident $case:ident) => {
        $(#[$attribute])+
        async fn $case() {
            let kept = $make;
            let store = $crate::testing::store::UnderTest::store(&kept);
            $crate::testing::store::$file::$case(store).await;
        }
    };
}

#[cfg(test)]
mod tests {
    /// Every case is in the list, or is made to be called by hand.
    #[test]
    fn no_case_is_forgotten() {
        let list = include_str!("cases.rs");
        let files = [
            include_str!("atomicity.rs"),
            include_str!("versions.rs"),
            include_str!("once.rs"),
            include_str!("scope.rs"),
            include_str!("lists.rs"),
            include_str!("records.rs"),
            include_str!("portal.rs"),
            include_str!("editions.rs"),
            include_str!("statements.rs"),
            include_str!("history.rs"),
            include_str!("counters.rs"),
            include_str!("queue.rs"),
            include_str!("mails.rs"),
            include_str!("constraints.rs"),
            include_str!("attempts.rs"),
            include_str!("charges.rs"),
            include_str!("reversals.rs"),
            include_str!("alerts.rs"),
            include_str!("gateways.rs"),
            include_str!("work.rs"),
            include_str!("scope_online.rs"),
            include_str!("offers.rs"),
            include_str!("contracts.rs"),
            include_str!("races.rs"),
            include_str!("waiting.rs"),
            include_str!("library.rs"),
            include_str!("findings.rs"),
            include_str!("badges.rs"),
            include_str!("own_sessions.rs"),
            include_str!("seals.rs"),
            include_str!("told.rs"),
            include_str!("scope_paperwork.rs"),
            include_str!("documents.rs"),
            include_str!("document_lists.rs"),
            include_str!("document_versions.rs"),
            include_str!("readers.rs"),
            include_str!("scope_files.rs"),
            include_str!("vault.rs"),
            include_str!("vault_keys.rs"),
            include_str!("vault_log.rs"),
            include_str!("proofs.rs"),
            include_str!("told_files.rs"),
            include_str!("access.rs"),
        ];
        let cases = files
            .iter()
            .flat_map(|file| file.split("pub async fn ").skip(1));
        let names = cases.map(|case| case.split('(').next().unwrap());
        let (listed, by_hand): (Vec<_>, Vec<_>) =
            names.partition(|name| list.contains(&format!("                {name}\n")));
        assert_eq!(by_hand, ["case_05_a_commit_survives_reopening"]);
        assert_eq!(listed.len(), 211);
    }
}
