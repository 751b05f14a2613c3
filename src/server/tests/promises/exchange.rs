crate::promises! {
    e1_only_tokens_of_the_command_line_buy_a_key "E1";
    e2_the_rules_of_id_tokens_hold_at_the_exchange "E2";
    e3_tokens_of_the_dashboard_buy_nothing "E3";
    e4_tokens_without_a_person_buy_nothing "E4";
    e5_a_key_buys_no_key "E5";
    e6_a_bearer_buys_one_key_whatever_the_race "E6";
    e8_a_bearer_counts_in_its_header_alone "E8";
    e13_a_bound_token_is_no_bearer "E13";
    e14_every_401_says_how_to_sign_in "E14";
    e15_refused_bearers_are_not_told_apart "E15";
}
