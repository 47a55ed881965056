//! A report as SARIF 2.1.0 (OASIS), for code scanning. Findings are results, and so are the verdicts of consumers that were
//! asked for, under ids of their own. Services that read SARIF take every result for a problem, whatever its kind: so rules that
//! could not run are told as notifications, and as results only where everything is asked for.

mod place;

use crate::addresses::{Target, address};
use crate::consumers::{self, Question};
use crate::report::{Decision, Finding, Locus, Outcome, Report, RuleOutcome, Severity, Verdict};
use crate::rules;
use crate::text::{Lang, Phrase, say};
use place::{Names, fingerprint, uri};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What a report is shown with.
pub struct Shown<'a> {
    /// The report.
    pub report: &'a Report,
    /// The reader's language.
    pub lang: Lang,
    /// Whether consumers were asked for by name.
    pub asked: bool,
    /// The consumer that the reader deploys to.
    pub target: Option<&'a Question>,
    /// Whether everything is told, also what is as it should be.
    pub all: bool,
    /// Where the input stands, parts between slashes, if that is known.
    pub path: Option<String>,
    /// Whether that is a folder: its files then stand by themselves.
    pub folder: bool,
    /// Where the page stands, without a slash at the end, if that is known.
    pub site: Option<String>,
}

/// The whole report as a log.
pub fn log(shown: &Shown) -> Value {
    let report = shown.report;
    let mut log = Log::new(shown);
    let mut results: Vec<Value> = report.findings.iter().map(|f| log.finding(f)).collect();
    for verdict in &report.verdicts {
        results.extend(log.verdict(verdict));
    }
    let mut notes: Vec<Value> = report
        .coverage
        .iter()
        .map(|item| {
            let why = item.why.render(shown.lang);
            json!({ "level": "note", "message": { "text": why }, "locations": [
                { "physicalLocation": { "artifactLocation": log.file(&item.path) } } ] })
        })
        .collect();
    for outcome in &report.rules {
        if shown.all {
            results.extend(log.outcome(outcome));
        } else {
            notes.extend(log.not_run(outcome));
        }
    }
    let decided = |decision| {
        report
            .verdicts
            .iter()
            .filter(|v| v.verdict == decision)
            .count()
    };
    let mut driver = json!({
        "name": "Pullcheck",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": log.rules,
    });
    if let (Some(site), Some(driver)) = (&log.site, driver.as_object_mut()) {
        driver.insert("informationUri".to_string(), json!(format!("{site}/")));
    }
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "language": shown.lang.tag(),
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": report.complete,
                "toolExecutionNotifications": notes,
            }],
            "artifacts": log.files,
            "results": results,
            "properties": {
                "profile": report.profile,
                "choices": report.choices,
                "verdicts": {
                    "accepts": decided(Decision::Accepts),
                    "refuses": decided(Decision::Refuses),
                    "unknown": decided(Decision::Unknown),
                },
            },
        }],
    })
}

/// What results refer to by number.
struct Log<'a> {
    shown: &'a Shown<'a>,
    site: Option<String>,
    names: Names,
    rules: Vec<Value>,
    rule_ids: Vec<String>,
    files: Vec<Value>,
    paths: Vec<String>,
    /// How often each fingerprint was given.
    given: BTreeMap<String, usize>,
}

