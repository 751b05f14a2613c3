crate::promises! {
    s1_every_cookie_is_for_this_https_host_alone "S1";
    s2_another_sign_in_gets_another_id_and_ends_the_first "S2";
    s3_a_planted_id_is_never_taken_over "S3";
    s7_after_sign_out_the_cookie_opens_nothing_anywhere "S7";
    s11_a_cookie_that_comes_twice_makes_a_stranger "S11";
    x1_unsafe_requests_come_from_this_very_origin "X1";
}
