#![doc = include_str!("../README.md")]
//!
//! # Modules
//!
//! The pure core names no JavaScript and has no clock, no randomness and no I/O; only [`browser`](crate) does. An
//! upload goes through it like this: the backend's answer ([`params`]) and the page's wishes become a form ([`form`]),
//! which the signed policy ([`policy`]) must allow; what OSS answers ([`response`]) is judged by the upload machine
//! ([`upload`]), which says what to do next. [`text`] puts errors in words. `ARCHITECTURE.md` has more.

pub mod crc64;
pub mod error;
pub mod file;
pub mod form;
pub mod json;
pub mod oss;
pub mod params;
pub mod policy;
pub mod response;
pub mod text;
pub mod upload;

#[cfg(target_arch = "wasm32")]
pub mod browser;

#[cfg(all(target_arch = "wasm32", feature = "npm"))]
pub mod npm;
