"""What strangers try, in words, and the tests that try it; without a test, it is not covered."""

POSTGRES = "tests/adapters/postgres"
LIMITS = "tests/graphql/test_limits.py"
HTTP = "tests/graphql/test_http.py"
BAD = "tests/api/test_bad_input.py"
ASKED = "tests/graphql/test_asked.py"

COVERED: dict[str, tuple[str, ...]] = {
    "more aliases, fields or directives than the limit": (
        f"{LIMITS}::test_fields_aliases_and_directives_are_bounded",
    ),
    "thousands of braces, list brackets or repeated fields": (
        f"{HTTP}::test_a_monstrous_document_is_refused_without_a_crash",
    ),
    "one level deeper than the limit, also through fragments": (
        f"{LIMITS}::test_one_level_more_is_refused",
        f"{LIMITS}::test_depth_hidden_in_fragments_is_counted",
    ),
    "fragments that spread themselves, or double each time": (
        f"{LIMITS}::test_a_fragment_that_spreads_itself_ends_the_walk",
        f"{LIMITS}::test_fragments_that_double_each_time_are_walked_once_each_and_counted_in_full",
    ),
    "pages of no size, of a huge size, and inside each other": (
        "tests/graphql/test_mutations.py::test_a_page_has_one_to_a_hundred",
        f"{LIMITS}::test_large_pages_inside_large_pages_are_too_costly",
        f"{LIMITS}::test_a_page_size_of_any_length_is_counted_as_a_page",
    ),
    "bodies that are no request: batches, wrong variables, not JSON, not UTF-8, nested deep": (
        f"{ASKED}::test_what_is_no_request_is_refused",
        f"{BAD}::test_a_malformed_request_is_refused_and_the_next_one_works",
    ),
    "a body that is too large, compressed, or of another type": (
        f"{ASKED}::test_a_length_that_is_too_large_is_refused_before_it_is_read",
        f"{ASKED}::test_a_compressed_body_is_refused",
        f"{ASKED}::test_another_kind_of_body_is_refused",
    ),
    "a mutation by GET": (f"{HTTP}::test_a_query_may_be_asked_by_get_and_a_mutation_may_not",),
    "a resolver that fails with secret text": (
        f"{HTTP}::test_what_nobody_foresaw_is_masked_and_logged_once_with_its_trace",
    ),
    "NUL and lone surrogates": (
        f"{HTTP}::test_text_that_cannot_be_kept_is_refused_wherever_it_stands",
    ),
    "an anonymous caller, and one with a wrong, expired or revoked token": (
        f"{BAD}::test_anonymous_callers_learn_one_name_and_nothing_else",
        f"{BAD}::test_an_expired_and_a_revoked_token_open_nothing",
        f"{HTTP}::test_whoever_sends_a_wrong_token_is_a_stranger",
    ),
    "ids of another kind, of another tenant, and none at all": (
        f"{BAD}::test_wrong_ids_and_foreign_things_are_the_same_nothing",
        "tests/graphql/test_opaque_words.py",
        "tests/application/test_permissions.py::test_what_belongs_to_another_is_not_there",
    ),
    "every field and mutation of the schema, asked by everybody": (
        "tests/api/test_authorization_matrix.py",
    ),
    "a provider that looks for competitors, ranks and prices": (
        "tests/graphql/test_cascade_through_the_api.py"
        "::test_a_provider_sees_its_offer_with_the_brief_and_without_the_competition",
        "tests/graphql/test_cascade_through_the_api.py"
        "::test_a_provider_s_facts_tell_nothing_of_others",
    ),
    "socket messages that are none, too many operations on a socket": (
        "tests/graphql/test_subscriptions.py::test_what_is_no_message_closes_the_socket",
        "tests/graphql/test_subscriptions.py::test_a_socket_carries_twenty_operations",
    ),
    "a subscriber that does not read": (
        "tests/graphql/test_hub.py::test_a_slow_listener_is_told_and_the_others_are_not_held_up",
    ),
    "a token that is revoked under a subscription": (
        "tests/graphql/test_subscriptions.py::test_a_revoked_token_ends_the_stream",
    ),
    "an upload that breaks off or is not what was promised": (
        f"{BAD}::test_an_upload_that_breaks_off_or_is_not_what_was_promised_never_arrives",
        "tests/graphql/test_files_over_http.py"
        "::test_other_bytes_than_were_announced_leave_nothing_behind",
    ),
    "two uploads of one file that race": (
        "tests/adapters/blobs/test_local_blobs.py"
        "::test_two_uploads_of_one_file_that_race_end_in_one_blob",
    ),
    "label files made to harm": (
        "tests/adapters/formats/test_json_file.py",
        f"{BAD}::test_a_file_that_is_no_label_file_is_refused_whole",
    ),
    "labels for items outside the grant, and items that come twice": (
        "tests/adapters/formats/test_coco_labels.py"
        "::test_images_outside_the_granted_ranges_are_refused_by_row",
        "tests/adapters/formats/test_coco_labels.py"
        "::test_an_item_listed_twice_is_covered_once_and_keeps_its_labels",
    ),
    "links that were changed or have ended": (
        "tests/graphql/test_files_over_http.py::test_a_link_that_was_changed_opens_nothing",
        "tests/adapters/blobs/test_signing.py",
    ),
    "a hundred acceptances of one offer, or of two offers of one order": (
        f"{POSTGRES}/test_append_races.py",
    ),
    "one key five times, and one key for something else": (
        f"{POSTGRES}/test_append.py"
        "::test_the_same_command_under_one_key_has_one_answer_and_one_set_of_facts",
        f"{BAD}::test_the_same_key_gives_the_same_answer_and_another_body_is_refused",
    ),
    "history changed in the database": (
        f"{POSTGRES}/test_append.py::test_history_cannot_be_changed",
        f"{POSTGRES}/test_chain.py",
    ),
    "unknown, newer and damaged facts": (
        f"{POSTGRES}/test_view_follower.py"
        "::test_a_fact_that_cannot_be_folded_stops_its_view_there_and_no_other",
        f"{POSTGRES}/test_view_follower.py"
        "::test_a_fact_that_is_unknown_stops_every_view_until_a_program_comes_that_knows_it",
    ),
    "garbage and unknown actors in the queue, a wiped broker": (
        "tests/adapters/valkey/test_job_messages.py",
    ),
    "a migration that is killed": (
        "tests/migrations/test_runner.py::test_a_run_that_is_killed_inside_a_step_can_be_run_again",
    ),
    "misspelt fields and introspection of anonymous callers, a page to ask with": (
        f"{HTTP}::test_strangers_may_ask_what_they_are_talking_to_and_nothing_else",
        f"{HTTP}::test_strangers_are_not_helped_to_spell",
        f"{HTTP}::test_nothing_to_ask_with_is_shown_in_a_browser",
    ),
    "a head or a body sent a byte at a time, or not at all": (
        "tests/graphql/test_patience.py",
        f"{HTTP}::test_a_body_that_comes_by_drops_is_given_up",
        f"{HTTP}::test_a_body_that_never_stops_coming_a_byte_at_a_time_is_given_up",
        "tests/graphql/test_slow_uploads.py::test_a_sender_that_sends_by_drops_is_given_up",
    ),
    "sockets that never say who they are, or ask before they do": (
        "tests/graphql/test_subscriptions.py"
        "::test_a_socket_that_never_says_who_it_is_is_closed_however_much_it_says",
        "tests/graphql/test_subscriptions.py::test_whoever_asks_before_saying_who_it_is_is_closed",
    ),
    "tokens in logs, errors and tables": (
        "tests/api/test_secrets.py::test_a_secret_stands_in_no_answer_no_log_and_no_table",
    ),
    "the last operator that removes itself, or two that remove each other": (
        "tests/application/test_tokens.py",
    ),
    "comparisons whose time tells something": ("tests/application/test_comparisons.py",),
    "a broker that evicts, keeps no file or is too old, at the start": (
        "tests/adapters/valkey/test_fitness.py",
    ),
    "delisting a provider that has open offers": (
        "tests/application/test_cascade.py"
        "::test_delisting_withdraws_open_offers_once_and_asks_the_next",
    ),
}

NOT_COVERED: tuple[str, ...] = (
    "sockets from foreign origins (there are no cookies yet, and a token is never in an address)",
    "membership removed under a subscription",
    "archives that unpack without end (the market reads none; files are another test)",
    "names of classes that are HTML, in the console (there is no console yet)",
    "webhooks: addresses of the inside, redirects, dead endpoints, forged callbacks (not built)",
    "forms posted from other sites (there are no cookies yet)",
    "personal data after its key was destroyed (not built)",
    "items read before acceptance and after the grant has ended, beyond the matrix",
)
