//! The page: each picture with what it shows, and the program that draws it.

use std::fmt::Write;

use crate::programs::Program;

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>galvani: the gallery</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
img { max-width: 100%; height: auto; }
pre { overflow-x: auto; font-size: 13px; }
section { margin: 3rem 0; }
</style>
<h1>galvani: the gallery</h1>
";

/// The page of programs, whose pictures lie beside it.
pub(crate) fn of(programs: &[&Program]) -> String {
    let mut page = HEAD.to_owned();
    for program in programs {
        let (name, about, code) = (program.name, escaped(&program.about()), escaped(program.code));
        // A string takes whatever is written to it.
        let _ = write!(
            page,
            "<section id=\"{name}\">
<h2><a href=\"#{name}\">{name}</a></h2>
<p>{about}</p>
<img src=\"{name}.png\" alt=\"{about}\" loading=\"lazy\">
<details><summary>The program</summary><pre><code>{code}</code></pre></details>
</section>
"
        );
    }
    page.push_str("</html>\n");
    page
}

/// Text as HTML has it, in quotes too.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_shown_as_it_is() {
        assert_eq!(
            escaped("a < b && c > \"d\""),
            "a &lt; b &amp;&amp; c &gt; &quot;d&quot;"
        );
    }
}
