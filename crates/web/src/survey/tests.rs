use actix_web::body::to_bytes;

use super::*;
use crate::sheet::parse;

fn filled(score: &str, effort: &str, comment: &str) -> Filled {
    Filled {
        token: "t".to_owned(),
        score: score.to_owned(),
        effort: effort.to_owned(),
        comment: comment.to_owned(),
    }
}

#[test]
fn a_form_is_read_as_browsers_send_it() {
    let read: Filled =
        parse(b"token=a-_b&score=4&effort=7&comment=Gr%C3%BC%C3%9Fe%0D%0Aund+Dank").unwrap();
    let rating = rating(&read).unwrap();
    assert_eq!(read.token, "a-_b");
    assert_eq!(rating.score.get(), 4);
    assert_eq!(rating.effort.map(Effort::get), Some(7));
    assert_eq!(
        rating.comment.unwrap().as_str(),
        "Gr\u{fc}\u{df}e\nund Dank"
    );
    assert!(parse::<Filled>(b"score=4&score=5").is_err());
    assert!(parse::<Filled>(b"\xff").is_err());
}

#[test]
fn what_may_be_left_out_may_be_left_out_and_the_score_may_not() {
    let only = rating(&filled("1", "", "  \r\n ")).unwrap();
    assert_eq!((only.effort, only.comment), (None, None));
    for (score, effort) in [
        ("", ""),
        ("0", ""),
        ("6", ""),
        ("five", ""),
        ("5", "8"),
        ("5", "-1"),
    ] {
        assert!(
            rating(&filled(score, effort, "")).is_err(),
            "{score} {effort}"
        );
    }
    let lines = "a\r\n".repeat(2_000);
    assert!(rating(&filled("5", "", &lines)).is_ok());
    assert!(rating(&filled("5", "", &"a".repeat(4_001))).is_err());
    assert!(rating(&filled("5", "", "a\0b")).is_err());
}

#[actix_web::test]
async fn nothing_that_is_filled_in_becomes_a_part_of_the_page() {
    let filled = filled("3", "\"><script>", "</textarea><script>alert(1)</script>");
    let page = form(&Form {
        label: "T-20261121-0042",
        title: "<img src=x onerror=alert(1)>",
        fault: Some("Please choose."),
        filled: &filled,
    });
    let page = page.unwrap();
    assert_eq!(page.status(), StatusCode::BAD_REQUEST);
    let html = to_bytes(page.into_body()).await.unwrap();
    let html = String::from_utf8(html.to_vec()).unwrap();
    assert!(
        !html.contains("<script") && !html.contains("<img"),
        "{html}"
    );
    assert!(html.contains("value=\"3\" required checked"), "{html}");
    assert_eq!(html.matches(" checked").count(), 1);
    assert!(html.contains("T-20261121-0042") && html.contains("Please choose."));
    assert!(!html.contains("http"), "something from elsewhere: {html}");
}
