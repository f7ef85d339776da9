//! The command as its users meet it: the built binary, real input, wrong input, exit statuses, and nothing
//! half-written left behind.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test that cannot set its scene has failed, and says aloud what it leaves out"
)]

#[path = "system/archive.rs"]
mod archive;
#[path = "system/atr.rs"]
mod atr;
#[path = "system/audit.rs"]
mod audit;
#[path = "system/batch.rs"]
mod batch;
#[path = "system/bench.rs"]
mod bench;
#[path = "system/calibrate.rs"]
mod calibrate;
#[path = "system/care.rs"]
mod care;
#[path = "system/compare.rs"]
mod compare;
#[path = "system/convert.rs"]
mod convert;
#[path = "system/crash.rs"]
mod crash;
#[path = "system/demo.rs"]
mod demo;
#[path = "system/driver.rs"]
mod driver;
#[path = "system/export.rs"]
mod export;
#[path = "system/full_disk.rs"]
mod full_disk;
#[path = "system/goods.rs"]
mod goods;
#[path = "system/hostile.rs"]
mod hostile;
#[path = "system/look.rs"]
mod look;
#[path = "system/materials.rs"]
mod materials;
#[path = "system/measure.rs"]
mod measure;
#[path = "system/phantom.rs"]
mod phantom;
#[path = "system/reference.rs"]
mod reference;
#[path = "system/scanners.rs"]
mod scanners;
#[path = "system/schemas.rs"]
mod schemas;
#[path = "system/usage.rs"]
mod usage;
#[path = "system/watch.rs"]
mod watch;
