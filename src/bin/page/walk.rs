//! Dropped files and folders as a list of paths and contents: folders are walked to their end.
//! It opens no file and judges no name but those that desktops leave behind.

use crate::bridge::{Manner, Order};
use js_sys::{Array, Promise, Reflect};
use pullcheck::limits;
use pullcheck::order;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, DataTransfer, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry,
};

/// One dropped thing: its entry where the browser has entries, and its file where it is one.
pub struct Item {
    entry: Option<FileSystemEntry>,
    file: Option<File>,
}

/// What a drop holds. Must be taken while the event lasts; the list is emptied after it.
pub fn items(transfer: &DataTransfer) -> Vec<Item> {
    let list = transfer.items();
    (0..list.length())
        .filter_map(|at| list.get(at))
        .filter(|item| item.kind() == "file")
        .map(|item| Item {
            entry: item.webkit_get_as_entry().ok().flatten(),
            file: item.get_as_file().ok().flatten(),
        })
        .collect()
}

/// What was dropped before the page was ready, as `www/shell.js` kept it: `[{entry, file}]`.
pub fn kept_items(list: &JsValue) -> Vec<Item> {
    Array::from(list)
        .iter()
        .map(|item| {
            let part = |name: &str| {
                Reflect::get(&item, &JsValue::from_str(name))
                    .ok()
                    .filter(|value| !value.is_null() && !value.is_undefined())
            };
            Item {
                entry: part("entry").map(JsCast::unchecked_into),
                file: part("file").map(JsCast::unchecked_into),
            }
        })
        .filter(|item| item.entry.is_some() || item.file.is_some())
        .collect()
}

/// Walks what was dropped. The error is the browser's own words.
pub async fn gather(items: Vec<Item>) -> Result<Option<Order>, String> {
    let mut files = Vec::new();
    let mut names = Vec::new();
    let mut folders = 0;
    for item in items {
        match (item.entry, item.file) {
            (Some(entry), _) if entry.is_directory() => {
                folders += 1;
                names.push(entry.name());
                walk(entry.unchecked_into(), &mut files).await?;
            }
            (_, Some(file)) => {
                names.push(file.name());
                files.push((file.name(), file.into()));
            }
            (Some(entry), None) => {
                let file = file_of(entry.unchecked_into()).await?;
                names.push(file.name());
                files.push((file.name(), file.into()));
            }
            (None, None) => {}
        }
    }
    Ok(order(names, folders, files))
}

/// An order for these files: a lone folder's own name is cut off their paths.
fn order(names: Vec<String>, folders: usize, mut files: Vec<(String, Blob)>) -> Option<Order> {
    let first = names.first()?.clone();
    let manner = match (names.len(), folders) {
        (1, 0) => Manner::File,
        (1, _) => Manner::Folder,
        _ => Manner::Files,
    };
    if manner == Manner::Folder {
        let top = format!("{first}/");
        for (path, _) in &mut files {
            if let Some(rest) = path.strip_prefix(&top) {
                *path = rest.to_string();
            }
        }
    }
    let name = match names.len() {
        1 => first,
        more => format!("{first} + {}", more - 1),
    };
    Some(Order {
        name,
        manner,
        files,
    })
}

/// What a file picker or the clipboard gave. Paths of a picked folder begin with its name.
pub fn picked(list: &web_sys::FileList) -> Option<Order> {
    let mut files = Vec::new();
    let mut top = None;
    for at in 0..list.length() {
        let Some(file) = list.get(at) else { continue };
        let inner = Reflect::get(&file, &JsValue::from_str("webkitRelativePath"))
            .ok()
            .and_then(|path| path.as_string())
            .filter(|path| !path.is_empty());
        if let Some((folder, _)) = inner.as_ref().and_then(|path| path.split_once('/')) {
            top = Some(folder.to_string());
        }
        let path = inner.unwrap_or_else(|| file.name());
        if !litter(&path) {
            files.push((path, file.into()));
        }
    }
    match top {
        Some(folder) => order(vec![folder], 1, files),
        None => order(
            files.iter().map(|(path, _)| path.clone()).collect(),
            0,
            files,
        ),
    }
}

/// Files that desktops leave behind in folders and archives.
fn litter(path: &str) -> bool {
    path.split('/')
        .any(|part| part == ".DS_Store" || part == "__MACOSX" || part.starts_with("._"))
}

async fn walk(
    top: FileSystemDirectoryEntry,
    files: &mut Vec<(String, Blob)>,
) -> Result<(), String> {
    let mut folders = vec![top];
    while let Some(folder) = folders.pop() {
        let reader = folder.create_reader();
        loop {
            // Browsers give a folder in batches; only an empty one is the end.
            let batch = promised(|done, failed| {
                reader.read_entries_with_callback_and_callback(done, failed)
            })
            .await?;
            let batch = Array::from(&batch);
            if batch.length() == 0 {
                break;
            }
            for entry in batch.iter() {
                let entry: FileSystemEntry = entry.unchecked_into();
                let path = entry.full_path();
                if litter(&path) {
                    continue;
                }
                if entry.is_directory() {
                    folders.push(entry.unchecked_into());
                } else if files.len() < limits::ENTRIES {
                    let file = file_of(entry.unchecked_into()).await?;
                    files.push((path.trim_start_matches('/').to_string(), file.into()));
                } else {
                    return Err(format!("more than {} files", limits::ENTRIES));
                }
            }
        }
    }
    order::by(files, |(a, _), (b, _)| a.cmp(b));
    Ok(())
}

async fn file_of(entry: FileSystemFileEntry) -> Result<File, String> {
    promised(|done, failed| {
        entry.file_with_callback_and_callback(done, failed);
        Ok(())
    })
    .await
    .map(JsCast::unchecked_into)
}

/// A callback interface as a future.
async fn promised(
    start: impl Fn(&js_sys::Function, &js_sys::Function) -> Result<(), JsValue>,
) -> Result<JsValue, String> {
    let promise = Promise::new(&mut |done, failed| {
        if let Err(error) = start(&done, &failed) {
            let _ = failed.call1(&JsValue::UNDEFINED, &error);
        }
    });
    JsFuture::from(promise).await.map_err(|error| {
        error.dyn_ref::<js_sys::Error>().map_or_else(
            || format!("{error:?}"),
            |error| String::from(error.message()),
        )
    })
}
