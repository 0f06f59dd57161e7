//! What an expert may and may not do to the page with what it writes.

use super::*;

/// The URL standard, as the browser implements it.
struct Standard;

impl Addresses for Standard {
    fn parse(&self, text: &str) -> Option<Address> {
        let url = url::Url::parse(text).ok()?;
        let host = url.host_str().unwrap_or_default();
        let tail = |part: Option<&str>| part.map_or(0, |part| part.chars().count());
        Some(Address {
            scheme: url.scheme().to_owned(),
            host: url
                .port()
                .map_or(host.to_owned(), |port| format!("{host}:{port}")),
            has_user: !url.username().is_empty() || url.password().is_some(),
            tail: tail(url.query()) + tail(url.fragment()),
            href: url.into(),
        })
    }
}

fn rules() -> Rules<'static> {
    Rules {
        addresses: &Standard,
        last_paragraph: 20,
        image: "Image",
    }
}

fn rendered(source: &str) -> Vec<Node> {
    render(source, &rules())
}

/// The tree in one line: `p(text strong(text))`.
fn written(nodes: &[Node]) -> String {
    let one = |node: &Node| match node {
        Node::Text(text) => text.clone(),
        Node::Element(Element { tag, children }) => {
            format!("{}({})", label(tag), written(children))
        }
    };
    nodes.iter().map(one).collect()
}

fn label(tag: &Tag) -> String {
    match tag {
        Tag::Link(link) => format!("link:{}", link.address),
        Tag::CarefulLink(link) => format!("careful:{}", link.address),
        Tag::Citation(number) => format!("cite:{number}"),
        Tag::Host => "host".to_owned(),
        Tag::Inert => "inert".to_owned(),
        Tag::Task(done) => format!("task:{done}"),
        Tag::CodeBlock(Some(language)) => format!("pre:{language}"),
        Tag::NumberedList(first) => format!("ol:{first}"),
        Tag::HeadCell(alignment) | Tag::Cell(alignment) if *alignment != Alignment::Start => {
            format!("{}:{alignment:?}", tag.name())
        }
        _ => tag.name().to_owned(),
    }
}

/// Renders a text whole and in every cut; the tree must come out the same.
fn check(source: &str, expected: &str) {
    let whole = rendered(source);
    assert_eq!(written(&whole), expected, "{source:?}");
    assert_every_cut_ends_alike(source, &whole);
}

fn assert_every_cut_ends_alike(source: &str, whole: &[Node]) {
    for cut in source.char_indices().map(|(at, _)| at) {
        let mut stream = Stream::default();
        let mut mirror = Vec::new();
        for part in [&source[..cut], &source[cut..]] {
            stream.push(part);
            let change = stream.refresh(&rules());
            apply(&stream, change, &mut mirror);
        }
        let change = stream.finish(&rules());
        apply(&stream, change, &mut mirror);
        assert_eq!(mirror, whole, "{source:?} cut at {cut}");
        assert_eq!(stream.source(), source);
    }
}

/// Does to a copy what the view does to the page.
fn apply(stream: &Stream, change: Option<usize>, mirror: &mut Vec<Node>) {
    if let Some(first) = change {
        mirror.truncate(first);
        mirror.extend_from_slice(&stream.blocks()[first..]);
    }
    assert_eq!(mirror, stream.blocks());
}

/// No link, no button, no element that the text itself did not ask for in Markdown.
fn check_is_plain_text(source: &str) {
    let whole = rendered(source);
    assert_is_plain(&whole, source);
    assert_every_cut_ends_alike(source, &whole);
}

fn assert_is_plain(nodes: &[Node], source: &str) {
    for node in nodes {
        if let Node::Element(element) = node {
            let plain = matches!(
                element.tag,
                Tag::Paragraph
                    | Tag::Inert
                    | Tag::Host
                    | Tag::Break
                    | Tag::CodeBlock(None)
                    | Tag::Code
            );
            assert!(plain, "{source:?} made {:?}", element.tag);
            assert_is_plain(&element.children, source);
        }
    }
}

#[test]
fn the_usual_forms_come_out_as_they_should() {
    check(
        "Hello *you* and **you** and ~~not you~~.",
        "p(Hello em(you) and strong(you) and del(not you).)",
    );
    check("# One\n\n###### Six", "h3(One)h6(Six)");
    check("- a\n- b\n  1. c", "ul(li(a)li(bol:1(li(c))))");
    check("3. a\n4. b", "ol:3(li(a)li(b))");
    check(
        "- [x] done\n- [ ] open",
        "ul(li(task:true()done)li(task:false()open))",
    );
    check("> said\n\n---\n\nx", "blockquote(p(said))hr()p(x)");
    check("```rust\nfn a() {}\n```", "pre:rust(code(fn a() {}))");
    check("use `a`  \nthen b", "p(use code(a)br()then b)");
    check("你好，**世界**。", "p(你好，strong(世界)。)");
    check("مرحبا **بك**", "p(مرحبا strong(بك))");
}

