#![doc = include_str!("../README.md")]
//!
//! # Modules
//!
//! The pure core names no JavaScript and has no clock, no chance and no I/O; only [`browser`](crate) does. An upload
//! goes through it like this: the backend's answer ([`params`]) and the page's wishes become a form ([`form`]), which
//! the signed policy ([`policy`]) must allow; what OSS answers ([`response`]) is judged by the upload machine
//! ([`upload`], with the rules of [`retry`]), which says what to do next. Many uploads share a [`queue`] and, where
//! they may, their parameters ([`shared_params`]).

#[macro_use]
mod sentence;

pub mod crc64;
pub mod error;
pub mod file;
pub mod form;
pub mod json;
pub mod notice;
pub mod params;
pub mod policy;
pub mod progress;
pub mod queue;
pub mod response;
pub mod retry;
pub mod shared_params;
mod text;
pub mod timestamp;
pub mod upload;

#[cfg(target_arch = "wasm32")]
pub mod browser;

#[cfg(all(target_arch = "wasm32", feature = "npm"))]
pub mod npm;
