use std::fmt;

/// As much of a rule's text as is shown, in bytes.
const LONGEST: usize = 4 * 1024;

/// Where a rule is written, and how.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// The file; nothing for a rule that comes with the program.
    pub file: Option<String>,
    /// The line of it, from 1.
    pub line: usize,
    /// The table as it is written there.
    pub text: String,
}

impl Source {
    /// The table `[[rule]]` of `text` that has something at byte `at`.
    pub(super) fn of(file: Option<&str>, text: &str, at: usize) -> Self {
        let at = at.min(text.len());
        let before = text.get(..at).unwrap_or_default();
        let is_head = |line: &str| line.trim_start().starts_with("[[");
        let mut start = 0;
        let mut begin = None;
        for line in before.split_inclusive('\n') {
            if is_head(line) {
                begin = Some(start);
            }
            start += line.len();
        }
        // Where no table begins before it, rules are written in a list: then the line alone.
        let begin = begin.unwrap_or_else(|| before.rfind('\n').map_or(0, |end| end + 1));
        let mut end = begin;
        for (number, line) in text[begin..].split_inclusive('\n').enumerate() {
            let table = line.trim_start();
            if number > 0 && table.starts_with('[') && !table.starts_with("[rule.") {
                break;
            }
            end += line.len();
        }
        // What is said before the next rule is about that one.
        let mut table = text[begin..end].trim_end();
        while let Some((rest, _)) = table.rsplit_once('\n').filter(|(_, last)| last.trim_start().starts_with('#')) {
            table = rest.trim_end();
        }
        let cut = table.floor_char_boundary(LONGEST);
        let line = text[..begin].matches('\n').count() + 1;
        Self { file: file.map(str::to_owned), line, text: table[..cut].to_owned() }
    }
}

/// Says nothing: a rule that stands elsewhere is the same rule.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# about all\n\n[[rule]]\nname = 'a' # [[no]]\nwhen = 'cpu > 1'\n\n# about b\n  [[rule]]\n\
                        name = 'b'\n[rule.labels]\nteam = 'x'\n\n# the end\n[log]\nlevel = 'é'\n";

    #[test]
    fn a_table_is_shown_as_it_is_written() {
        let a = Source::of(Some("r.toml"), TEXT, TEXT.find("'a'").unwrap());
        assert_eq!((a.line, a.text.as_str()), (3, "[[rule]]\nname = 'a' # [[no]]\nwhen = 'cpu > 1'"));
        let b = Source::of(None, TEXT, TEXT.find("'b'").unwrap());
        assert_eq!((b.line, b.text.as_str()), (8, "  [[rule]]\nname = 'b'\n[rule.labels]\nteam = 'x'"));
    }

    #[test]
    fn of_a_list_it_is_the_line() {
        let text = "x = 1\nrule = [{ name = 'a', when = 'cpu > 1' }]\ny = 2\n";
        let a = Source::of(None, text, text.find("'a'").unwrap());
        assert_eq!((a.line, a.text.lines().next()), (2, Some("rule = [{ name = 'a', when = 'cpu > 1' }]")));
    }

    #[test]
    fn any_place_of_any_text_will_do() {
        for at in 0..TEXT.len() + 3 {
            let _ = Source::of(None, TEXT, at);
        }
        let long = format!("[[rule]]\nname = '{}'", "é".repeat(LONGEST));
        assert!(Source::of(None, &long, 12).text.len() <= LONGEST);
    }
}
