//! The page agent: what it takes from a page, and what it leaves there.

use coterie_protocol::{Hidden, Selection, Snapshot};
use coterie_tests::{
    browser::{Browser, Launch, Session, Tab},
    pages::{self, PageServer},
    paths,
};

/// A page to which the reader has granted access, and the worker that reads it.
struct Reading {
    pages: PageServer,
    tab: Tab,
    worker: Session,
    _browser: Browser,
}

impl Reading {
    fn of(page: &str) -> Self {
        let launch = Launch {
            extension: Some(paths::extension().unwrap()),
            ..Launch::default()
        };
        let browser = Browser::launch(&launch).unwrap();
        let pages = PageServer::start().unwrap();
        let tab = browser.open(&pages.url(page)).unwrap();
        let worker = browser.worker().unwrap();
        browser.click_action(&tab).unwrap();
        let granted = "chrome.tabs.query({active: true, lastFocusedWindow: true})\
                       .then(([tab]) => tab?.url !== undefined)";
        worker.wait_for::<bool>("the grant", granted).unwrap();
        Self {
            pages,
            tab,
            worker,
            _browser: browser,
        }
    }

    fn snapshot(&self) -> Snapshot {
        let script = "chrome.tabs.query({active: true, lastFocusedWindow: true})\
             .then(([tab]) => chrome.scripting.executeScript({target: {tabId: tab.id}, files: \
             ['page/visibility.js', 'page/selection.js', 'page/snapshot.js']}))\
             .then(([{result}]) => result)";
        self.worker.evaluate(script).unwrap()
    }

    /// Lets the page change itself, by the body of a function.
    fn change(&self, body: &str) {
        let script = format!("(() => {{ {body} }})()");
        self.tab.page.run(&script).unwrap();
    }

    /// Lets the page consist of this markup.
    fn write(&self, markup: &str) {
        self.change(&format!("document.body.innerHTML = `{markup}`"));
    }
}

/// Each way of showing or hiding a text, as markup around `TEXT`.
const SHOWN: [&str; 17] = [
    "<p>TEXT</p>",
    "<div style='display: contents'><p>TEXT</p></div>",
    "<div style='visibility: hidden'><p style='visibility: visible'>TEXT</p></div>",
    "<details><summary>More</summary><p>TEXT</p></details>",
    "<details open><summary>TEXT</summary></details>",
    "<p style='margin-top: 4000px'>TEXT</p>",
    "<p style='line-height: 0'>TEXT</p>",
    "<div style='height: 0'><p>TEXT</p></div>",
    "<p style='text-indent: 2em'>TEXT</p>",
    "<p style='background: linear-gradient(red, blue); background-clip: text; color: transparent'>TEXT</p>",
    "<p style='height: 1.2em; overflow: hidden'>TEXT</p>",
    "<p style='clip-path: circle(50%)'>TEXT</p>",
    "<p style='opacity: 0.5'>TEXT</p>",
    "<div id='scroller' style='height: 50px; overflow: auto'><p>TEXT</p><p style='height: 3000px'></p></div>",
    "<div style='position: relative; left: -50px'><p style='margin-left: 50px'>TEXT</p></div>",
    "<div style='overflow-x: auto; width: 200px'><p style='width: 3000px; text-align: right'>TEXT</p></div>",
    "<button>TEXT</button>",
];

const NOT_SHOWN: [&str; 26] = [
    "<p style='display: none'>TEXT</p>",
    "<p hidden>TEXT</p>",
    "<p hidden='until-found'>TEXT</p>",
    "<p style='visibility: hidden'>TEXT</p>",
    "<div style='visibility: hidden'><p>TEXT</p></div>",
    "<div style='content-visibility: hidden'><p>TEXT</p></div>",
    "<div style='opacity: 0'><p>TEXT</p></div>",
    "<p style='opacity: 0.01'>TEXT</p>",
    "<p style='font-size: 0'>TEXT</p>",
    "<p style='font-size: 1px; line-height: 1px'>TEXT</p>",
    "<p style='color: transparent'>TEXT</p>",
    "<p style='color: rgb(0 0 0 / 1%)'>TEXT</p>",
    "<p aria-hidden='true'>TEXT</p>",
    "<p style='position: absolute; left: -9999px'>TEXT</p>",
    "<p style='position: absolute; top: -9999px'>TEXT</p>",
    "<nav style='position: fixed; left: -500px; width: 300px'><ul><li><a href='/'>TEXT</a></ul></nav>",
    "<p style='text-indent: -9999px'>TEXT</p>",
    "<p style='transform: scale(0)'>TEXT</p>",
    "<p style='transform: translateX(-9999px)'>TEXT</p>",
    "<p style='clip-path: inset(50%)'>TEXT</p>",
    "<p style='clip-path: circle(0)'>TEXT</p>",
    "<div style='position: absolute; width: 1px; height: 1px; overflow: hidden'><p>TEXT</p></div>",
    "<div style='max-height: 0; overflow: hidden'><p>TEXT</p></div>",
    "<div style='width: 0; overflow: hidden'><p>TEXT</p></div>",
    "<p>seen <em style='position: absolute; left: -9999px'>TEXT</em></p>",
    "<details><summary>More</summary><p style='display: none'>TEXT</p></details>",
];

