//! What somebody most likely meant to write.

/// The most slips of the pen in a name that is still taken for another.
const MOST_SLIPS: usize = 3;

/// Of pairs of a spelling and a name, the name whose spelling is nearest: at most three slips away, and never so many
/// that less than half of a short word would be left.
pub(super) fn nearest(written: &str, names: impl Iterator<Item = (String, String)>) -> Option<String> {
    let written = common_form(written);
    let length = written.chars().count();
    names
        .map(|(spelling, name)| (common_form(&spelling), name))
        // Every letter too many is a slip. To compare a name of a million letters would take minutes.
        .filter(|(spelling, _)| length.abs_diff(spelling.chars().count()) <= MOST_SLIPS)
        .map(|(spelling, name)| (strsim::damerau_levenshtein(&written, &spelling), name))
        .filter(|(slips, _)| *slips <= MOST_SLIPS && slips * 2 < length)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, name)| name)
}

/// Variables and places in the file, made comparable.
fn common_form(name: &str) -> String {
    name.strip_prefix("FLUI_")
        .unwrap_or(name)
        .to_ascii_uppercase()
        .replace('.', "_")
}
