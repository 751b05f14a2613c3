//! What was measured, beside what was promised.

use std::fmt;

/// One line of the table.
pub(super) struct Figure {
    what: &'static str,
    measured: f64,
    target: f64,
    unit: &'static str,
    more_is_better: bool,
}

impl Figure {
    /// A figure that must not lie above `target`.
    pub(super) fn at_most(what: &'static str, measured: f64, target: f64, unit: &'static str) -> Self {
        Self {
            what,
            measured,
            target,
            unit,
            more_is_better: false,
        }
    }

    /// A figure that must not lie below `target`.
    pub(super) fn at_least(what: &'static str, measured: f64, target: f64, unit: &'static str) -> Self {
        Self {
            more_is_better: true,
            ..Self::at_most(what, measured, target, unit)
        }
    }

    fn is_met(&self) -> bool {
        if self.more_is_better {
            self.measured >= self.target
        } else {
            self.measured <= self.target
        }
    }
}

/// The table.
#[derive(Default)]
pub(super) struct Figures(Vec<Figure>);

impl Figures {
    /// Adds a line.
    pub(super) fn add(&mut self, figure: Figure) {
        self.0.push(figure);
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<38} {:>12} {:>14}", "figure", "measured", "target")?;
        for figure in &self.0 {
            let bound = if figure.more_is_better { ">=" } else { "<=" };
            let measured = format!("{:.1} {}", figure.measured, figure.unit);
            let target = format!("{bound} {} {}", figure.target, figure.unit);
            let verdict = if figure.is_met() { "met" } else { "missed" };
            writeln!(f, "{:<38} {measured:>12} {target:>14}  {verdict}", figure.what)?;
        }
        Ok(())
    }
}

/// The middle one; the mean of both for an even number; 0 for none.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.get(middle), values.len() % 2) {
        (Some(value), 1) => *value,
        (Some(value), _) => f64::midpoint(values[middle - 1], *value),
        (None, _) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::float_cmp, reason = "these values are exact")]
    fn the_median_is_not_moved_by_one_outlier() {
        assert_eq!(median(vec![3.0, 900.0, 1.0]), 3.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 900.0]), 3.0);
        assert_eq!(median(Vec::new()), 0.0);
    }

    #[test]
    fn each_line_says_whether_its_target_is_met() {
        let mut figures = Figures::default();
        figures.add(Figure::at_most("start", 12.34, 300.0, "ms"));
        figures.add(Figure::at_least("rate", 12.34, 35.0, "%"));
        let text = figures.to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[1].contains("12.3 ms") && lines[1].ends_with("<= 300 ms  met"),
            "{text}"
        );
        assert!(lines[2].ends_with(">= 35 %  missed"), "{text}");
    }
}
