//! Everything that `src/js` calls. Private to the npm package: pages see the classes and functions of `index.d.ts`.

mod events;
mod inspected;
mod options;
mod queue;
mod tools;

pub use options::NormalOptions;
pub use queue::{Listener, Queue, Upload};
pub use tools::{crc64, normalize_params, parse_policy};

use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};

/// Faster than the standard library's allocator, and smaller.
#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();
