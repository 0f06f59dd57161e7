//! The files of the catalogue, and mistakes in them.

use std::{collections::HashSet, fs, path::Path};

use coterie_protocol::Place;

use super::*;
use crate::experts::Secret;

const VENDOR: &str = r#"id = "v"
name = "V"
source = "https://v.example/docs"
checked = "2026-11-23"
confidence = "high"
[[key]]
name = "API key"
environment = ["V_KEY"]
[[endpoint]]
base_url = "https://v.example/v1"
dialect = "openai_chat"
auth = { kind = "bearer" }
[[model]]
id = "m"
name = "M"
price = [{ currency = "USD", tier = [{ input = 1, output = 2 }] }]
"#;

/// The one mistake of a file: where, which field, and words of what is wrong.
fn check_mistake(text: &str, line: usize, field: &str, words: &str) {
    let (catalog, errors) = Catalog::of(&[("v.toml", text)]);
    assert!(
        catalog.vendors().is_empty() && errors.len() == 1,
        "{errors:?}"
    );
    let error = &errors[0];
    assert_eq!(
        (error.file.as_str(), error.line, error.field.as_str()),
        ("v.toml", line, field),
        "{error}"
    );
    assert!(error.what.contains(words), "{error}");
}

fn check_changed(from: &str, to: &str, line: usize, field: &str, words: &str) {
    assert!(VENDOR.contains(from), "{from}");
    check_mistake(&VENDOR.replacen(from, to, 1), line, field, words);
}

#[test]
fn every_file_is_whole_and_built_in() {
    let (catalog, errors) = Catalog::of(files::FILES);
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(catalog.vendors().len(), files::FILES.len());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/experts/catalog");
    let names = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let there: HashSet<_> = names.filter(|name| name.ends_with(".toml")).collect();
    let built_in: HashSet<_> = files::FILES
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(there, built_in);
    for (vendor, (file, _)) in catalog.vendors().iter().zip(files::FILES) {
        assert_eq!(format!("{}.toml", vendor.id), **file);
    }
}

#[test]
fn experts_have_names_of_their_own_and_all_that_routing_needs() {
    let mut ids = HashSet::new();
    for vendor in Catalog::built_in().vendors() {
        assert!(
            vendor.place == Place::ThisMachine || !vendor.models().is_empty(),
            "{}",
            vendor.id
        );
        let named = ["AZURE_RESOURCE_NAME", "AZURE_DEPLOYMENT"];
        let fill = |name: &str| named.contains(&name).then(|| "x".to_owned());
        let key = Secret::new("a\nb\nc");
        let mut regions: Vec<_> = vendor.regions().into_iter().map(Some).collect();
        regions.push(None);
        let mut offered = HashSet::new();
        for region in regions {
            for endpoint in vendor.endpoints(region, &fill, key.as_ref()) {
                assert_eq!(endpoint.vendor_id, vendor.id);
                offered.insert(endpoint.id);
            }
        }
        assert_eq!(
            offered.len(),
            vendor.models().len(),
            "{}: {offered:?}",
            vendor.id
        );
        for model in vendor.models() {
            assert!(ids.insert(format!("{}/{}", vendor.id, model.id)));
            assert!(
                !model.skills.is_empty() && model.first_token.is_some(),
                "{}",
                model.id
            );
        }
    }
    assert!(ids.len() > 100);
}

#[test]
fn every_vendor_is_here_that_the_roster_promises() {
    let promised = [
        "baidu",
        "volcengine",
        "tencent",
        "alibaba",
        "huawei",
        "zhipu",
        "moonshot",
        "minimax",
        "baichuan",
        "lingyiwanwu",
        "sensetime",
        "iflytek",
        "tal",
        "deepseek",
        "modelbest",
        "qihoo360",
        "openai",
        "anthropic",
        "gemini",
        "mistral",
        "xai",
        "groq",
        "cerebras",
        "together",
        "openrouter",
        "siliconflow",
        "azure",
        "bedrock",
        "cohere",
        "ollama",
        "llama-cpp",
        "lm-studio",
        "vllm",
        "deepl",
        "google-translate",
        "microsoft-translator",
        "libretranslate",
        "baidu-fanyi",
        "tencent-tmt",
        "volcengine-mt",
        "apertium-apy",
    ];
    for vendor in promised {
        assert!(Catalog::built_in().vendor(vendor).is_some(), "{vendor}");
    }
}

