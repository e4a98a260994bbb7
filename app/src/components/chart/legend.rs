use super::stack::Trace;

/// Writes the names, colours and values of `traces`.
pub(super) fn legend(traces: &[Trace], values: &[String]) -> String {
    let mut html = "<div class=\"chart-legend\">".to_owned();
    for (Trace { key, name, color, .. }, value) in traces.iter().zip(values) {
        html.push_str(&format!(
            "<span class=\"chart-key chart-key-{key}\"><i class=\"chart-swatch chart-c{color}\"></i>{name}<b>{value}</b></span>"
        ));
    }
    html.push_str("</div>");
    html
}
