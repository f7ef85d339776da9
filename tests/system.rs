//! The command as its users meet it: the built binary, real input, wrong input, exit statuses, and nothing
//! half-written left behind.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot set its scene has failed"
)]

#[path = "system/driver.rs"]
mod driver;
#[path = "system/hostile.rs"]
mod hostile;
#[path = "system/reference.rs"]
mod reference;
#[path = "system/schemas.rs"]
mod schemas;
#[path = "system/usage.rs"]
mod usage;
