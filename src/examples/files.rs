//! Something to give to the checker: a file, a folder, several files, a pasted text. It holds bytes and says nothing of them.

use super::tar;
use crate::artifact::kinds::Packaging;

/// Something to give to the checker.
#[derive(Clone, Debug)]
pub struct Files {
    /// Name of the file or folder.
    pub name: String,
    /// How it is given: `File`, `Folder`, `Files` or `Pasted`.
    pub packaging: Packaging,
    /// Paths and bytes.
    pub items: Vec<(String, Vec<u8>)>,
}

impl Files {
    /// One file.
    pub fn file(name: &str, bytes: impl Into<Vec<u8>>) -> Files {
        Files {
            name: name.to_string(),
            packaging: Packaging::File,
            items: vec![(name.to_string(), bytes.into())],
        }
    }

    /// Text that is pasted.
    pub fn pasted(text: impl Into<String>) -> Files {
        Files {
            name: "pasted".to_string(),
            packaging: Packaging::Pasted,
            items: vec![("pasted".to_string(), text.into().into_bytes())],
        }
    }

    /// A folder.
    pub fn folder(name: &str, items: Vec<(String, Vec<u8>)>) -> Files {
        Files {
            name: name.to_string(),
            packaging: Packaging::Folder,
            items,
        }
    }

    /// Several loose files.
    pub fn loose(items: Vec<(String, Vec<u8>)>) -> Files {
        Files {
            name: "files".to_string(),
            packaging: Packaging::Files,
            items,
        }
    }

    /// A tar of these items, as one file.
    pub fn tar(name: &str, items: &[(String, Vec<u8>)]) -> Files {
        Files::file(name, tar::of(items))
    }

    /// As one file, with a name to save it under: a folder or several files become a tar, a pasted text a JSON file.
    pub fn saved(self) -> (String, Vec<u8>) {
        match (self.packaging, self.items.len()) {
            (Packaging::Folder | Packaging::Files, _) | (_, 0 | 2..) => {
                (format!("{}.tar", self.name), tar::of(&self.items))
            }
            (packaging, _) => {
                let bytes = self.items.into_iter().next().map(|(_, bytes)| bytes);
                let ending = match packaging {
                    Packaging::Pasted if !self.name.contains('.') => ".json",
                    _ => "",
                };
                (format!("{}{ending}", self.name), bytes.unwrap_or_default())
            }
        }
    }
}
