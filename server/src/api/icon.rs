//! The icon of a tab while alerts fire, with how many: what an SVG file can't be told.

use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};

/// What is counted up to.
const MOST: usize = 9;
/// The same for each number, for ever.
const KEPT: &str = "public, max-age=86400";

/// `GET /favicon-alert.svg?firing=3`.
pub(crate) async fn alert(uri: Uri) -> Response {
    let firing = uri.query().and_then(|query| query.strip_prefix("firing=")?.parse().ok());
    ([(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, KEPT)], draw(firing)).into_response()
}

fn draw(firing: Option<usize>) -> String {
    let (count, size) = match firing {
        Some(count) if count > MOST => (format!("{MOST}+"), 12),
        Some(count) => (count.to_string(), 16),
        None => ("!".to_owned(), 16),
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\" fill=\"none\" stroke-width=\"3\" \
         stroke-linecap=\"round\" stroke-linejoin=\"round\"><circle cx=\"16\" cy=\"16\" r=\"14.5\" fill=\"#0e1116\" \
         stroke=\"#6bc6f2\" stroke-width=\"2\"/><path d=\"M6.5 17H11l3-7.5 4.2 13L21 17h4.5\" stroke=\"#6bc6f2\"/>\
         <circle cx=\"21.5\" cy=\"10.5\" r=\"9.5\" fill=\"#ff6b62\" stroke=\"#0e1116\" stroke-width=\"2\"/>\
         <text x=\"21.5\" y=\"{}\" font-family=\"sans-serif\" font-weight=\"700\" font-size=\"{size}\" \
         text-anchor=\"middle\" fill=\"#0e1116\">{count}</text></svg>",
        if size == 16 { 16.2 } else { 14.8 },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_counts_and_takes_nothing_else() {
        for (query, shown) in [("?firing=3", ">3<"), ("?firing=10", ">9+<"), ("", ">!<"), ("?firing=%3Cb%3E", ">!<")] {
            let uri = format!("/favicon-alert.svg{query}").parse().unwrap();
            let response = alert(uri).await;
            assert_eq!(response.headers()["content-type"], "image/svg+xml");
            let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
            assert!(String::from_utf8_lossy(&bytes).contains(shown), "{query}");
        }
    }
}
