//! Local runtimes: whoever answers on its usual port with a list of models is used at once.

use std::{collections::HashSet, sync::Arc, time::Duration};

use futures::future::join_all;
use reqwest::StatusCode;
use serde::Deserialize;
use tokio::time::timeout;

use super::{
    Expert, Search,
    catalog::{Endpoint, Runtime, Runtimes},
    remote::Remote,
};
use crate::http;

/// How long a runtime may take to list its models. Nobody listening is told at once.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The longest list that is read, in bytes.
const LONGEST: usize = 1024 * 1024;

/// The most models taken from one runtime.
const MODELS: usize = 32;

/// A search for the models of these runtimes.
pub fn search(runtimes: Runtimes) -> Search {
    let runtimes = Arc::new(runtimes);
    Arc::new(move || {
        let runtimes = Arc::clone(&runtimes);
        Box::pin(async move { find(&runtimes).await })
    })
}

async fn find(runtimes: &Runtimes) -> Vec<Arc<dyn Expert>> {
    let lists = runtimes.runtime.iter().map(|runtime| async move {
        let list = timeout(PATIENCE, list(runtime)).await.ok().flatten();
        list.map(|list| list.endpoints(runtime, runtimes))
    });
    let found = join_all(lists).await.into_iter().flatten().flatten();
    let mut seen = HashSet::new();
    let new = found.filter(|endpoint| seen.insert(endpoint.id.clone()));
    new.map(|endpoint| Arc::new(Remote::new(endpoint)) as Arc<dyn Expert>)
        .collect()
}

/// The models of a runtime; nothing if nobody is there, or somebody else.
async fn list(runtime: &Runtime) -> Option<List> {
    let url = runtime.base_url.call("models");
    let client = http::client(&url).ok()?;
    let mut response = client.get(url).send().await.ok()?;
    if response.status() != StatusCode::OK {
        return None;
    }
    let mut json = Vec::new();
    while let Some(bytes) = response.chunk().await.ok()? {
        json.extend_from_slice(&bytes);
        if json.len() > LONGEST {
            return None;
        }
    }
    let list: List = serde_json::from_slice(&json).ok()?;
    (list.object == "list").then_some(list)
}

/// What such a runtime answers: anything else on the port is left alone.
#[derive(Debug, Deserialize)]
struct List {
    object: String,
    data: Vec<Model>,
}

/// A model, with the length of its context where the runtime tells it.
#[derive(Debug, Deserialize)]
struct Model {
    id: String,
    #[serde(default)]
    owned_by: String,
    /// vLLM.
    max_model_len: Option<u32>,
    /// Some proxies.
    context_length: Option<u32>,
    /// llama.cpp.
    meta: Option<Meta>,
}

#[derive(Debug, Deserialize)]
struct Meta {
    n_ctx: Option<u32>,
}

impl List {
    fn endpoints(&self, asked: &Runtime, all: &Runtimes) -> Vec<Endpoint> {
        let writers = self.data.iter().filter(|model| model.writes(all));
        let endpoint = |model: &Model| {
            let runtime = Runtime {
                base_url: asked.base_url.clone(),
                ..model.maker(asked, all).clone()
            };
            let endpoint = all.endpoint(&runtime, &model.id);
            Endpoint {
                context: model.context().or(endpoint.context),
                ..endpoint
            }
        };
        writers.take(MODELS).map(endpoint).collect()
    }
}

impl Model {
    /// Whether it writes text, by its name.
    fn writes(&self, all: &Runtimes) -> bool {
        let name = self.id.to_lowercase();
        !all.not_writers.iter().any(|word| name.contains(word))
    }

    /// The runtime that the model says it belongs to, which may listen on another's port.
    fn maker<'a>(&self, asked: &'a Runtime, all: &'a Runtimes) -> &'a Runtime {
        let signed = |runtime: &&Runtime| runtime.owned_by.as_deref() == Some(&*self.owned_by);
        all.runtime.iter().find(signed).unwrap_or(asked)
    }

    fn context(&self) -> Option<u32> {
        let meta = self.meta.as_ref().and_then(|meta| meta.n_ctx);
        self.max_model_len.or(self.context_length).or(meta)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpListener,
    };

