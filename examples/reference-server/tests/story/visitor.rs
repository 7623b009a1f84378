//! Who calls the server over HTTP: a contact's browser, and the firm's software.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;
use ureq::http::Response;
use ureq::typestate::WithBody;
use ureq::{Agent, Body, RequestBuilder};

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
    cookies: Vec<String>,
}

impl Answer {
    fn read(response: Response<Body>) -> Self {
        Self::try_read(response).unwrap()
    }

    fn try_read(mut response: Response<Body>) -> Result<Self, ureq::Error> {
        let texts = |name: &str| {
            let values = response.headers().get_all(name).into_iter();
            values
                .map(|value| value.to_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        Ok(Self {
            status: response.status().as_u16(),
            location: texts("location").pop(),
            cookies: texts("set-cookie"),
            body: response.body_mut().read_to_string()?,
        })
    }

    /// The page as it reads: no tags, single spaces.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut in_tag = false;
        for character in self.body.chars() {
            match character {
                '<' => in_tag = true,
                '>' => {
                    in_tag = false;
                    text.push(' ');
                }
                _ if !in_tag => text.push(character),
                _ => {}
            }
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// A browser, as far as the portal can tell: keeps cookies, says where a form came from.
#[derive(Debug)]
pub(crate) struct Browser {
    agent: Agent,
    origin: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A new browser for the site at `origin`.
    pub(crate) fn new(origin: &str) -> Self {
        Self {
            agent: agent(),
            origin: origin.to_owned(),
            cookies: BTreeMap::new(),
        }
    }

    pub(crate) fn get(&mut self, address: &str) -> Answer {
        let request = self.agent.get(address).header("cookie", self.cookie());
        self.remember(request.call().unwrap())
    }

    pub(crate) fn post(&mut self, address: &str, form: &[(&str, &str)]) -> Answer {
        let request = self
            .agent
            .post(address)
            .header("cookie", self.cookie())
            .header("origin", &self.origin);
        let answer = request.send_form(form.iter().copied()).unwrap();
        self.remember(answer)
    }

    /// Signs in on the portal at `portal`; the answer must lead to the dashboard.
    pub(crate) fn sign_in(&mut self, portal: &str, email: &str, password: &str) {
        let form = [("email", email), ("password", password)];
        let answer = self.post(&format!("{portal}/login"), &form);
        let to = answer.location.clone().unwrap_or_default();
        assert!(
            to.ends_with("/dashboard"),
            "{} {}",
            answer.status,
            answer.text()
        );
    }

    fn cookie(&self) -> String {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn remember(&mut self, response: Response<Body>) -> Answer {
        let answer = Answer::read(response);
        for line in &answer.cookies {
            let pair = line.split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

/// The firm's software.
#[derive(Debug)]
pub(crate) struct Software {
    agent: Agent,
    api: String,
    key: String,
    /// What its idempotency keys begin with.
    name: String,
    calls: u32,
    /// How often it asks for one answer.
    tries: u32,
}

impl Software {
    /// Calls the API at `api` with `key`.
    pub(crate) fn new(api: String, key: String) -> Self {
        Self {
            agent: agent(),
            api,
            key,
            name: "story".to_owned(),
            calls: 0,
            tries: 1,
        }
    }

    /// Under a name of its own it asks for a minute, with the same idempotency key, while nobody
    /// answers or the server is at fault.
    pub(crate) fn patient(self, name: String) -> Self {
        Self {
            name,
            tries: 600,
            ..self
        }
    }

    /// The same software, which calls the server at this address.
    pub(crate) fn at(self, base: &str) -> Self {
        let api = format!("{base}/firm/api/v1");
        Self { api, ..self }
    }

    /// Reads a record or a file; the answer must be a success.
    pub(crate) fn bytes(&self, path: &str) -> Vec<u8> {
        let request = self.agent.get(format!("{}{path}", self.api));
        let answer = request.header("authorization", self.bearer()).call();
        let mut answer = answer.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.body_mut().read_to_vec().unwrap()
    }

    /// Reads; the answer must be a success.
    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = self.try_get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    pub(crate) fn try_get(&self, path: &str) -> Answer {
        self.answer(|| {
            let request = self.agent.get(format!("{}{path}", self.api));
            request.header("authorization", self.bearer()).call()
        })
    }

    /// Posts; the answer must be a success.
    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Value {
        let answer = self.try_post(path, body);
        assert!(
            (200..300).contains(&answer.status),
            "{path}: {} {}",
            answer.status,
            answer.body
        );
        answer.json()
    }

    pub(crate) fn try_post(&mut self, path: &str, body: &Value) -> Answer {
        self.calls += 1;
        self.answer(|| self.keyed(path).send_json(body))
    }

    /// Posts; the answer's status, and the id that it bears.
    pub(crate) fn answered(&mut self, path: &str, body: &Value) -> (u16, String) {
        self.calls += 1;
        let request = self
            .agent
            .post(format!("{}{path}", self.api))
            .header("authorization", self.bearer())
            .header("idempotency-key", format!("story-{}", self.calls));
        let answer = request.send_json(body).unwrap();
        let id = answer.headers()["x-request-id"].to_str().unwrap();
        (answer.status().as_u16(), id.to_owned())
    }

    /// The key that it calls with.
    pub(crate) fn secret(&self) -> &str {
        &self.key
    }

    /// Hands in a file with what is said of it; the answer must be a success.
    pub(crate) fn hand_in(&mut self, path: &str, details: &Value, file: (&str, &[u8])) -> Value {
        let answer = self.try_hand_in(path, details, file);
        assert_eq!(answer.status, 201, "{path}: {}", answer.body);
        answer.json()
    }

    pub(crate) fn try_hand_in(
        &mut self,
        path: &str,
        details: &Value,
        (name, bytes): (&str, &[u8]),
    ) -> Answer {
        self.calls += 1;
        let part = "--part\r\ncontent-disposition: form-data; name=";
        let details =
            format!("{part}\"details\"\r\ncontent-type: application/json\r\n\r\n{details}\r\n");
        let file = format!("{part}\"file\"; filename=\"{name}\"\r\n\r\n");
        let body = [
            details.as_bytes(),
            file.as_bytes(),
            bytes,
            b"\r\n--part--\r\n",
        ]
        .concat();
        self.answer(|| {
            let request = self.keyed(path);
            let request = request.header("content-type", "multipart/form-data; boundary=part");
            request.send(&body[..])
        })
    }

    /// Deletes, whatever the version; the answer must be a success.
    pub(crate) fn delete(&self, path: &str) {
        let request = self.agent.delete(format!("{}{path}", self.api));
        let request = request.header("if-match", "*");
        let answer = request.header("authorization", self.bearer()).call();
        let answer = Answer::read(answer.unwrap());
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }

    fn keyed(&self, path: &str) -> RequestBuilder<WithBody> {
        self.agent
            .post(format!("{}{path}", self.api))
            .header("authorization", self.bearer())
            .header("idempotency-key", format!("{}-{}", self.name, self.calls))
    }

    fn answer(&self, ask: impl Fn() -> Result<Response<Body>, ureq::Error>) -> Answer {
        let mut last = ask().and_then(Answer::try_read);
        for _ in 1..self.tries {
            if last.as_ref().is_ok_and(|answer| answer.status < 500) {
                break;
            }
            sleep(Duration::from_millis(100));
            last = ask().and_then(Answer::try_read);
        }
        last.unwrap()
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.key)
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .into()
}
