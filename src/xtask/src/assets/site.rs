//! The site's folder: hashed files in the package folder, `public/` at its root, and `assets.json`, which tells the
//! server the names.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::compress;
use crate::workspace::{self, SiteOptions, files};

/// The three files that pages ask for.
pub(crate) struct Content {
    /// The ES module.
    pub(crate) script: Vec<u8>,
    /// The islands.
    pub(crate) wasm: Vec<u8>,
    /// The style sheet.
    pub(crate) style: String,
}

/// `assets.json`: read by the server when it starts.
#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Assets {
    /// Name of script and wasm without their endings: Leptos' `output_name`.
    pub(crate) output_name: String,
    /// Path of the style sheet as a page asks for it.
    pub(crate) css: String,
}

/// Lays the site down in `folder` and removes what earlier builds left there.
pub(crate) fn write(folder: &Path, options: &SiteOptions, content: &Content) -> Result<()> {
    let package = folder.join(&options.site_pkg_dir);
    fs::create_dir_all(&package).with_context(|| format!("cannot make {}", package.display()))?;
    let name = output_name(&options.output_name, content);
    let assets = Assets {
        css: format!("/{}/{name}.css", options.site_pkg_dir),
        output_name: name,
    };
    let index = folder.join("assets.json");
    let complete = read(&index).is_some_and(|laid_down| laid_down == assets);

    let mut wanted = BTreeSet::from([index.clone()]);
    if complete {
        let prefix = format!("{}.", assets.output_name);
        let wasm_prefix = format!("{}_bg.", assets.output_name);
        wanted.extend(files(&package, None)?.into_iter().filter(|file| {
            let file = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            file.starts_with(&prefix) || file.starts_with(&wasm_prefix)
        }));
    } else {
        // Leptos asks for `NAME.js` and `NAME_bg.wasm`.
        let name = &assets.output_name;
        wanted.extend(compress::write(&package.join(format!("{name}.js")), &content.script)?);
        wanted.extend(compress::write(
            &package.join(format!("{name}_bg.wasm")),
            &content.wasm,
        )?);
        wanted.extend(compress::write(
            &package.join(format!("{name}.css")),
            content.style.as_bytes(),
        )?);
    }
    wanted.extend(copy_public(&workspace::path("public")?, folder)?);
    for file in files(folder, None)? {
        if !wanted.contains(&file) {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    if !complete {
        // Last: a build that was cut short leaves no complete site behind it.
        let text = serde_json::to_string(&assets).context("assets.json")?;
        fs::write(&index, text).context("cannot write assets.json")?;
        report(&package, &assets.output_name);
    }
    Ok(())
}

/// One hash over all three, so that one name finds them.
fn output_name(base: &str, content: &Content) -> String {
    let mut hash = Sha256::new();
    for part in [&content.script, &content.wasm, content.style.as_bytes()] {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    // 64 of its bits are enough to tell builds apart.
    digest
        .iter()
        .take(8)
        .fold(format!("{base}-"), |name, byte| name + &format!("{byte:02x}"))
}

/// Reads what was laid down; `None` when it is not there or nobody can read it.
pub(crate) fn read(index: &Path) -> Option<Assets> {
    serde_json::from_str(&fs::read_to_string(index).ok()?).ok()
}

fn copy_public(public: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for file in files(public, None)? {
        let target = folder.join(file.strip_prefix(public).context("public/")?);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        }
        let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        written.extend(compress::write(&target, &content)?);
    }
    Ok(written)
}

#[expect(clippy::cast_precision_loss, reason = "sizes of files far below 2^52")]
fn report(package: &Path, name: &str) {
    for (what, ending) in [("script", ".js.br"), ("wasm", "_bg.wasm.br"), ("style", ".css.br")] {
        let file = package.join(format!("{name}{ending}"));
        // Too small to shrink: then the twin is not there, and the size tells nothing.
        if let Ok(found) = fs::metadata(&file) {
            println!("    {what} over the wire: {:.1} kB", found.len() as f64 / 1000.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> SiteOptions {
        SiteOptions {
            output_name: "flui".into(),
            site_root: "unused".into(),
            site_pkg_dir: "pkg".into(),
        }
    }

    fn content(style: &str) -> Content {
        Content {
            script: b"export {}; ".repeat(20),
            wasm: b"\0asm".repeat(20),
            style: style.to_owned(),
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let files = files(&folder.join("pkg"), None).unwrap();
        files
            .iter()
            .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn a_new_build_takes_the_place_of_the_old_one_and_an_unchanged_one_writes_nothing() {
        let folder = std::env::temp_dir().join(format!("flui-site-{}", std::process::id()));
        write(&folder, &options(), &content("a{color:red}")).unwrap();
        let first = read(&folder.join("assets.json")).unwrap();
        let laid_down = names(&folder);
        for ending in [".js", ".js.br", ".js.gz", "_bg.wasm", "_bg.wasm.br", ".css"] {
            assert!(
                laid_down.contains(&format!("{}{ending}", first.output_name)),
                "{ending}: {laid_down:?}"
            );
        }
        assert_eq!(first.css, format!("/pkg/{}.css", first.output_name));
        assert!(folder.join("robots.txt").is_file());

        let style = folder.join(&first.css[1..]);
        let before = fs::metadata(&style).unwrap().modified().unwrap();
        write(&folder, &options(), &content("a{color:red}")).unwrap();
        assert_eq!(names(&folder), laid_down);
        assert_eq!(fs::metadata(&style).unwrap().modified().unwrap(), before);

        write(&folder, &options(), &content("a{color:blue}")).unwrap();
        let second = read(&folder.join("assets.json")).unwrap();
        assert_ne!(first, second);
        assert!(names(&folder).iter().all(|name| name.starts_with(&second.output_name)));
        fs::remove_dir_all(&folder).unwrap();
    }
}
