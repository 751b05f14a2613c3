//! Takes out of a style sheet what only people read. It understands no property: it drops comments and spaces that
//! cannot matter, and leaves strings alone.

/// A shorter style sheet with the same meaning.
pub(crate) fn minify(css: &str) -> String {
    let mut small = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(next) = rest.chars().next() {
        if rest.starts_with("/*") {
            let end = rest.find("*/").map_or(rest.len(), |end| end + 2);
            rest = &rest[end..];
            space(&mut small);
        } else if next == '"' || next == '\'' {
            let end = string_end(rest, next);
            small.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if next.is_whitespace() {
            rest = rest.trim_start();
            space(&mut small);
        } else {
            if matches!(next, '{' | '}' | ';' | ',') && small.ends_with(' ') {
                small.pop();
            }
            if next == '}' && small.ends_with(';') {
                small.pop();
            }
            small.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    small.truncate(small.trim_end().len());
    small
}

/// One space, unless nothing can need it here. After `:` no selector and no declaration needs one; before `:` a
/// selector does (`a :hover` is not `a:hover`).
fn space(small: &mut String) {
    if !small.is_empty() && !small.ends_with([' ', '{', '}', ';', ',', ':']) {
        small.push(' ');
    }
}

/// Where the string at the start of `text` ends, its closing quote included.
fn string_end(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::minify;

    #[test]
    fn comments_and_spaces_go() {
        let css = "/* tokens */\n:root {\n  --a: 1px; /* note */\n  color : red;\n}\n\n@media (width >= 40rem) {\n  .a,\n  .b { margin: 0 auto; }\n}\n";
        assert_eq!(
            minify(css),
            ":root{--a:1px;color :red}@media (width >= 40rem){.a,.b{margin:0 auto}}"
        );
    }

    #[test]
    fn spaces_with_a_meaning_stay() {
        let css = ".a :hover > b + c { width: calc(1px + 2px); content: \"a  /* b */ ; }\"; --empty: ; }";
        assert_eq!(
            minify(css),
            ".a :hover > b + c{width:calc(1px + 2px);content:\"a  /* b */ ; }\";--empty:}"
        );
    }

    #[test]
    fn an_escaped_quote_does_not_end_a_string() {
        assert_eq!(
            minify(r#"a::after { content: "\"  x" ; }"#),
            r#"a::after{content:"\"  x"}"#
        );
    }
}
