//! Where an answer comes from: vendors that search name addresses in places of their own.

use serde_json::Value;

/// The most addresses that are kept.
const MOST: usize = 50;

/// The longest address that is kept, in bytes.
const LONGEST: usize = 2048;

/// Lists of sources beside an answer: texts, or objects with an address.
const LISTS: [&str; 5] = [
    "/citations",
    "/search_results",
    "/search_info/search_results",
    "/web_search",
    "/annotations",
];

/// Where an object of such a list keeps its address.
const ADDRESSES: [&str; 4] = ["/url", "/link", "/url_citation/url", "/web/uri"];

/// Adds the addresses in the lists of `json` that are not yet in `sources`.
pub(super) fn collect(json: &Value, sources: &mut Vec<String>) {
    let lists = LISTS
        .iter()
        .filter_map(|list| json.pointer(list)?.as_array());
    for entry in lists.flatten() {
        add(entry, sources);
    }
}

/// Adds the address of one entry, if it has one that is not yet in `sources`.
pub(super) fn add(entry: &Value, sources: &mut Vec<String>) {
    let inside = || {
        let mut found = ADDRESSES.iter().filter_map(|place| entry.pointer(place));
        found.find_map(Value::as_str)
    };
    let Some(address) = entry.as_str().or_else(inside) else {
        return;
    };
    let is_web = address.starts_with("https://") || address.starts_with("http://");
    let is_new = !sources.iter().any(|known| known == address);
    if is_web && is_new && address.len() <= LONGEST && sources.len() < MOST {
        sources.push(address.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(json: &Value, expected: &[&str]) {
        let mut sources = Vec::new();
        collect(json, &mut sources);
        collect(json, &mut sources);
        assert_eq!(sources, expected);
    }

    #[test]
    fn addresses_are_found_where_vendors_put_them_and_once() {
        let url = "https://a.example/";
        for json in [
            json!({"citations": [url]}),
            json!({"search_results": [{"index": 1, "url": url}, {"url": url}]}),
            json!({"search_info": {"search_results": [{"url": url}]}}),
            json!({"web_search": [{"title": "A", "link": url}]}),
            json!({"annotations": [{"type": "url_citation", "url_citation": {"url": url}}]}),
        ] {
            check(&json, &[url]);
        }
    }

    #[test]
    fn what_is_no_address_of_the_web_is_no_source() {
        check(
            &json!({"citations": ["javascript:x", 7, null, ""], "search_results": {}}),
            &[],
        );
    }
}
