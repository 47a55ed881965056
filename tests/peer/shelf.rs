//! A registry that hands out whatever it holds, right or wrong: no real one would take most of what programs are tried
//! with. It answers GET and HEAD on the loopback interface, each request in a connection of its own.

use super::artifacts::Artifact;
use crate::kit::{Layout, sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// A response: media type and body.
type Answer = (String, Vec<u8>);

/// The registry. It lives as long as the process.
pub struct Shelf {
    address: String,
    /// Repository of each artifact that it holds, by the artifact's name.
    repositories: BTreeMap<String, String>,
}

impl Shelf {
    /// Starts one that holds every artifact with a single root that has bytes, each in a repository of its own under
    /// the tag `v1`, its blobs as they are.
    pub fn hold(artifacts: &[Artifact]) -> Shelf {
        let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
        let mut repositories = BTreeMap::new();
        for (number, artifact) in artifacts.iter().enumerate() {
            let (Some(layout), Some(root)) = (artifact.layout(), artifact.root()) else {
                continue;
            };
            // Where the list itself is broken there is nothing to be asked for.
            if layout.items.iter().any(|(path, _)| path == "index.json") {
                continue;
            }
            let repository = format!("peer/{number}");
            let types = types(layout);
            let mut held = false;
            for (path, bytes) in layout.all() {
                let Some(hex) = path.strip_prefix("blobs/sha256/") else {
                    continue;
                };
                let digest = format!("sha256:{hex}");
                let media_type = types.get(&digest).cloned().unwrap_or_default();
                if root["digest"] == digest.as_str() {
                    held = true;
                    let media_type = root["mediaType"].as_str().unwrap_or_default();
                    answers.insert(
                        format!("/v2/{repository}/manifests/v1"),
                        (media_type.to_string(), bytes.clone()),
                    );
                }
                answers.insert(
                    format!("/v2/{repository}/manifests/{digest}"),
                    (media_type, bytes.clone()),
                );
                answers.insert(
                    format!("/v2/{repository}/blobs/{digest}"),
                    ("application/octet-stream".to_string(), bytes),
                );
            }
            if held {
                repositories.insert(artifact.name.clone(), repository);
            }
        }
        answers.insert(
            "/v2/".to_string(),
            ("application/json".to_string(), b"{}".to_vec()),
        );
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let answers = Arc::new(answers);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let answers = answers.clone();
                std::thread::spawn(move || answer(stream, &answers));
            }
        });
        Shelf {
            address,
            repositories,
        }
    }

    /// What to pull for an artifact, `127.0.0.1:PORT/REPOSITORY:v1`; none where it is not held.
    pub fn reference(&self, artifact: &Artifact) -> Option<String> {
        let repository = self.repositories.get(&artifact.name)?;
        Some(format!("{}/{repository}:v1", self.address))
    }
}

/// The media type that some descriptor gives each digest.
fn types(layout: &Layout) -> BTreeMap<String, String> {
    let mut types = BTreeMap::new();
    let documents = layout
        .items
        .iter()
        .filter_map(|(_, bytes)| serde_json::from_slice::<serde_json::Value>(bytes).ok());
    for document in documents.chain([layout.index.clone()]) {
        for entry in document["manifests"].as_array().into_iter().flatten() {
            if let (Some(digest), Some(media_type)) =
                (entry["digest"].as_str(), entry["mediaType"].as_str())
            {
                types.insert(digest.to_string(), media_type.to_string());
            }
        }
    }
    types
}

fn answer(stream: TcpStream, answers: &BTreeMap<String, Answer>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 2 {
        line.clear();
    }
    let mut words = first.split_whitespace();
    let (method, path) = (words.next()?, words.next()?);
    let path = path.split('?').next()?;
    let (status, media_type, body) = match answers.get(path) {
        Some((media_type, body)) => ("200 OK", media_type.as_str(), body.clone()),
        None => {
            let code = if path.contains("/blobs/") {
                "BLOB_UNKNOWN"
            } else {
                "MANIFEST_UNKNOWN"
            };
            let body = format!(r#"{{"errors":[{{"code":"{code}","message":"not held"}}]}}"#);
            ("404 Not Found", "application/json", body.into_bytes())
        }
    };
    let mut stream = reader.into_inner();
    let head = format!(
        "HTTP/1.1 {status}\r\nDocker-Distribution-Api-Version: registry/2.0\r\nContent-Type: {media_type}\r\n\
         Content-Length: {}\r\nDocker-Content-Digest: {}\r\nConnection: close\r\n\r\n",
        body.len(),
        sha256(&body)
    );
    stream.write_all(head.as_bytes()).ok()?;
    if method == "GET" {
        stream.write_all(&body).ok()?;
    }
    stream.flush().ok()
}
