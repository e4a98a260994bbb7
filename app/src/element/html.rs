//! An element as HTML: what the server writes.

use super::{Content, El};

impl El {
    /// Writes the element as it is now.
    pub fn write(&self, html: &mut String) {
        html.push('<');
        html.push_str(self.tag);
        for (name, value) in &self.attributes {
            if let Some(value) = value.now() {
                html.push(' ');
                html.push_str(name);
                html.push_str("=\"");
                escape(&value, html);
                html.push('"');
            }
        }
        html.push('>');
        match &self.content {
            Content::Text(text) => escape(&text.now().unwrap_or_default(), html),
            Content::Markup(markup) => html.push_str(&markup.now().unwrap_or_default()),
            Content::Elements(elements) => elements.iter().for_each(|element| element.write(html)),
            Content::Rows(rows) => rows().iter().for_each(|row| row.write(html)),
        }
        // It can hold nothing, so it has no end.
        if self.tag == "input" {
            return;
        }
        html.push_str("</");
        html.push_str(self.tag);
        html.push('>');
    }
}

/// Writes `text` so that it is text, between tags and in an attribute's quotes.
fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}
