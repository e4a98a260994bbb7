use super::super::Encryption;
use super::*;

#[derive(Deserialize)]
struct File {
    receiver: Vec<ReceiverEntry>,
}

fn read(lines: &str) -> Result<Receiver, String> {
    let toml = format!("[[receiver]]\nname = 'a'\n{lines}\n");
    let file: File = toml::from_str(&toml).unwrap_or_else(|error| panic!("{error}"));
    receivers(file.receiver).map(|mut all| all.remove(0)).map_err(|error| error.to_string())
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    for (lines, expected) in [
        ("", "expected one of webhook"),
        ("webhook = 'http://a/'\ncommand = ['x']", "expected one of webhook"),
        ("webhook = 'ftp://a/'", "webhook: expected an address"),
        ("command = []", "command: expected a program"),
        ("email = ['nobody']", "email: expected addresses"),
        ("email = ['a@b']\nsmtp = 'mail'", "smtp: expected a host and a port"),
        ("email = ['a@b']\nusername = 'x'", "username: expected username and password"),
        ("webhook = 'http://a/'\ntimeout = '0s'", "timeout: expected a span"),
        ("webhook = 'http://a/'\nrepeat_interval = 'never'", "repeat_interval: expected a span"),
        ("webhook = 'http://a/'\nseverity = 'bad'", "severity: expected info, warning or critical"),
        ("webhook = 'http://a/'\ntoken_file = '/no/such/file'", "token_file: No such file"),
        ("webhook = 'http://a/'\ntoken_file = '/dev/null'", "token_file: expected a regular file"),
        ("webhook = 'http://a/'\ntoken_env = 'OPSGLASS_NO_SUCH'", "token_env: expected a variable that is set"),
        ("webhook = 'http://a/'\ntoken = 'x'\ntoken_env = 'PATH'", "token_env: expected none beside token"),
        ("webhook = 'http://a/'\ntoken = 'x'\ntoken_file = 'y'", "token_file: expected none beside token"),
        ("webhook = 'http://a/'\ntoken = 'x'\nusername = 'y'", "token: expected a token or a username"),
        ("webhook = 'https://a/'\nca_file = '/no/such/file'", "ca_file: No such file"),
        ("webhook = 'https://a/'\nca_file = '/etc/passwd'", "ca_file: expected certificates in PEM form"),
        ("email = ['a@b']\nsmtp_tls = 'yes'", "smtp_tls: expected none, starttls or tls"),
        ("email = ['a@b']\ntoken = 'x'", "token: expected username and password"),
    ] {
        let said = read(lines).unwrap_err();
        assert!(said.contains(expected), "{lines} gives {said}");
    }
}

#[test]
fn secrets_are_not_shown() {
    for lines in [
        "webhook = 'http://a/hunter2'\ntoken = 'hunter2'",
        "alertmanager = 'https://user:hunter2@a/?key=hunter2'",
        "email = ['a@b']\nusername = 'x'\npassword = 'hunter2'",
    ] {
        let shown = format!("{:?}", read(lines).unwrap());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    let said = read("webhook = 'ftp://user:hunter2@a/'").unwrap_err();
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn mail_is_encrypted_unless_it_stays_on_the_machine() {
    for (lines, expected) in [
        ("", Encryption::None),
        ("smtp = 'localhost:2525'", Encryption::None),
        ("smtp = '[::1]:25'", Encryption::None),
        ("smtp = 'mail.example.org:25'", Encryption::StartTls),
        ("smtp = 'mail.example.org:465'", Encryption::Tls),
        ("smtp = 'mail.example.org:465'\nsmtp_tls = 'starttls'", Encryption::StartTls),
        ("smtp = 'mail.example.org:25'\nsmtp_tls = 'none'", Encryption::None),
        ("smtp_tls = 'tls'", Encryption::Tls),
    ] {
        let receiver = read(&format!("email = ['a@b']\n{lines}")).unwrap();
        let Kind::Email { encryption, .. } = receiver.kind else { panic!() };
        assert_eq!(encryption, expected, "{lines}");
    }
}

#[test]
fn each_address_of_a_mail_is_told_by_itself() {
    let toml = "[[receiver]]\nname = 'mail'\nemail = ['a@b', 'Boss <c@d>', 'Again <a@b>']\n\
                [[receiver]]\nname = 'x'\ncommand = ['x']\n";
    let file: File = toml::from_str(toml).unwrap();
    let all = receivers(file.receiver).unwrap();
    let names: Vec<_> = all.iter().map(|one| (one.name.as_str(), one.group.as_str())).collect();
    assert_eq!(names, [("mail <a@b>", "mail"), ("mail <c@d>", "mail"), ("x", "x")]);
    let Kind::Email { to, .. } = &all[1].kind else { panic!() };
    assert_eq!(to, "Boss <c@d>");

    let many: Vec<String> = (0..=MOST_TOLD).map(|number| format!("'a{number}@b'")).collect();
    let said = read(&format!("email = [{}]", many.join(", "))).unwrap_err();
    assert!(said.contains("email: expected at most 64 receivers, with each address of a mail"), "{said}");
}