#[test]
fn mistakes_name_file_line_and_field() {
    check_changed("name = \"V\"", "nmae = \"V\"", 2, "nmae", "unknown field");
    check_changed("name = \"V\"\n", "", 1, "name", "missing");
    check_changed("2026-11-23", "2026-02-30", 4, "checked", "no date");
    check_changed(
        "\"https://v.example/docs\"",
        "7",
        3,
        "source",
        "invalid type",
    );
    check_changed("V_KEY", "sk-canary", 6, "environment", "capital");
    check_changed(
        "https://v.example/v1",
        "http://v.example/v1",
        9,
        "base_url",
        "https://",
    );
    check_changed(
        "https://v.example/v1",
        "http://127.0.0.1:1/v1",
        9,
        "base_url",
        "`place`",
    );
    check_changed(
        "https://v.example/v1",
        "https://{WHO}.example/v1",
        9,
        "base_url",
        "placeholder",
    );
    check_changed("openai_chat", "klingon", 11, "dialect", "unknown variant");
    check_changed(
        "\"bearer\" }",
        "\"bearer\" }\nquirks = { cumulative = true }",
        13,
        "quirks",
        "unknown field",
    );
    check_changed("input = 1,", "input = -1,", 13, "price", "below 0");
    check_changed(
        "input = 1,",
        "input = 1, cached = 2,",
        13,
        "price",
        "cached",
    );
    check_changed("\"USD\"", "\"dollars\"", 13, "price", "currency");
    check_changed("input = 1,", "up_to = 5, input = 1,", 13, "price", "tiers");
    check_changed(
        "name = \"M\"",
        "name = \"M\"\nretired = \"2026-01-01\"",
        13,
        "retired",
        "gone",
    );
    check_changed(
        "name = \"M\"",
        "name = \"M\"\nskills = { code = 2.0 }",
        13,
        "skills",
        "between",
    );
    check_changed(
        "name = \"M\"",
        "name = \"M\"\nendpoint = \"other\"",
        13,
        "endpoint",
        "not the name",
    );
    let again = &VENDOR[VENDOR.find("[[model]]").unwrap()..];
    check_mistake(&format!("{VENDOR}{again}"), 17, "id", "twice");
}

#[test]
fn a_missing_price_is_a_mistake_and_a_free_model_says_so() {
    let price = "price = [{ currency = \"USD\", tier = [{ input = 1, output = 2 }] }]\n";
    check_changed(price, "", 13, "price", "is missing");
    let free = VENDOR.replace("input = 1, output = 2", "input = 0, output = 0");
    assert!(Catalog::of(&[("v.toml", &free)]).1.is_empty());
    let unknown = VENDOR.replace(price, "price_unknown = \"nobody tells\"\n");
    assert!(Catalog::of(&[("v.toml", &unknown)]).1.is_empty());
}

#[test]
fn a_key_put_where_none_belongs_is_not_repeated() {
    let text = VENDOR.replace("name = \"V\"", "name = \"V\"\napi_key = \"sk-canary\"");
    let (_, errors) = Catalog::of(&[("v.toml", &text)]);
    assert!(!errors[0].to_string().contains("canary"), "{}", errors[0]);
}

fn own(files: &[(&str, &str)]) -> (Catalog, Vec<CatalogError>) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    Catalog::with_own(folder.path())
}