#[test]
fn tables_come_out_with_their_alignment() {
    check(
        "|a|b|c|\n|-|:-:|-:|\n|1|2<br>3|4|",
        "div(table(thead(tr(th(a)th:Centre(b)th:End(c)))tr(td(1)td:Centre(2br()3)td:End(4))))",
    );
}

#[test]
fn citations_become_buttons_in_text_only() {
    check("True [¶3].", "p(True cite:3(3).)");
    check("- a [¶1][¶2]", "ul(li(a cite:1(1)cite:2(2)))");
    check("**b [¶20]**", "p(strong(b cite:20(20)))");
    check("`[¶3]` [¶21]", "p(code([¶3]) [¶21])");
    check("    [¶3]", "pre(code([¶3]))");
    check(
        "[[¶3]](https://a.example)",
        "p(link:https://a.example/([¶3])host(a.example))",
    );
}

#[test]
fn web_links_open_and_tell_their_host() {
    check(
        "[the report](https://a.example/x)",
        "p(link:https://a.example/x(the report)host(a.example))",
    );
    check(
        "<https://a.example/x>",
        "p(link:https://a.example/x(https://a.example/x))",
    );
    check(
        "[a.example](http://a.example)",
        "p(link:http://a.example/(a.example))",
    );
    check(
        "[x](https://a.example:8443)",
        "p(link:https://a.example:8443/(x)host(a.example:8443))",
    );
    check(
        "[](https://a.example)",
        "p(link:https://a.example/(a.example)host(a.example))",
    );
    check(
        "[x][r]\n\n[r]: https://a.example \"t\"",
        "p(link:https://a.example/(x)host(a.example))",
    );
    check(
        "[x](https://a.example/中文)",
        "p(link:https://a.example/%E4%B8%AD%E6%96%87(x)host(a.example))",
    );
}

#[test]
fn a_text_that_names_another_host_does_not_hide_the_true_one() {
    check(
        "[bank.example](https://evil.example)",
        "p(link:https://evil.example/(bank.example)host(evil.example))",
    );
    check(
        "[https://bank.example](https://bank.example.evil.example)",
        "p(link:https://bank.example.evil.example/(https://bank.example)host(bank.example.evil.example))",
    );
    check(
        "[bank.example.evil.example](https://bank.example)",
        "p(link:https://bank.example/(bank.example.evil.example)host(bank.example))",
    );
    check(
        "[\u{202E}knab](https://evil.example)",
        "p(link:https://evil.example/(\u{202E}knab)host(evil.example))",
    );
}

#[test]
fn a_link_that_can_carry_much_away_or_looks_like_another_asks_first() {
    let long = "d".repeat(65);
    check(
        &format!("[x](https://a.example/?{long})"),
        &format!("p(careful:https://a.example/?{long}(x)host(a.example))"),
    );
    check(
        &format!("[x](https://a.example/#{long})"),
        &format!("p(careful:https://a.example/#{long}(x)host(a.example))"),
    );
    let short = "d".repeat(64);
    check(
        &format!("[x](https://a.example/?{short})"),
        &format!("p(link:https://a.example/?{short}(x)host(a.example))"),
    );
    check(
        "[x](https://раypal.com)",
        "p(careful:https://xn--ypal-43d9g.com/(x)host(xn--ypal-43d9g.com))",
    );
    check(
        "[x](https://xn--fiqs8s.example)",
        "p(careful:https://xn--fiqs8s.example/(x)host(xn--fiqs8s.example))",
    );
}

#[test]
fn other_schemes_and_tricks_with_schemes_lead_nowhere() {
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "java&Tab;script:alert(1)",
        "javascript&colon;alert(1)",
        "&#x1;javascript:alert(1)",
        "%6Aavascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "chrome://settings",
        "blob:https://a/1",
        "chrome-extension://abc/x.html",
        "view-source:https://a.example",
        "ftp://a.example",
        "about:blank",
        "//evil.example/x",
        "/evil",
        "#top",
        "x.html",
        "https:",
        "http://",
        "https://user@a.example",
        "https://user:pass@a.example",
        "https://bank.example@evil.example",
        "mailto:a@b.example",
        "ws://a.example",
    ] {
        check_is_plain_text(&format!("[a](<{address}>)"));
        check_is_plain_text(&format!("[a][r]\n\n[r]: <{address}>"));
    }
    check("[a](javascript:x)", "p(ainert(javascript:x))");
    check("<a@b.example>", "p(a@b.example)");
}

