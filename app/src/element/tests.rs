use super::*;

fn html(element: &El) -> String {
    let mut html = String::new();
    element.write(&mut html);
    html
}

#[test]
fn writes_elements_as_they_are_now() {
    let rows = || vec![el("li").key(7).text("one"), el("li").key(8).text("two")];
    let list = el("ul").class("list").attr("hidden", given(|| false)).rows(rows);
    let whole = el("div").attr("title", moving(|| "now".to_owned())).of([el("p").markup("<b>5</b>"), list]);
    assert_eq!(
        html(&whole),
        "<div title=\"now\"><p><b>5</b></p><ul class=\"list\"><li>one</li><li>two</li></ul></div>"
    );
}

#[test]
fn text_is_never_markup() {
    let hostile = "\"><script>&amp;</script>";
    let element = el("p").attr("title", hostile.to_owned()).text(hostile.to_owned());
    assert_eq!(
        html(&element),
        "<p title=\"&quot;&gt;&lt;script&gt;&amp;amp;&lt;/script&gt;\">\
         &quot;&gt;&lt;script&gt;&amp;amp;&lt;/script&gt;</p>"
    );
}

#[test]
fn an_attribute_may_be_absent() {
    let button = |hidden| html(&el("button").attr("hidden", given(move || hidden)));
    assert_eq!((button(true), button(false)), ("<button hidden=\"\"></button>".into(), "<button></button>".into()));
}
