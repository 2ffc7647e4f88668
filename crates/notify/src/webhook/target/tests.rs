//! Spellings of addresses that must not be reached, and of some that may.

use super::*;

fn rules(allow_http: bool, allowed: &'static [&'static str]) -> TargetRules {
    TargetRules {
        allow_http,
        allowed: Arc::new(move |address| allowed.iter().any(|text| *text == address.to_string())),
    }
}

#[test]
fn no_spelling_leads_into_a_private_network() {
    let rules = rules(true, &[]);
    for host in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "localhost..",
        "a.localhost",
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "127.0.1",
        "127.255.255.254",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "00000177.0.0.1",
        "127.0.0.0x1",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "①②⑦.⓪.⓪.①",
        "0",
        "0.0.0.0",
        "0x0",
        "10.0.0.1",
        "10.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.257",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "169.254.43518",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::127.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:ffff:a9fe:a9fe]",
        "[64:ff9b::127.0.0.1]",
        "[64:ff9b::a9fe:a9fe]",
        "[64:ff9b:1::1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
    ] {
        for port in ["", ":8080"] {
            let url = format!("http://{host}{port}/hook");
            assert!(check_url(&url, &rules).is_err(), "{url}");
        }
    }
}

#[test]
fn what_is_not_a_plain_address_is_refused() {
    let rules = rules(true, &[]);
    for url in [
        "",
        "example.net/hook",
        "//example.net",
        "ftp://example.net/",
        "file:///etc/passwd",
        "gopher://example.net/",
        "javascript:alert(1)",
        "https://",
        "https:///hook",
        "https:example.net",
        "https:/example.net://x",
        "https://user@example.net/",
        "https://user:password@example.net/",
        "https://:password@example.net/",
        "https://example.net@127.0.0.1/",
        "https://127.0.0.1#@example.net/",
        "https://127.0.0.1?@example.net/",
        "https://example.net\\@127.0.0.1/",
        "https:\\\\example.net/",
        " https://example.net/",
        "https://exam\tple.net/",
        "https://exam\r\nple.net/",
        "https://example.net/\0",
        "https://example.net:0/",
        "https://example.net:99999/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://256.256.256.256/",
    ] {
        assert!(check_url(url, &rules).is_err(), "{url:?}");
    }
    let long = format!("https://example.net/{}", "x".repeat(2048));
    assert!(check_url(&long, &rules).is_err());
}

#[test]
fn public_addresses_pass() {
    for url in [
        "https://example.net/hook?token=1",
        "https://example.net:8443",
        "https://bücher.example/",
        "https://example.net./",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/",
        "https://localhost.example.net/",
    ] {
        assert!(check_url(url, &rules(false, &[])).is_ok(), "{url}");
    }
}

#[test]
fn plain_http_and_private_networks_have_to_be_allowed() {
    let http = "http://8.8.8.8/";
    assert!(
        check_url(http, &rules(false, &[]))
            .unwrap_err()
            .contains("https")
    );
    assert!(check_url(http, &rules(true, &[])).is_ok());
    let private = "https://10.1.2.3/";
    let refused = check_url(private, &rules(false, &["10.1.2.4"])).unwrap_err();
    assert!(refused.contains("private network"), "{refused}");
    assert!(check_url(private, &rules(false, &["10.1.2.3"])).is_ok());
    assert!(check_url("https://localhost/", &rules(false, &["127.0.0.1"])).is_ok());
}
