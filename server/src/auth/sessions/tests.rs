use super::*;
use crate::auth::{Channels, Role};
use crate::sse::End;
use tokio_util::sync::CancellationToken;

const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const HOUR: u64 = 3_600_000;

fn user(name: &str, role: Role, hash: &str) -> User {
    User {
        name: name.to_owned().try_into().unwrap(),
        role,
        password_hash: hash.to_owned().try_into().unwrap(),
        channels: Channels::default(),
    }
}

fn anna() -> User {
    user("anna", Role::Operator, HASH)
}

fn sessions() -> Sessions {
    Sessions::new(Lifetimes::default(), None, Vec::new())
}

fn at(ms: u64) -> Timestamp {
    Timestamp::from_ms(1_000_000_000_000 + ms)
}

fn is_in(sessions: &mut Sessions, secret: &Secret, ms: u64) -> bool {
    sessions.find(&Digest::of(secret.reveal()), at(ms)).is_some()
}

#[test]
fn a_session_ends_after_its_time_however_it_is_used() {
    let mut sessions = sessions();
    let (_, secret) = sessions.open(&anna(), String::new(), at(0));
    for hour in 0..12 {
        assert!(is_in(&mut sessions, &secret, hour * HOUR), "{hour}");
    }
    assert!(!is_in(&mut sessions, &secret, 12 * HOUR));
    assert_eq!(sessions.sweep(at(12 * HOUR)).len(), 1);
    assert_eq!((sessions.of.len(), sessions.ids.len()), (0, 0));
}

#[test]
fn an_unused_one_ends_earlier_and_an_open_stream_uses_it() {
    let mut sessions = sessions();
    let (_, secret) = sessions.open(&anna(), String::new(), at(0));
    let (id, _) = sessions.open(&anna(), String::new(), at(0));
    let stream = End::new(&CancellationToken::new());
    let _stay = sessions.get(&id).unwrap().leave.stay(&stream);
    assert_eq!(sessions.sweep(at(HOUR)).len(), 0);
    assert_eq!(sessions.sweep(at(2 * HOUR)).len(), 1);
    assert!(!is_in(&mut sessions, &secret, 2 * HOUR));
    for hour in 3..12 {
        assert_eq!(sessions.sweep(at(hour * HOUR)).len(), 0, "{hour}");
    }
    sessions.sweep(at(12 * HOUR));
    assert!(stream.is_cut());
}

#[test]
fn a_new_secret_replaces_the_old_one_once_it_has_been_used() {
    let mut sessions = sessions();
    let (id, old) = sessions.open(&anna(), String::new(), at(0));
    assert!(sessions.rotate(&id, at(HOUR - 1)).is_none());
    let lost = sessions.rotate(&id, at(HOUR)).unwrap();
    assert!(is_in(&mut sessions, &old, HOUR + 600_000), "the answer with the new one may have been lost");
    let new = sessions.rotate(&id, at(2 * HOUR)).unwrap();
    assert!(!is_in(&mut sessions, &old, 2 * HOUR), "the one before the last");
    assert!(is_in(&mut sessions, &lost, 2 * HOUR) && is_in(&mut sessions, &new, 2 * HOUR));
    assert!(is_in(&mut sessions, &lost, 2 * HOUR + 59_999));
    assert!(!is_in(&mut sessions, &lost, 2 * HOUR + 60_000));
    assert!(is_in(&mut sessions, &new, 2 * HOUR + 60_000));
}

#[test]
fn what_is_kept_is_no_secret_and_is_the_same_after_a_restart() {
    let mut before = sessions();
    let (id, old) = before.open(&anna(), "192.0.2.1".to_owned(), at(0));
    let new = before.rotate(&id, at(HOUR)).unwrap();
    let json = serde_json::to_string(&before.all().collect::<Vec<_>>()).unwrap();
    assert!(!json.contains(old.reveal()) && !json.contains(new.reveal()) && !json.contains(HASH), "{json}");
    let mut after = Sessions::new(Lifetimes::default(), None, serde_json::from_str(&json).unwrap());
    assert!(is_in(&mut after, &old, HOUR) && is_in(&mut after, &new, HOUR));
    assert!(!is_in(&mut after, &secret::random(), HOUR));
}

#[test]
fn who_is_gone_or_has_another_password_is_out_and_another_role_ends_streams() {
    let other = HASH.replace("c29tZXNhbHQ", "c29tZXNhbHU");
    let of = |users: &[User]| Users::new(users.iter().cloned());
    let before = of(&[anna(), user("ben", Role::Admin, HASH), user("cem", Role::Admin, HASH)]);
    for (after, stays, ends) in [
        (of(&[anna()]), true, false),
        (of(&[user("anna", Role::Viewer, HASH)]), true, true),
        (of(&[user("anna", Role::Operator, &other)]), false, true),
        (of(&[]), false, true),
    ] {
        let mut sessions = sessions();
        let (id, secret) = sessions.open(&anna(), String::new(), at(0));
        let leave = sessions.get(&id).unwrap().leave.clone();
        sessions.follow(&before, &after);
        assert_eq!(is_in(&mut sessions, &secret, 1), stays, "{after:?}");
        assert_eq!(leave.is_ended(), ends, "{after:?}");
        assert!(!stays || !sessions.get(&id).unwrap().leave.is_ended());
    }
}

#[test]
fn a_user_has_so_many_sessions_and_the_oldest_goes() {
    let mut sessions = sessions();
    let opened: Vec<_> = (0..=MOST).map(|n| sessions.open(&anna(), String::new(), at(n as u64)).1).collect();
    assert_eq!(sessions.of.len(), MOST);
    assert!(!is_in(&mut sessions, &opened[0], 200) && is_in(&mut sessions, &opened[1], 200));
}

#[test]
fn who_has_signed_in_elsewhere_stays_until_that_is_another_or_the_name_is_a_users() {
    let (mark, users) = (Digest::of("provider"), Users::default());
    let open = |provider: Option<&str>| Sessions::new(Lifetimes::default(), provider.map(Digest::of), Vec::new());
    assert!(open(None).welcome("carol", Role::Viewer, String::new(), at(0)).is_none(), "there is none");
    let mut sessions = open(Some("provider"));
    let (_, secret) = sessions.welcome("carol", Role::Viewer, String::new(), at(0)).unwrap();
    sessions.follow(&users, &users);
    assert!(is_in(&mut sessions, &secret, 1));
    let kept = serde_json::to_string(&sessions.all().collect::<Vec<_>>()).unwrap();
    let read = |provider| Sessions::new(Lifetimes::default(), provider, serde_json::from_str(&kept).unwrap());
    for (provider, stays) in [(Some(mark), true), (Some(Digest::of("other roles")), false), (None, false)] {
        let mut sessions = read(provider);
        sessions.follow(&users, &users);
        assert_eq!(is_in(&mut sessions, &secret, 2), stays);
    }
    let carol = Users::new([user("carol", Role::Admin, HASH)]);
    sessions.follow(&users, &carol);
    assert!(!is_in(&mut sessions, &secret, 3));
}
