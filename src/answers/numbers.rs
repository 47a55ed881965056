//! A report in numbers: what it is judged by, how many problems there are and how many answers of each kind. It weighs
//! nothing.

use super::{Standing, rules_that, standing};
use crate::report::{Group, Outcome, Profile, Report, Severity};
use crate::text::{Lang, Phrase, say};

/// What is judged by, and the counts.
pub fn numbers(report: &Report, lang: Lang) -> String {
    let judged = judged_by(report.profile).render(lang);
    let groups = report.groups();
    let found = |s| {
        let alike = groups.iter().filter(|group| group.severity == s);
        alike.map(Group::all).sum::<u64>()
    };
    let not_run = rules_that(report, Outcome::NotRun) as u64;
    let (errors, warnings, notes) = (
        found(Severity::Error),
        found(Severity::Warning),
        found(Severity::Info),
    );
    let Standing {
        refuse,
        accept,
        unknown,
    } = standing(report);
    match lang {
        Lang::En => {
            let many = |n: u64, one: &str| match n {
                1 => format!("1 {one}"),
                n => format!("{n} {one}s"),
            };
            let mut out = format!(
                "{judged} {}, {}, {}. Consumers, in their newest versions: {refuse} refuse, {accept} accept, {unknown} can't tell.",
                many(errors, "error"),
                many(warnings, "warning"),
                many(notes, "note"),
            );
            if not_run > 0 {
                out.push_str(&format!(" {} could not be checked.", many(not_run, "rule")));
            }
            out
        }
        Lang::Zh => {
            let mut out = format!(
                "{judged}{errors} 个错误，{warnings} 个警告，{notes} 个提示。使用方（最新版本）：拒绝 {refuse}，接受 {accept}，无法判断 {unknown}。"
            );
            if not_run > 0 {
                out.push_str(&format!("另有 {not_run} 条规则无法检查。"));
            }
            out
        }
    }
}

/// What a report is judged by.
fn judged_by(profile: Profile) -> Phrase {
    match profile {
        Profile::Strict => say("Judged strictly.", "按严格标准判定。"),
        _ => say("Judged by {profile}.", "按 {profile} 判定。").name("profile", profile.name().en),
    }
}