/// What is no text of the page, hidden or not.
const NO_TEXT: [&str; 11] = [
    "<!-- TEXT -->",
    "<script>TEXT</script>",
    "<style>TEXT</style>",
    "<noscript>TEXT</noscript>",
    "<template>TEXT</template>",
    "<input value='TEXT'>",
    "<textarea>TEXT</textarea>",
    "<select><option>TEXT</option></select>",
    "<img alt='TEXT'>",
    "<p title='TEXT' aria-label='TEXT' data-note='TEXT' onclick='TEXT'></p>",
    "<iframe srcdoc='TEXT'></iframe>",
];

/// Which of these appear in a snapshot, all being on one page; and what was counted as hidden.
fn seen(reading: &Reading, ways: &[&str]) -> (Vec<bool>, Hidden) {
    let numbered = |number: usize| format!("WORD{number}END");
    let markup = ways.iter().enumerate().map(|(number, way)| {
        format!(
            "<section>{}</section>",
            way.replace("TEXT", &numbered(number))
        )
    });
    reading.write(&markup.collect::<String>());
    reading.change("document.getElementById('scroller')?.scrollTo(0, 2000)");
    let snapshot = reading.snapshot();
    let found = (0..ways.len()).map(|number| snapshot.html.contains(&numbered(number)));
    (found.collect(), snapshot.hidden)
}

fn check_seen(ways: &[&str], expected: bool) -> Hidden {
    let (found, hidden) = seen(&Reading::of(pages::FORM), ways);
    for (way, found) in ways.iter().zip(found) {
        assert_eq!(found, expected, "{way}");
    }
    hidden
}

#[test]
fn what_the_reader_sees_is_taken() {
    assert_eq!(check_seen(&SHOWN, true), Hidden::default());
}

#[test]
fn what_the_reader_cannot_see_is_left_out_and_counted() {
    let hidden = check_seen(&NOT_SHOWN, false);
    assert_eq!(hidden.elements as usize, NOT_SHOWN.len());
    let characters: usize = (0..NOT_SHOWN.len())
        .map(|number| format!("WORD{number}END").len())
        .sum();
    assert_eq!(hidden.characters as usize, characters);
}

#[test]
fn what_is_no_text_of_the_page_is_left_out_and_not_counted() {
    assert_eq!(check_seen(&NO_TEXT, false), Hidden::default());
}

#[test]
fn an_article_keeps_its_text_and_structure_without_what_it_hides() {
    let snapshot = Reading::of(pages::HIDDEN).snapshot();
    assert!(!snapshot.html.contains("HIDDEN-"), "{}", snapshot.html);
    assert!(
        snapshot
            .html
            .contains("<h1>Growing beans on a balcony</h1>")
    );
    assert_eq!(snapshot.html.matches("<p>").count(), 3);
    assert_eq!(snapshot.hidden.elements, 8);
    assert_eq!(snapshot.title, "A page that hides things");
    assert_eq!(snapshot.language.unwrap().as_str(), "en");
}

#[test]
fn structure_and_what_extraction_goes_by_cross_over() {
    let reading = Reading::of(pages::FORM);
    reading.write(
        "<article class='post' id='a1' role='main' itemprop='articleBody' style='color: red'>\
         <ul><li>One &amp; two &lt;three&gt;</li></ul><a href='/x?y=1&amp;z'>Link</a>\
         <a href='javascript:alert()'>Script</a><time datetime='2026-01-02'>Today</time>\
         <table><tbody><tr><td>Cell</td></tr></tbody></table><pre>  kept\n  lines</pre></article>",
    );
    let html = reading.snapshot().html;
    let expected = "<article class=\"post\" id=\"a1\" role=\"main\" itemprop=\"articleBody\">\
        <ul><li>One &amp; two &lt;three&gt;</li></ul><a href=\"/x?y=1&amp;z\">Link</a> <a>Script</a>\
        <time datetime=\"2026-01-02\">Today</time><table><tbody><tr><td>Cell</td></tr></tbody></table>\
        <pre>  kept\n  lines</pre></article>";
    let tight = |text: &str| text.replace("</a> <", "</a><");
    assert!(tight(&html).contains(&tight(expected)), "{html}");
}

#[test]
fn the_strictest_policy_of_a_page_is_no_obstacle() {
    let open = Reading::of(pages::ENGLISH).snapshot();
    let strict = Reading::of(pages::STRICT).snapshot();
    assert!(strict.html.contains("Fresnel"));
    assert_eq!(strict.html, open.html);
}