    use super::*;
    use crate::experts::{
        BaseUrl,
        catalog::{Catalog, DialectName},
    };

    /// A runtime that answers one request in this way; the asked path must be the list's.
    async fn runtime(answer: String) -> Runtime {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let length = socket.read(&mut request).await.unwrap();
            assert!(request[..length].starts_with(b"GET /v1/models HTTP/1.1"));
            socket.write_all(answer.as_bytes()).await.unwrap();
        });
        at(&format!("http://{address}/v1"))
    }

    fn at(url: &str) -> Runtime {
        Runtime {
            id: "here".to_owned(),
            name: "Here".to_owned(),
            base_url: BaseUrl::try_from(url.to_owned()).unwrap(),
            owned_by: None,
            context: None,
            dialect: DialectName::OpenaiChat,
        }
    }

    fn ok(json: &str) -> String {
        let length = json.len();
        format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{json}")
    }

    /// The ids of the experts found when a runtime answers so.
    async fn check(answer: String, expected: &[&str]) {
        let mut runtimes = Catalog::built_in().runtimes();
        for usual in &mut runtimes.runtime {
            usual.base_url = BaseUrl::try_from("http://127.0.0.1:9/v1".to_owned()).unwrap();
        }
        runtimes.runtime.insert(0, runtime(answer).await);
        let found = search(runtimes)().await;
        let ids: Vec<_> = found.iter().map(|expert| &*expert.card().id.0).collect();
        assert_eq!(ids, expected);
    }

    #[tokio::test]
    async fn models_that_write_are_experts_and_embedders_are_not() {
        let json = r#"{"object":"list","data":[{"id":"qwen3:4b"},{"id":"nomic-embed-text"},
            {"id":"BGE-M3"},{"id":"qwen3:4b"},{"id":"llama"}]}"#;
        check(ok(json), &["here/qwen3:4b", "here/llama"]).await;
    }

    #[tokio::test]
    async fn a_runtime_on_another_ones_port_is_known_by_its_models() {
        let json = r#"{"object":"list","data":[{"id":"qwen3","owned_by":"vllm"}]}"#;
        check(ok(json), &["vllm/qwen3"]).await;
    }

    #[tokio::test]
    async fn what_is_no_such_runtime_is_left_alone() {
        for json in [
            "<html>",
            "{}",
            "[]",
            r#"{"object":"list"}"#,
            r#"{"object":"x","data":[]}"#,
        ] {
            check(ok(json), &[]).await;
        }
        check(
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned(),
            &[],
        )
        .await;
        let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\n\r\n";
        check(elsewhere.to_owned(), &[]).await;
        check("SSH-2.0-OpenSSH_9.6\r\n".to_owned(), &[]).await;
        let long = format!(r#"{{"object":"{}","data":[]}}"#, "x".repeat(LONGEST));
        check(ok(&long), &[]).await;
    }

    #[tokio::test]
    async fn a_runtime_that_says_nothing_does_not_hold_up_the_search() {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut runtimes = Catalog::built_in().runtimes();
        let address = silent.local_addr().unwrap();
        runtimes.runtime = vec![at(&format!("http://{address}/v1"))];
        let begun = std::time::Instant::now();
        assert_eq!(search(runtimes)().await.len(), 0);
        assert!(begun.elapsed() < PATIENCE * 2);
    }

    #[tokio::test]
    async fn the_context_is_the_models_own_where_it_is_told() {
        let list: List = serde_json::from_str(
            r#"{"object":"list","data":[{"id":"a","max_model_len":8192},
                {"id":"b","meta":{"n_ctx":16384}},{"id":"c","meta":null},{"id":"d"}]}"#,
        )
        .unwrap();
        let mut asked = at("http://127.0.0.1:9/v1");
        asked.context = Some(4096);
        let all = Catalog::built_in().runtimes();
        let contexts: Vec<_> = list
            .endpoints(&asked, &all)
            .into_iter()
            .map(|endpoint| endpoint.context)
            .collect();
        assert_eq!(contexts, [Some(8192), Some(16384), Some(4096), Some(4096)]);
    }
}
