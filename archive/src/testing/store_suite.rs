//! What every store must do.

use bytes::Bytes;
use futures::TryStreamExt;

use crate::store::{Created, Group, ObjectLock, Proof, Store};

/// Runs the whole suite on an empty store.
pub async fn run(store: &Store) {
    put_once(store).await;
    together(store).await;
    ranges(store).await;
    listing(store).await;
    racing_creates(store).await;
    removing(store).await;
    abilities(store).await;
}

async fn put_once(store: &Store) {
    assert_eq!(store.document("a/once").await.unwrap(), None);
    assert_eq!(store.size("a/once").await.unwrap(), None);
    assert_eq!(store.create("a/once", "first").await.unwrap(), Created::New);
    assert_eq!(store.create("a/once", "second").await.unwrap(), Created::Exists);
    assert_eq!(store.document("a/once").await.unwrap().as_deref(), Some(&b"first"[..]));
    store.replace("a/once", "third one").await.unwrap();
    assert_eq!(store.document("a/once").await.unwrap().as_deref(), Some(&b"third one"[..]));
    assert_eq!(store.size("a/once").await.unwrap(), Some(9));
}

async fn together(store: &Store) {
    let files = |bytes: &'static str| {
        let names = ["a/deep/er/1", "a/once", "a/deep/2"];
        names.map(|name| (name.to_owned(), Bytes::from_static(bytes.as_bytes()))).to_vec()
    };
    let created = store.create_all(files("new")).await.unwrap();
    assert_eq!(created, [Created::New, Created::Exists, Created::New]);
    assert_eq!(store.document("a/once").await.unwrap().as_deref(), Some(&b"third one"[..]));
    assert_eq!(store.document("a/deep/2").await.unwrap().as_deref(), Some(&b"new"[..]));
    store.replace_all(files("replaced")).await.unwrap();
    for (name, bytes) in files("replaced") {
        assert_eq!(store.document(&name).await.unwrap(), Some(bytes), "{name}");
        store.delete(&name).await.unwrap();
    }
    store.create("a/once", "third one").await.unwrap();
    assert!(store.create_all(Vec::new()).await.unwrap().is_empty());
    let group = |name: &str| Group::new(vec![(name.to_owned(), Bytes::from_static(b"x"))]).proved(Proof::Bytes);
    let created = store.create_in_order(vec![group("a/first"), group("a/second"), group("a/once")]).await.unwrap();
    assert_eq!(created, [[Created::New], [Created::New], [Created::Exists]]);
    let created = store.create_in_order(vec![group("a/first"), group("a/third")]).await.unwrap();
    assert_eq!(created, [[Created::Exists]], "what follows is not tried");
    assert_eq!(store.document("a/third").await.unwrap(), None);
    for name in ["a/first", "a/second"] {
        store.delete(name).await.unwrap();
    }
}

async fn ranges(store: &Store) {
    store.create("a/ranges", "0123456789").await.unwrap();
    let got = store.ranges("a/ranges", &[7..9, 0..1, 0..10]).await.unwrap();
    assert_eq!(got, [&b"78"[..], b"0", b"0123456789"]);
    let e = store.ranges("a/ranges", std::slice::from_ref(&(5..11))).await.unwrap_err();
    assert!(matches!(e.code(), "archive.corrupt" | "archive.store"), "{e}");
    assert_eq!(store.ranges("a/none", std::slice::from_ref(&(0..1))).await.unwrap_err().code(), "archive.missing");
}

async fn listing(store: &Store) {
    // Names of OCFL: percent signs stay what they are.
    let name = "61/82/urn%3auuid%3a8d2e4b50-0000-8000-8000-000000000001/0=ocfl_object_1.1";
    store.create(name, "x").await.unwrap();
    let mut names: Vec<String> = store.list("61").map_ok(|entry| entry.path).try_collect().await.unwrap();
    names.sort_unstable();
    assert_eq!(names, [name]);
    let (mut directories, files) = store.top().await.unwrap();
    directories.sort_unstable();
    assert_eq!(directories, ["61", "a"]);
    assert!(files.is_empty());
    let all: Vec<_> = store.list("").try_collect().await.unwrap();
    assert_eq!(all.len(), 3);
    assert!(all.iter().any(|entry| entry.path == name && entry.size == 1));
}

async fn racing_creates(store: &Store) {
    let racers =
        (0..20).map(|racer: u32| async move { (racer, store.create("a/race", racer.to_string()).await.unwrap()) });
    let outcomes = futures::future::join_all(racers).await;
    let winners: Vec<u32> = outcomes.iter().filter(|(_, o)| *o == Created::New).map(|(racer, _)| *racer).collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(store.document("a/race").await.unwrap().unwrap(), winners[0].to_string());
}

async fn abilities(store: &Store) {
    let seen = store.probe().await.unwrap();
    assert!(seen.creates_once && seen.gives_ranges && seen.lists_at_once, "{seen:?}");
    assert!(!seen.keeps_versions, "nothing that these stores hold is versioned");
    assert_eq!(seen.object_lock, ObjectLock::Impossible, "no store of the suites locks files");
    assert_eq!(store.size("probe").await.unwrap(), None);
}

async fn removing(store: &Store) {
    store.delete("a/once").await.unwrap();
    store.delete("a/once").await.unwrap();
    assert_eq!(store.document("a/once").await.unwrap(), None);
    assert_eq!(store.create("a/once", "again").await.unwrap(), Created::New);
}
