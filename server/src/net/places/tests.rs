use super::*;

fn places(proxies: &[&str]) -> Places {
    let attempts_per_address = NonZeroU32::MIN;
    let caps = Caps { connections: 4, connections_per_address: 2, streams_per_address: 1, attempts_per_address };
    let trusted = proxies.iter().map(|text| text.parse().unwrap()).collect();
    Places::new(caps, Proxies { trusted, ..Proxies::default() })
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn one_more_than_the_cap_of_an_address_is_refused() {
    let places = places(&[]);
    let first = places.connection(address("2001:db8::1")).unwrap();
    let _second = places.connection(address("2001:db8::2")).unwrap();
    assert_eq!(places.connection(address("2001:db8::3")).unwrap_err(), Full::ConnectionsOfAddress);
    let _neighbour = places.connection(address("2001:db8:0:1::1")).unwrap();
    drop(first);
    places.connection(address("2001:db8::3")).unwrap();
    let _stream = places.stream(address("192.0.2.1")).unwrap();
    assert_eq!(places.stream(address("192.0.2.1")).unwrap_err(), Full::StreamsOfAddress);
}

#[test]
fn who_comes_again_and_again_has_to_wait() {
    let places = places(&[]);
    let come = |from: &str| places.attempt(address(from)).map(drop);
    let come = |from| (0..50).filter(|_| come(from) != Err(Full::AttemptsOfAddress)).count();
    assert!((10..15).contains(&come("192.0.2.1")), "ten at once, and one a second");
    assert!((10..15).contains(&come("192.0.2.2")));
    assert_eq!(come("127.0.0.1"), 50);
}

#[test]
fn the_cap_in_all_counts_loopback_too() {
    let places = places(&[]);
    let held: Vec<_> = (0..4).map(|_| places.connection(address("127.0.0.1")).unwrap()).collect();
    assert_eq!(places.connection(address("127.0.0.1")).unwrap_err(), Full::Connections);
    assert_eq!(places.counts().connections, held.len());
    drop(held);
    assert_eq!((places.counts().connections, places.counts().addresses), (0, 0));
}

#[test]
fn a_proxys_clients_count_and_the_proxy_does_not() {
    let places = places(&["10.0.0.1"]);
    let _proxy: Vec<_> = (0..4).map(|_| places.connection(address("10.0.0.1")).unwrap()).collect();
    let _client: Vec<_> = (0..2).map(|_| places.forwarded(address("192.0.2.1")).unwrap()).collect();
    assert_eq!(places.forwarded(address("192.0.2.1")).unwrap_err(), Full::ConnectionsOfAddress);
    assert_eq!((places.counts().connections, places.counts().addresses), (4, 1));
}