#[test]
fn the_readers_own_files_add_vendors_and_change_models() {
    let cheaper = "id = \"deepseek\"\n[[model]]\nid = \"deepseek-flash\"\n\
        price = [{ currency = \"CNY\", tier = [{ input = 1, output = 2 }] }]\n\
        [[model]]\nid = \"new\"\nname = \"New\"\nprice_unknown = \"secret\"\n";
    let (catalog, errors) = own(&[("a.toml", VENDOR), ("b.toml", cheaper), ("notes.txt", "x")]);
    assert!(errors.is_empty(), "{errors:?}");
    assert!(catalog.model("v/m").is_some() && catalog.model("deepseek/new").is_some());
    let (_, model) = catalog.model("deepseek/deepseek-flash").unwrap();
    assert_eq!(model.price(None).unwrap().currency, "CNY");
    assert_eq!(model.name, "DeepSeek Flash");
    assert!(catalog.model("deepseek/deepseek-flash:thinking").is_some());
    assert_eq!(
        catalog.vendors().len(),
        Catalog::built_in().vendors().len() + 1
    );
}

#[test]
fn a_mistake_in_one_own_file_leaves_the_rest() {
    let broken = "id = \"zhipu\"\n\n[[model]]\nid = \"new\"\nname = \"New\"\n";
    let (catalog, errors) = own(&[("a.toml", broken), ("b.toml", VENDOR), ("c.toml", "id = ")]);
    assert_eq!(errors.len(), 2);
    assert!(errors[0].file.ends_with("a.toml"));
    assert_eq!((errors[0].line, errors[0].field.as_str()), (3, "price"));
    assert!(catalog.model("v/m").is_some() && catalog.model("zhipu/glm-5.3").is_some());
    assert!(Catalog::with_own(Path::new("/nowhere")).1.is_empty());
}

fn set<'a>(variables: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
    move |name| {
        let found = variables.iter().find(|(variable, _)| *variable == name);
        found.map(|(_, value)| (*value).to_owned())
    }
}

fn check_key(vendor: &str, variables: &[(&str, &str)], parts: Option<&[&str]>) {
    let vendor = Catalog::built_in().vendor(vendor).unwrap();
    let expected = parts.map(|parts| Secret::new(&parts.join("\n")).unwrap());
    assert_eq!(vendor.key_in(&set(variables)), expected, "{}", vendor.id);
}

#[test]
fn the_parts_of_a_key_come_from_the_environment() {
    check_key("deepseek", &[], None);
    check_key("deepseek", &[("DEEPSEEK_API_KEY", "  ")], None);
    check_key("moonshot", &[("KIMI_API_KEY", "k")], Some(&["k"]));
    let id = ("AWS_ACCESS_KEY_ID", "id");
    check_key(
        "bedrock",
        &[("AWS_BEARER_TOKEN_BEDROCK", "k")],
        Some(&["k"]),
    );
    check_key("tencent-tmt", &[("TENCENTCLOUD_SECRET_ID", "id")], None);
    check_key(
        "bedrock",
        &[id, ("AWS_SECRET_ACCESS_KEY", "s")],
        Some(&["id", "s"]),
    );
    let session = ("AWS_SESSION_TOKEN", "t");
    check_key(
        "bedrock",
        &[id, ("AWS_SECRET_ACCESS_KEY", "s"), session],
        Some(&["id", "s", "t"]),
    );
    check_key("ollama", &[], None);
}

/// Where the first model of a vendor is reached.
fn check_place(
    vendor: &str,
    region: Option<&str>,
    variables: &[(&str, &str)],
    key: &str,
    base: &str,
    currency: Option<&str>,
) {
    let vendor = Catalog::built_in().vendor(vendor).unwrap();
    let key = Secret::new(key);
    let region = region.or_else(|| {
        vendor.region_in(&set(variables)).map(|region| {
            vendor
                .regions()
                .into_iter()
                .find(|known| *known == region)
                .unwrap()
        })
    });
    let endpoints = vendor.endpoints(region, &set(variables), key.as_ref());
    let endpoint = endpoints
        .first()
        .map(|endpoint| endpoint.base_url.to_string());
    assert_eq!(endpoint.unwrap_or_default(), base, "{}", vendor.id);
    if let Some(currency) = currency {
        assert_eq!(endpoints[0].price.as_ref().unwrap().currency, currency);
    }
}