#[test]
fn addresses_that_the_standard_repairs_show_where_they_truly_lead() {
    check(
        "[a](https:evil.example)",
        "p(link:https://evil.example/(a)host(evil.example))",
    );
    check(
        "[a](<https:\\\\evil.example>)",
        "p(link:https://evil.example/(a)host(evil.example))",
    );
    check(
        "[a](hTTpS://EVIL.example)",
        "p(link:https://evil.example/(a)host(evil.example))",
    );
    check(
        "[a](https://0x7f.1/)",
        "p(link:https://127.0.0.1/(a)host(127.0.0.1))",
    );
}

#[test]
fn images_are_never_more_than_text() {
    check(
        "![a cat](https://evil.example/p?d=SECRET)",
        "p(inert(a cathost(evil.example)))",
    );
    check(
        "![](https://evil.example/p)",
        "p(inert(Imagehost(evil.example)))",
    );
    check(
        "![x][i]\n\n[i]: https://evil.example/p",
        "p(inert(xhost(evil.example)))",
    );
    check("![x](data:image/svg+xml,<svg>)", "p(inert(x))");
    check(
        "![a ![b](https://b.example) c](https://a.example)",
        "p(inert(a bb.example chost(a.example)))",
    );
    check(
        "[![x](https://evil.example/p)](https://a.example)",
        "p(link:https://a.example/(inert(xhost(evil.example)))host(a.example))",
    );
    check(
        "![**b** \u{202E}x](//evil.example)",
        "p(inert(b \\u{202e}x))",
    );
}

