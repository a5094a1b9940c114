//! Python's assignments of literals, as `params.py` holds them: they are read, nothing is run.

/// A literal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Number(f64),
    /// True, False and None by their names.
    Word(String),
    /// A list or a tuple.
    List(Vec<Literal>),
}

impl Literal {
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The texts of a text, or of a list of texts.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(list) => list.iter().flat_map(Self::texts).collect(),
            _ => Vec::new(),
        }
    }
}

/// How deep lists may lie in one another.
const MAX_DEPTH: usize = 8;

/// The assignments of a text, in order. A line that is no assignment of a literal is left out, whatever it would do.
pub(crate) fn assignments(text: &str) -> Vec<(String, Literal)> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let line = rest.split('\n').next().unwrap_or_default();
        let after_line = &rest[(line.len() + 1).min(rest.len())..];
        rest = match assignment(rest, line) {
            Some((name, literal, after)) => {
                found.push((name, literal));
                // To the end of the line on which the literal ends.
                after.find('\n').map_or("", |end| &after[end + 1..])
            }
            None => after_line,
        };
    }
    found
}

fn assignment<'a>(text: &'a str, line: &str) -> Option<(String, Literal, &'a str)> {
    let equals = line.find('=')?;
    let name = line[..equals].trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let (literal, after) = literal(&text[equals + 1..], MAX_DEPTH).filter(|_| is_name)?;
    // Nothing but a comment may follow.
    let tail = after.split('\n').next().unwrap_or_default().trim();
    (tail.is_empty() || tail.starts_with('#')).then(|| (name.to_owned(), literal, after))
}

/// The literal at a text's start, and what follows.
fn literal(text: &str, depth: usize) -> Option<(Literal, &str)> {
    let text = text.trim_start_matches([' ', '\t']);
    let raw = text
        .strip_prefix(['r', 'R'])
        .filter(|rest| rest.starts_with(['\'', '"']));
    let unicode = text
        .strip_prefix(['u', 'U'])
        .filter(|rest| rest.starts_with(['\'', '"']));
    match text.chars().next()? {
        '\'' | '"' => string(text, false),
        _ if raw.is_some() => string(raw?, true),
        _ if unicode.is_some() => string(unicode?, false),
        '[' => list(&text[1..], ']', depth),
        '(' => list(&text[1..], ')', depth),
        _ => {
            let end = text
                .find(|c: char| !(c.is_alphanumeric() || "+-._".contains(c)))
                .unwrap_or(text.len());
            let word = &text[..end];
            let literal = match word.replace('_', "").parse() {
                Ok(number) => Literal::Number(number),
                Err(_) if matches!(word, "True" | "False" | "None") => Literal::Word(word.to_owned()),
                Err(_) => return None,
            };
            Some((literal, &text[end..]))
        }
    }
}

fn string(text: &str, raw: bool) -> Option<(Literal, &str)> {
    let quote = text.chars().next()?;
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '\n' => return None,
            '\\' if !raw => match chars.next()?.1 {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                escaped @ ('\\' | '\'' | '"') => value.push(escaped),
                other => value.extend(['\\', other]),
            },
            c if c == quote => return Some((Literal::Text(value), &text[at + c.len_utf8()..])),
            c => value.push(c),
        }
    }
    None
}

fn list(text: &str, close: char, depth: usize) -> Option<(Literal, &str)> {
    let depth = depth.checked_sub(1)?;
    let (mut items, mut rest) = (Vec::new(), text);
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r', ',']);
        if let Some(after) = rest.strip_prefix(close) {
            return Some((Literal::List(items), after));
        }
        let (item, after) = literal(rest, depth)?;
        items.push(item);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_and_nothing_is_run() {
        let text = "a = 'x\\\\y'  # why\nb=[\"p\", r'q\\n',\n  'r']\nimport os\nc = os.system('rm')\nn = 32\nrate = 3e4\n\
                    t = (1, 2)\nf = True\nbad = 'open\nd = 1 + 2\n= 3\ne = __import__('x')";
        let found = assignments(text);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "b", "n", "rate", "t", "f"]);
        assert_eq!(found[0].1.texts(), ["x\\y"]);
        assert_eq!(found[1].1.texts(), ["p", "q\\n", "r"]);
        assert_eq!(found[3].1.number(), Some(30_000.0));
    }
}