impl<'a> Log<'a> {
    /// The input itself is the first file.
    fn new(shown: &'a Shown<'a>) -> Log<'a> {
        let input = &shown.report.input;
        let uri = uri(shown.path.as_ref().unwrap_or(&input.name));
        Log {
            shown,
            site: shown.site.clone(),
            names: Names::new(shown.report),
            rules: Vec::new(),
            rule_ids: Vec::new(),
            files: vec![json!({ "location": { "uri": uri } })],
            paths: vec![String::new()],
            given: BTreeMap::new(),
        }
    }

    /// The location of a part of the input. In an archive a part stands in the first file; a file in a folder stands by itself.
    fn file(&mut self, path: &str) -> Value {
        let path = if path == self.shown.report.input.name {
            ""
        } else {
            path
        };
        let known = self.paths.iter().position(|known| known == path);
        let index = known.unwrap_or_else(|| {
            self.paths.push(path.to_string());
            self.files.push(match &self.shown.path {
                Some(folder) if self.shown.folder => {
                    let whole = format!("{}/{path}", folder.trim_end_matches('/'));
                    json!({ "location": { "uri": uri(&whole) } })
                }
                _ => json!({ "location": { "uri": uri(path) }, "parentIndex": 0 }),
            });
            self.paths.len() - 1
        });
        let uri = self
            .files
            .get(index)
            .and_then(|file| file.pointer("/location/uri"));
        json!({ "uri": uri, "index": index })
    }

    /// The number of a rule, which is described when it is first met.
    fn rule(&mut self, id: &str, target: Target, describe: impl FnOnce() -> Value) -> usize {
        if let Some(index) = self.rule_ids.iter().position(|known| known == id) {
            return index;
        }
        let mut description = describe();
        if let (Some(address), Some(object)) = (
            address(self.site.as_deref(), target, self.shown.lang),
            description.as_object_mut(),
        ) {
            object.insert("helpUri".to_string(), json!(address));
        }
        self.rule_ids.push(id.to_string());
        self.rules.push(description);
        self.rules.len() - 1
    }

    /// The number of one of our own rules.
    fn own_rule(&mut self, id: &str) -> usize {
        let lang = self.shown.lang;
        self.rule(id, Target::Rule(id), || match rules::find(id) {
            Some(rule) => json!({
                "id": rule.id,
                "shortDescription": { "text": rule.title.get(lang) },
                "fullDescription": { "text": rule.why.get(lang) },
                "help": { "text": rule.fix.get(lang) },
                "defaultConfiguration": { "level": level(rule.severity) },
                "properties": { "spec": rule.spec, "since": rule.since },
            }),
            None => json!({ "id": id }),
        })
    }

    /// What stays the same about a result from build to build. Several of one kind at one place are numbered.
    fn fingerprints(&mut self, rule: &str, more: &str, at: &Locus) -> Value {
        let place = self.names.place(at);
        let key = fingerprint(&format!("{rule}\n{more}\n{place}"));
        let number = self.given.entry(key.clone()).or_default();
        *number += 1;
        let whole = format!("{key}:{number}");
        // The first is the name that GitHub looks for.
        json!({ "primaryLocationLineHash": whole, "pullcheck/v1": whole })
    }

    fn location(&mut self, at: &Locus) -> Value {
        let mut physical = json!({ "artifactLocation": self.file(&at.path) });
        let mut region = serde_json::Map::new();
        // Within an entry, bytes count in a tar that may be compressed; SARIF has no word for that.
        let in_file = at.offset.filter(|_| at.entry.is_none());
        let parts = [
            ("startLine", at.line.map(u64::from)),
            ("startColumn", at.line.and(at.column).map(u64::from)),
            ("byteOffset", in_file),
            ("byteLength", in_file.and(at.length)),
        ];
        for (key, value) in parts {
            if let Some(value) = value {
                region.insert(key.to_string(), json!(value));
            }
        }
        if let (false, Some(object)) = (region.is_empty(), physical.as_object_mut()) {
            object.insert("region".to_string(), Value::Object(region));
        }
        let mut location = json!({ "physicalLocation": physical });
        let inside = match (&at.pointer, &at.entry) {
            (Some(pointer), _) => Some((pointer, "element")),
            (None, Some(entry)) => Some((entry, "member")),
            (None, None) => None,
        };
        if let (Some((name, kind)), Some(object)) = (inside, location.as_object_mut()) {
            object.insert(
                "logicalLocations".to_string(),
                json!([{ "fullyQualifiedName": name, "kind": kind }]),
            );
        }
        location
    }

    fn finding(&mut self, finding: &Finding) -> Value {
        let lang = self.shown.lang;
        let index = self.own_rule(&finding.rule);
        let locations = [self.location(&finding.at)];
        let mut result = json!({
            "ruleId": finding.rule,
            "ruleIndex": index,
            "level": level(finding.severity),
            "message": { "text": finding.says.render(lang) },
            "locations": locations,
            "partialFingerprints": self.fingerprints(&finding.rule, "", &finding.at),
        });
        let related: Vec<Value> = finding.related.iter().map(|at| self.location(at)).collect();
        if let (false, Some(object)) = (related.is_empty(), result.as_object_mut()) {
            object.insert("relatedLocations".to_string(), json!(related));
        }
        if let (Some(weighed), Some(object)) = (&finding.weighed, result.as_object_mut()) {
            let properties = json!({
                "severityOfRule": weighed.own,
                "note": weighed.because.render(lang),
            });
            object.insert("properties".to_string(), properties);
        }
        result
    }

    fn aimed(&self, verdict: &Verdict) -> bool {
        let target = self.shown.target;
        target.is_some_and(|target| consumers::aimed(target, verdict))
    }

    /// The verdict of a consumer that was asked for: a refusal is an error, what cannot be told is open, and what is accepted
    /// passes where everything is asked for.
    fn verdict(&mut self, verdict: &Verdict) -> Option<Value> {
        let lang = self.shown.lang;
        let (level, kind) = match verdict.verdict {
            _ if !self.shown.asked && !self.aimed(verdict) => return None,
            Decision::Refuses => ("error", "fail"),
            Decision::Unknown => ("none", "open"),
            Decision::Accepts if self.shown.all => ("none", "pass"),
            Decision::NotApplicable if self.shown.all => ("none", "notApplicable"),
            Decision::Accepts | Decision::NotApplicable => return None,
        };
        let known = consumers::find(&verdict.consumer);
        let name = known.map_or(verdict.consumer.as_str(), |c| c.name);
        let id = format!("consumer/{}", verdict.consumer);
        let index = self.rule(&id, Target::Consumer(&verdict.consumer), || {
            let about = known.map_or(name, |c| c.about.get(lang));
            json!({
                "id": id,
                "name": name,
                "shortDescription": { "text": said(name, Decision::Refuses).render(lang) },
                "fullDescription": { "text": about },
                "defaultConfiguration": { "level": "error" },
            })
        });
        let whole = Locus::whole(self.shown.report.input.name.clone());
        let at = verdict.at.as_ref().unwrap_or(&whole);
        let locations = [self.location(at)];
        let versions = consumers::shown(&verdict.consumer, &[&verdict.versions]);
        let who = format!("{name} {versions}");
        let colon = if lang == Lang::En { ": " } else { "：" };
        let mut text = format!(
            "{}{colon}{}",
            said(who.trim_end(), verdict.verdict).render(lang),
            verdict.because.render(lang)
        );
        if let Some(error) = &verdict.error {
            text.push_str("\n\n");
            text.push_str(error);
        }
        let artifact = artifact_name(self.shown.report, &verdict.artifact);
        let more = format!("{artifact} {}", verdict.versions);
        Some(json!({
            "ruleId": id,
            "ruleIndex": index,
            "kind": kind,
            "level": level,
            "message": { "text": text },
            "locations": locations,
            "partialFingerprints": self.fingerprints(&id, &more, at),
            "properties": {
                "artifact": verdict.artifact,
                "versions": verdict.versions,
                "error": verdict.error,
            },
        }))
    }

    /// How a rule ended that found nothing, as a result.
    fn outcome(&mut self, outcome: &RuleOutcome) -> Option<Value> {
        let (kind, text) = match (outcome.outcome, &outcome.why) {
            (Outcome::Found, _) => return None,
            (Outcome::Clean, _) => ("pass", say("Nothing found.", "没有发现问题。")),
            (Outcome::NotApplicable, _) => (
                "notApplicable",
                say(
                    "The input has nothing that this rule is about.",
                    "输入中没有与此规则相关的内容。",
                ),
            ),
            (Outcome::NotRun, Some(why)) => ("open", why.clone()),
            (Outcome::NotRun, None) => ("open", not_run()),
        };
        let index = self.own_rule(&outcome.rule);
        let whole = Locus::whole(self.shown.report.input.name.clone());
        let locations = [self.location(&whole)];
        Some(json!({
            "ruleId": outcome.rule,
            "ruleIndex": index,
            "kind": kind,
            "level": "none",
            "message": { "text": text.render(self.shown.lang) },
            "locations": locations,
            "partialFingerprints": self.fingerprints(&outcome.rule, kind, &whole),
        }))
    }

    /// A rule that could not run, as a notification.
    fn not_run(&mut self, outcome: &RuleOutcome) -> Option<Value> {
        if outcome.outcome != Outcome::NotRun {
            return None;
        }
        let index = self.own_rule(&outcome.rule);
        let why = outcome.why.clone().unwrap_or_else(not_run);
        Some(json!({
            "level": "note",
            "message": { "text": why.render(self.shown.lang) },
            "associatedRule": { "id": outcome.rule, "index": index },
        }))
    }
}

fn not_run() -> Phrase {
    say("This rule could not run.", "此规则未能运行。")
}

/// What a consumer says, in a few words.
fn said(who: &str, decision: Decision) -> Phrase {
    match decision {
        Decision::Refuses => say("{who} refuses it", "{who} 拒绝它"),
        Decision::Accepts => say("{who} accepts it", "{who} 接受它"),
        Decision::Unknown => say(
            "Whether {who} takes it cannot be told",
            "无法判断 {who} 是否接受它",
        ),
        Decision::NotApplicable => say("It is not meant for {who}", "它并非提供给 {who}"),
    }
    .name("who", who)
}

/// The name of an artifact, which stays the same from build to build; its id may not.
fn artifact_name<'r>(report: &'r Report, id: &str) -> &'r str {
    let found = report.artifacts.iter().find(|artifact| artifact.id == id);
    found
        .and_then(|artifact| artifact.name.as_deref())
        .unwrap_or_default()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}
