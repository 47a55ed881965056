//! Runs every rule over the model and says how each ended. It knows no rule by name.

use super::{Out, all};
use crate::artifact::Inventory;
use crate::limits;
use crate::order;
use crate::report::{Finding, Outcome, RuleOutcome};
use crate::text::{Phrase, say};

/// Runs every rule. Findings come worst first, then by place; beyond a cap for each rule, the rest is counted in the
/// outcome's `why`.
pub fn run(inventory: &Inventory) -> (Vec<Finding>, Vec<RuleOutcome>) {
    let mut findings = Vec::new();
    let mut outcomes = Vec::new();
    for rule in all() {
        let mut out = Out {
            rule: rule.id,
            severity: rule.severity,
            says: rule.says,
            findings: Vec::new(),
            beyond: 0,
            looked: false,
            first_missing: None,
            all_missing: 0,
        };
        let (outcome, why) = if inventory.gathered {
            (rule.check)(inventory, &mut out);
            end(&out)
        } else {
            (Outcome::NotRun, Some(stopped()))
        };
        outcomes.push(RuleOutcome {
            rule: rule.id.to_string(),
            outcome,
            why,
            more: over(&out),
        });
        out.findings.truncate(limits::FINDINGS_PER_RULE);
        findings.append(&mut out.findings);
    }
    worst_first(&mut findings);
    (findings, outcomes)
}

/// Puts findings in the order of a report: worst first, then by place.
pub(super) fn worst_first(findings: &mut [Finding]) {
    order::by(findings, |a, b| {
        (a.severity, &a.at.path, a.at.offset, &a.rule).cmp(&(
            b.severity,
            &b.at.path,
            b.at.offset,
            &b.rule,
        ))
    });
}

fn stopped() -> Phrase {
    say(
        "Reading stopped before all documents were read.",
        "在读完全部文档之前已停止。",
    )
}

/// How many findings are not listed.
fn over(out: &Out) -> u64 {
    let all = out.findings.len().saturating_add(out.beyond);
    u64::try_from(all.saturating_sub(limits::FINDINGS_PER_RULE)).unwrap_or(u64::MAX)
}

fn end(out: &Out) -> (Outcome, Option<Phrase>) {
    let more = Some(over(out)).filter(|over| *over > 0).map(|over| {
        say(
            "{count} more of these are not listed.",
            "另有 {count} 处同类问题未列出。",
        )
        .count("count", over)
    });
    if !out.findings.is_empty() {
        return (Outcome::Found, more);
    }
    if let Some(first) = &out.first_missing {
        let phrase = say(
            "Not checked in {count} places, for lack of {what} first.",
            "有 {count} 处未检查，首先缺少的是 {what}。",
        )
        .count("count", out.all_missing)
        .code("what", first.what.clone());
        return (Outcome::NotRun, Some(phrase));
    }
    let outcome = if out.looked {
        Outcome::Clean
    } else {
        Outcome::NotApplicable
    };
    (outcome, None)
}
