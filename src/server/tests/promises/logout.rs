crate::promises! {
    l3_a_good_logout_token_ends_the_session_first "L3";
    l4_signature_and_algorithm_of_a_logout_token_are_checked "L4";
    l5_issuer_and_audience_of_a_logout_token_are_checked "L5";
    l6_a_logout_token_holds_the_event "L6";
    l7_a_nonce_or_an_id_token_is_no_logout_token "L7";
    l8_a_logout_token_is_recent "L8";
    l9_a_logout_token_names_a_person_or_session_that_fit "L9";
    l10_the_type_of_a_logout_token_is_its_own "L10";
    l11_a_logout_token_is_acted_on_once "L11";
    l14_junk_causes_no_call "L14";
}
