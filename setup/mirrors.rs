//! Writes the static mirrors beside the built page: `mirrors dist`. setup/dist.sh runs it after each build of the page.
//!
//! `PULLCHECK_SITE` says where the page will stand, as `https://example.org/pullcheck`; without it there is no sitemap, and
//! links between the languages stay relative. It fetches nothing and decides nothing about what the pages say.

use pullcheck::addresses;
use pullcheck::leaflets::{Topic, topics};
use pullcheck::mirrors::{self, File, STYLE};
use pullcheck::text::Lang;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use std::{env, fs, io, process, thread};

/// The page's own sheet, for its colours, which are named once.
const PAGE_STYLE: &str = include_str!("../www/style.css");
/// Where the colours end in it.
const COLOURS_END: &str = "/* --- ground */";
/// What the mirrors add.
const OWN_STYLE: &str = include_str!("../www/mirrors.css");

fn main() {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("mirrors: which folder? mirrors dist");
        process::exit(2);
    };
    if let Err(why) = write_all(&folder) {
        eprintln!("mirrors: {why}");
        process::exit(1);
    }
}

/// The address in the environment; one that cannot be used is not taken for none.
fn site() -> Result<Option<String>, String> {
    match env::var("PULLCHECK_SITE") {
        Ok(said) if !said.is_empty() => match addresses::site(&said) {
            Some(site) => Ok(Some(site)),
            None => Err(format!("PULLCHECK_SITE is no address of a page: {said}")),
        },
        _ => Ok(None),
    }
}

fn write_all(folder: &Path) -> Result<(), String> {
    let started = Instant::now();
    let site = site()?;
    let site = site.as_deref();
    let wrong = |why: io::Error| format!("{}: {why}", folder.display());
    // Pages of things that are no more.
    for lang in [Lang::En, Lang::Zh] {
        match fs::remove_dir_all(folder.join(lang.tag())) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(wrong(why)),
            _ => {}
        }
    }
    let topics = topics();
    let (files, bytes) = write_pages(folder, &topics, site).map_err(wrong)?;
    let mut beside = vec![mirrors::robots(site), mirrors::not_found(site), style()?];
    match site {
        Some(site) => beside.push(mirrors::sitemap(site)),
        None => match fs::remove_file(folder.join("sitemap.xml")) {
            Err(why) if why.kind() != io::ErrorKind::NotFound => return Err(wrong(why)),
            _ => {}
        },
    }
    for file in &beside {
        write(folder, file).map_err(wrong)?;
    }
    println!(
        "mirrors: {files} pages, {} KB, in {:.1} s; {}",
        bytes / 1000,
        started.elapsed().as_secs_f32(),
        site.map_or_else(
            || "no site named in PULLCHECK_SITE, so no sitemap".to_string(),
            |site| format!("for {site}/"),
        )
    );
    Ok(())
}

/// One thread for each processor; checking the examples is what takes time.
fn write_pages(folder: &Path, topics: &[Topic], site: Option<&str>) -> io::Result<(usize, usize)> {
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<(usize, usize)> {
        let (mut files, mut bytes) = (0, 0);
        while let Some(topic) = topics.get(next.fetch_add(1, Ordering::Relaxed)) {
            for file in mirrors::pages(topic, site) {
                write(folder, &file)?;
                files += 1;
                bytes += file.text.len();
            }
        }
        Ok((files, bytes))
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut sum = (0, 0);
        for one in all {
            let died = |_| io::Error::other("a page could not be made");
            let (files, bytes) = one.join().map_err(died)??;
            sum = (sum.0 + files, sum.1 + bytes);
        }
        Ok(sum)
    })
}

fn write(folder: &Path, file: &File) -> io::Result<()> {
    let path = folder.join(&file.path);
    if let Some(above) = path.parent() {
        fs::create_dir_all(above)?;
    }
    fs::write(path, &file.text)
}

/// The page's colours, then the mirrors' own rules, without comments.
fn style() -> Result<File, String> {
    let Some((colours, _)) = PAGE_STYLE.split_once(COLOURS_END) else {
        return Err(format!("www/style.css has no {COLOURS_END}"));
    };
    let mut text = String::new();
    let mut rest = [colours, OWN_STYLE].concat();
    while let Some((before, after)) = rest.split_once("/*") {
        text.push_str(before);
        rest = after
            .split_once("*/")
            .map_or("", |(_, after)| after)
            .to_string();
    }
    text.push_str(&rest);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(File {
        path: STYLE.to_string(),
        text: lines.collect::<Vec<_>>().join("\n") + "\n",
    })
}