#[test]
fn shadow_trees_are_read_as_they_are_shown() {
    let reading = Reading::of(pages::FORM);
    reading.write(
        "<div id='open'>SLOTTED<b slot='nowhere'>UNSLOTTED</b></div><closed-one></closed-one>",
    );
    reading.change(
        "const open = document.getElementById('open').attachShadow({mode: 'open'}); \
         open.innerHTML = '<p>BEFORE</p><slot></slot><slot name=\"empty\">FALLBACK</slot>'; \
         customElements.define('closed-one', class extends HTMLElement { \
           constructor() { super(); this.attachShadow({mode: 'closed'}).append('CLOSED'); } })",
    );
    let html = reading.snapshot().html;
    assert!(html.contains("<p>BEFORE</p>SLOTTEDFALLBACK"), "{html}");
    assert!(html.contains("<closed-one>CLOSED</closed-one>"), "{html}");
    assert!(!html.contains("UNSLOTTED"), "{html}");
}

#[test]
fn a_drawing_is_read_without_fault() {
    let snapshot = Reading::of(pages::DRAWING).snapshot();
    assert!(
        snapshot.html.contains("<p>Hochwasser um sechs Uhr</p>"),
        "{}",
        snapshot.html
    );
    assert!(!snapshot.html.contains("HIDDEN-SVG"));
    assert_eq!(
        (snapshot.title.as_str(), snapshot.hidden.elements),
        ("Gezeiten", 1)
    );
    assert_eq!(snapshot.language.unwrap().as_str(), "de");
}

#[test]
fn reading_twice_gives_the_same_and_asks_for_nothing() {
    let reading = Reading::of(pages::FORM);
    reading.write("<p>Text</p><img src='/picture.png'><x-element>Text</x-element>");
    let first = reading.snapshot();
    let requested = reading.pages.requested();
    assert_eq!(reading.snapshot(), first);
    assert_eq!(reading.pages.requested(), requested);
}

/// What is taken as the selection after the page has run this.
fn check_selection(markup: &str, select: &str, expected: Option<(&str, &str, &str)>) {
    let reading = Reading::of(pages::FORM);
    reading.write(markup);
    reading.change(select);
    let expected = expected.map(|(before, text, after)| Selection {
        text: text.to_owned(),
        before: before.to_owned(),
        after: after.to_owned(),
    });
    assert_eq!(reading.snapshot().selection, expected, "{select}");
}

#[test]
fn a_selection_comes_with_its_surroundings_and_its_paragraphs() {
    check_selection(
        "<h2>Head</h2><p>First with <b>some</b> words.</p><p style='display:none'>HIDDEN</p><p>Second one here.</p>",
        "const [one, two] = [document.querySelector('b').firstChild, document.querySelectorAll('p')[2].firstChild]; \
         getSelection().setBaseAndExtent(one, 0, two, 6)",
        Some(("Head\nFirst with ", "some words.\n\nSecond", " one here.")),
    );
}

#[test]
fn the_surroundings_of_a_selection_end_after_four_hundred_characters() {
    let reading = Reading::of(pages::FORM);
    let many = "word ".repeat(300);
    reading.write(&format!("<p>{many}</p><p id='here'>HERE</p><p>{many}</p>"));
    reading.change("getSelection().selectAllChildren(document.getElementById('here'))");
    let selection = reading.snapshot().selection.unwrap();
    assert_eq!(selection.text, "HERE");
    assert_eq!((selection.before.len(), selection.after.len()), (400, 400));
}

#[test]
fn a_selection_in_a_field_is_taken() {
    let select = "const field = document.querySelector('#field'); field.focus(); field.setSelectionRange(4, 7)";
    let expected = Some(("one ", "two", " three"));
    check_selection(
        "<textarea id='field'>one two three</textarea>",
        select,
        expected,
    );
    check_selection("<input id='field' value='one two three'>", select, expected);
}

#[test]
fn a_selection_in_a_field_of_secrets_is_never_taken() {
    let select = "const field = document.querySelector('#field'); field.focus(); field.setSelectionRange(0, 6)";
    for field in [
        "<input id='field' type='password' value='secret'>",
        "<input id='field' type='text' autocomplete='current-password' value='secret'>",
        "<input id='field' type='text' autocomplete='one-time-code' value='secret'>",
        "<input id='field' type='text' autocomplete='cc-number' value='secret'>",
    ] {
        check_selection(&format!("<p>Text</p>{field}"), select, None);
    }
}

#[test]
fn a_selection_in_a_shadow_tree_is_taken() {
    check_selection(
        "<div id='host'></div>",
        "const root = document.getElementById('host').attachShadow({mode: 'open'}); \
         root.innerHTML = '<p>one <i>two</i> three</p>'; \
         root.getSelection().selectAllChildren(root.querySelector('i'))",
        Some(("one ", "two", " three")),
    );
}