#[test]
fn regions_accounts_and_names_of_ones_own_lead_to_other_addresses() {
    let (cn, intl) = (
        "https://open.bigmodel.cn/api/paas/v4",
        "https://api.z.ai/api/paas/v4",
    );
    check_place("zhipu", None, &[], "k", cn, Some("CNY"));
    check_place("zhipu", Some("intl"), &[], "k", intl, Some("USD"));
    check_place(
        "zhipu",
        None,
        &[("ZAI_API_KEY", "k")],
        "k",
        intl,
        Some("USD"),
    );
    check_place("deepl", None, &[], "k", "https://api.deepl.com/", None);
    check_place(
        "deepl",
        None,
        &[],
        "k:fx",
        "https://api-free.deepl.com/",
        None,
    );
    let deployment = ("AZURE_DEPLOYMENT", "d");
    check_place("azure", None, &[deployment], "k", "", None);
    check_place(
        "azure",
        None,
        &[deployment, ("AZURE_RESOURCE_NAME", "mine")],
        "k",
        "https://mine.openai.azure.com/openai/v1",
        None,
    );
    let address = ("AZURE_OPENAI_ENDPOINT", "https://other.example/");
    check_place(
        "azure",
        None,
        &[deployment, address],
        "k",
        "https://other.example/openai/v1",
        None,
    );
    let here = ("LIBRETRANSLATE_URL", "http://127.0.0.1:5000");
    check_place(
        "libretranslate",
        None,
        &[here],
        "",
        "http://127.0.0.1:5000/",
        None,
    );
    let bedrock = "https://bedrock-runtime.eu-west-1.amazonaws.com/";
    check_place(
        "bedrock",
        None,
        &[("AWS_DEFAULT_REGION", "eu-west-1")],
        "a\nb",
        bedrock,
        Some("USD"),
    );
}

#[test]
fn a_check_costs_nothing_and_stays_with_its_vendor() {
    for vendor in Catalog::built_in().vendors() {
        let key = Secret::new("k");
        let named = ["AZURE_RESOURCE_NAME", "AZURE_DEPLOYMENT"];
        let fill = |name: &str| named.contains(&name).then(|| "x".to_owned());
        if let Some(check) = vendor.check(None, &fill, key.as_ref()) {
            assert_eq!(check.url.origin(), check.endpoint.base_url.origin());
        }
    }
    let deepseek = Catalog::built_in().vendor("deepseek").unwrap();
    let check = deepseek.check(None, &|_| None, None).unwrap();
    assert_eq!(check.url.as_str(), "https://api.deepseek.com/user/balance");
}

#[test]
fn local_runtimes_are_on_this_machine_and_ollama_speaks_its_own() {
    let runtimes = Catalog::built_in().runtimes();
    assert!(runtimes.runtime.len() >= 4 && !runtimes.not_writers.is_empty());
    assert!(
        runtimes
            .runtime
            .iter()
            .all(|runtime| runtime.base_url.is_loopback())
    );
    let ollama = runtimes
        .runtime
        .iter()
        .find(|runtime| runtime.id == "ollama")
        .unwrap();
    let endpoint = ollama.endpoint("qwen3:4b");
    assert_eq!(endpoint.base_url.to_string(), "http://127.0.0.1:11434/");
    assert_eq!(endpoint.dialect, DialectName::Ollama);
    assert_eq!(endpoint.id.0, "ollama/qwen3:4b");
    let translator = runtimes.endpoint(ollama, "hf.co/tencent/HY-MT2-1.8B-GGUF");
    assert_eq!(translator.base_url.to_string(), "http://127.0.0.1:11434/v1");
    assert_eq!(translator.dialect, DialectName::ChatTranslation);
    assert_eq!(translator.actions, [coterie_protocol::Action::Translate]);
}
