//! A page with one input that uploads the file which is chosen.

use oss_direct_upload::browser::{Ending, ParamsSource, Report, UploadOptions, upload};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[function_component]
fn App() -> Html {
    let line = use_state(String::new);
    let onchange = {
        let line = line.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let Some(file) = input.files().and_then(|files| files.get(0)) else {
                return;
            };
            let line = line.clone();
            spawn_local(async move {
                let progress = line.clone();
                let report = move |report| {
                    if let Report::Progress(sent) = report {
                        progress.set(format!("{} of {} bytes", sent.loaded, sent.total));
                    }
                };
                let options = UploadOptions::new(ParamsSource::url("/api/upload-params"));
                let ending = upload(file.into(), options, report).await;
                line.set(match ending {
                    Ending::Done { outcome, .. } => format!("stored as {}", outcome.object.key),
                    _ => "not stored".into(),
                });
            });
        })
    };
    html! { <><input type="file" {onchange} /><p>{ (*line).clone() }</p></> }
}

/// Shows the page.
#[wasm_bindgen(start)]
fn main() {
    yew::Renderer::<App>::new().render();
}