#[test]
fn raw_html_is_shown_as_the_text_that_it_is() {
    for html in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<svg/onload=alert(1)//",
        "<iframe src=javascript:alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        "<style>*{background:url(//evil)}</style>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<svg><animate onbegin=alert(1)>",
        "<meta http-equiv=refresh content='0;url=//evil'>",
        "<link rel=stylesheet href=//evil>",
        "<picture><source srcset=//evil></picture>",
        "<video poster=//evil><source src=//evil>",
        "<a ping=//evil href=https://a.example>x</a>",
        "<form action=//evil><button>x</button></form>",
        "<base href=//evil>",
        "<object data=//evil>",
        "<embed src=//evil>",
        "<body onload=alert(1)>",
        "<details open ontoggle=alert(1)>",
        "<input autofocus onfocus=alert(1)>",
        "<template><img src=x></template>",
        "<!-- <img src=x> -->",
        "<![CDATA[<img src=x>]]>",
        "<?php x ?>",
        "<!DOCTYPE html>",
        "a <b>b</b> c",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    ] {
        check_is_plain_text(html);
        assert_eq!(
            written(&rendered(&format!("x {html}")))
                .matches('<')
                .count(),
            html.matches('<').count()
        );
    }
}

#[test]
fn a_code_block_cannot_be_broken_out_of_nor_hide_anything() {
    check(
        "```\n</code></pre><script>x</script>\n```",
        "pre(code(</code></pre><script>x</script>))",
    );
    check("```\"><img src=x>\nx\n```", "pre(code(x))");
    check("```a\u{202E}b\nx\n```", "pre(code(x))");
    check(
        "```\n[a](javascript:x) ![i](//e) [¶1]\n```",
        "pre(code([a](javascript:x) ![i](//e) [¶1]))",
    );
    check(
        "```\naccess = \"user\u{202E} // admin\"\n```",
        "pre(code(access = \"user\\u{202e} // admin\"))",
    );
    check(
        "`rm\u{200B} -rf\u{E0041}`",
        "p(code(rm\\u{200b} -rf\\u{e0041}))",
    );
    check("~~~\n```\nx", "pre(code(```\nx))");
    check("``` `` ```", "p(code(``))");
}

#[test]
fn what_is_not_switched_on_stays_text() {
    check("a[^1]\n\n[^1]: A note.", "p(a[^1])p([^1]: A note.)");
    check("$x^2$", "p($x^2$)");
    check("https://a.example", "p(https://a.example)");
    check("# a {#id .class onclick=x}", "h3(a {#id .class onclick=x})");
}

/// Counts elements and the deepest nesting.
fn size(nodes: &[Node]) -> (usize, usize) {
    let one = |node: &Node| match node {
        Node::Text(_) => (0, 0),
        Node::Element(element) => {
            let (elements, depth) = size(&element.children);
            (elements + 1, depth + 1)
        }
    };
    nodes
        .iter()
        .map(one)
        .fold((0, 0), |all, next| (all.0 + next.0, all.1.max(next.1)))
}

#[test]
fn monstrous_answers_stay_small_and_keep_their_text() {
    for source in [
        "> ".repeat(10_000) + "end",
        "- ".repeat(10_000) + "end",
        "[".repeat(50_000) + "end",
        "*".repeat(50_000) + "end",
        "**a *b ".repeat(10_000) + "end",
        "`".repeat(100_000) + "end",
        "[¶".repeat(50_000) + "end",
        "[¶1]".repeat(50_000) + "end",
        "<".repeat(50_000) + "end",
        "![".repeat(20_000) + "end",
        "&".repeat(50_000) + "end",
        "x".repeat(1_000_000) + "end",
        format!("{}\n{}\n|end", "|a".repeat(50_000), "|-".repeat(50_000)),
        "|a|\n|-|\n".to_owned() + &"|b|\n".repeat(50_000) + "|end|",
        "- a\n".repeat(50_000) + "- end",
        "a\n\n".repeat(50_000) + "end",
    ] {
        let start: String = source.chars().take(12).collect();
        let nodes = rendered(&source);
        let (elements, depth) = size(&nodes);
        assert!(elements <= 130_000, "{start:?} made {elements} elements");
        assert!(depth <= 26, "{start:?} is {depth} deep");
        assert!(written(&nodes).contains("end"), "{start:?} lost its end");
    }
}

/// Streams in small parts; gives the bytes parsed for each byte of the text.
fn work(source: &str, part: usize) -> usize {
    let mut stream = Stream::default();
    let mut rest = source;
    while !rest.is_empty() {
        let (now, after) = rest.split_at(rest.floor_char_boundary(part.min(rest.len())));
        stream.push(now);
        stream.refresh(&rules());
        rest = after;
    }
    stream.finish(&rules());
    assert_eq!(stream.blocks(), rendered(source));
    stream.parsed_bytes() / source.len()
}

#[test]
fn the_work_for_a_stream_grows_with_its_length_not_with_its_square() {
    let answer = "Some words of a paragraph [¶2] that is **not** too long, as experts write.\n\n"
        .repeat(2_000);
    assert!(work(&answer, 6) <= 40);
    assert!(work(&"x".repeat(1_000_000), 1_000) <= 80);
    let code = format!("```\n{}```", "let a = 1;\n".repeat(50_000));
    assert!(work(&code, 500) <= 120);
}

#[test]
fn while_it_arrives_an_answer_already_looks_as_it_will() {
    let source = "# Title\n\nFirst *words*.\n\n1. one\n2. two\n\n   more\n\n- a\n- b\n\n```js\nlet x = 1;\n\nlet y;\n```\n\n\
                  > quote\n> more\n\n|a|b|\n|-|-|\n|1|2|\n\nLast [¶4].\n\n    code\n\n    more\n\nEnd.\n";
    let mut stream = Stream::default();
    for (at, character) in source.char_indices() {
        stream.push(character.encode_utf8(&mut [0; 4]));
        stream.refresh(&rules());
        if character == '\n' {
            let so_far = &source[..=at];
            assert_eq!(stream.blocks(), rendered(so_far), "after {so_far:?}");
        }
    }
}

#[test]
fn a_citation_is_not_shown_before_it_is_whole() {
    let mut stream = Stream::default();
    stream.push("So [¶1");
    stream.refresh(&rules());
    assert_eq!(written(stream.blocks()), "p(So)");
    stream.push("2]");
    stream.refresh(&rules());
    assert_eq!(written(stream.blocks()), "p(So cite:12(12))");
}

#[test]
fn what_was_taken_back_is_no_longer_shown() {
    let mut stream = Stream::default();
    stream.push("One.\n\n**Two** is");
    stream.refresh(&rules());
    stream.cut(4);
    assert_eq!(stream.refresh(&rules()), Some(0));
    assert_eq!(stream.blocks(), render("One.", &rules()));
    stream.cut(0);
    assert_eq!(stream.refresh(&rules()), Some(0));
    assert!(stream.blocks().is_empty());
    // Past the end there is nothing to take back.
    stream.push("Three");
    stream.refresh(&rules());
    stream.cut(100);
    assert_eq!(stream.refresh(&rules()), None);
}

#[test]
fn a_place_in_the_source_is_found_in_the_text_as_shown() {
    let check = |source: &str, at: usize, before: &str| {
        let mut stream = Stream::default();
        stream.push(source);
        let units = before.encode_utf16().count();
        assert_eq!(stream.shown_before(at, &rules()), units, "{source} at {at}");
    };
    check("plain text", 6, "plain ");
    check("a **bold** word", 8, "a bold");
    check("a **bold** word", 6, "a bo");
    check("# Tide\n\nIt rises 😀 and falls", 18, "TideIt rises 😀");
    check("whole", 99, "whole");
}
