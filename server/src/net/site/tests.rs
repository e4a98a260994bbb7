use super::*;
use proptest::prelude::*;

fn site() -> Site {
    let host = |text: &str| HostName::try_from(text.to_owned()).unwrap();
    let origin = |text: &str| Origin::try_from(text.to_owned()).unwrap();
    Site { hosts: vec![host("Ops.example.org"), host("*.lan")], origins: vec![origin("https://wall.example.org")] }
}

fn request(method: &str, headers: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::builder().method(method).uri("/").version(Version::HTTP_10);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap()
}

#[test]
fn names_of_its_own_are_known() {
    for host in [
        "localhost",
        "LOCALHOST:3000",
        "a.localhost",
        "127.0.0.1:3000",
        "192.0.2.7",
        "[::1]:3000",
        "ops.example.org",
        "OPS.example.org.:8443",
        "a.b.lan",
    ] {
        assert!(site().is_own(host), "{host}");
    }
    for host in [
        "",
        "evil.example",
        "ops.example.org.evil.example",
        "notlocalhost",
        "lan",
        ".lan",
        "elan",
        "127.0.0.1.evil.example",
        "a b",
        "[::1",
        "evil.example@localhost:x",
        "0x7f.1",
    ] {
        assert!(!site().is_own(host), "{host}");
    }
}

#[test]
fn every_name_that_is_told_must_be_its_own() {
    let hosts = |hosts: &[(&str, &str)]| site().check(&request("GET", hosts), false);
    assert_eq!(hosts(&[]), Ok(Page::Own), "only an old program says none");
    assert_eq!(hosts(&[("host", "localhost")]), Ok(Page::Own));
    assert_eq!(hosts(&[("host", "evil.example:80")]), Err(ApiError::Misdirected("evil.example:80".to_owned())));
}

#[test]
fn one_name_is_told_and_no_more() {
    let told = |version, uri: &str, hosts: &[&str]| {
        let request = Request::builder().version(version).uri(uri);
        let request = hosts.iter().fold(request, |request, host| request.header("host", *host));
        site().check(&request.body(()).unwrap(), false).map_err(|error| error.to_string())
    };
    let (none, several) = ("host: expected one name, got none", "host: expected one name, got several");
    assert_eq!(told(Version::HTTP_11, "/", &[]), Err(none.to_owned()));
    assert_eq!(told(Version::HTTP_2, "https://localhost/", &[]), Ok(Page::Own));
    for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_2] {
        assert_eq!(told(version, "/", &["localhost"]), Ok(Page::Own));
        assert_eq!(told(version, "/", &["localhost", "localhost"]), Err(several.to_owned()));
    }
}

#[test]
fn only_own_pages_and_programs_change_something() {
    let of = |headers: &[(&str, &str)]| {
        let headers: Vec<_> = [("host", "localhost:3000")].iter().chain(headers).copied().collect();
        site().check(&request("POST", &headers), false).is_ok()
    };
    for own in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none"), ("cookie", "a=b")],
        &[("origin", "http://localhost:3000"), ("cookie", "a=b")],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://behind.a.proxy")],
        &[("origin", "https://wall.example.org"), ("sec-fetch-site", "cross-site")],
        &[("authorization", "Bearer x"), ("origin", "https://elsewhere.example")],
    ] {
        assert!(of(own), "{own:?}");
    }
    for other in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", "http://localhost:3000")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", "http://localhost:3001")],
        &[("origin", "http://localhost:3000.evil.example")],
        &[("cookie", "a=b")],
        &[("authorization", "Basic x"), ("cookie", "a=b")],
    ] {
        assert!(!of(other), "{other:?}");
    }
    let page = request("GET", &[("host", "localhost"), ("origin", "null"), ("sec-fetch-site", "cross-site")]);
    assert_eq!(site().check(&page, false), Ok(Page::Own), "it is answered, and can't be read");
}

#[test]
fn what_is_no_name_or_origin_is_refused_with_what_was_expected() {
    for host in ["", "*", "*.", "a..b", "ops.example.org:443", "https://a", "a b", "*.*.a"] {
        assert!(HostName::try_from(host.to_owned()).unwrap_err().contains("ops.example.org"), "{host}");
    }
    for origin in ["", "*", "null", "ops.example.org", "https://a/", "https://A", "https://a:443", "file:///a"] {
        assert!(Origin::try_from(origin.to_owned()).unwrap_err().contains("https://ops.example.org"), "{origin}");
    }
}

proptest! {
    #[test]
    fn no_name_below_another_is_taken_for_its_own(host in "[a-z0-9.:\\[\\]@*-]{0,40}\\.evil\\.example(:[0-9]{1,5})?\\.?") {
        prop_assert!(!site().is_own(&host));
    }
}

#[test]
fn whom_a_proxy_names_needs_a_page_of_ours_whatever_else_it_adds() {
    let changes = |headers: &[(&str, &str)]| {
        let headers: Vec<_> = [("host", "localhost")].iter().chain(headers).copied().collect();
        site().check(&request("POST", &headers), true).is_ok()
    };
    assert!(changes(&[("sec-fetch-site", "same-origin")]) && changes(&[("origin", "http://localhost")]));
    assert!(changes(&[("authorization", "Bearer og_1")]), "a program's, which no proxy adds");
    for headers in [
        &[][..],
        &[("authorization", "Bearer of-the-proxy")],
        &[("authorization", "Bearer x"), ("sec-fetch-site", "cross-site")],
        &[("origin", "null")],
        &[("origin", "http://evil.example")],
    ] {
        assert!(!changes(headers), "{headers:?}");
    }
}

#[test]
fn calls_and_streams_are_not_asked_for_by_pages_of_elsewhere() {
    let of = |path: &str, headers: &[(&str, &str)]| {
        let mut request = Request::builder().uri(path).header("host", "localhost:3000");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        site().check(&request.body(()).unwrap(), false).is_ok()
    };
    for elsewhere in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "null")] {
        for path in ["/api/chat-stream?user=x", "/api/stream/a", "/api", "/api/stats"] {
            assert!(!of(path, &[elsewhere]), "{path} {elsewhere:?}");
        }
        assert!(of("/", &[elsewhere]) && of("/chat", &[elsewhere]) && of("/apis", &[elsewhere]), "{elsewhere:?}");
    }
    for own in [
        &[][..],
        &[("cookie", "a=b")],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", "http://localhost:3000")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://wall.example.org")],
        &[("sec-fetch-site", "cross-site"), ("authorization", "Bearer og_x")],
    ] {
        assert!(of("/api/chat-stream?user=x", own), "{own:?}");
    }
}
